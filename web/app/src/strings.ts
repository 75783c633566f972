import type { Code } from "../../sdk/src/index.js";

/** Everything the page says, in one language. */
export interface Strings {
  skip: string;
  name: string;
  promise: string;
  library: string;
  drop: string;
  pick: string;
  paste: string;
  samples: string;
  model: string;
  modelAbout: string;
  pickModel: string;
  unload: string;
  talk: string;
  welcome: string;
  welcomeText: string;
  question: string;
  questionHint: string;
  mode: string;
  quote: string;
  generate: string;
  generateNeeds: string;
  stop: string;
  ask: string;
  close: string;
  cancel: string;
  pasteName: string;
  pasteText: string;
  pasteUntitled: string;
  add: string;
  remove: string;
  undo: string;
  dismiss: string;
  language: string;
  light: string;
  dark: string;
  opening: string;
  ready: string;
  notKept: string;
  thinking: string;
  notFound: string;
  looked: (documents: number, chunks: number) => string;
  nearest: string;
  evidence: string;
  how: string;
  terms: string;
  confidence: (value: string, threshold: string) => string;
  candidates: string;
  score: string;
  steps: string;
  prompt: string;
  saveTrace: string;
  stopped: string;
  counted: (documents: number, chunks: number) => string;
  empty: string;
  removed: (id: string) => string;
  reading: (done: number, total: number) => string;
  added: (n: number) => string;
  loading: (percent: number) => string;
  loaded: (name: string, type: string, millions: string, context: number) => string;
  cite: (n: number, document: string) => string;
  /** A page, slide, or row of a sheet, as citations name it. */
  place: (page: string) => string;
  size: (bytes: number) => string;
  cut: string;
  errors: Partial<Record<Code, string>>;
  emptyQuestion: string;
  longQuestion: (characters: number) => string;
}

function size(locale: string): (bytes: number) => string {
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  return (bytes) => {
    if (bytes < 1024) return `${bytes} B`;
    if (bytes < 1024 ** 2) return `${number.format(bytes / 1024)} KB`;
    return `${number.format(bytes / 1024 ** 2)} MB`;
  };
}

const n = (locale: string) => (v: number) => v.toLocaleString(locale);
const nEn = n("en");
const nKo = n("ko");

const en: Strings = {
  skip: "Go to the question",
  name: "Ondol",
  promise: "Ask your own documents. They never leave this device.",
  library: "Your documents",
  drop: "Drop text or Markdown files here.",
  pick: "Choose files",
  paste: "Paste text",
  samples: "Use samples",
  model: "Language model (optional)",
  modelAbout: "Quotes need no model. To have answers written in new words, choose a GGUF file on this device.",
  pickModel: "Choose a GGUF file",
  unload: "Remove the model",
  talk: "Questions and answers",
  welcome: "What would you like to find in your documents?",
  welcomeText:
    "Add some files, or start with the samples. Answers are sentences of your documents, each with its source. Where nothing answers, Ondol says so.",
  question: "Your question",
  questionHint: "Ask something …",
  mode: "How to answer",
  quote: "Quote the documents",
  generate: "Write with the model",
  generateNeeds: "Choose a model first",
  stop: "Stop",
  ask: "Ask",
  close: "Close",
  cancel: "Cancel",
  pasteName: "Name",
  pasteText: "Text",
  pasteUntitled: "Pasted text",
  add: "Add",
  remove: "Remove",
  undo: "Undo",
  dismiss: "Dismiss",
  language: "한국어",
  light: "Light",
  dark: "Dark",
  opening: "Opening your library …",
  ready: "Ready. Everything runs on this device.",
  notKept: "This browser cannot keep files for this page: your library ends with this tab.",
  thinking: "Reading your documents …",
  notFound: "Your documents do not answer this.",
  looked: (d, c) => `${nEn(c)} passages of ${nEn(d)} documents were searched.`,
  nearest: "The nearest passages",
  evidence: "Evidence",
  how: "How this was found",
  terms: "Looked for",
  confidence: (v, t) => `Confidence ${v}; an answer needs ${t}`,
  candidates: "Sentences considered",
  score: "Score",
  steps: "Time",
  prompt: "What the model was given",
  saveTrace: "Save as JSON",
  stopped: "Stopped.",
  counted: (d, c) => `${nEn(d)} ${d === 1 ? "document" : "documents"}, ${nEn(c)} ${c === 1 ? "passage" : "passages"}`,
  empty: "No documents yet",
  removed: (id) => `Removed ${id}.`,
  reading: (d, t) => `Reading ${d} of ${t} …`,
  added: (k) => (k === 1 ? "1 document added." : `${nEn(k)} documents added.`),
  loading: (p) => `Loading the model: ${p} %`,
  loaded: (name, type, m, c) => `${name}: ${m} M parameters, ${type}, context of ${nEn(c)} tokens`,
  cite: (k, d) => `Source ${k}: ${d}`,
  place: (page) => page,
  size: size("en"),
  cut: "[ … ]",
  errors: {},
  emptyQuestion: "Write a question first.",
  longQuestion: (c) => `The question has ${nEn(c)} characters; the limit is 4,000. Add long texts as documents and ask about them.`,
};

const ko: Strings = {
  skip: "질문으로 가기",
  name: "온돌",
  promise: "내 문서에 물어보세요. 문서는 이 기기를 떠나지 않습니다.",
  library: "내 문서",
  drop: "텍스트나 마크다운 파일을 여기에 놓으세요.",
  pick: "파일 고르기",
  paste: "글 붙여넣기",
  samples: "예시 문서 넣기",
  model: "언어 모델 (선택)",
  modelAbout: "인용에는 모델이 필요 없습니다. 새 문장으로 된 답을 원하면 이 기기에 있는 GGUF 파일을 고르세요.",
  pickModel: "GGUF 파일 고르기",
  unload: "모델 내리기",
  talk: "질문과 답",
  welcome: "문서에서 무엇을 찾아 드릴까요?",
  welcomeText: "파일을 넣거나 예시 문서로 시작해 보세요. 답은 문서에 있는 문장이며 출처가 함께 표시됩니다. 문서에 답이 없으면 없다고 말합니다.",
  question: "질문",
  questionHint: "무엇이든 물어보세요",
  mode: "답하는 방법",
  quote: "문서에서 인용",
  generate: "모델로 작성",
  generateNeeds: "먼저 모델을 고르세요",
  stop: "멈춤",
  ask: "묻기",
  close: "닫기",
  cancel: "취소",
  pasteName: "이름",
  pasteText: "글",
  pasteUntitled: "붙여넣은 글",
  add: "넣기",
  remove: "빼기",
  undo: "되돌리기",
  dismiss: "지우기",
  language: "English",
  light: "밝게",
  dark: "어둡게",
  opening: "서재를 여는 중입니다 …",
  ready: "준비되었습니다. 모든 일은 이 기기 안에서 이루어집니다.",
  notKept: "이 브라우저는 이 페이지의 파일을 보관할 수 없습니다. 탭을 닫으면 문서 목록도 사라집니다.",
  thinking: "문서를 읽고 있습니다 …",
  notFound: "문서에 답이 없습니다.",
  looked: (d, c) => `문서 ${nKo(d)}개의 구절 ${nKo(c)}개를 살펴보았습니다.`,
  nearest: "가장 가까운 구절",
  evidence: "근거",
  how: "어떻게 찾았나요",
  terms: "찾은 낱말",
  confidence: (v, t) => `확신 ${v}, 답하려면 ${t} 이상`,
  candidates: "살펴본 문장",
  score: "점수",
  steps: "걸린 시간",
  prompt: "모델에게 준 글",
  saveTrace: "JSON으로 저장",
  stopped: "멈추었습니다.",
  counted: (d, c) => `문서 ${nKo(d)}개, 구절 ${nKo(c)}개`,
  empty: "아직 문서가 없습니다",
  removed: (id) => `${id} 문서를 뺐습니다.`,
  reading: (d, t) => `${t}개 가운데 ${d}개째 읽는 중 …`,
  added: (k) => `문서 ${nKo(k)}개를 넣었습니다.`,
  loading: (p) => `모델을 올리는 중: ${p} %`,
  loaded: (name, type, m, c) => `${name}: 매개변수 ${m}M, ${type}, 문맥 ${nKo(c)}토큰`,
  cite: (k, d) => `출처 ${k}: ${d}`,
  place: (page) =>
    page
      .replace(/^page (\d+)/, "$1쪽")
      .replace(/^slide (\d+)/, "슬라이드 $1")
      .replace(/^sheet (.*?)(?:, row (\d+))?$/, (_, sheet, row) => `${sheet} 시트${row ? ` ${row}행` : ""}`),
  size: size("ko"),
  cut: "[ … ]",
  errors: {
    "bad-input": "이 파일은 읽을 수 없습니다.",
    "storage-full": "저장 공간이 가득 찼습니다. 문서를 빼거나 공간을 비운 뒤 다시 해 보세요. 이미 넣은 문서는 그대로 있습니다.",
    "bad-model": "이 모델 파일은 깨졌거나 GGUF가 아닙니다. 다시 내려받아 보세요.",
    unsupported: "이 모델의 형식은 아직 지원하지 않습니다.",
    "no-memory": "기억 공간이 모자랍니다. 더 작은 모델이나 파일을 골라 보세요. 저장된 문서는 그대로 있습니다.",
    corrupt: "저장된 파일이 손상되었습니다.",
    conflict: "다른 탭이 문서를 바꾸고 있습니다. 그 탭을 닫고 다시 해 보세요.",
    busy: "앞의 일이 끝날 때까지 기다려 주세요.",
    "not-found": "찾을 수 없습니다. 파일이 옮겨졌거나 지워졌을 수 있습니다.",
    internal: "예상하지 못한 문제가 생겼습니다. 저장된 문서는 그대로 있습니다.",
    "bad-request": "이 질문에는 답할 수 없습니다.",
  },
  emptyQuestion: "먼저 질문을 적어 주세요.",
  longQuestion: (c) => `질문이 ${nKo(c)}자입니다. 4,000자까지 물을 수 있습니다. 긴 글은 문서로 넣고 그에 대해 물어보세요.`,
};

const tables = { en, ko };

export type Language = keyof typeof tables;

function preferred(): Language {
  const kept = localStorage.getItem("language");
  if (kept === "en" || kept === "ko") return kept;
  return navigator.language.toLowerCase().startsWith("ko") ? "ko" : "en";
}

let current: Language = preferred();

export const language = (): Language => current;

/** The strings of the language in use. */
export const t = (): Strings => tables[current];

export function setLanguage(l: Language): void {
  current = l;
  localStorage.setItem("language", l);
}
