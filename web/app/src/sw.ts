// Keeps the page's own files, so that it opens without a network. It fetches
// nothing else, and never sees a document.
/// <reference lib="webworker" />
import { reactor } from "../../sdk/src/wasm.js";

declare const self: ServiceWorkerGlobalScope;
/** Filled in by the build: the files, and a name that changes with them. */
declare const SHELL: string[];
/** What may wait until the page stands. */
declare const LATER: string[];
declare const VERSION: string;

self.addEventListener("install", (e) => {
  e.waitUntil(
    caches
      .open(VERSION)
      .then((c) => c.addAll([...SHELL, `./${reactor}`].map((f) => new Request(f, { cache: "no-cache" }))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (e) => {
  e.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((n) => n !== VERSION).map((n) => caches.delete(n))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("message", (e) => {
  if (e.data !== "ready") return;
  const keep = async (c: Cache, file: string) => (await c.match(file)) ?? c.add(new Request(file, { cache: "no-cache" }));
  e.waitUntil(caches.open(VERSION).then((c) => Promise.all(LATER.map((f) => keep(c, f)))));
});

self.addEventListener("fetch", (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== "GET" || url.origin !== location.origin || url.pathname.includes("/store/")) return;
  // The network first: a new version is seen at once; the cache when there is none.
  e.respondWith(
    fetch(e.request).catch(async () => {
      const kept = await caches.match(e.request, { ignoreSearch: true, cacheName: VERSION });
      return kept ?? Response.error();
    }),
  );
});
