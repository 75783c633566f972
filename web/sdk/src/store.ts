import type { File } from "./abi.gen.js";
import { OndolError } from "./errors.js";

/**
 * Keeps a library's files, by flat names. Each verb is one request of the engine.
 * Errors are thrown as {@link OndolError} with the codes "not-found", "conflict"
 * or "storage-full".
 */
export interface Store {
  /** Exactly `length` bytes from `offset`. */
  get(name: string, offset: number, length: number): Promise<Uint8Array>;
  /** Writes a whole file; it is durable when this resolves. */
  put(name: string, data: Uint8Array): Promise<void>;
  /** Deletes a file; one that is not there is no error. */
  delete(name: string): Promise<void>;
  /** All files, sorted by name. */
  list(): Promise<File[]>;
  /**
   * Writes a new file at once or not at all; "conflict" if its name or a later one of
   * its kind is taken: names of a kind are the same up to their last hyphen. To look
   * and to write is one step, whoever else writes.
   */
  swap(name: string, data: Uint8Array): Promise<void>;
  /** Lets go of what the store holds while it is open, if anything. */
  close?(): void;
}

/** A store that ends with the page. */
export class MemoryStore implements Store {
  #files = new Map<string, Uint8Array>();

  async get(name: string, offset: number, length: number): Promise<Uint8Array> {
    const file = this.#files.get(name);
    if (!file) throw missing(name);
    return whole(name, file.subarray(offset, offset + length), length);
  }
  async put(name: string, data: Uint8Array): Promise<void> {
    this.#files.set(name, data.slice());
  }
  async delete(name: string): Promise<void> {
    this.#files.delete(name);
  }
  async list(): Promise<File[]> {
    return [...this.#files].map(([name, b]) => ({ name, size: b.length })).sort(byName);
  }
  async swap(name: string, data: Uint8Array): Promise<void> {
    for (const other of this.#files.keys()) if (supersedes(other, name)) throw taken(name, other);
    await this.put(name, data);
  }
}

/** A store in the origin private file system: it outlives the page. */
export class OPFSStore implements Store {
  #folder: FileSystemDirectoryHandle;
  #name: string;
  /** Those that were read: what is stored under a name does not change. */
  #files = new Map<string, Promise<Blob>>();
  #release: () => void;

  private constructor(folder: FileSystemDirectoryHandle, name: string, release: () => void) {
    this.#folder = folder;
    this.#name = name;
    this.#release = release;
  }

  /** Whether this browser has such a file system. */
  static get available(): boolean {
    return typeof navigator !== "undefined" && typeof navigator.storage?.getDirectory === "function";
  }

  static async #all(): Promise<FileSystemDirectoryHandle> {
    const root = await navigator.storage.getDirectory();
    return root.getDirectoryHandle("ondol", { create: true });
  }

  /** Opens the library of a name, and makes it if need be. */
  static async open(name: string): Promise<OPFSStore> {
    const release = await holding(name);
    try {
      const all = await OPFSStore.#all();
      return new OPFSStore(await all.getDirectoryHandle(name, { create: true }), name, release);
    } catch (e) {
      release();
      throw OndolError.of(e);
    }
  }

  /** The names of all libraries. */
  static async names(): Promise<string[]> {
    const names: string[] = [];
    for await (const [name, handle] of (await OPFSStore.#all()).entries()) if (handle.kind === "directory") names.push(name);
    return names.sort();
  }

  /** Deletes a library with all that it holds; "conflict" while a tab has it open. */
  static async deleteLibrary(name: string): Promise<void> {
    // One that was just left takes a moment to be let go.
    const signal = AbortSignal.timeout(500);
    const remove = async () => (await OPFSStore.#all()).removeEntry(name, { recursive: true });
    await navigator.locks.request(lockOf(name), { signal }, remove).catch((e) => {
      throw signal.aborted && e === signal.reason ? new OndolError("conflict", `conflict: library ${name} is open in a tab`) : OndolError.of(e);
    });
  }

  close(): void {
    this.#release();
  }

  async get(name: string, offset: number, length: number): Promise<Uint8Array> {
    try {
      const file = await this.#file(name);
      return whole(name, new Uint8Array(await file.slice(offset, offset + length).arrayBuffer()), length);
    } catch (e) {
      this.#files.delete(name);
      // Another tab deleted it since it was first read.
      if (e instanceof DOMException && (e.name === "NotFoundError" || e.name === "NotReadableError")) throw missing(name);
      throw e;
    }
  }

  /** A file as it is stored. To look it up anew for each range takes longer than to read that. */
  #file(name: string): Promise<Blob> {
    const known = this.#files.get(name) ?? this.#handle(name).then((handle) => handle.getFile());
    this.#files.set(name, known);
    return known;
  }

  async put(name: string, data: Uint8Array): Promise<void> {
    this.#files.delete(name);
    const handle = await this.#folder.getFileHandle(name, { create: true });
    // What is written takes the file's place at close, and not before.
    const out = await handle.createWritable();
    try {
      await out.write(data as Uint8Array<ArrayBuffer>);
      await out.close();
    } catch (e) {
      await out.abort().catch(() => undefined);
      await this.delete(name);
      throw OndolError.of(e);
    }
  }

  async delete(name: string): Promise<void> {
    this.#files.delete(name);
    try {
      await this.#folder.removeEntry(name);
    } catch (e) {
      if (!(e instanceof DOMException && e.name === "NotFoundError")) throw e;
    }
  }

  async list(): Promise<File[]> {
    const files: File[] = [];
    for await (const [name, handle] of this.#folder.entries()) {
      if (handle.kind !== "file" || unfinished(name)) continue;
      files.push({ name, size: (await (handle as FileSystemFileHandle).getFile()).size });
    }
    return files.sort(byName);
  }

  /** Tabs take turns, so that looking and writing are one step. */
  async swap(name: string, data: Uint8Array): Promise<void> {
    await navigator.locks.request(`ondol:${this.#name}`, async () => {
      for await (const other of this.#folder.keys()) {
        if (!unfinished(other) && supersedes(other, name)) throw taken(name, other);
      }
      await this.put(name, data);
    });
  }

  async #handle(name: string): Promise<FileSystemFileHandle> {
    try {
      return await this.#folder.getFileHandle(name);
    } catch (e) {
      if (e instanceof DOMException && e.name === "NotFoundError") throw missing(name);
      throw e;
    }
  }
}

/** A store behind HTTP, as `ondol serve --store` offers it. */
export class HTTPStore implements Store {
  #url: string;

  /** @param url of the folder, ending in a slash. */
  constructor(url: string) {
    this.#url = url;
  }

  async get(name: string, offset: number, length: number): Promise<Uint8Array> {
    if (length === 0) return new Uint8Array();
    const range = { Range: `bytes=${offset}-${offset + length - 1}` };
    const response = await this.#fetch(name, { headers: range });
    return whole(name, new Uint8Array(await response.arrayBuffer()), length);
  }
  async put(name: string, data: Uint8Array): Promise<void> {
    await this.#fetch(name, { method: "PUT", body: data.slice() });
  }
  async delete(name: string): Promise<void> {
    await this.#fetch(name, { method: "DELETE" });
  }
  async list(): Promise<File[]> {
    return ((await (await this.#fetch("", {})).json()) as File[]).sort(byName);
  }
  async swap(name: string, data: Uint8Array): Promise<void> {
    await this.#fetch(name, { method: "PUT", body: data.slice(), headers: { "If-None-Match": "*" } });
  }

  async #fetch(name: string, init: RequestInit): Promise<Response> {
    const response = await fetch(this.#url + name, { ...init, cache: "no-store" });
    if (response.ok) return response;
    const message = (await response.text()).trim();
    throw new OndolError(({ 404: "not-found", 412: "conflict", 507: "storage-full" } as const)[response.status as 404] ?? "internal", message);
  }
}

/**
 * A library on a static host, read by ranges: the files of `ondol export --static`
 * with a list of them in `files.json`.
 */
export class StaticStore implements Store {
  #url: string;

  /** @param url of the folder, ending in a slash. */
  constructor(url: string) {
    this.#url = url;
  }

  async get(name: string, offset: number, length: number): Promise<Uint8Array> {
    if (length === 0) return new Uint8Array();
    const response = await fetch(this.#url + name, { headers: { Range: `bytes=${offset}-${offset + length - 1}` } });
    if (response.status === 404) throw missing(name);
    if (!response.ok) throw new OndolError("internal", `stored file ${name}: the host answers ${response.status}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    // A host that knows no ranges sends the whole.
    return whole(name, response.status === 206 ? bytes : bytes.subarray(offset, offset + length), length);
  }
  async list(): Promise<File[]> {
    const response = await fetch(`${this.#url}files.json`, { cache: "no-cache" });
    if (!response.ok) throw new OndolError("not-found", `no library at ${this.#url}: there is no files.json`);
    return ((await response.json()) as File[]).sort(byName);
  }
  async put(): Promise<void> {
    throw readOnly();
  }
  // Cannot clear what an older library left, nor need to.
  async delete(): Promise<void> {}
  async swap(): Promise<void> {
    throw readOnly();
  }
}

/** The lock that tabs share which have a library open. */
const lockOf = (name: string) => `ondol-open:${name}`;

/** Holds a library's lock until what is returned is called. */
function holding(name: string): Promise<() => void> {
  return new Promise((held, fail) => {
    const until = () => new Promise<void>((release) => held(release));
    navigator.locks.request(lockOf(name), { mode: "shared" }, until).catch(fail);
  });
}

const readOnly = () => new OndolError("bad-request", "a library on a static host can be read, not changed");

function whole(name: string, data: Uint8Array, length: number): Uint8Array {
  if (data.length !== length) {
    throw new OndolError("corrupt", `stored file ${name} is ${length - data.length} bytes too short`);
  }
  return data;
}

function missing(name: string): OndolError {
  return new OndolError("not-found", `not found: stored file ${name}`);
}

/** What Chromium keeps beside a file while it is written. */
const unfinished = (name: string) => name.endsWith(".crswap");

/** Whether a file keeps one of a name from being swapped in. */
const supersedes = (other: string, name: string) => other >= name && kind(other) === kind(name);

const kind = (name: string) => name.slice(0, name.lastIndexOf("-") + 1);

function taken(name: string, by: string): OndolError {
  return new OndolError("conflict", `conflict: ${name} cannot be written, as ${by} is there`);
}

const byName = (a: File, b: File) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
