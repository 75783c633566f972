/** The memory that the shards of a model meet in. */
export interface MeetingPlace {
  buffer: SharedArrayBuffer;
  count: number;
}

// Each member has a line of the control words: how many parts it has given, and
// how long its parts of this round and of the one before are. Line 0 is common.
const LINE = 16;
const CLOSED = 0;
const ASLEEP = 1; // how many sleep, or are about to
const ROUNDS = 0;
const LENGTHS = 1;
/** Bytes of a part that are passed on at once. */
const PIECE = 1 << 20;
/** Bytes that are copied in a loop, at most. */
const FEW = 2048;
/** How often a member looks for another before it sleeps, which costs more than some hundred microseconds of looking. */
const SPINS = 80000;
/**
 * Milliseconds of looking that are too many: another program has a core, and who
 * looks keeps the member that it waits for from the other one. Then up to so many
 * meetings are slept through without looking, twice as many each time in turn.
 */
const PATIENCE = 1;
const MOST_SLEPT = 4096;

const controls = (count: number) => 4 * LINE * (count + 1);

/** Makes a place for so many members. What is never used of it costs no memory. */
export function meetingPlace(count: number): MeetingPlace {
  return { buffer: new SharedArrayBuffer(controls(count) + 2 * count * PIECE), count };
}

/** Lets all go who wait; what they computed is void. */
export function closeMeeting({ buffer, count }: MeetingPlace): void {
  const control = new Int32Array(buffer, 0, LINE * (count + 1));
  Atomics.store(control, CLOSED, 1);
  for (let i = 1; i <= count; i++) Atomics.notify(control, LINE * i + ROUNDS);
}

/** Memory by bytes, and by words of four. */
class Words {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;

  constructor(buffer: ArrayBufferLike, from = 0, size = buffer.byteLength) {
    this.bytes = new Uint8Array(buffer, from, size);
    this.words = new Int32Array(buffer, from, size >> 2);
  }
}

/** Copies bytes; a few in a loop, which is done before set has begun. */
function copy(dst: Words, to: number, src: Words, from: number, size: number): void {
  if (size > FEW || ((to | from | size) & 3) !== 0) {
    if (size > 0) dst.bytes.set(src.bytes.subarray(from, from + size), to);
    return;
  }
  const [d, s] = [dst.words, src.words];
  for (let i = to >> 2, j = from >> 2, end = (from + size) >> 2; j < end; i++, j++) d[i] = s[j] as number;
}

/** One shard's place in a meeting: the import `exchange` of its reactor. */
export class Meeting {
  #control: Int32Array;
  #slots: Words[];
  #memory: Words | undefined;
  #index: number;
  #count: number;
  #round = 0;
  #sleepy = 0; // meetings slept through after the last look in vain
  #sleeps = 0; // those that are left of them

  constructor({ buffer, count }: MeetingPlace, index: number) {
    this.#control = new Int32Array(buffer, 0, LINE * (count + 1));
    this.#slots = Array.from({ length: 2 * count }, (_, i) => new Words(buffer, controls(count) + i * PIECE, PIECE));
    this.#index = index;
    this.#count = count;
  }

  /**
   * Puts the parts of all members together, in their order, and returns their
   * length; -1 if the meeting is closed or there is no room. It blocks until all
   * have given theirs. Two slots a member are enough: who gives a part knows that
   * all have read the one before the last.
   *
   * @param to where the result goes in memory; 0 leaves it out.
   */
  exchange(buffer: ArrayBuffer, to: number, room: number, from: number, size: number): number {
    if (this.#memory?.bytes.buffer !== buffer) this.#memory = new Words(buffer);
    const memory = this.#memory;
    const mine = LINE * (this.#index + 1);
    for (let at = 0; ; at += PIECE) {
      this.#round = (this.#round + 1) | 0;
      const parity = this.#round & 1;
      copy(this.#slot(this.#index, parity), 0, memory, from + at, Math.min(PIECE, size - at));
      Atomics.store(this.#control, mine + LENGTHS + parity, size);
      Atomics.store(this.#control, mine + ROUNDS, this.#round);
      if (Atomics.load(this.#control, ASLEEP) > 0) Atomics.notify(this.#control, mine + ROUNDS);
      let total = 0;
      let longest = 0;
      for (let i = 0; i < this.#count; i++) {
        const line = LINE * (i + 1);
        if (!this.#await(line + ROUNDS)) return -1;
        const length = Atomics.load(this.#control, line + LENGTHS + parity);
        if (to !== 0 && total + length > room) return -1;
        if (to !== 0) copy(memory, to + total + at, this.#slot(i, parity), 0, Math.min(PIECE, length - at));
        total += length;
        longest = Math.max(longest, length);
      }
      if (at + PIECE >= longest) return total;
    }
  }

  #slot(member: number, parity: number): Words {
    return this.#slots[2 * member + parity] as Words;
  }

  /** Waits for a member to have come as far as this one; false if all is over. */
  #await(rounds: number): boolean {
    const there = () => ((Atomics.load(this.#control, rounds) - this.#round) | 0) >= 0;
    if (there() || this.#look(there)) return true;
    Atomics.add(this.#control, ASLEEP, 1);
    try {
      for (;;) {
        const seen = Atomics.load(this.#control, rounds);
        if (there()) return true;
        if (Atomics.load(this.#control, CLOSED)) return false;
        // A close between the look and the sleep is seen at the next look.
        Atomics.wait(this.#control, rounds, seen, 100);
      }
    } finally {
      Atomics.sub(this.#control, ASLEEP, 1);
    }
  }

  /** Looks for a member, unless that has been of no use. */
  #look(there: () => boolean): boolean {
    if (this.#sleeps > 0) {
      this.#sleeps--;
      return false;
    }
    const began = performance.now();
    let seen = false;
    for (let i = 0; i < SPINS && !seen; i++) seen = there();
    if (seen && performance.now() - began < PATIENCE) {
      this.#sleepy >>= 1;
    } else {
      this.#sleepy = Math.min(2 * this.#sleepy + 1, MOST_SLEPT);
      this.#sleeps = this.#sleepy;
    }
    return seen;
  }
}
