import { OndolError } from "../../sdk/src/index.js";
import { t } from "./strings.js";

/** What went wrong, in words that are the person's already. */
export class Said extends Error {}

/** What went wrong, in the person's language; details follow in English. */
export function explain(e: unknown): string {
  if (e instanceof Said) return e.message;
  const error = OndolError.of(e);
  const own = t().errors[error.code];
  if (error.code === "cancelled") return t().stopped;
  if (!own) return capital(error.message);
  return `${own} (${error.message})`;
}

/** Begins a message with a capital, unless it begins with a name. */
const capital = (s: string) => (/^[a-z-]+(:|,)? /.test(s) ? s.charAt(0).toUpperCase() + s.slice(1) : s);
