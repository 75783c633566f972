// Files on a web server, read by ranges. What breaks off is resumed where it did.
import { OndolError } from "./errors.js";

/** A file on a web server, as {@link remoteFile} found it. It can be sent to a worker. */
export interface RemoteFile {
  url: string;
  size: number;
  /** Of the version that is read; "" if the server names none. */
  tag: string;
}

/** How often a range is asked for in vain, and the pause after the first time. */
const attempts = 5;
const firstPause = 200;

/** Finds a file on a server that serves ranges. */
export async function remoteFile(url: string | URL): Promise<RemoteFile> {
  const file = { url: new URL(url, globalThis.location?.href).href, size: 0, tag: "" };
  const response = await get(file, 0, 1);
  await response.body?.cancel();
  const size = Number(/\/(\d+)$/.exec(response.headers.get("Content-Range") ?? "")?.[1]);
  if (!Number.isSafeInteger(size)) throw noRanges(file);
  const tag = response.headers.get("ETag") ?? "";
  return { ...file, size, tag: tag.startsWith("W/") ? "" : tag };
}

const noRanges = ({ url }: RemoteFile) =>
  new OndolError("unsupported", `${url}: the server does not serve parts of files (HTTP ranges): download the file first`);

async function get(file: RemoteFile, from: number, to: number): Promise<Response> {
  const headers: Record<string, string> = { Range: `bytes=${from}-${to - 1}` };
  if (file.tag) headers["If-Range"] = file.tag;
  const response = await fetch(file.url, { headers });
  if (response.status === 206) return response;
  await response.body?.cancel();
  if (response.status >= 500 || response.status === 429 || response.status === 408) throw new TypeError(`${file.url}: the server answers ${response.status}`);
  if (!response.ok) throw new OndolError("not-found", `${file.url}: the server answers ${response.status}`);
  throw file.tag ? new OndolError("conflict", `${file.url}: the file has changed on the server: load it anew`) : noRanges(file);
}

/** Reads bytes from one position up to another; as many as there are. */
export async function readRemote(file: RemoteFile, from: number, to: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.max(0, Math.min(to, file.size) - from));
  let done = 0;
  let pause = firstPause;
  for (let failed = 0; done < bytes.length; ) {
    try {
      const reader = (await get(file, from + done, from + bytes.length)).body?.getReader();
      for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
        bytes.set(piece.value.subarray(0, bytes.length - done), done);
        done += piece.value.length;
        failed = 0;
        pause = firstPause;
      }
      if (done < bytes.length) throw new TypeError(`${file.url} ended early`);
    } catch (e) {
      failed++;
      if (e instanceof OndolError) throw e;
      if (failed === attempts) throw new OndolError("not-found", `${file.url} cannot be read: ${e instanceof Error ? e.message : e}`);
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause *= 2;
    }
  }
  return bytes;
}

/** All files of a model that is split (model-00001-of-00003.gguf), given one of them; of others it alone. */
export function partURLs(url: string | URL): string[] {
  const one = String(url);
  const match = /^(.*-)(\d{5})-of-(\d{5})(\.gguf(?:\?.*)?)$/.exec(one);
  if (!match) return [one];
  const [, begin, , count, end] = match as unknown as [string, string, string, string, string];
  return Array.from({ length: Number(count) }, (_, i) => `${begin}${String(i + 1).padStart(5, "0")}-of-${count}${end}`);
}
