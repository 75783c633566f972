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

/** Begins a message with a capital, unless it begins with a name. */
const capital = (s: string) => (/^[a-z-]+(:|,)? /.test(s) ? s.charAt(0).toUpperCase() + s.slice(1) : s);
