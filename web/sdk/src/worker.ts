// The engine in a worker: what messages say, LocalBackend does.
import type { Operations } from "./abi.gen.js";
import { LocalBackend, openStore, optionsOf, type Reactors, type StoreName } from "./backend.js";
import { Engine, type Sources } from "./engine.js";
import { OndolError } from "./errors.js";
import { closeMeeting, Meeting } from "./meeting.js";
import { MemoryStore } from "./store.js";
import { canShare, type FromFollower, live, measure, type ToFollower, watch } from "./team.js";

/** What a page tells the worker. */
export type ToWorker =
  | { type: "start"; wasm: Reactors; store: StoreName; life: string | undefined }
  | { type: "run"; id: number; op: keyof Operations; request: unknown; sources: Sources }
  | { type: "use"; id: number; store: StoreName }
  | { type: "memory"; id: number }
  | { type: "stop"; id: number }
  | ToFollower;

/** What the worker tells the page. Id 0 is the start. */
export type FromWorker =
  | { type: "event"; id: number; event: unknown }
  | { type: "done"; id: number; result: unknown }
  | { type: "error"; id: number; error: { code: OndolError["code"]; message: string } }
  | { type: "changed" };

const scope = globalThis as unknown as { postMessage(m: FromWorker | FromFollower): void; onmessage: ((e: MessageEvent<ToWorker>) => void) | null };
const running = new Map<number, AbortController>();
let backend: Promise<LocalBackend> | undefined;

scope.onmessage = ({ data: m }) => {
  switch (m.type) {
    case "start":
      backend = (m.life === undefined ? Promise.resolve() : live(m.life)).then(() => start(m.wasm, m.store));
      void answer(0, () => (backend as Promise<LocalBackend>).then(() => undefined));
      break;
    case "run": {
      const stop = new AbortController();
      running.set(m.id, stop);
      void answer(m.id, async () => {
        const onEvent = async (event: unknown) => {
          scope.postMessage({ type: "event", id: m.id, event });
          await hear();
        };
        return (await ready()).run(m.op, m.request as never, m.sources, { onEvent, signal: stop.signal });
      }).finally(() => running.delete(m.id));
      break;
    }
    case "use":
      void answer(m.id, async () => (await ready()).use(m.store));
      break;
    case "memory":
      void answer(m.id, async () => (await ready()).memory());
      break;
    case "stop":
      running.get(m.id)?.abort();
      break;
    case "follow":
      void follow(m);
      break;
    case "watch":
      watch(m.place, m.lives);
      scope.postMessage({ type: "begun" });
      break;
    case "measure":
      scope.postMessage({ type: "begun" });
      measure(m.place, m.index);
  }
};

/** Computes a part of a model for as long as the first worker does. */
async function follow({ module, place, index, request, sources, life }: ToFollower & { type: "follow" }): Promise<void> {
  try {
    await live(life);
    const engine = await Engine.start(module, new MemoryStore());
    engine.meeting = new Meeting(place, index);
    scope.postMessage({ type: "begun" });
    for await (const _ of engine.run("load", request, sources)) void _;
  } catch (e) {
    closeMeeting(place);
    const { code, message } = OndolError.of(e);
    scope.postMessage({ type: "failed", error: { code, message } });
  }
}

async function start(wasm: Reactors, store: StoreName): Promise<LocalBackend> {
  const spawn = canShare ? () => new Worker(location.href, { type: "module" }) : undefined;
  const b = await LocalBackend.start(wasm, openStore(store), { ...optionsOf(store), spawn });
  b.onChange = () => scope.postMessage({ type: "changed" });
  return b;
}

async function ready(): Promise<LocalBackend> {
  if (!backend) throw new OndolError("internal", "the worker was not started");
  return backend;
}

async function answer(id: number, run: () => Promise<unknown>): Promise<void> {
  try {
    scope.postMessage({ type: "done", id, result: await run() });
  } catch (e) {
    const { code, message } = OndolError.of(e);
    scope.postMessage({ type: "error", id, error: { code, message } });
  }
}

const turns = new MessageChannel();
const waiting: (() => void)[] = [];
turns.port1.onmessage = () => waiting.shift()?.();

/** Milliseconds for which a message waits at most while the engine computes with one operation. */
const deaf = 25;
let heard = 0;

/**
 * Lets messages in, so that a stop is heard between two tokens: a turn costs a
 * model that writes a hundred tokens a second several percent, so not between any
 * two. Where operations are interleaved, each has its turn.
 */
async function hear(): Promise<void> {
  if (running.size === 1 && performance.now() - heard < deaf) return;
  await turn();
  heard = performance.now();
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    turns.port2.postMessage(null);
  });
}
