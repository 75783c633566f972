// One model on several workers: the same numbers as on one, and clear ends.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { launch, patience, serve, shared } from "./harness.mjs";

const file = path.join(shared, "models/llama-tiny/ts656k.Q8_0.gguf");
const skip = fs.existsSync(file) ? false : "no ../shared/models";
let server;
let browser;
let page;

before(async () => {
  if (skip) return;
  server = await serve();
  browser = await launch();
  page = await open();
});

async function open(options) {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(patience);
  await page.goto(server.url);
  await page.evaluate((base64) => {
    window.model = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  }, fs.readFileSync(file).toString("base64"));
  return page;
}

after(async () => {
  await browser?.close();
  server?.stop();
});

test("several workers write what one writes", { skip }, async () => {
  const results = await page.evaluate(async () => {
    const { Ondol } = await import("./ondol.js");
    const ondol = await Ondol.open({ store: "memory" });
    const results = [];
    for (const threads of [1, 2, 3, 2]) {
      await ondol.load(new Blob([window.model]), { threads });
      const { text } = await ondol.generate({ prompt: "Once upon a time", maxTokens: 30, temperature: 0.9, seed: 5 });
      const logits = await ondol.logits(await ondol.tokenize("The dog and the cat", true), 5);
      results.push(JSON.stringify({ text, logits }));
    }
    ondol.close();
    return results;
  });
  assert.equal(await page.evaluate(() => crossOriginIsolated), true);
  assert.match(results[0], /Once|,|\w+/);
  for (const r of results) assert.equal(r, results[0]);
});

test("several workers embed what one embeds", { skip }, async () => {
  const results = await page.evaluate(async () => {
    const { Ondol } = await import("./ondol.js");
    const encoder = await (await fetch("./encoder.gguf")).blob();
    const ondol = await Ondol.open({ store: "memory" });
    const texts = Array.from({ length: 11 }, (_, i) => "온돌은 방바닥을 데운다. The floor is warm. ".repeat(1 + ((7 * i) % 11)) + i);
    const results = [];
    for (const threads of [1, 2, 3]) {
      const m = await ondol.load(encoder, { threads });
      const vectors = await ondol.embed(texts);
      results.push({ threads: m.threads, vectors: JSON.stringify(vectors), n: vectors.length });
    }
    ondol.close();
    return results;
  });
  for (const [i, r] of results.entries()) {
    assert.equal(r.threads, i + 1);
    assert.equal(r.n, 11);
    assert.equal(r.vectors, results[0].vectors);
  }
});

test("a model that breaks off, or has too few heads, is an error and no hang", { skip }, async () => {
  const said = await page.evaluate(async () => {
    const { Ondol } = await import("./ondol.js");
    const ondol = await Ondol.open({ store: "memory" });
    const said = [];
    const load = (bytes, threads) =>
      ondol.load(new Blob([bytes]), { threads }).then(
        (m) => m.architecture,
        (e) => e.code,
      );
    said.push(await load(window.model.subarray(0, window.model.length / 2), 2));
    said.push(await load(window.model, 60));
    said.push(await load(window.model, 2));
    ondol.close();
    return said;
  });
  assert.deepEqual(said, ["bad-model", "unsupported", "llama"]);
});

test("a worker that is killed under a model that writes is an error, and the model can be loaded again", { skip }, async () => {
  // The first worker, and how to have it kill the second.
  const body = `
    import "./ondol-worker.js";
    const Real = Worker;
    const all = [];
    self.Worker = class extends Real {
      constructor(_, o) {
        super(new URL("./ondol-worker.js", import.meta.url), o);
        all.push(this);
      }
    };
    addEventListener("message", ({ data }) => data.kill && all[0].terminate());`;
  const page = await open({ serviceWorkers: "block" }); // which would answer before the route
  await page.route("**/killing-worker.js", (route) =>
    route.fulfill({ contentType: "text/javascript", headers: { "Cross-Origin-Embedder-Policy": "require-corp" }, body }),
  );
  const { error, text, again } = await page.evaluate(async () => {
    const { Ondol } = await import("./ondol.js");
    const Real = window.Worker;
    let first;
    window.Worker = class extends Real {
      constructor(...a) {
        super(...a);
        first = this;
      }
    };
    const ondol = await Ondol.open({ store: "memory", workerURL: new URL("./killing-worker.js", location.href) });
    window.Worker = Real;
    const load = () => ondol.load(new Blob([window.model]), { threads: 2 });
    const write = () => ondol.generate({ prompt: "Once upon a time", maxTokens: 60 });
    await load();
    const { text } = await write();
    first.postMessage({ kill: true });
    // A model this small is done before the worker is: it is asked until that is gone.
    let error = "none";
    for (let i = 0; i < 100 && error === "none"; i++) {
      await new Promise((r) => setTimeout(r, 50));
      error = await write().then(
        () => "none",
        (e) => `${e}`,
      );
    }
    await load();
    const again = (await write()).text;
    ondol.close();
    return { error, text, again };
  });
  assert.match(error, /load it again/);
  assert.equal(again, text);
});

test("workers embed a library together, and one alone goes on where another is killed", { skip }, async () => {
  // The first worker, which has one core if told so, and kills those beside it.
  const body = `
    import "./ondol-worker.js";
    if (location.hash === "#alone") Object.defineProperty(navigator, "hardwareConcurrency", { value: 1 });
    const Real = Worker;
    const others = [];
    self.Worker = class extends Real {
      constructor(_, o) {
        super(new URL("./ondol-worker.js", import.meta.url), o);
      }
      postMessage(m) {
        if (m.type === "start") others.push(this);
        super.postMessage(m);
      }
    };
    const kill = new BroadcastChannel("kill");
    kill.onmessage = () => {
      for (const o of others) o.terminate();
      kill.postMessage(others.length);
    };`;
  const page = await open({ serviceWorkers: "block" });
  await page.route("**/killing-worker.js", (route) =>
    route.fulfill({ contentType: "text/javascript", headers: { "Cross-Origin-Embedder-Policy": "require-corp" }, body }),
  );
  const [alone, together, killed] = await page.evaluate(async () => {
    const { Ondol } = await import("./ondol.js");
    const encoder = await (await fetch("./encoder.gguf")).blob();
    const rooms = Array.from({ length: 150 }, (_, i) => `# Room ${i}\n\n${`방 ${i}의 바닥은 따뜻하다. Room ${i * i} is warm. `.repeat(1 + (i % 9))}\n\n`);
    const kill = new BroadcastChannel("kill");
    let ended = 0;
    kill.onmessage = ({ data }) => {
      ended = data;
    };
    const results = [];
    for (const kind of ["alone", "together", "killed"]) {
      const workerURL = new URL(`./killing-worker.js#${kind}`, location.href);
      const ondol = await Ondol.open({ store: "memory", workerURL });
      await ondol.add([{ id: "rooms.md", data: rooms.join("") }]);
      await ondol.encoder(encoder);
      let most = 0;
      let last = 0;
      const state = await ondol.embedLibrary({
        onProgress: ({ done }) => {
          most = Math.max(most, done - last);
          last = done;
          if (kind === "killed" && most > 4 && !ended) kill.postMessage(null);
        },
      });
      const { hits } = await ondol.search("Which floor is warm?", 20, { mode: "vector" });
      results.push({ ...state, most, ended, hits: hits.map((h) => [h.heading, h.score, h.text]) });
      ondol.close();
    }
    return results;
  });
  assert.equal(alone.most, 4);
  assert.ok(killed.ended > 0);
  for (const r of [together, killed]) {
    assert.ok(r.most >= 8, `${r.most} passages at a time`);
    assert.deepEqual([r.done, r.total], [alone.total, alone.total]);
    assert.deepEqual(r.hits, alone.hits);
  }
});

test("a library that is not embedded to its end keeps no worker, and goes on where it stopped", { skip }, async () => {
  // The first worker, which tells how many it has beside it.
  const body = `
    import "./ondol-worker.js";
    const Real = Worker;
    const tell = new BroadcastChannel("beside");
    let begun = 0;
    let ended = 0;
    const count = (b, e) => tell.postMessage({ begun: (begun += b), ended: (ended += e) });
    self.Worker = class extends Real {
      constructor(_, o) {
        super(new URL("./ondol-worker.js", import.meta.url), o);
        count(1, 0);
      }
      terminate() {
        super.terminate();
        count(0, 1);
      }
    };`;
  const page = await open({ serviceWorkers: "block" });
  await page.route("**/counting-worker.js", (route) =>
    route.fulfill({ contentType: "text/javascript", headers: { "Cross-Origin-Embedder-Policy": "require-corp" }, body }),
  );
  const results = await page.evaluate(async () => {
    const { Ondol } = await import("./ondol.js");
    const encoder = await (await fetch("./encoder.gguf")).blob();
    const rooms = Array.from({ length: 150 }, (_, i) => `# Room ${i}\n\n${`방 ${i}의 바닥은 따뜻하다. `.repeat(1 + (i % 9))}\n\n`);
    const tell = new BroadcastChannel("beside");
    const results = [];
    // Stopped when the others come, when they have come, and by an error.
    for (const kind of ["coming", "together", "error"]) {
      let beside = { begun: 0, ended: 0 };
      tell.onmessage = ({ data }) => {
        beside = data;
      };
      const none = async () => {
        for (let i = 0; i < 200 && (beside.begun === 0 || beside.ended < beside.begun); i++) await new Promise((r) => setTimeout(r, 50));
        return beside.begun > 0 && beside.ended === beside.begun;
      };
      const ondol = await Ondol.open({ store: "memory", workerURL: new URL("./counting-worker.js", location.href) });
      await ondol.add([{ id: "rooms.md", data: rooms.join("") }]);
      await ondol.encoder(encoder);
      const stop = new AbortController();
      let last = 0;
      const onProgress = ({ done }) => {
        const together = done - last > 4;
        last = done;
        if (kind === "error" && together) throw new Error("of the caller");
        if (kind === "coming" ? done > 0 : together) stop.abort();
      };
      const error = await ondol.embedLibrary({ signal: stop.signal, onProgress }).catch((e) => e.code ?? e.message);
      const gone = await none();
      let first;
      const state = await ondol.embedLibrary({
        onProgress: ({ done }) => {
          first ??= done;
        },
      });
      results.push({ kind, error, gone, last, first, done: state.done, total: state.total, goneAgain: await none() });
      ondol.close();
    }
    return results;
  });
  for (const { kind, error, gone, last, first, done, total, goneAgain } of results) {
    assert.equal(error, kind === "error" ? "of the caller" : "cancelled");
    assert.deepEqual([gone, goneAgain], [true, true], `${kind}: workers stay`);
    assert.ok(last > 0 && last < total && first === last, `${kind}: stopped at ${last} of ${total}, and began again at ${first}`);
    assert.equal(done, total);
  }
});

test("the number of workers is measured", { skip }, async () => {
  const best = await page.evaluate(async () => {
    const { Ondol } = await import("./ondol.js");
    const ondol = await Ondol.open({ store: "memory" });
    const padded = new Blob([window.model, new Uint8Array(40 << 20)]); // large enough to be shared out
    const m = await ondol.load(padded);
    ondol.close();
    return m.threads;
  });
  assert.ok(best >= 1 && best <= 8, `${best} workers`);
});
