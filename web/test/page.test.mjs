// The page in Chromium, as `ondol serve` serves it. Every request that it makes
// is watched: none may leave its origin.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, afterEach, before, test } from "node:test";
import { launch, patience, root, serve, shared } from "./harness.mjs";

const lease = "# 임대차 계약서\n\n## 보증금\n\n보증금은 금 오천만 원으로 한다. 월세는 매월 5일에 낸다.\n";
const handbook = "# Garden handbook\n\n## Water\n\nHoses are allowed on Sundays before nine. The tap is off in winter.\n";
const models = path.join(shared, "models/llama-tiny");
const stories = path.join(models, "stories260K.f32.gguf");
const skip = fs.existsSync(models) ? false : "no ../shared/models";

let browser;
let server;
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "ondol-page-"));

before(async () => {
  browser = await launch();
  server = await serve();
});
after(async () => {
  await browser.close();
  server.stop();
  fs.rmSync(temporary, { recursive: true });
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});

/** Opens the page for a new person, and watches what it does. */
async function visit({ url = server.url, context, ...options } = {}) {
  const own = context ?? (await browser.newContext({ locale: "en-US", viewport: { width: 1200, height: 900 }, ...options }));
  const page = await own.newPage();
  page.foreign = [];
  page.complaints = [];
  page.on("request", (r) => {
    if (!r.url().startsWith(url) && !/^(blob|data):/.test(r.url())) page.foreign.push(r.url());
  });
  page.on("console", (m) => m.type() === "error" && page.complaints.push(m.text()));
  page.on("pageerror", (e) => page.complaints.push(String(e)));
  page.setDefaultTimeout(patience);
  await page.goto(url);
  await ready(page);
  return page;
}

const ready = (page) => page.waitForSelector("html[data-ready]");

/** Waits for the encoder; where it does not come, the page says why. */
async function learned(page) {
  try {
    await page.waitForSelector("html[data-encoder]");
  } catch (e) {
    const told = await page.evaluate(() => ["#state", "#meaning", "#model-state", "#troubles"].map((id) => document.querySelector(id).textContent));
    const { ready } = await page.evaluate(() => ({ ...document.documentElement.dataset }));
    throw new Error(`${ready ? "the page is ready" : "the page does not stand"} without an encoder: ${told.join(" ")} ${page.complaints}`, { cause: e });
  }
}

const well = (page) => assert.deepEqual([page.foreign, page.complaints], [[], []]);
const file = (name, text) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(text) });
const documents = (page) => page.locator("#documents li .open").evaluateAll((list) => list.map((e) => e.title));

async function add(page, ...files) {
  await page.setInputFiles("#files", files);
  await page.waitForFunction(() => /^Added|^\d+ doc|넣었습니다/.test(document.querySelector("#progress").textContent));
}

async function ask(page, question) {
  const before = await page.locator(".turn").count();
  await page.fill("#question", question);
  await page.press("#question", "Enter");
  const turn = page.locator(".turn").nth(before);
  await turn.locator(".answer:not(.busy)").waitFor();
  return turn;
}

test("drop files, ask in Korean and in English, click a citation, reload, ask again", async () => {
  const page = await visit();
  const transfer = await page.evaluateHandle(
    ([lease, handbook]) => {
      const t = new DataTransfer();
      t.items.add(new File([lease], "lease.md"));
      t.items.add(new File([handbook], "handbook.md"));
      return t;
    },
    [lease, handbook],
  );
  await page.dispatchEvent("#drop", "drop", { dataTransfer: transfer });
  await page.waitForSelector("#documents li:nth-child(2)");
  const round = async () => {
    const korean = await ask(page, "보증금은 얼마인가요?");
    assert.match(await korean.locator(".answer").innerText(), /오천만 원/);
    await korean.locator(".cite").first().click();
    await page.waitForSelector("#source[open] mark");
    assert.equal(await page.locator("#source mark").innerText(), "보증금은 금 오천만 원으로 한다.");
    assert.equal(await page.locator("#source-place").innerText(), "임대차 계약서 > 보증금");
    await page.keyboard.press("Escape");
    const english = await ask(page, "When are hoses allowed?");
    assert.match(await english.locator(".answer").innerText(), /Sundays before nine/);
    await english.locator(".evidence button").first().click();
    assert.equal(await page.locator("#source mark").innerText(), "Hoses are allowed on Sundays before nine.");
    await page.keyboard.press("Escape");
  };
  await round();
  await page.reload();
  await ready(page);
  assert.deepEqual(await documents(page), ["handbook.md", "lease.md"]);
  await round();
  const nothing = await ask(page, "Who won the chess tournament in Oslo?");
  assert.match(await nothing.locator(".answer").innerText(), /documents do not mention/);
  well(page);
});

test("one click brings samples, and each suggested question has its answer", async () => {
  const { files, questions } = JSON.parse(fs.readFileSync(path.join(root, "web/app/samples/manifest.json"), "utf8"));
  const page = await visit();
  await page.click("#samples");
  await page.waitForFunction((n) => document.querySelectorAll("#documents li").length === n, files.length);
  for (const lang of ["en", "ko"]) {
    if (lang === "ko") await page.click("#language");
    assert.equal(await page.getAttribute("html", "lang"), lang);
    for (const [i, question] of questions[lang].entries()) {
      const turn = await ask(page, question);
      // The last of each is not in the documents.
      assert.equal(await turn.locator(".answer.none").count(), i === questions[lang].length - 1 ? 1 : 0, question);
    }
  }
  well(page);
});

test("without documents a question asks for some, and can be asked again once they are there", async () => {
  const page = await visit({ viewport: { width: 390, height: 800 } });
  const question = "How much is the deposit?";
  const turn = await ask(page, question);
  assert.match(await turn.innerText(), /no documents to ask yet/);
  assert.equal(await page.inputValue("#question"), question);
  await page.locator("main #samples").click();
  await page.waitForSelector("#documents li", { state: "attached" });
  assert.equal(await page.locator("main #drop").count(), 0);
  const again = await ask(page, question);
  assert.equal(await again.locator(".answer .cite").count(), 1);
  well(page);
});

test("each sentence says how its source stands to it, and can be marked right or wrong", async () => {
  const page = await visit();
  await add(page, file("lease.md", lease));
  const question = "보증금은 얼마인가요?";
  const turn = await ask(page, question);
  const label = turn.locator(".label");
  assert.deepEqual(await label.evaluateAll((list) => list.map((e) => e.ariaLabel)), ["Supported"]);
  await label.click();
  assert.match(await turn.locator(".why").innerText(), /source says this/);

  const pressed = (buttons) => buttons.evaluateAll((list) => list.map((e) => e.ariaPressed));
  const thumbs = turn.locator(".after .thumbs button");
  await thumbs.nth(0).click();
  await page.waitForSelector("#marks:not([hidden])");
  await thumbs.nth(1).click();
  await turn.locator(".after .thumbs [aria-pressed=true][aria-label=Wrong]").waitFor();
  assert.deepEqual(await pressed(thumbs), ["false", "true"]);
  await turn.locator(".evidence .thumbs button").first().click();
  await page.waitForFunction(() => document.querySelectorAll("#marks-list li").length === 2);

  await page.reload();
  await ready(page);
  await page.waitForSelector("#marks:not([hidden])");
  await page.click("#marks summary");
  const [saved] = await Promise.all([page.waitForEvent("download"), page.click("#export-marks")]);
  const lines = fs
    .readFileSync(await saved.path(), "utf8")
    .trim()
    .split("\n")
    .map((l) => JSON.parse(l));
  assert.deepEqual(
    lines.map((l) => [l.question, l.passage, l.mark, l.document]),
    [
      [question, "보증금은 금 오천만 원으로 한다.", "wrong", "lease.md"],
      [question, "보증금은 금 오천만 원으로 한다.", "right", "lease.md"],
    ],
  );
  for (const left of [1, 0]) {
    await page.locator("#marks-list button").first().click();
    await page.waitForFunction((n) => document.querySelectorAll("#marks-list li").length === n, left);
  }
  well(page);
});

test("a question may lean on the one before, until a new conversation", async () => {
  const page = await visit();
  await add(page, file("sales.md", "# Sales\n\nSales in 2024 were 40 million won.\n\nSales in 2023 were 25 million won.\n"));
  await ask(page, "How much were the sales in 2024?");
  const next = await ask(page, "And in 2023?");
  assert.match(await next.locator(".answer").innerText(), /25 million/);
  assert.match(await next.locator(".understood").innerText(), /sales/i);
  await page.click("#fresh");
  assert.equal(await page.locator(".turn").count(), 0);
  assert.equal(await (await ask(page, "And in 2023?")).locator(".understood").count(), 0);
  await add(page, file("매출.md", "# 매출\n\n2024년 매출은 4천만 원이다.\n\n2023년 매출은 2천5백만 원이다.\n"));
  await ask(page, "2024년 매출은 얼마인가요?");
  const korean = await ask(page, "2023년은요?");
  assert.match(await korean.locator(".answer").innerText(), /2천5백만/);
  assert.match(await korean.locator(".understood").innerText(), /매출/);
  well(page);
});

test("tags narrow the list and the questions; a library goes out as a file and in again", async () => {
  const page = await visit();
  await add(
    page,
    file("a.md", "# Flat A\n\nThe monthly rent of the flat is 900 euros.\n"),
    file("b.md", "# Flat B\n\nThe monthly rent of the flat is 950 euros.\n"),
  );
  await page.click('#documents .open[title="b.md"]');
  await page.fill("#source-tags", "new, 2026");
  await page.press("#source-tags", "Enter");
  await page.waitForSelector("#tags .tag:nth-child(2)");
  await page.click("#source [data-close]");
  await page.click('#tags .tag:text-is("new")');
  assert.deepEqual(await page.locator("#documents li:visible .open").evaluateAll((list) => list.map((e) => e.title)), ["b.md"]);
  assert.match(await (await ask(page, "What is the monthly rent of the flat?")).locator(".answer").innerText(), /950/);
  await page.click("#within");
  assert.equal(await page.locator("#documents li:visible").count(), 2);

  await page.click("#keep summary");
  const [saved] = await Promise.all([page.waitForEvent("download"), page.click("#export")]);
  const kept = path.join(temporary, "library.ondol");
  await saved.saveAs(kept);
  const other = await visit();
  await other.click("#keep summary");
  await other.setInputFiles("#import-file", [file("broken.ondol", "not a library")]);
  await other.waitForSelector("#troubles li");
  await other.setInputFiles("#import-file", kept);
  await other.waitForSelector("#documents li:nth-child(2)");
  assert.deepEqual(await other.locator("#tags .tag").allInnerTexts(), ["2026", "new"]);
  well(page);
  well(other);
});

test("several libraries are made, chosen, renamed and deleted, each with its own documents, marks and talk", async () => {
  const page = await visit();
  const name = () => page.locator("#libraries option:checked").innerText();
  const titled = (title) => page.waitForFunction((title) => document.querySelector("#library-title").textContent === title, title);
  const choose = async (label) => {
    await page.selectOption("#libraries", { label });
    await titled(label);
  };
  await add(page, file("lease.md", lease));
  assert.equal(await page.isVisible("#libraries"), false);
  const first = await ask(page, "보증금은 얼마인가요?");
  await first.locator(".after .thumbs button").first().click();
  await page.waitForSelector("#marks:not([hidden])");

  // By keyboard alone.
  await page.focus("#keep summary");
  for (const key of ["Enter", "Tab", "Enter"]) await page.keyboard.press(key);
  await page.keyboard.type("Garden");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#libraries:visible");
  await titled("Garden");
  assert.deepEqual([await name(), await documents(page), await page.locator(".turn").count()], ["Garden", [], 0]);
  await page.waitForSelector("#marks", { state: "hidden" });
  await add(page, file("handbook.md", handbook));
  assert.match(await (await ask(page, "When are hoses allowed?")).locator(".answer").innerText(), /Sundays/);
  assert.equal(await (await ask(page, "보증금은 얼마인가요?")).locator(".answer.none").count(), 1);

  await choose("Your documents");
  assert.deepEqual([await documents(page), await page.locator(".turn").count()], [["lease.md"], 1]);
  await page.waitForSelector("#marks:not([hidden])");
  assert.match(await (await ask(page, "보증금은 얼마인가요?")).locator(".answer").innerText(), /오천만 원/);
  await choose("Garden");
  assert.equal(await page.locator(".turn").count(), 2);
  assert.match(await (await ask(page, "When are hoses allowed?")).locator(".answer").innerText(), /Sundays/);

  await page.click("#rename-library");
  await page.fill("#naming-name", "텃밭 7");
  await page.keyboard.press("Enter");
  await titled("텃밭 7");
  await page.reload();
  await ready(page);
  assert.deepEqual([await name(), await documents(page)], ["텃밭 7", ["handbook.md"]]);
  await page.click("#language");
  await page.waitForFunction(() => [...document.querySelectorAll("#libraries option")].map((o) => o.label).join() === "내 문서,텃밭 7");

  // One that another tab has open stays.
  const other = await visit({ context: page.context() });
  await page.click("#keep summary");
  await page.click("#delete-library");
  await page.click("#confirm button[value='']");
  assert.equal(await name(), "텃밭 7");
  await page.click("#delete-library");
  assert.match(await page.locator("#confirm-text").innerText(), /텃밭 7.*문서 1개/);
  await page.click("#confirm-yes");
  await page.waitForSelector("#troubles li");
  assert.match(await page.locator("#troubles li").innerText(), /다른 탭/);
  await titled("내 문서");
  assert.deepEqual([await name(), await documents(page)], ["내 문서", ["lease.md"]]);
  assert.match(await (await ask(other, "When are hoses allowed?")).locator(".answer").innerText(), /Sundays/);
  well(other);
  await other.close();
  await choose("텃밭 7");
  await page.click("#delete-library");
  await page.click("#confirm-yes");
  await page.waitForFunction(() => /지웠습니다/.test(document.querySelector("#progress").textContent));
  assert.equal(await page.isVisible("#libraries"), false);
  assert.equal(await page.isVisible("#delete-library"), false);
  await page.reload();
  await ready(page);
  assert.deepEqual([await page.locator("#library-title").innerText(), await documents(page)], ["내 문서", ["lease.md"]]);
  well(page);
});

test("documents that do not answer, and that do not agree, are told apart", async () => {
  const page = await visit();
  await add(page, file("a.md", "# Rent\n\nThe monthly rent is 900 euros.\n"), file("b.md", "# Rent\n\nThe monthly rent is 950 euros.\n"));
  const disagree = await ask(page, "What is the monthly rent?");
  assert.match(await disagree.locator(".verdict").innerText(), /do not agree/);
  assert.deepEqual((await disagree.locator(".evidence .what:not(.faint)").allInnerTexts()).slice(0, 2).toSorted(), [
    "The monthly rent is 900 euros.",
    "The monthly rent is 950 euros.",
  ]);
  const absent = await ask(page, "Who won the chess tournament in Oslo?");
  assert.match(await absent.locator(".verdict").innerText(), /do not mention/);
  well(page);
});

test("an answer opens to its trace, and the saved one replays to the same bytes here and at the command line", async () => {
  const page = await visit();
  await add(page, file("lease.md", lease));
  const turn = await ask(page, "보증금은 얼마인가요?");
  await turn.locator(".toggle").click();
  for (const part of ["보증금", "rarest word", "Supported", "Weighing sentences"]) assert.ok((await turn.locator(".how").innerText()).includes(part), part);
  const [saved] = await Promise.all([page.waitForEvent("download"), turn.locator(".save").click()]);
  const trace = path.join(temporary, "trace.json");
  await saved.saveAs(trace);
  const answer = JSON.parse(fs.readFileSync(trace, "utf8"));
  const here = await page.evaluate(async (trace) => {
    const { Ondol } = await import("/ondol.js");
    const ondol = await Ondol.open({ store: "memory" });
    return ondol.replay(trace);
  }, answer.trace);
  assert.deepEqual(here, answer);
  const { stdout } = spawnSync(path.join(root, "bin/ondol"), ["ask", "--replay", trace, "--json", "--engine", "native"], { encoding: "utf8" });
  assert.deepEqual(JSON.parse(stdout), answer);
  well(page);
});

test("a saved answer opens with how it was found, where its documents are and where they are not", async () => {
  const page = await visit();
  await add(page, file("lease.md", lease));
  const turn = await ask(page, "보증금은 얼마인가요?");
  await turn.locator(".toggle").click();
  const [saved] = await Promise.all([page.waitForEvent("download"), turn.locator(".save").click()]);
  const trace = path.join(temporary, "saved.json");
  await saved.saveAs(trace);
  const answer = JSON.parse(fs.readFileSync(trace, "utf8"));
  const open = async (page, from) => {
    const before = await page.locator(".turn").count();
    await page.setInputFiles("#answer-file", from);
    const turn = page.locator(".turn").nth(before);
    await turn.locator(".answer:not(.busy)").waitFor();
    return turn;
  };
  const again = await open(page, trace);
  assert.match(await again.locator(".understood").innerText(), /saved\.json\. It is the saved answer/);
  assert.equal(await again.locator(".answer").innerText(), await turn.locator(".answer").innerText());
  assert.equal(await again.locator(".how").innerText(), await turn.locator(".how").innerText());
  await again.locator(".cite").first().click();
  assert.equal(await page.locator("#source mark").innerText(), "보증금은 금 오천만 원으로 한다.");
  await page.keyboard.press("Escape");

  const other = await visit({ locale: "ko-KR" });
  await other.click("#keep summary");
  const [chooser] = await Promise.all([other.waitForEvent("filechooser"), other.click("#open-answer")]);
  await chooser.setFiles([file("changed.json", JSON.stringify({ ...answer, answer: "보증금은 없다." }))]);
  await other.waitForSelector(".turn .answer:not(.busy)");
  assert.match(await other.locator(".turn .understood").innerText(), /다릅니다/);
  assert.match(await other.locator(".turn .answer").innerText(), /오천만 원/);
  await other.locator(".evidence button.open").first().click();
  assert.match(await other.locator("#source-text:has(mark)").innerText(), /이 구절이 지금 없습니다.*보증금은 금 오천만 원으로 한다\./s);
  await other.keyboard.press("Escape");
  for (const [text, says] of [
    ["no JSON", /저장한 답이 아닙니다/],
    ['{"trace": 1}', /저장한 답이 아닙니다/],
    [JSON.stringify({ trace: { ...answer.trace, version: 2 } }), /다른 버전의 온돌/],
    [JSON.stringify({ trace: { ...answer.trace, recording: {} } }), /파일이 바뀌었습니다/],
    ['{"trace": {"request": {"question": "<img src=x onerror=alert(1)>"}, "hits": 7}}', /./],
  ]) {
    const failed = await open(other, [file("broken.json", text)]);
    assert.equal(await failed.locator(".answer.failed").count(), 1);
    assert.match(await failed.locator(".answer").innerText(), says);
    assert.equal(await failed.locator("img").count(), 0);
  }
  well(page);
  well(other);
});

/** Opens a saved answer, and waits until it is shown. */
async function reopen(page, answer) {
  const before = await page.locator(".turn").count();
  await page.setInputFiles("#answer-file", [file("saved.json", JSON.stringify(answer))]);
  const turn = page.locator(".turn").nth(before);
  await turn.locator(".answer:not(.busy)").waitFor();
  return turn;
}

/** An answer of the engine alone, by words, from documents by their IDs. */
const answered = (page, documents, question, options = {}) =>
  page.evaluate(
    async ([documents, question, options]) => {
      const { Ondol } = await import("/ondol.js");
      const ondol = await Ondol.open({ store: "memory" });
      await ondol.add(Object.entries(documents).map(([id, data]) => ({ id, data })));
      for await (const e of ondol.ask(question, options)) if (e.answer) return e.answer;
    },
    [documents, question, options],
  );

/** The trace of a quote as if a model had written something in its place. */
function written(answer, ...sentences) {
  const pieces = sentences.map((text, i) => ({ id: i + 1, text: `${text} ` }));
  const steps = ["search", "read", "prompt", "generate", "check"].map((name) => ({ name, ms: 1 }));
  const { request, recording } = answer.trace;
  const trace = { ...answer.trace, request: { ...request, mode: "generate" }, steps, recording: { ...recording, context: 4096, prompts: [100], pieces } };
  return { trace };
}

test("a source that the check found by itself is marked at the sentence, and the others are not", async () => {
  const page = await visit();
  const quote = await answered(page, { "lease.md": lease }, "보증금은 얼마인가요?");
  const answer = written(quote, "보증금은 금 오천만 원으로 한다.", "월세는 매월 5일에 낸다 [1].");
  const turn = await reopen(page, answer);
  const cites = turn.locator(".answer .cite");
  assert.deepEqual(await cites.evaluateAll((list) => list.map((e) => [e.textContent, e.classList.contains("found"), e.ariaLabel])), [
    ["1", true, "Source 1: lease.md (found by the check)"],
    ["1", false, "Source 1: lease.md"],
  ]);
  const [first, second] = await turn.locator(".label").all();
  const reason = async (label) => {
    await label.click();
    return turn.locator(".why:not([hidden])").last().innerText();
  };
  assert.match(await reason(first), /The check found source 1; the model did not name it/);
  assert.doesNotMatch(await reason(second), /found/);
  await cites.first().click();
  assert.match(await page.locator("#source-text:not(:empty)").innerText(), /보증금은 금 오천만 원으로 한다/);
  await page.keyboard.press("Escape");

  await page.click("#language");
  const korean = await reopen(page, answer);
  assert.equal(await korean.locator(".cite.found").getAttribute("aria-label"), "출처 1: lease.md (검사에서 찾음)");
  well(page);
});

test("what a model writes is told apart: said by its source, by a part of it, otherwise, or not at all", async () => {
  const page = await visit();
  const text = "# Rent\n\nThe monthly rent of the flat is 900 euros. It is paid to Ms Weber by the fifth.\n";
  const quote = await answered(page, { "rent.md": text }, "How much is the monthly rent?");
  const turn = await reopen(
    page,
    written(quote, "The monthly rent of the flat is 900 euros [1].", "The monthly rent of the flat is 950 euros [1].", "Dolphins sleep with one eye open."),
  );
  const labels = turn.locator(".label");
  assert.deepEqual(await labels.evaluateAll((list) => list.map((e) => e.ariaLabel)), ["Supported", "Contradicted", "Not supported"]);
  assert.deepEqual(await turn.locator(".sentence").evaluateAll((list) => list.map((e) => e.classList[1])), ["supported", "contradicted", "unsupported"]);
  await labels.nth(1).click();
  assert.match(await turn.locator(".why.contradicted").innerText(), /“950.*” here, “900.*” in the source/);
  await labels.nth(1).click();
  assert.equal(await turn.locator(".why:not([hidden])").count(), 0);
  well(page);
});

test("each way not to answer is told, with what came nearest, in both languages", async () => {
  const page = await visit();
  const rent = ["# Rent", "The monthly rent is 900 euros.", "# Keys", "There are three keys to the flat."].join("\n\n");
  const near = async (turn) => (await turn.locator(".evidence .open .what:not(.faint)").allInnerTexts()).join("\n");
  const unanswerable = await answered(page, { "rent.md": rent }, "What is the monthly rent?", { threshold: 0.999 });
  assert.equal(unanswerable.reason, "unanswerable");
  const absent = await answered(page, { "rent.md": rent }, "Which flat has a balcony to the garden?");
  assert.equal(absent.reason, "absent");
  const foreign = await answered(page, { "rent.md": rent }, "家賃はいくらですか");
  assert.equal(foreign.foreign, true);
  const contradictory = await answered(page, { "rent.md": rent, "costs.md": "# Rent\n\nThe monthly rent is 950 euros.\n" }, "What is the monthly rent?");
  assert.equal(contradictory.reason, "contradictory");
  for (const [answer, english, korean, nearest] of [
    [unanswerable, /are about this, but do not answer it/, /관련된 내용은 있지만 답은 없습니다/, /900 euros/],
    [absent, /do not mention this/, /이 내용이 없습니다/, /keys to the flat/],
    [foreign, /Ask in English or Korean/, /한국어나 영어로/, /^/],
    [contradictory, /do not agree on this/, /서로 다릅니다/, /9[05]0 euros.*9[05]0 euros/s],
  ]) {
    for (const says of [english, korean]) {
      const turn = await reopen(page, answer);
      assert.match(await turn.locator(".verdict").innerText(), says);
      assert.match(await near(turn), nearest);
      assert.equal(await turn.locator(".answer .cite").count(), 0);
      await page.click("#language");
    }
  }
  well(page);
});

test("a mark moves later questions like it, and is taken back by its thumb and in the list", async () => {
  const page = await visit();
  await add(page, file("lease.md", lease), file("notes.md", "# 메모\n\n지난 집의 보증금은 삼천만 원이었다.\n"));
  const question = "보증금은 얼마인가요?";
  const first = await ask(page, question);
  const marks = () => page.evaluate(() => document.querySelectorAll("#marks-list li").length);
  const count = (n) => page.waitForFunction((n) => document.querySelectorAll("#marks-list li").length === n, n);
  const wrong = first.locator(".evidence .thumbs button").nth(1);
  await wrong.click();
  await count(1);
  const moved = await ask(page, question);
  await moved.locator(".toggle").click();
  assert.match(await moved.locator(".how").innerText(), /marks -?\d/);
  await wrong.click(); // its thumb
  await count(0);
  assert.equal(await wrong.getAttribute("aria-pressed"), "false");
  await wrong.click();
  await count(1);
  await page.click("#marks summary");
  await page.click("#marks-list button");
  await count(0);
  await first.locator(".evidence [aria-pressed=true]").waitFor({ state: "detached" });
  const back = await ask(page, question);
  await back.locator(".toggle").click();
  assert.doesNotMatch(await back.locator(".how").innerText(), /marks -?\d/);
  assert.equal(await marks(), 0);
  well(page);
});

test("how an answer was found is told in Korean too", async () => {
  const page = await visit({ locale: "ko-KR" });
  await add(page, file("lease.md", lease));
  const turn = await ask(page, "보증금은 얼마인가요?");
  await turn.locator(".toggle").click();
  const how = await turn.locator(".how").innerText();
  for (const part of ["질문의 낱말", "가장 드문 낱말", "문장 고르기", "맞춰 보기", "근거 있음"]) assert.ok(how.includes(part), part);
  assert.doesNotMatch(how.replaceAll("lease.md", "").replaceAll("JSON", ""), /[a-z]{3}/i);
  well(page);
});

test("an answer can be copied with its sources, a list can be filtered, and the keys and colours do what they say", async () => {
  const page = await visit({ permissions: ["clipboard-read", "clipboard-write"], colorScheme: "light" });
  await add(page, ...Array.from({ length: 9 }, (_, i) => file(`report-${i}.md`, `# Report ${i}\n\nThe gauge of weir ${i} stood at ${i + 20} cm.\n`)));
  await page.keyboard.press("/");
  await page.keyboard.type("Where stood the gauge of weir 7?");
  await page.keyboard.press("Enter");
  const turn = page.locator(".turn").first();
  await turn.locator(".answer:not(.busy) .cite").first().waitFor();
  await turn.getByRole("button", { name: "Copy" }).click();
  await turn.getByRole("button", { name: "Copied" }).waitFor();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^The gauge of weir 7 stood at 27 cm\..*\n\n\[1\] report-7\.md › Report 7$/);
  await page.focus("#question");
  await page.keyboard.press("ArrowUp");
  assert.equal(await page.inputValue("#question"), "Where stood the gauge of weir 7?");

  await page.fill("#filter", "report-4");
  assert.deepEqual(await page.locator("#documents li:visible .open").evaluateAll((list) => list.map((e) => e.title)), ["report-4.md"]);
  await page.fill("#filter", "");
  assert.equal(await page.locator("#documents li:visible").count(), 9);

  const theme = () => page.getAttribute("html", "data-theme");
  assert.equal(await theme(), "light");
  await page.click("#theme");
  assert.equal(await theme(), "dark");
  await page.reload();
  await ready(page);
  assert.equal(await theme(), "dark");
  well(page);
});

test("the page brings its encoder, and finds what is said in the other language", async () => {
  const page = await visit();
  await learned(page);
  await add(page, file("lease.md", lease), file("handbook.md", handbook));
  await page.waitForFunction(() => document.querySelector("#meaning").textContent === "" && document.documentElement.dataset.embedded);
  await ask(page, "When is the monthly rent paid?");
  assert.match(await page.locator(".turn").last().textContent(), /월세는 매월 5일에 낸다/);
  well(page);
});

test("paste a text, remove it, and take that back", async () => {
  const page = await visit();
  await page.click("#write");
  await page.fill("#paste-name", "wifi");
  await page.fill("#paste-text", "The guest network is called Lantern.");
  await page.click("#paste button[value=add]");
  await page.waitForSelector("#documents li");
  assert.match(await (await ask(page, "What is the guest network called?")).locator(".answer").innerText(), /Lantern/);
  await page.click("#documents .remove");
  await page.waitForFunction(() => document.querySelectorAll("#documents li").length === 0);
  await page.click("#progress button");
  await page.waitForSelector("#documents li");
  assert.deepEqual(await documents(page), ["wifi"]);
  well(page);
});

test("what cannot be read is named, and the rest is there", async () => {
  const page = await visit();
  const big = path.join(temporary, "huge.txt");
  fs.writeFileSync(big, Buffer.alloc(100e6, "All work and no play makes Jack a dull boy. "));
  const binary = path.join(temporary, "photo.bin");
  fs.writeFileSync(
    binary,
    Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) & 0xff),
  );
  const empty = path.join(temporary, "empty.txt");
  fs.writeFileSync(empty, "");
  const korean = path.join(temporary, "euc.txt");
  fs.writeFileSync(
    korean,
    Buffer.concat([
      Buffer.from([0xc8, 0xb8, 0xc0, 0xc7, 0xb4, 0xc2, 0x20, 0xbf, 0xc0, 0xc8, 0xc4, 0xbf, 0xa1, 0x20, 0xbf, 0xad, 0xb8, 0xb0, 0xb4, 0xd9]),
      Buffer.from(".\n"),
    ]),
  );
  await page.setInputFiles("#files", [big, binary, empty, korean]);
  await page.waitForSelector("#troubles li:nth-child(3)");
  await page.waitForSelector("#documents li");
  const said = await page.locator("#troubles li span").allInnerTexts();
  for (const name of ["huge.txt", "photo.bin", "empty.txt"])
    assert.ok(
      said.some((s) => s.includes(name) && s.length > name.length + 20),
      `nothing is said of ${name}: ${said}`,
    );
  assert.deepEqual(await documents(page), ["euc.txt"]);
  assert.match(await (await ask(page, "회의는 언제 열린다?")).locator(".answer").innerText(), /회의는 오후에 열린다/);
  well(page);
});

test("an empty question, one without words and one of 10,000 characters get a plain word", async () => {
  const page = await visit();
  await add(page, file("lease.md", lease));
  await page.click("#send");
  assert.match(await page.locator(".answer.failed").first().innerText(), /question/i);
  for (const nothing of ["?!", "😀🏠"]) {
    const turn = await ask(page, nothing);
    assert.equal(await turn.locator(".answer.failed").innerText(), "The question has no words: write what you would like to know.");
  }
  const long = await ask(page, "why ".repeat(2500));
  assert.match(await long.locator(".answer.failed").innerText(), /10,000|9,999/);
  assert.match(await (await ask(page, "보증금은 얼마?")).locator(".answer").innerText(), /오천만/);
  well(page);
});

test("two tabs share one library", async () => {
  const context = await browser.newContext({ locale: "en-US" });
  const [one, two] = [await visit({ context }), await visit({ context })];
  await add(one, file("lease.md", lease));
  await two.waitForSelector("#documents li");
  await Promise.all([add(one, file("a.txt", "Apples are in the cellar.")), add(two, file("b.txt", "Beans are on the balcony."))]);
  for (const page of [one, two]) {
    await page.waitForFunction(() => document.querySelectorAll("#documents li").length === 3);
    assert.match(await (await ask(page, "Where are the apples?")).locator(".answer").innerText(), /cellar/);
    well(page);
  }
});

test("a tab closed in the middle of adding loses nothing that was there", async () => {
  const context = await browser.newContext({ locale: "en-US" });
  const page = await visit({ context });
  await add(page, file("lease.md", lease));
  const many = Array.from({ length: 60 }, (_, i) => file(`report-${i}.txt`, `Report ${i}. ${`On day ${i} all was quiet at the weir. `.repeat(3000)}`));
  await page.setInputFiles("#files", many);
  await page.waitForFunction(() => document.querySelector("#progress").textContent !== "");
  await page.close();
  const again = await visit({ context });
  assert.ok((await documents(again)).includes("lease.md"));
  assert.match(await (await ask(again, "보증금은 얼마인가요?")).locator(".answer").innerText(), /오천만/);
  await add(again, file("after.txt", "The ferry leaves at seven."));
  assert.match(await (await ask(again, "When does the ferry leave?")).locator(".answer").innerText(), /seven/);
  well(again);
});

test("a version is not written once a later one was, though its name is free again", async () => {
  const page = await visit();
  const conflicts = await page.evaluate(async () => {
    const { MemoryStore, OPFSStore } = await import("./ondol.js");
    const of = async (store) => {
      const taken = [];
      for (const name of ["a-1", "a-1", "a-4", "a-2", "a-b-1", "a-5"]) {
        await store.swap(name, new Uint8Array(1)).catch((e) => taken.push(`${name}: ${e.code}`));
        if (name === "a-4") await store.delete("a-1");
      }
      return taken;
    };
    return [await of(new MemoryStore()), await of(await OPFSStore.open("versions"))];
  });
  assert.deepEqual(conflicts, Array(2).fill(["a-1: conflict", "a-2: conflict"]));
});

// Runs in a page until that is closed: adds, replaces and removes documents, and
// says what it begins and what was acknowledged.
async function changeForever() {
  const { Ondol } = await import("/ondol.js");
  const o = await Ondol.open({ name: "victim" });
  const text = (id, n) => `Document ${id} in version ${n}. ${"It was quiet at the weir. ".repeat((n % 50) * 40)}`;
  const there = new Set((await o.list()).documents.map((d) => d.id));
  for (let n = Date.now() % 1e9; ; n++) {
    const id = `${n % 7}.txt`;
    const remove = there.has(id) && n % 3 === 0;
    console.log("begin", id, remove ? 0 : n);
    if (remove) await o.remove([id]);
    else await o.add([{ id, data: text(id, n) }]);
    console.log("done", id, remove ? 0 : n);
    if (remove) there.delete(id);
    else there.add(id);
  }
}

test("a tab closed at any moment leaves each acknowledged document whole, the others whole or absent", async () => {
  const context = await browser.newContext();
  context.setDefaultTimeout(patience);
  const text = (id, n) => `Document ${id} in version ${n}. ${"It was quiet at the weir. ".repeat((n % 50) * 40)}`;
  const allowed = new Map(); // versions that each document may have; 0 is none
  let acknowledged = 0;
  for (let round = 0; round < 10; round++) {
    const page = await context.newPage();
    const begun = new Promise((resolve) => {
      page.on("console", (m) => {
        const [what, id, n] = m.text().split(" ");
        if (what === "begin") allowed.set(id, (allowed.get(id) ?? new Set([0])).add(Number(n)));
        if (what === "done") {
          allowed.set(id, new Set([Number(n)]));
          acknowledged++;
        }
        resolve();
      });
    });
    await page.goto(`${server.url}licenses.txt`);
    const running = page.evaluate(changeForever).catch(() => undefined); // until it is closed
    await begun;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 300));
    await page.close();
    await running;
    const after = await context.newPage();
    await after.goto(`${server.url}licenses.txt`);
    const found = await after.evaluate(async () => {
      const { Ondol } = await import("/ondol.js");
      const o = await Ondol.open({ name: "victim" });
      const { documents } = await o.list();
      const texts = await Promise.all(documents.map(async ({ id }) => [id, (await o.text(id)).text]));
      o.close();
      return Object.fromEntries(texts);
    });
    for (const [id, versions] of allowed) {
      const is = [...versions].filter((n) => (n === 0 ? !(id in found) : found[id] === text(id, n)));
      assert.equal(is.length, 1, `${id} is ${found[id]?.slice(0, 40)}, and may be ${[...versions]}`);
      allowed.set(id, new Set(is));
    }
    await after.close();
  }
  assert.ok(acknowledged > 0);
});

test("a full quota loses nothing", async () => {
  const page = await visit();
  await add(page, file("lease.md", lease));
  const cdp = await page.context().newCDPSession(page);
  const origin = new URL(server.url).origin;
  await cdp.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1000 });
  await page.setInputFiles("#files", [file("late.txt", "The ferry leaves at seven. ".repeat(2000))]);
  await page.waitForSelector("#troubles li");
  assert.match(await page.locator("#troubles li span").innerText(), /full|space/i);
  assert.deepEqual(await documents(page), ["lease.md"]);
  await cdp.send("Storage.overrideQuotaForOrigin", { origin });
  await add(page, file("late.txt", "The ferry leaves at seven."));
  assert.deepEqual(await documents(page), ["late.txt", "lease.md"]);
  assert.equal(page.foreign.length, 0);
});

test("what a document says is text, in its name, its title and its body", async () => {
  const page = await visit();
  const evil = '<img src=x onerror="document.title=1">';
  const body = `# ${evil}\n\nThe password ${evil} is <script>document.title=2</script> kept in [the safe](javascript:alert(1)) ![x](https://evil.example/p.png).\n`;
  await add(page, file(`${evil.replaceAll("/", "")}.md`, body));
  const turn = await ask(page, "Where is the password kept?");
  assert.ok((await turn.innerText()).includes("<script>"));
  await turn.locator(".cite").first().click();
  await page.waitForSelector("#source mark");
  assert.equal(await page.title(), "Ondol");
  assert.equal(await page.locator("main img, main script, main a, aside img, aside script, aside a, dialog img, dialog script, dialog a").count(), 0);
  well(page);
});

test("the page is strict about what it loads", async () => {
  const response = await fetch(server.url);
  const policy = response.headers.get("content-security-policy");
  for (const part of ["default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'", "form-action 'none'"]) assert.ok(policy.includes(part), part);
  assert.ok(!/unsafe-inline|unsafe-eval'(?<!wasm-unsafe-eval')|https?:/.test(policy), policy);
  assert.equal(response.headers.get("cross-origin-opener-policy"), "same-origin");
  assert.equal(response.headers.get("cross-origin-embedder-policy"), "require-corp");
  assert.match(await response.text(), /<meta http-equiv="Content-Security-Policy" content="default-src 'none'/);
  const page = await visit();
  assert.equal(await page.evaluate(() => crossOriginIsolated), true);
  const refused = await page.evaluate(() =>
    fetch("http://127.0.0.1:9/leak").then(
      () => false,
      () => true,
    ),
  );
  assert.ok(refused, "a request to another origin went out");
  const foreign = await fetch(server.url, { headers: { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors" } });
  assert.equal(foreign.status, 403);
});

test("of the two reactors, the page fetches and keeps the one with relaxed SIMD, which Chromium has", async () => {
  const page = await visit();
  const fetched = await page.evaluate(() => performance.getEntriesByType("resource").map((e) => new URL(e.name).pathname));
  assert.deepEqual([...new Set(fetched.filter((f) => /ondol(-relaxed)?\.wasm$/.test(f)))], ["/ondol-relaxed.wasm"]);
  await page.waitForFunction(async () => caches.match("/ondol-relaxed.wasm"));
  assert.equal(await page.evaluate(async () => (await caches.match("/ondol.wasm")) !== undefined), false);
});

test("everything can be done by keyboard", async () => {
  const page = await visit();
  const press = async (...keys) => {
    for (const k of keys) await page.keyboard.press(k);
  };
  const focused = (id) => page.evaluate((id) => document.activeElement?.id === id, id);
  const tabTo = async (id) => {
    for (let i = 0; i < 40; i++) {
      if (await focused(id)) return;
      await press("Tab");
    }
    assert.fail(`Tab never comes to #${id}`);
  };
  await press("Tab", "Enter"); // the link that skips to the question
  await page.waitForFunction(() => document.activeElement?.id === "question");
  await tabTo("samples");
  await press("Enter");
  await page.waitForSelector("#documents li");
  await tabTo("question");
  await page.keyboard.type("Where was Richard the Lionheart held prisoner?");
  await press("Enter");
  await page.waitForSelector(".answer:not(.busy) .cite"); // until then it is drawn anew
  await page.locator(".cite").first().focus();
  await press("Enter");
  await page.waitForSelector("#source[open] mark");
  assert.ok(await focused("source-text"));
  await press("Escape");
  await page.waitForSelector("#source[open]", { state: "detached" });
  await page.waitForFunction(() => document.activeElement?.classList.contains("cite"));
  well(page);
});

test("it fits a phone, in light and dark, in both languages", async () => {
  for (const colorScheme of ["light", "dark"]) {
    for (const locale of ["ko-KR", "en-US"]) {
      const page = await visit({ viewport: { width: 360, height: 740 }, locale, colorScheme });
      assert.equal(await page.getAttribute("html", "lang"), locale.slice(0, 2));
      await page.click("#samples");
      await page.waitForFunction(() => document.querySelectorAll("#documents li").length > 10);
      await ask(page, locale === "ko-KR" ? "보증금은 얼마인가요?" : "Who was elected treasurer?");
      await page.click("#open-library");
      if (!skip) {
        await choose(page, { ...file("a-model-with-a-name-that-is-far-too-long-for-a-phone.gguf", ""), buffer: fs.readFileSync(stories) });
        await page.click("#quote", { force: true });
        assert.ok((await page.evaluate(() => document.querySelector("#library").scrollWidth - document.querySelector("#library").clientWidth)) <= 0);
      }
      await page.click("#keep summary");
      await page.click("#new-library");
      await page.fill("#naming-name", "아주 긴 이름의 서재 Library of a name that is far too long for a phone");
      assert.deepEqual(await page.evaluate(contrasts), []);
      await page.keyboard.press("Enter");
      await page.waitForSelector("#libraries:visible");
      assert.ok((await page.evaluate(() => document.querySelector("#library").scrollWidth - document.querySelector("#library").clientWidth)) <= 0);
      assert.deepEqual(await page.evaluate(contrasts), []);
      await page.selectOption("#libraries", "library");
      await page.waitForSelector(".turn");
      await page.keyboard.press("Escape");
      await page.click(".after .toggle");
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${wide} px too wide`);
      // WCAG 1.4.3: text stands out from its ground by 4.5 to 1.
      const faint = await page.evaluate(contrasts);
      assert.deepEqual(faint, []);
      well(page);
      await page.context().close();
    }
  }
});

/** Runs in the page: the texts whose contrast is below 4.5, once colours have changed. */
function contrasts() {
  for (const a of document.getAnimations()) if (a instanceof CSSTransition) a.finish();
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (c) => {
    const [r, g, b] = c.slice(0, 3).map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const low = [];
  for (const e of document.querySelectorAll("body *")) {
    const text = [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim());
    if (!text || !e.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || e.matches(":disabled, :disabled *") || e.querySelector("img"))
      continue;
    if (e.closest("label")?.querySelector(":disabled")) continue;
    let ground = [255, 255, 255, 255];
    for (let at = e; at; at = at.parentElement) {
      const c = rgba(getComputedStyle(at).backgroundColor);
      if (c[3] > 250) {
        ground = c;
        break;
      }
    }
    const [a, b] = [light(rgba(getComputedStyle(e).color)), light(ground)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) low.push(`${ratio.toFixed(2)} ${e.tagName} ${e.className} ${e.textContent.slice(0, 30)}`);
  }
  return low;
}

test("without a network the page still opens and answers", async () => {
  const own = await serve();
  const page = await visit({ url: own.url });
  await add(page, file("lease.md", lease));
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  await page.waitForFunction(async () => (await caches.match("/ondol-extract.wasm")) && caches.match("/encoder.gguf"));
  await own.stop();
  await page.reload();
  await learned(page);
  assert.match(await (await ask(page, "보증금은 얼마인가요?")).locator(".answer").innerText(), /오천만/);
  await add(page, file("water.html", "<!doctype html><title>Water</title><p>The well is nine metres deep.</p>"));
  assert.match(await (await ask(page, "How deep is the well?")).locator(".answer").innerText(), /nine metres/);
  assert.deepEqual(page.foreign, []);
});

test("PDF, Word, Hangul and Excel files are read in the tab, and cited by page and row", async () => {
  const page = await visit();
  let fetched = 0;
  page.on("request", (r) => {
    if (r.url().endsWith("ondol-extract.wasm") && !r.serviceWorker()) fetched++;
  });
  const documents = path.join(root, "testdata/documents");
  const read = (name) => ({ name, mimeType: "application/octet-stream", buffer: fs.readFileSync(path.join(documents, name)) });
  await add(page, file("lease.md", lease));
  assert.equal(fetched, 0, "the second reactor was fetched before a document needed it");
  await add(page, read("latex-two-columns.pdf"), read("libreoffice-ko.docx"), read("handmade-minutes.hwpx"), read("libreoffice-budget.xlsx"));
  const places = async (question) => (await ask(page, question)).locator(".evidence button .what.faint").allInnerTexts();
  assert.match((await places("온수는 하루 몇 시간 공급하나요?"))[0], /^handmade-minutes\.hwpx .*page 2$/);
  assert.match((await places("보일러 교체 항목의 금액은?")).join("\n"), /libreoffice-budget\.xlsx .*sheet 예산, row 40/);
  assert.match((await places("What was lukewarm when it leaves the chimney?")).join("\n"), /latex-two-columns\.pdf .*page \d/);
  assert.match((await places("장판은 무엇으로 만드나요?")).join("\n"), /libreoffice-ko\.docx/);
  await page.click("#language");
  assert.match((await places("온수는 하루 몇 시간 공급하나요?"))[0], /2쪽$/);
  assert.equal(fetched, 1);
  well(page);
});

test("a folder served as the store is the command line's library", async () => {
  const folder = path.join(temporary, "library");
  const own = await serve("--store", folder);
  const page = await visit({ url: own.url });
  await add(page, file("lease.md", lease));
  const command = (...args) => spawnSync(path.join(root, "bin/ondol"), args, { encoding: "utf8" });
  const listed = JSON.parse(command("index", "--store", folder, "--list", "--json").stdout);
  assert.deepEqual(
    (listed.documents ?? listed).map((d) => d.id),
    ["lease.md"],
  );
  fs.writeFileSync(path.join(temporary, "ferry.txt"), "The ferry leaves at seven.");
  assert.equal(command("index", "--store", folder, path.join(temporary, "ferry.txt")).status, 0);
  await page.reload();
  await ready(page);
  assert.match(await (await ask(page, "When does the ferry leave?")).locator(".answer").innerText(), /seven/);
  own.stop();
  well(page);
});

/** Chooses a model, and waits until it is in use. */
async function choose(page, ...files) {
  await page.evaluate(() => {
    document.querySelector("#model").open = true;
  });
  await page.setInputFiles("#model-file", files);
  await idle(page);
}
const idle = (page) => page.waitForSelector("#stop-model", { state: "hidden" });
const entries = (page) => page.locator("#models li").evaluateAll((list) => list.map((e) => e.children[0].textContent));
/** What lies in a folder of the origin private file system, with its folders. */
const stored = (page, folder) =>
  page.evaluate(async (folder) => {
    const names = [];
    const walk = async (at, prefix) => {
      for await (const [name, handle] of at.entries()) {
        if (handle.kind === "directory") await walk(handle, `${prefix}${name}/`);
        names.push(prefix + name);
      }
    };
    await walk(await (await navigator.storage.getDirectory()).getDirectoryHandle(folder), "");
    return names.sort();
  }, folder);

test("a model from disk writes, and stops when told to", { skip }, async () => {
  const page = await visit();
  await add(page, file("tale.txt", "Lily had a red ball. She lost the ball in the park."));
  await choose(page, file("broken.gguf", "GGUF, they said"));
  assert.ok((await page.locator("#model-state").innerText()).length > 10);
  assert.equal(await page.isDisabled("#generate"), true);
  assert.deepEqual(await entries(page), []);
  await choose(page, stories);
  assert.match(await page.locator("#models li").innerText(), /stories260K.*0\.3 M parameters/s);
  assert.ok(await page.isChecked("#generate"));
  const turn = await ask(page, "Which ball did Lily have?");
  assert.equal(await turn.locator(".answer.failed").count(), 0);
  await turn.locator(".after .toggle").click();
  assert.match(await turn.locator(".how pre").innerText(), /Lily had a red ball/);

  // Stopped from within, at the first words: a click from here could come too late.
  await page.evaluate(() => {
    new MutationObserver((_, observer) => {
      if (document.querySelector("#turns").lastElementChild.querySelector(".answer.busy")?.textContent.length > 40) {
        observer.disconnect();
        document.querySelector("#stop").click();
      }
    }).observe(document.querySelector("#turns"), { childList: true, subtree: true });
  });
  const stopped = await ask(page, "Which ball did Lily have?");
  assert.match(await stopped.locator(".answer.failed").innerText(), /Stopped\.$/);
  assert.ok((await stopped.innerText()).length < (await turn.innerText()).length);
  await page.click("#models li button:not(.remove)");
  await page.waitForSelector("#generate:disabled");
  assert.ok(await page.isChecked("#quote"));
  well(page);
});

test("the screen that times a model fills its tables, in both languages", { skip }, async () => {
  for (const [locale, reads, op] of [
    ["en-US", "Reading, tokens/s", "Operation"],
    ["ko-KR", "읽기, 토큰/초", "연산"],
  ]) {
    const page = await visit({ locale });
    await page.goto(`${server.url}bench/`);
    await ready(page);
    await page.setInputFiles("#model", stories);
    await page.fill("#prompt", "16");
    await page.fill("#generate", "4");
    await page.fill("#threads", "1");
    await page.check("#profile");
    await page.click("#run");
    await page.waitForSelector("#run:not(:disabled)");
    assert.equal(await page.locator("#state").innerText(), ""); // where it fails, why
    const { pp, tg, threads, profile } = JSON.parse(await page.locator("#json").textContent());
    assert.ok(pp > 0 && tg > 0 && threads === 1 && profile.length > 0);
    const [first] = await page.locator("#figures tr").allInnerTexts();
    assert.equal(first.split("\t")[0], reads);
    assert.ok((await page.locator("#shares").innerText()).startsWith(op));
    well(page);
  }
});

test("a model that was in use is there after a reload, until it is deleted", { skip }, async () => {
  const page = await visit();
  await add(page, file("tale.txt", "Lily had a red ball. She lost the ball in the park."));
  await choose(page, stories);
  const transfer = await page.evaluateHandle((base64) => {
    const t = new DataTransfer();
    t.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], "stories260K.f32.gguf"));
    return t;
  }, fs.readFileSync(stories).toString("base64"));
  await page.dispatchEvent("#drop", "drop", { dataTransfer: transfer }); // twice, and kept once
  await idle(page);
  assert.deepEqual(await entries(page), ["stories260K.f32.gguf"]);
  assert.match(await page.locator("#models li").innerText(), /writes answers · 1\.1 MB/);
  await page.reload();
  await page.waitForSelector("#generate:not(:disabled)");
  assert.ok(await page.isChecked("#generate"));
  const turn = await ask(page, "Which ball did Lily have?");
  await turn.locator(".after .toggle").click();
  assert.match(await turn.locator(".how pre").innerText(), /Lily had a red ball/);

  // Not in use, it is listed and not loaded.
  await page.click("#model summary");
  await page.click('#models button[aria-label^="Stop using"]');
  await page.waitForSelector('#models button[aria-label^="Use"]');
  await page.reload();
  await page.waitForSelector("#models li", { state: "attached" });
  assert.match(await page.locator("#models li").textContent(), /1\.1 MBUse/);
  assert.equal(await page.isDisabled("#generate"), true);
  // By keyboard alone, which goes on where it was.
  await page.focus("#model summary");
  for (const key of ["Enter", "Tab", "Enter"]) await page.keyboard.press(key);
  await page.waitForSelector("#generate:not(:disabled)");
  await idle(page);
  assert.equal(await page.evaluate(() => document.activeElement.id), "pick-model");
  assert.equal(await page.locator("#model-state").innerText(), "stories260K.f32.gguf: writes answers");

  await page.click("#models .remove");
  await page.click("#confirm-yes");
  await page.waitForSelector("#models li", { state: "detached" });
  assert.equal(await page.isDisabled("#generate"), true);
  await page.reload();
  await learned(page);
  assert.deepEqual([await entries(page), await stored(page, "ondol-models"), await documents(page)], [[], [], ["tale.txt"]]);
  well(page);
});

/** The encoder that the page brings, by another name: its vectors are not to be mixed with the first one's. */
function otherEncoder() {
  const bytes = fs.readFileSync(path.join(root, "web/app/encoder.gguf"));
  const at = bytes.indexOf("general.name") + "general.name".length + 4 + 8;
  bytes.write("x", at);
  return { name: "other.gguf", mimeType: "application/octet-stream", buffer: bytes };
}

test("a person's own encoder takes the place of the page's, through reloads, and vectors of two are never mixed", async () => {
  const embedded = (page) => page.waitForFunction(() => document.documentElement.dataset.embedded && document.querySelector("#meaning").textContent === "");
  const vectors = async (page) => (await stored(page, "ondol")).filter((f) => /^library\/.*vec/.test(f));
  const page = await visit();
  await learned(page);
  await add(page, file("lease.md", lease), file("handbook.md", handbook));
  await embedded(page);
  const first = await vectors(page);
  assert.equal(first.length, 1);
  await choose(page, otherEncoder());
  assert.match(await page.locator("#models li").innerText(), /other\.gguf.*finds passages/s);
  await embedded(page);
  const second = await vectors(page);
  assert.equal(second.length, 1);
  assert.notDeepEqual(second, first);

  // The page's own is not even loaded: nothing is embedded for it.
  let fetched = 0;
  page.on("request", (r) => {
    if (r.url().endsWith("encoder.gguf") && !r.serviceWorker()) fetched++;
  });
  await page.reload();
  await learned(page);
  await embedded(page);
  assert.deepEqual([await vectors(page), fetched], [second, 0]);
  await ask(page, "When is the monthly rent paid?");
  assert.match(await page.locator(".turn").last().textContent(), /월세는 매월 5일에 낸다/);

  // A change that a reload broke off goes on with the encoder that was chosen last.
  await add(page, file("long.txt", Array.from({ length: 150 }, (_, i) => `On day ${i} all was quiet at the weir, and the ferry left at ${i}.`).join("\n\n")));
  await embedded(page);
  await page.click("#model summary");
  await page.click('#models button[aria-label^="Stop using"]');
  await page.waitForFunction(() => localStorage.getItem("encoder") === "");
  await page.reload();
  await learned(page);
  await embedded(page);
  assert.equal(fetched, 2);
  assert.deepEqual(
    (await vectors(page)).filter((f) => second.includes(f)),
    [],
  );
  well(page);
});

test("a model comes from an address of this site, and from no other", async () => {
  const page = await visit();
  const from = async (address) => {
    await page.click("#model-address");
    await page.fill("#naming-name", address);
    await page.click("#naming-done");
  };
  const says = (what) => page.waitForFunction((what) => new RegExp(what).test(document.querySelector("#model-state").textContent), what);
  await page.click("#model summary");
  await from("https://models.example/model.gguf");
  await says("no other site.*Download");
  await from("licenses.txt");
  await says("download it again.*not a sound GGUF");
  assert.deepEqual([await entries(page), await stored(page, "ondol-models")], [[], []]);
  await from("encoder.gguf");
  await page.waitForSelector("#models li");
  assert.match(await page.locator("#models li").innerText(), /finds passages/);
  await page.reload();
  await learned(page);
  assert.match(await page.locator("#models li").textContent(), /finds passages/);
  well(page);
});

test("a tab closed while a model is written leaves nothing of it", async () => {
  const context = await browser.newContext({ locale: "en-US" });
  const page = await visit({ context });
  await add(page, file("lease.md", lease));
  const begun = page.waitForEvent("console", (m) => m.text() === "begun");
  const running = page
    .evaluate(async () => {
      const { Ondol } = await import("/ondol.js");
      const model = new Blob([new Uint8Array(12 << 20)]);
      const slice = model.slice.bind(model);
      model.slice = (from, to) => (from > 0 ? { arrayBuffer: () => new Promise(() => {}) } : slice(from, to));
      await Ondol.saveModel(model, { name: "slow", onProgress: () => console.log("begun") });
    })
    .catch(() => undefined); // until it is closed
  await begun;
  assert.deepEqual(await page.evaluate(async () => (await import("/ondol.js")).Ondol.models()), []);
  await page.close();
  await running;
  const again = await visit({ context });
  await learned(again);
  await again.waitForFunction(async () => {
    const { Ondol } = await import("/ondol.js");
    if ((await Ondol.models()).length > 0) throw new Error("half a model is listed");
    const all = await (await navigator.storage.getDirectory()).getDirectoryHandle("ondol-models");
    for await (const _ of all.keys()) return false;
    return true;
  });
  assert.deepEqual(await documents(again), ["lease.md"]);
  well(again);
});

test("a model that has no room is used and not kept, which is said", { skip }, async () => {
  const page = await visit();
  await add(page, file("lease.md", lease));
  await page.waitForSelector("html[data-embedded]");
  const cdp = await page.context().newCDPSession(page);
  const origin = new URL(server.url).origin;
  const quota = (quotaSize) => cdp.send("Storage.overrideQuotaForOrigin", { origin, ...(quotaSize && { quotaSize }) });
  await quota(1000);
  await choose(page, stories);
  assert.match(await page.locator("#model-state").innerText(), /No room for stories260K.*: it takes 2 MB\./);
  assert.match(await page.locator("#models li").innerText(), /not kept/);
  assert.equal(await page.isDisabled("#generate"), false);
  // Where the browser says how much is left, nothing is written in vain.
  await page.evaluate(() => {
    navigator.storage.estimate = async () => ({ quota: 3 << 20, usage: 1 << 20 });
  });
  await choose(page, otherEncoder());
  assert.match(await page.locator("#model-state").innerText(), /No room for other.*: it takes 12 MB, and 2 MB are left/);
  assert.deepEqual(await stored(page, "ondol-models"), []);
  await quota();
  await choose(page, stories);
  assert.match(await page.locator("#models li:last-child").innerText(), /writes answers · 1\.1 MB/);
  await page.reload();
  await page.waitForSelector("#generate:not(:disabled)");
  assert.deepEqual([await entries(page), await documents(page)], [["stories260K.f32.gguf"], ["lease.md"]]);
  assert.deepEqual(page.foreign, []);
});

test("a saved model that was damaged is told, and the library answers", { skip }, async () => {
  const page = await visit();
  await add(page, file("lease.md", lease));
  await choose(page, stories);
  const spoil = (change) =>
    page.evaluate(async (change) => {
      const all = await (await navigator.storage.getDirectory()).getDirectoryHandle("ondol-models");
      for await (const folder of all.values()) {
        const handle = await folder.getFileHandle("0");
        const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
        bytes[bytes.length - 100] ^= change.bit;
        const out = await handle.createWritable();
        await out.write(bytes.subarray(0, bytes.length - change.cut));
        await out.close();
      }
    }, change);
  for (const change of [
    { bit: 1, cut: 0 },
    { bit: 0, cut: 1 },
  ]) {
    await spoil(change);
    await page.reload();
    await page.waitForFunction(() => /stories260K.*damaged.*add it again/.test(document.querySelector("#model-state").textContent));
    assert.equal(await page.isDisabled("#generate"), true);
    assert.match(await (await ask(page, "보증금은 얼마인가요?")).locator(".answer").innerText(), /오천만 원/);
    await page.click("#models .remove");
    await page.click("#confirm-yes");
    await page.waitForSelector("#models li", { state: "detached" });
    await choose(page, stories);
    assert.equal(await page.isDisabled("#generate"), false);
  }
  well(page);
});
