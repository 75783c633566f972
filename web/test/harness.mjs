// What the tests and the benchmark share: Chromium, a served page, a corpus.
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "../..");
export const shared = path.join(root, "../shared");

/** How long a test waits for anything, in milliseconds: the machine may be busy. */
export const patience = 120_000;

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts Chromium, or says what to install. */
export function launch(...more) {
  const executablePath = process.env.CHROME_PATH ?? "/usr/bin/chromium";
  if (!fs.existsSync(executablePath)) {
    throw new Error(`the page is tested in Chromium, and ${executablePath} is not there: apt-get install chromium fonts-noto-cjk, or set CHROME_PATH`);
  }
  return chromium.launch({ executablePath, headless: true, args: [...flags, ...more] });
}

/** Starts bin/ondol serve and returns its URL, and what ends it and waits for that. */
export async function serve(...args) {
  const child = spawn(path.join(root, "bin/ondol"), ["serve", "--addr", "127.0.0.1:0", ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const line = await new Promise((resolve, reject) => {
    child.stdout.once("data", (b) => resolve(String(b)));
    child.once("exit", (code) => reject(new Error(`ondol serve ended with status ${code}`)));
  });
  const url = /http:\S+/.exec(line)?.[0];
  if (!url) throw new Error(`ondol serve said ${line}`);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const stop = () => {
    child.kill();
    return ended; // until then it finishes what it was asked for
  };
  return { url, stop };
}

/** The first documents of the shared corpus, some megabytes of each language. */
export function corpus(megabytes) {
  const documents = [];
  for (const lang of ["ko", "en"]) {
    const file = path.join(shared, `corpus/${lang}.jsonl.xz`);
    if (!fs.existsSync(file)) return undefined;
    const { stdout } = spawnSync("sh", ["-c", 'xz -dc "$0" 2>/dev/null | head -c 40000000', file], { maxBuffer: 1 << 28 });
    let room = (megabytes / 2) * 1e6;
    for (const line of stdout.toString().split("\n").slice(0, -1)) {
      const { id, title, text } = JSON.parse(line);
      if (room <= 0) break;
      if (!text?.trim()) continue;
      room -= Buffer.byteLength(text);
      documents.push({ id, title, data: text });
    }
  }
  return documents;
}
