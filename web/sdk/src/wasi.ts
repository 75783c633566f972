// The few functions of WASI (preview 1) that a Go reactor asks for. There are no
// files, no arguments and no environment; what is written goes to the console.

const SUCCESS = 0;
const EBADF = 8;
const ENOSYS = 52;

/** Thrown where the guest would end the process. */
export class Exit extends Error {}

/** Returns the imports of a reactor; memory is asked for once it exists. */
export function wasi(memory: () => WebAssembly.Memory): WebAssembly.ModuleImports {
  const view = () => new DataView(memory().buffer);
  const decoder = new TextDecoder();
  let line = "";
  const known: Record<string, (...args: never[]) => number> = {
    args_sizes_get: (count: number, size: number) => zero(count, size),
    environ_sizes_get: (count: number, size: number) => zero(count, size),
    args_get: () => SUCCESS,
    environ_get: () => SUCCESS,
    clock_time_get: (id: number, _precision: bigint, out: number) => {
      const ms = id === 0 ? performance.timeOrigin + performance.now() : performance.now();
      // Go takes a clock that stands at zero for a broken one.
      view().setBigUint64(out, BigInt(Math.round(ms * 1e6)) + 1n, true);
      return SUCCESS;
    },
    random_get: (ptr: number, len: number) => {
      for (let at = 0; at < len; at += 65536) {
        const piece = new Uint8Array(Math.min(65536, len - at));
        crypto.getRandomValues(piece);
        new Uint8Array(memory().buffer).set(piece, ptr + at);
      }
      return SUCCESS;
    },
    fd_write: (fd: number, vectors: number, count: number, written: number) => {
      if (fd !== 1 && fd !== 2) return EBADF;
      let n = 0;
      for (let i = 0; i < count; i++) {
        const ptr = view().getUint32(vectors + 8 * i, true);
        const len = view().getUint32(vectors + 8 * i + 4, true);
        line += decoder.decode(new Uint8Array(memory().buffer, ptr, len).slice(), { stream: true });
        n += len;
      }
      const end = line.lastIndexOf("\n");
      if (end >= 0) {
        console.error(line.slice(0, end));
        line = line.slice(end + 1);
      }
      view().setUint32(written, n, true);
      return SUCCESS;
    },
    fd_fdstat_get: (fd: number, out: number) => {
      if (fd > 2) return EBADF;
      new Uint8Array(memory().buffer, out, 24).fill(0);
      view().setUint8(out, 2); // a character device
      return SUCCESS;
    },
    fd_fdstat_set_flags: () => SUCCESS,
    fd_prestat_get: () => EBADF,
    sched_yield: () => SUCCESS,
    poll_oneoff: (subscriptions: number, events: number, count: number, out: number) => {
      // Nothing waits here: whatever is waited for has happened.
      for (let i = 0; i < count; i++) {
        const v = view();
        v.setBigUint64(events + 32 * i, v.getBigUint64(subscriptions + 48 * i, true), true);
        v.setUint16(events + 32 * i + 8, 0, true);
        v.setUint8(events + 32 * i + 10, v.getUint8(subscriptions + 48 * i + 8));
      }
      view().setUint32(out, count, true);
      return SUCCESS;
    },
    proc_exit: (code: number) => {
      throw new Exit(`the engine ended with status ${code}: ${line}`);
    },
  };
  function zero(...out: number[]): number {
    for (const ptr of out) view().setUint32(ptr, 0, true);
    return SUCCESS;
  }
  // Whatever else the toolchain imports is there, and says that it is not.
  return new Proxy(known as WebAssembly.ModuleImports, {
    get: (target, name: string) => target[name] ?? (() => ENOSYS),
    has: () => true,
  });
}
