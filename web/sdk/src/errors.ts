import type { Error as AbiError, Code } from "./abi.gen.js";

/** What went wrong, by a stable code; the message is English, for a person. */
export class OndolError extends Error {
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "OndolError";
    this.code = code;
  }

  /** Makes an error of what crossed the boundary. */
  static from(e: AbiError): OndolError {
    return new OndolError(e.code, e.message);
  }

  /** Classifies anything that was thrown. */
  static of(e: unknown): OndolError {
    if (e instanceof OndolError) return e;
    if (e instanceof DOMException) {
      const code = domCodes[e.name];
      if (code) return new OndolError(code, `${code}: ${e.message}`, { cause: e });
    }
    return new OndolError("internal", e instanceof Error ? e.message : String(e), { cause: e });
  }
}

const domCodes: Record<string, Code> = {
  QuotaExceededError: "storage-full",
  NotFoundError: "not-found",
  AbortError: "cancelled",
  NotReadableError: "not-found",
};
