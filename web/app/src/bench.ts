// The screen that times a model on this device: /bench.
import { type BenchResult, type ModelResult, Ondol } from "../../sdk/src/index.js";
import { $, h } from "./dom.js";
import { language } from "./strings.js";

const words = {
  en: {
    title: "How fast is a model here?",
    about: "Reads a prompt and writes after it; an encoder embeds texts. Close other tabs for steady figures. Nothing leaves this device.",
    model: "Model (GGUF)",
    prompt: "Tokens to read",
    generate: "Tokens to write, or texts to embed",
    threads: "Threads (empty: as many as are worth it)",
    profile: "show where the time goes, which costs a little of it",
    run: "Measure",
    loading: (percent: number) => `Loading: ${percent} %`,
    measuring: "Measuring …",
    pp: "Reading, tokens/s",
    tg: "Writing, tokens/s",
    first: "First token, ms",
    load: "Loading, ms",
    memory: "Memory, MiB",
    used: "Threads",
    op: "Operation",
    read: "reading",
    write: "writing",
  },
  ko: {
    title: "이 기기에서 모델은 얼마나 빠른가요?",
    about: "프롬프트를 읽고 이어 씁니다. 인코더는 글을 임베딩합니다. 다른 탭을 닫으면 더 정확합니다. 아무것도 기기 밖으로 나가지 않습니다.",
    model: "모델 (GGUF)",
    prompt: "읽을 토큰 수",
    generate: "쓸 토큰 수, 또는 임베딩할 글 수",
    threads: "스레드 수 (비우면 이득이 있는 만큼)",
    profile: "시간이 어디에 쓰이는지 보기 (조금 느려집니다)",
    run: "재기",
    loading: (percent: number) => `불러오는 중: ${percent} %`,
    measuring: "재는 중 …",
    pp: "읽기, 토큰/초",
    tg: "쓰기, 토큰/초",
    first: "첫 토큰까지, ms",
    load: "불러오기, ms",
    memory: "메모리, MiB",
    used: "스레드",
    op: "연산",
    read: "읽기",
    write: "쓰기",
  },
};
const t = words[language()];

interface Figures extends BenchResult {
  engine: string;
  threads: number;
  load_ms: number;
  memory: number;
  model: ModelResult;
}

const number = (id: string) => Number($<HTMLInputElement>(id).value);

async function measure(file: File): Promise<Figures> {
  const plain = new URLSearchParams(location.search).has("plain");
  const ondol = await Ondol.open({ store: "memory", ...(plain ? { wasm: new URL("ondol.wasm", import.meta.url) } : {}) });
  try {
    const need = number("prompt") + number("generate");
    const threads = number("threads");
    const began = performance.now();
    const model = await ondol.load(file, {
      ...(threads > 0 ? { threads } : {}),
      ...(need > 4096 ? { context: need } : {}),
      onProgress: ({ done, total }) => {
        $("state").textContent = t.loading(Math.round((100 * done) / total));
      },
    });
    const load_ms = performance.now() - began;
    $("state").textContent = t.measuring;
    const result = await ondol.bench({ prompt: number("prompt"), generate: number("generate"), profile: $<HTMLInputElement>("profile").checked });
    return { engine: "browser", threads: model.threads, load_ms, ...result, memory: await ondol.memory(), model };
  } finally {
    ondol.close();
  }
}

function show(f: Figures): void {
  const row = (name: string, ...values: string[]) => h("tr", {}, h("th", { scope: "row" }, name), ...values.map((v) => h("td", {}, v)));
  $("figures").replaceChildren(
    row(t.pp, f.pp.toFixed(1)),
    row(t.tg, f.tg.toFixed(1)),
    row(t.first, f.first_ms.toFixed(0)),
    row(t.load, f.load_ms.toFixed(0)),
    row(t.memory, (f.memory / 2 ** 20).toFixed(0)),
    row(t.used, String(f.threads)),
  );
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  $("shares").replaceChildren(
    ...(f.profile ? [row(t.op, t.read, t.write)] : []),
    ...(f.profile ?? []).map((s) => row(s.op, percent(s.read), percent(s.write))),
  );
  $("json").textContent = JSON.stringify(f);
}

document.documentElement.lang = language();
document.title = t.title;
for (const id of ["title", "about", "run"] as const) $(id).textContent = t[id];
for (const id of ["model", "prompt", "generate", "threads", "profile"] as const) $(`${id}-label`).textContent = t[id];
$("form").addEventListener("submit", (e) => {
  e.preventDefault();
  const file = $<HTMLInputElement>("model").files?.[0];
  if (!file) return;
  $<HTMLButtonElement>("run").disabled = true;
  $("json").textContent = "";
  measure(file)
    .then((f) => {
      show(f);
      $("state").textContent = "";
    })
    .catch((error: unknown) => {
      $("state").textContent = error instanceof Error ? error.message : String(error);
    })
    .finally(() => {
      $<HTMLButtonElement>("run").disabled = false;
    });
});
document.documentElement.dataset["ready"] = "true";
