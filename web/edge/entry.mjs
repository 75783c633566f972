// The Worker's entry. One Go instance serves all requests from one place on
// earth: timers and promises of a Go program belong to the request that made
// them, unless the program lives in a Durable Object.
import "../../build/edge/wasm_exec.js";
import { createRuntimeContext, loadModule } from "../../build/edge/runtime.mjs";

// syumai/workers calls this where JavaScript may throw.
globalThis.tryCatch = (f) => {
  try {
    return { result: f() };
  } catch (error) {
    return { error };
  }
};

export class Library {
  constructor(state, env) {
    this.state = state;
    this.env = env;
  }

  async fetch(request) {
    this.program ??= this.start();
    const { binding, ended } = await this.program;
    return Promise.race([binding.handleRequest(request), ended]);
  }

  async start() {
    const binding = {};
    const go = new Go();
    const ready = Promise.withResolvers();
    const instance = new WebAssembly.Instance(await loadModule(), {
      ...go.importObject,
      workers: { ready: ready.resolve },
    });
    const context = createRuntimeContext({ env: this.env, ctx: this.state, binding });
    // A program that has ended, by a fault, is started anew by the next request.
    const ended = go.run(instance, context).then(() => {
      this.program = undefined;
      return Response.json({ error: "the engine stopped; ask again" }, { status: 500 });
    });
    const failed = await Promise.race([ready.promise, ended]);
    return { binding: failed ? { handleRequest: () => failed } : binding, ended };
  }
}

export default {
  fetch(request, env) {
    const place = request.cf?.colo ?? "here";
    return env.PLACE.get(env.PLACE.idFromName(place)).fetch(request);
  },
};
