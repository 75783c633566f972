// Models shared out to several workers: each computes with its part of the
// weights, and they meet in shared memory.
import type { Operations } from "./abi.gen.js";
import type { Sources } from "./engine.js";
import { OndolError } from "./errors.js";
import { closeMeeting, Meeting, type MeetingPlace, meetingPlace } from "./meeting.js";

type LoadRequest = Operations["load"]["request"];

/**
 * What the first worker tells the others: to read and compute a part of a model,
 * to measure, or to see whether those who do live on. While it waits for them it
 * hears nothing itself.
 */
export type ToFollower =
  | { type: "follow"; module: WebAssembly.Module; place: MeetingPlace; index: number; request: LoadRequest; sources: Sources; life: string }
  | { type: "watch"; place: MeetingPlace; lives: string[] }
  | { type: "measure"; place: MeetingPlace; index: number };

/** What they answer: that they have begun, or why they ended. */
export type FromFollower = { type: "begun" } | { type: "failed"; error: { code: OndolError["code"]; message: string } };

/** Holds a lock for as long as this worker lives, and no longer, however it ends. */
export function live(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const held = () => {
      resolve();
      return new Promise<never>(() => {});
    };
    navigator.locks.request(name, held).catch(reject);
  });
}

/** Ends a meeting as soon as one of those who hold these locks is no more. */
export function watch(place: MeetingPlace, lives: string[]): void {
  for (const name of lives) void navigator.locks.request(name, () => closeMeeting(place));
}

/** Whether workers can share memory here. */
export const canShare = typeof SharedArrayBuffer !== "undefined" && globalThis.crossOriginIsolated === true;

/** The workers beside the first. */
export class Team {
  #spawn: () => Worker;
  #workers: Worker[] = [];
  #place: MeetingPlace | undefined;
  #failed: OndolError | undefined;
  #best: Promise<number> | undefined;

  constructor(spawn: () => Worker) {
    this.#spawn = spawn;
  }

  /** Why the first of the others failed, if one did. */
  get failed(): OndolError | undefined {
    return this.#failed;
  }

  /** Has count - 1 workers read their parts of a model; they follow once they have. */
  async gather(count: number, module: WebAssembly.Module, request: LoadRequest, sources: Sources): Promise<MeetingPlace> {
    const team = crypto.randomUUID();
    const life = (index: number) => `ondol-${team}-${index}`;
    const place = await this.#begin(count, (place, index) => ({
      type: "follow",
      module,
      place,
      index,
      request: { ...request, shard: { index, count } },
      sources,
      life: life(index),
    }));
    await this.#start({ type: "watch", place, lives: Array.from({ length: count - 1 }, (_, i) => life(i + 1)) });
    return place;
  }

  /**
   * How many workers are worth it, this one included: measured once, with work and
   * meetings as those of a small model. More are taken only if they are a quarter
   * faster than fewer.
   */
  best(): Promise<number> {
    this.#best ??= this.#measure();
    return this.#best;
  }

  async #measure(): Promise<number> {
    const alone = meetingPlace(1);
    measure(alone, 0); // until it is compiled
    const once = measure(alone, 0);
    let best = 1;
    let speed = 1;
    for (let count = 2; count <= Math.min(mostWorkers, navigator.hardwareConcurrency ?? 1); count *= 2) {
      const place = await this.#begin(count, (place, index) => ({ type: "measure", place, index }));
      const gain = (count * once) / measure(place, 0);
      this.part();
      if (gain < 1.25 * speed) break;
      best = count;
      speed = gain;
    }
    return best;
  }

  /** Lets the workers go. */
  part(): void {
    if (this.#place) closeMeeting(this.#place);
    for (const w of this.#workers) w.terminate();
    this.#workers = [];
    this.#place = undefined;
  }

  async #begin(count: number, message: (place: MeetingPlace, index: number) => ToFollower): Promise<MeetingPlace> {
    this.part();
    this.#failed = undefined;
    const place = meetingPlace(count);
    this.#place = place;
    await Promise.all(Array.from({ length: count - 1 }, (_, i) => this.#start(message(place, i + 1))));
    return place;
  }

  /** Starts a worker and waits until it has begun. */
  #start(message: ToFollower): Promise<void> {
    const worker = this.#spawn();
    this.#workers.push(worker);
    return new Promise((resolve, reject) => {
      const fail = (e: OndolError) => {
        this.#failed ??= e;
        closeMeeting(message.place);
        reject(e);
      };
      worker.onmessage = ({ data }: MessageEvent<FromFollower>) => {
        if (data.type === "failed") fail(new OndolError(data.error.code, data.error.message));
        else resolve();
      };
      worker.onerror = (e) => fail(new OndolError("internal", `a worker of the model failed: ${e.message || "it could not be loaded"}`));
      worker.postMessage(message);
    });
  }
}

/** More than a small model can be shared out to with profit. */
const mostWorkers = 8;

const room = new Float32Array(4096).fill(1);

/** Works and meets as a small model does, and returns the milliseconds it took. */
export function measure(place: MeetingPlace, index: number): number {
  const meeting = new Meeting(place, index);
  const memory = new ArrayBuffer(4 * 4096 * place.count);
  const work = () => {
    for (let k = 0; k < 16; k++) for (let i = 0; i < room.length; i++) room[i] = (room[i] as number) * 0.999 + 0.001;
  };
  meeting.exchange(memory, 0, 0, 0, 0);
  const began = performance.now();
  for (let round = 0; round < 200; round++) {
    work();
    meeting.exchange(memory, 4, memory.byteLength, 0, 2048);
  }
  return performance.now() - began;
}
