import { OndolError } from "../../sdk/src/index.js";
import { language, t } from "./strings.js";

/** What went wrong, in the person's language; details follow in English. */
export function explain(e: unknown): string {
  const error = OndolError.of(e);
  const own = t().errors[error.code];
  if (error.code === "cancelled") return t().stopped;
  if (!own || language() === "en") return capital(error.message);
  return `${own} (${error.message})`;
}

const capital = (s: string) => s.charAt(0).toUpperCase() + s.slice(1);
