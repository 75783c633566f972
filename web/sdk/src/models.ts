// Models that are saved on this device, in the origin private file system: a folder
// for each, with its files and, written last, what is known of them.
import { OndolError } from "./errors.js";
import { partURLs, type RemoteFile, readRemote, remoteFile } from "./http.js";

/** What the engine reads from: a dropped file, a model, bytes in hand, a file on a server, a saved one. */
export type Source = Blob | Uint8Array | RemoteFile | CheckedFile;

/** A model that is saved on this device. */
export interface SavedModel {
  /** Given when it was saved. */
  id: string;
  name: string;
  /** Bytes, of all its files. */
  size: number;
}

/** A model, or a part of one: a file, its bytes, where it is on a web server, or a saved one. */
export type NewModel = Blob | Uint8Array | string | URL | SavedModel;

/** A saved file, whose pieces are held against their sums when they are first read. It can be sent to a worker. */
export interface CheckedFile {
  file: File;
  size: number;
  /** SHA-256 of each piece, in hex. */
  sums: string[];
  /** 1 for each piece that was found to be whole. */
  checked: Uint8Array;
}

interface About {
  name: string;
  files: { size: number; sums: string[] }[];
}

/** Bytes under one sum. */
const piece = 1 << 20;
/** Bytes that are read and written at once. */
const gulp = 4 * piece;

/** Bytes that are read before they are asked for. */
const ahead = 2 * gulp;

const about = "about.json";

const isURL = (m: NewModel): m is string | URL => typeof m === "string" || m instanceof URL;
const isSaved = (m: NewModel): m is SavedModel => typeof m === "object" && "id" in m;

/** What a model is called where nobody said. */
export function nameOf(m: NewModel | undefined): string {
  if (m instanceof File || (m && isSaved(m as NewModel))) return (m as File | SavedModel).name;
  return m !== undefined && isURL(m) ? (/([^/]*)$/.exec(new URL(m, "file:").pathname)?.[1] ?? "") : "";
}

/** The files of a model, to be read. */
export async function locate(m: NewModel): Promise<Source[]> {
  if (isURL(m)) return Promise.all(partURLs(m).map(remoteFile));
  return isSaved(m) ? openSaved(m) : [m];
}

/** The size of a source in bytes. */
export const sizeOf = (s: Source): number => (s instanceof Uint8Array ? s.length : s.size);

/** Reads bytes of a source from one position up to another. */
export async function read(s: Source, from: number, to: number): Promise<Uint8Array<ArrayBufferLike>> {
  if (s instanceof Uint8Array) return s.subarray(from, to);
  if (s instanceof Blob) return new Uint8Array(await s.slice(from, to).arrayBuffer());
  return "sums" in s ? readChecked(s, from, to) : readRemote(s, from, to);
}

/**
 * Reads a source for one operation. Where reading goes on in order, as that of a
 * model's weights does, what comes next is read while the engine is at work.
 */
export class Reader {
  #source: Source;
  #end = -1; // of what was read last
  #next: { from: number; to: number; bytes: Promise<Uint8Array> } | undefined;

  constructor(source: Source) {
    this.#source = source;
  }

  /** Bytes from one position on, up to another or fewer; none at the end of the source. */
  async read(from: number, to: number): Promise<Uint8Array> {
    const next = this.#next;
    const ready = next !== undefined && next.from <= from && from < next.to;
    const bytes = ready ? (await next.bytes).subarray(from - next.from, to - next.from) : await read(this.#source, from, to);
    const end = from + bytes.length;
    const last = Math.min(sizeOf(this.#source), end + ahead);
    if (from === this.#end && end < last && !(ready && end < next.to)) {
      this.#next = { from: end, to: last, bytes: read(this.#source, end, last) };
      this.#next.bytes.catch(() => undefined); // who reads it hears of it
    }
    this.#end = end;
    return bytes;
  }
}

async function readChecked(s: CheckedFile, from: number, to: number): Promise<Uint8Array> {
  const [first, end] = [Math.floor(from / piece), Math.ceil(to / piece)];
  if (!s.checked.subarray(first, end).includes(0)) return read(s.file, from, to);
  const bytes = await read(s.file, first * piece, Math.min(end * piece, s.size));
  const sums = await sumsOf(bytes);
  for (const [i, sum] of sums.entries()) {
    if (sum !== s.sums[first + i]) throw damaged(s.file.name);
    s.checked[first + i] = 1;
  }
  return bytes.subarray(from - first * piece, to - first * piece);
}

const damaged = (name: string) => new OndolError("corrupt", `the saved model ${name} is damaged: delete it and add it again`);

function sumsOf(bytes: Uint8Array): Promise<string[]> {
  const sum = async (at: number) => {
    const digest = await crypto.subtle.digest("SHA-256", bytes.subarray(at, at + piece) as Uint8Array<ArrayBuffer>);
    return Array.from(new Uint8Array(digest), (b) => b.toString(16).padStart(2, "0")).join("");
  };
  return Promise.all(Array.from({ length: Math.ceil(bytes.length / piece) }, (_, i) => sum(i * piece)));
}

async function shelf(): Promise<FileSystemDirectoryHandle> {
  if (typeof navigator === "undefined" || typeof navigator.storage?.getDirectory !== "function") {
    throw new OndolError("unsupported", "this browser keeps no files for this page");
  }
  return (await navigator.storage.getDirectory()).getDirectoryHandle("ondol-models", { create: true });
}

/** The lock that is held while a model is written. */
const lockOf = (id: string) => `ondol-model:${id}`;

async function aboutOf(folder: FileSystemDirectoryHandle): Promise<About> {
  const file = await (await folder.getFileHandle(about)).getFile();
  try {
    return JSON.parse(await file.text());
  } catch {
    throw damaged(folder.name);
  }
}

/** The saved models by name. What a tab that was closed left half-written is deleted. */
export async function savedModels(): Promise<SavedModel[]> {
  const all = await shelf();
  const models: SavedModel[] = [];
  for await (const [id, folder] of all.entries()) {
    try {
      const { name, files } = await aboutOf(folder as FileSystemDirectoryHandle);
      models.push({ id, name, size: total(files) });
    } catch (e) {
      if (OndolError.of(e).code === "corrupt") {
        models.push({ id, name: id, size: 0 });
        continue;
      }
      const remove = async (lock: unknown) => void (lock && (await all.removeEntry(id, { recursive: true })));
      await navigator.locks.request(lockOf(id), { ifAvailable: true }, remove).catch(() => undefined);
    }
  }
  return models.sort((a, b) => a.name.localeCompare(b.name));
}

const total = (files: { size: number }[]) => files.reduce((n, f) => n + f.size, 0);

async function openSaved({ id, name }: SavedModel): Promise<CheckedFile[]> {
  try {
    const folder = await (await shelf()).getDirectoryHandle(id);
    const { files } = await aboutOf(folder);
    return await Promise.all(
      files.map(async ({ size, sums }, i) => {
        const file = await (await folder.getFileHandle(String(i))).getFile();
        if (file.size !== size) throw damaged(name);
        return { file: new File([file], name), size, sums, checked: new Uint8Array(sums.length) };
      }),
    );
  } catch (e) {
    const error = OndolError.of(e);
    throw error.code === "not-found" ? new OndolError("not-found", `the model ${name} is not saved here any more`, { cause: e }) : error;
  }
}

/** Saves a model: whole, or not at all. One that is there already is not written twice. */
export async function saveModel(models: NewModel[], name: string, progress: (done: number, total: number) => void, signal?: AbortSignal): Promise<SavedModel> {
  const sources = (await Promise.all(models.map(locate))).flat();
  const size = sources.reduce((n, s) => n + sizeOf(s), 0);
  const all = await shelf();
  const { quota = Number.POSITIVE_INFINITY, usage = 0 } = await navigator.storage.estimate();
  if (size > quota - usage) throw full(name, size, quota - usage);
  const id = crypto.randomUUID();
  return navigator.locks.request(lockOf(id), async () => {
    try {
      const folder = await all.getDirectoryHandle(id, { create: true });
      const files: About["files"] = [];
      for (const [i, s] of sources.entries()) {
        const before = total(files);
        files.push(await write(folder, String(i), s, (done) => progress(before + done, size), signal));
      }
      for (const other of await savedModels()) {
        const { files: theirs } = await aboutOf(await all.getDirectoryHandle(other.id));
        if (JSON.stringify(theirs) !== JSON.stringify(files)) continue;
        await all.removeEntry(id, { recursive: true });
        return other;
      }
      await write(folder, about, new Blob([JSON.stringify({ name, files } satisfies About)]));
      return { id, name, size };
    } catch (e) {
      await all.removeEntry(id, { recursive: true }).catch(() => undefined);
      const error = OndolError.of(e);
      throw error.code === "storage-full" ? full(name, size) : error;
    }
  });
}

function full(name: string, size: number, left?: number): OndolError {
  const mb = (bytes: number) => `${Math.ceil(Math.max(0, bytes) / 2 ** 20)} MB`;
  const room = left === undefined ? "" : `, and ${mb(left)} are left for this page`;
  return new OndolError("storage-full", `no room for ${name}: it takes ${mb(size)}${room}. Delete a saved model, or make room on the disk`);
}

async function write(
  folder: FileSystemDirectoryHandle,
  file: string,
  s: Source,
  progress = (_: number) => {},
  signal?: AbortSignal,
): Promise<About["files"][0]> {
  const size = sizeOf(s);
  const sums: string[] = [];
  const out = await (await folder.getFileHandle(file, { create: true })).createWritable();
  try {
    for (let at = 0; at < size; at += gulp) {
      signal?.throwIfAborted();
      const bytes = await read(s, at, Math.min(size, at + gulp));
      const summed = sumsOf(bytes);
      await out.write(bytes as Uint8Array<ArrayBuffer>);
      sums.push(...(await summed));
      progress(at + bytes.length);
    }
    await out.close();
  } catch (e) {
    await out.abort().catch(() => undefined);
    throw e;
  }
  return { size, sums };
}

/** Deletes a saved model; one that is not there is no error. */
export async function deleteModel(id: string): Promise<void> {
  try {
    await (await shelf()).removeEntry(id, { recursive: true });
  } catch (e) {
    const error = OndolError.of(e);
    if (error.code !== "not-found") throw error;
  }
}
