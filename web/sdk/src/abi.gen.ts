// Made by tools/abigen from wasm/abi: change that, and run make generate.

/** Version of the boundary. A host refuses a guest of another version. */
export const ABI_VERSION = 3;

/** What each operation takes, tells on its way, and ends with. */
export interface Operations {
  hello: { request: undefined; event: never; result: HelloResult };
  open: { request: OpenRequest; event: never; result: LibraryResult };
  refresh: { request: undefined; event: never; result: LibraryResult };
  list: { request: ListRequest; event: never; result: ListResult };
  add: { request: AddRequest; event: AddEvent; result: LibraryResult };
  remove: { request: RemoveRequest; event: never; result: LibraryResult };
  change: { request: ChangeRequest; event: never; result: Document };
  describe: { request: DescribeRequest; event: never; result: LibraryResult };
  tidy: { request: undefined; event: never; result: TidyResult };
  export: { request: ExportRequest; event: never; result: ExportResult };
  import: { request: ImportRequest; event: never; result: LibraryResult };
  text: { request: TextRequest; event: never; result: TextResult };
  extract: { request: AddDocument; event: never; result: ExtractResult };
  search: { request: SearchRequest; event: never; result: SearchResult };
  vectors: { request: VectorsRequest; event: never; result: VectorsResult };
  encoder: { request: EncoderRequest; event: LoadEvent; result: EncoderResult };
  ask: { request: AskRequest; event: AskEvent; result: AskResult };
  replay: { request: ReplayRequest; event: never; result: AskResult };
  mark: { request: MarkRequest; event: never; result: MarksResult };
  unmark: { request: UnmarkRequest; event: never; result: MarksResult };
  marks: { request: undefined; event: never; result: MarksResult };
  load: { request: LoadRequest; event: LoadEvent; result: ModelResult };
  unload: { request: undefined; event: never; result: Record<string, never> };
  adapt: { request: AdaptRequest; event: never; result: Record<string, never> };
  model: { request: undefined; event: never; result: ModelResult };
  generate: { request: GenerateRequest; event: GenerateEvent; result: GenerateResult };
  tokenize: { request: TokenizeRequest; event: never; result: TokenizeResult };
  detokenize: { request: DetokenizeRequest; event: never; result: DetokenizeResult };
  embed: { request: EmbedRequest; event: ProgressEvent; result: EmbedResult };
  rank: { request: RankRequest; event: ProgressEvent; result: RankResult };
  logits: { request: LogitsRequest; event: LogitsEvent; result: Record<string, never> };
  bench: { request: BenchRequest; event: never; result: BenchResult };
  keep: { request: undefined; event: never; result: Record<string, never> };
}

/** Start opens an operation. */
export interface Start {
  op: string;
  request: unknown;
}

/** StepKind says what a guest hands out when it is resumed. */
export type StepKind =
  /** the host must serve IO, then resume with a Reply */
  | "io"
  /** resume when ready for more */
  | "event"
  /** Result is set; the operation is over */
  | "done"
  /** Error is set; the operation is over */
  | "error";

/** Step is what a guest hands out each time it is resumed. */
export interface Step {
  kind: StepKind;
  io?: IO;
  event?: unknown;
  result?: unknown;
  error?: Error;
}

/**
 * IO asks the host for bytes, or to keep them. Ptr and Len are a range of guest
 * memory: the host fills it ("get", "read") or takes from it ("put", "swap",
 * "extract", "write").
 */
export interface IO {
  verb: IOVerb;
  /** of the file, the source or the document */
  name?: string;
  /** of the document, if it was named */
  format?: string;
  offset?: number;
  ptr?: number;
  len?: number;
  /** put: the file goes on with the next put of its name, at that offset */
  more?: boolean;
}

/** IOVerb names a request to the host. */
export type IOVerb =
  /** a range of a source that the request named (a dropped file, a model) */
  | "read"
  /** a range of a stored file */
  | "get"
  /** a new stored file, durable when resumed */
  | "put"
  /** a stored file; absent is no error */
  | "delete"
  /** all stored files */
  | "list"
  /** a new stored file, atomic, "conflict" if the name is taken */
  | "swap"
  /**
   * IOExtract asks for the text of a document of a format that this engine
   * leaves to the second reactor (wasm/extractor), whose answer is the reply.
   */
  | "extract"
  /** appends to a file that the request named */
  | "write";

/** Error crosses the boundary in place of a result. */
export interface Error {
  code: Code;
  /** English, for a person: what, where, what to do */
  message: string;
}

/** Code classifies errors; hosts choose words and remedies by it. */
export type Code =
  | "bad-request"
  | "not-found"
  | "corrupt"
  | "conflict"
  | "storage-full"
  /** a document that cannot be indexed */
  | "bad-input"
  /** a model file that is broken or lies */
  | "bad-model"
  /** a model or format that is sound but unknown here */
  | "unsupported"
  | "no-memory"
  | "busy"
  | "cancelled"
  | "internal";

/** Reply resumes an operation after IO. */
export interface Reply {
  error?: Error;
  /** list */
  files?: File[];
  /** extract */
  text?: ExtractResult;
}

/** File is a stored file. */
export interface File {
  name: string;
  size: number;
}

/** ExtractResult answers "extract" (AddDocument): what would be added. */
export interface ExtractResult {
  /** the extractor that read it: "text", "markdown", ... */
  format: string;
  title: string;
  text: string;
  /** in order */
  headings?: Heading[];
  /** in order; nil where the format has none */
  pages?: Page[];
}

/**
 * Heading is a title inside a text. Its section runs from Start to the next
 * heading of the same or a higher rank.
 */
export interface Heading {
  /** of the title itself */
  start: number;
  /** of the title itself */
  end: number;
  /** 1 is the highest */
  level: number;
  /** without markup */
  title: string;
}

/** Page is a numbered part of a document: a page, a slide or a sheet. */
export interface Page {
  start: number;
  end: number;
  /** "page 12", "slide 3", "sheet Budget" */
  label: string;
}

/** HelloResult answers "hello" (no request). */
export interface HelloResult {
  abi: number;
  simd: boolean;
}

/**
 * LibraryResult answers "open", "refresh" (no request), "add", "remove", "describe"
 * and "import": the library as it is now. "list" lists its documents.
 */
export interface LibraryResult {
  name?: string;
  tags?: string[];
  /** of documents */
  count: number;
  chunks: number;
  /** of extracted text */
  bytes: number;
  changed: boolean;
}

/**
 * ListRequest ("list") lists the documents, or what became of those that a host
 * knows already.
 */
export interface ListRequest {
  /** the version of a ListResult that the host has; 0 is the empty library */
  since?: number;
}

/**
 * ListResult is the documents that are new or other than at a version, and those
 * that are no more. It costs what it lists.
 */
export interface ListResult {
  name?: string;
  tags?: string[];
  /** of documents */
  count: number;
  chunks: number;
  /** of extracted text */
  bytes: number;
  changed: boolean;
  version: number;
  /** all documents are listed: what the host has is void */
  whole: boolean;
  /** by ID */
  documents: Document[];
  removed?: string[];
}

/** Document is one entry of a library. */
export interface Document {
  /** unique in its collection: a relative path or a file name */
  id: string;
  /** first heading, or the ID */
  title: string;
  /** the extractor that read it: "text", "markdown", ... */
  format: string;
  /** where the bytes came from, if the host knows (an absolute path) */
  source?: string;
  /** FNV-1a of the original bytes, 128 bits, hexadecimal */
  hash: string;
  /** of the original, bytes */
  size: number;
  /** of the extracted text, bytes */
  length: number;
  chunks: number;
  /** milliseconds since the Unix epoch */
  added: number;
  /** a person's own words for it, sorted */
  tags?: string[];
}

/**
 * AddRequest ("add") puts documents in; one with the ID of another replaces it.
 * A document that cannot be read is reported by its event and passed over.
 */
export interface AddRequest {
  documents: AddDocument[];
}

/** AddDocument is a document whose bytes the host serves by IORead of Source. */
export interface AddDocument {
  id: string;
  title?: string;
  format?: string;
  /** where the bytes came from */
  path?: string;
  source: string;
  size: number;
  /** default: those of a document that is replaced */
  tags?: string[];
}

/** AddEvent is one document done or failed. */
export interface AddEvent {
  id: string;
  document?: Document;
  error?: Error;
  /** documents so far */
  done: number;
  total: number;
}

/** RemoveRequest ("remove") takes documents out. */
export interface RemoveRequest {
  ids: string[];
}

/** TextRequest ("text") asks for a document's extracted text. */
export interface TextRequest {
  id: string;
}

/** TextResult is a document and its extracted text. */
export interface TextResult {
  document: Document;
  text: string;
}

/** SearchRequest ("search") asks for the best chunks. */
export interface SearchRequest {
  query: string;
  /** default 10 */
  k?: number;
  /** Mode is hybrid by default where passages have vectors, else keyword. */
  mode?: IndexMode;
  /** hybrid: "weighted" (default) or "rrf" */
  fusion?: string;
  /** hybrid: of meaning beside words, 0 to 1 */
  weight?: number;
  /** make one passage of neighbours in a section */
  join?: boolean;
}

/** IndexMode says what ranks passages. */
export type IndexMode =
  /** the words that they share with the question */
  | "keyword"
  /** how alike they are in meaning */
  | "vector"
  /** both */
  | "hybrid";

/** SearchResult is the best chunks, best first. */
export interface SearchResult {
  hits: Hit[];
  trace: IndexTrace;
}

/** Hit is a chunk found by a query. */
export interface Hit {
  document: string;
  /** 0-based position in its document */
  chunk: number;
  /** of the document's extracted text */
  start: number;
  /** of the document's extracted text */
  end: number;
  /** path from the top heading down; then the header of the table that it begins inside */
  headings?: string[];
  /** label of the page that it begins on */
  page?: string;
  /** of the document */
  title: string;
  text: string;
  /** higher is better; comparable within one query only */
  score: number;
  /** the parts: "keyword", "vector", ... */
  scores?: Record<string, number>;
}

/** IndexTrace says how a query was understood and what was looked at. */
export interface IndexTrace {
  terms: string[];
  /** searched */
  documents: number;
  /** searched */
  chunks: number;
  mode: IndexMode;
  /** chunks that have a vector */
  embedded: number;
  /**
   * Absent is the phrases of the query that no chunk holds: they were read as
   * words.
   */
  absent?: string[];
  /** Corrected maps words that no chunk has to those that were sought instead. */
  corrected?: Record<string, string>;
}

/**
 * AskRequest ("ask") is a question. Its events are rag.Event, its result
 * rag.Answer. Generate mode uses the loaded model.
 */
export interface AskRequest {
  question: string;
  /** earlier turns, oldest first: what "it" and "the second one" may mean */
  history?: Message[];
  /** default: quote */
  mode?: RagMode;
  /** passages to retrieve; default 8 */
  k?: number;
  /** least confidence of an answer, 0 to 1; default DefaultThreshold */
  threshold?: number;
  /** generate mode; default 96 where a fact is asked for, else 256 */
  maxTokens?: number;
  /** generate mode; default 0 */
  temperature?: number;
  /** generate mode; default 1 */
  seed?: number;
}

/** Message is one turn of a conversation. */
export interface Message {
  /** "system", "user" or "assistant" */
  role: string;
  content: string;
}

/** RagMode says who writes the answer. */
export type RagMode =
  /** sentences of the documents */
  | "quote"
  /** a language model, from the evidence */
  | "generate";

/** AskEvent is one step of an answer. */
export interface AskEvent {
  type: EventType;
  /** retrieved */
  hits?: Hit[];
  /** token: append to the answer */
  text?: string;
  /** citation: [n] is now known */
  citation?: Citation;
  /** sentence: the answer's last one is whole and was checked */
  sentence?: Sentence;
  /** done */
  answer?: AskResult;
}

/** EventType names a step. */
export type EventType =
  | "retrieved"
  | "token"
  | "citation"
  | "sentence"
  | "done";

/** Citation ties [n] in an answer to a span of a document. */
export interface Citation {
  /** 1-based */
  n: number;
  document: string;
  title: string;
  /** path, joined by " > "; "" if none */
  heading: string;
  page?: string;
  /** of the document's extracted text, bytes */
  start: number;
  /** of the document's extracted text, bytes */
  end: number;
  text: string;
  /**
   * Focus is the part of the span that answers by itself, such as a name or a
   * date; absent where none stands out.
   */
  focus?: Span;
}

/** Span is a half-open byte range of a document's extracted text. */
export interface Span {
  start: number;
  end: number;
}

/** Sentence is one sentence of an answer and how its evidence stands to it. */
export interface Sentence {
  /** without citation marks */
  text: string;
  /** of the answer, bytes, citation marks included */
  start: number;
  /** of the answer, bytes, citation marks included */
  end: number;
  /** 0 to 1 */
  support: number;
  /** what support and the words come to */
  label: Label;
  /** numbers of the citations it was held against */
  citations: number[];
  /** that of them which the check added, not the model; 0 if none */
  found?: number;
  /** the words that decided */
  because?: Word[];
}

/** Label is what the evidence says of a claim. */
export type Label =
  | "supported"
  /** the evidence says some of it */
  | "partly"
  /** the evidence says something else */
  | "contradicted"
  | "unsupported";

/** Word is a part of a claim that decided about it. */
export interface Word {
  /** "number", "date", "name", "negation", "antonym" or "word" */
  kind: string;
  /** as the claim says it */
  claim: string;
  /** and the evidence, if it says something else */
  evidence?: string;
}

/** AskResult is the whole of an answer. */
export interface AskResult {
  answer: string;
  /** the first citation's focus, of a question that is answered */
  short?: string;
  verdict: Verdict;
  /** why it is not answered */
  reason?: Reason;
  /** absent, and the question is neither in Korean nor in Latin letters */
  foreign?: boolean;
  citations: Citation[];
  /** not answered: the passages that came nearest, best first */
  nearest?: Citation[];
  /** of the answer, each held against its evidence */
  sentences: Sentence[];
  mode: RagMode;
  /**
   * Fallback: sentences of the documents follow what the model wrote, which rests on
   * nothing that answers, or says yes or no.
   */
  fallback?: boolean;
  trace: RagTrace;
}

/** Verdict says whether the documents answer the question. */
export type Verdict =
  | "answered"
  | "not-in-documents";

/** Reason says why a question is not answered. */
export type Reason =
  /** no passage is about what was asked */
  | "absent"
  /** passages are about it, and do not say it */
  | "unanswerable"
  /** passages answer, each something else; all are cited */
  | "contradictory";

/**
 * RagTrace lets a person inspect how an answer came about. It holds all that came
 * from outside, the library and the models, so that Replay makes the same answer
 * from it alone.
 */
export interface RagTrace {
  version: number;
  request: AskRequest;
  /** what was searched: with the subject of earlier turns */
  question: string;
  search: IndexTrace;
  /** retrieved, best first, as marks have moved them */
  hits: Hit[];
  /** sentences that were considered, best first */
  candidates: Candidate[];
  /** 0 to 1; below Threshold the verdict is not-in-documents */
  confidence: number;
  threshold: number;
  /** generate mode, as the model saw it */
  prompt?: string;
  /** generated */
  tokens?: number;
  steps: RagStep[];
  recording: Recording;
}

/** Candidate is a sentence that might answer. */
export interface Candidate {
  document: string;
  start: number;
  end: number;
  text: string;
  score: number;
  /** what made the score */
  features: Record<string, number>;
}

/** RagStep is a stage and the time it took. */
export interface RagStep {
  /** "search", "read", "prompt", "generate", ... */
  name: string;
  ms: number;
}

/**
 * Recording is what the library and the models said, in the order in which they
 * were asked, beside what the trace shows anyway.
 */
export interface Recording {
  /** of the question's terms */
  weights: number[];
  marks?: Mark[];
  /** there was one */
  reader?: boolean;
  answers?: Answer[];
  verifier?: boolean;
  entailments?: Entailment[];
  /** of the generator */
  stops?: string[];
  /** of the generator, tokens */
  context?: number;
  /** lengths of those that were tried, tokens */
  prompts?: number[];
  pieces?: Piece[];
}

/** Mark says that passages answer a question, or do not. */
export interface Mark {
  /** from 1, growing; no two of a store ever have the same */
  id: number;
  /** as it was asked */
  question: string;
  /** what was marked, if not the evidence alone */
  answer?: string;
  right: boolean;
  /** the evidence that was marked, or that the answer cited */
  passages: Passage[];
  /** milliseconds since the Unix epoch */
  at: number;
}

/**
 * Passage is a place in a document, with its text: it can be known again after the
 * document changed.
 */
export interface Passage {
  document: string;
  /** of the document's extracted text, bytes */
  start: number;
  /** of the document's extracted text, bytes */
  end: number;
  text: string;
}

/** Answer is a byte range of a passage that answers a question. */
export interface Answer {
  /** index into the passages given */
  passage: number;
  start: number;
  end: number;
  /** log of how much likelier it is than that its passage does not answer */
  score: number;
}

/** Entailment is how evidence stands to a claim; the three sum to 1. */
export interface Entailment {
  supported: number;
  contradicted: number;
  neither: number;
}

/** Piece is a token as it leaves a model. */
export interface Piece {
  /** negative: no token yet, a part of the prompt was read */
  id: number;
  /** whole characters only; "" while one is incomplete */
  text: string;
}

/** LoadRequest ("load") reads a GGUF from a source; it replaces the loaded model. */
export interface LoadRequest {
  source: string;
  size: number;
  /** the other files of a model that is split, in any order */
  more?: LoadPart[];
  name?: string;
  /** tokens; default: the model's, at most 4096 */
  context?: number;
  /** how the cache keeps keys and values: f32 (default), or int8 in a quarter of the memory */
  kv?: string;
  /** default: all of the model */
  shard?: Shard;
}

/** LoadPart is a file of a model that is split into several. */
export interface LoadPart {
  source: string;
  size: number;
}

/**
 * Shard says which part of a model an engine is to hold. The one with index 0 is
 * used as if it were alone. With the others, "load" does not end before the first
 * one's model is unloaded: they compute along, and answer nothing else.
 */
export interface Shard {
  index: number;
  count: number;
}

/** LoadEvent is progress, in bytes. */
export interface LoadEvent {
  done: number;
  total: number;
}

/** ModelResult answers "load", "model" (no request): what is loaded. */
export interface ModelResult {
  name: string;
  architecture: string;
  /** block format of most weights */
  type: string;
  parameters: number;
  context: number;
  vocabulary: number;
  /** of memory for the weights, about, of all shards */
  bytes: number;
  /** shards that compute */
  threads: number;
  /** how the cache keeps keys and values, of a model that continues text */
  kv?: string;
}

/**
 * GenerateRequest ("generate") continues a prompt, or a conversation by the
 * model's template. Absent options take the values of engine.DefaultOptions,
 * Temperature 0.
 */
export interface GenerateRequest {
  prompt?: string;
  messages?: Message[];
  maxTokens?: number;
  temperature?: number;
  topK?: number;
  topP?: number;
  minP?: number;
  repeatPenalty?: number;
  repeatLastN?: number;
  seed?: number;
  stop?: string[];
  typicalP?: number;
  topNSigma?: number;
  frequencyPenalty?: number;
  presencePenalty?: number;
  dryMultiplier?: number;
  dryBase?: number;
  dryAllowedLength?: number;
  dryLastN?: number;
  dryBreakers?: string[];
  xtcProbability?: number;
  xtcThreshold?: number;
  /** of the temperature */
  dynamicRange?: number;
  dynamicExponent?: number;
  /** version: 1 or 2 */
  mirostat?: number;
  mirostatTau?: number;
  mirostatEta?: number;
  logitBias?: TokenBias[];
  /** GBNF that the text follows */
  grammar?: string;
  /** JSON Schema that the text follows */
  jsonSchema?: string;
}

/** TokenBias is added to the logit of a token. */
export interface TokenBias {
  token: number;
  bias: number;
}

/** GenerateEvent is a token. */
export interface GenerateEvent {
  id: number;
  text: string;
}

/** GenerateResult is the whole text. */
export interface GenerateResult {
  text: string;
  tokens: number[];
  /** tokens */
  prompt: number;
}

/** TokenizeRequest ("tokenize") asks for token IDs. */
export interface TokenizeRequest {
  text: string;
  /** add the model's BOS and EOS, parse special tokens */
  special?: boolean;
}

/** TokenizeResult is token IDs. */
export interface TokenizeResult {
  tokens: number[];
}

/** LogitsRequest ("logits") asks for the next-token probabilities after each token. */
export interface LogitsRequest {
  tokens: number[];
  /** default 20 */
  top?: number;
}

/** LogitsEvent is the most likely tokens after one given token. */
export interface LogitsEvent {
  top: TokenProbability[];
}

/** TokenProbability is a token and its probability. */
export interface TokenProbability {
  id: number;
  probability: number;
}

/** OpenRequest ("open") opens the store's library; it may be left out. */
export interface OpenRequest {
  /**
   * Ranges reads segments by ranges only, as from a static host far away: no more
   * is fetched than searches need.
   */
  ranges?: boolean;
}

/**
 * ChangeRequest ("change") renames a document, or gives it another title or other
 * tags; what is absent stays.
 */
export interface ChangeRequest {
  id: string;
  newId?: string;
  title?: string;
  tags?: string[];
}

/** DescribeRequest ("describe") gives the library a name and tags. */
export interface DescribeRequest {
  name: string;
  tags: string[];
}

/**
 * TidyResult answers "tidy" (no request): a part of what adding and removing leaves
 * to be done, in the background.
 */
export interface TidyResult {
  /** call again */
  more: boolean;
}

/** ExportRequest ("export") writes the library as one file, piece by piece. */
export interface ExportRequest {
  /** the host's name for the file */
  sink: string;
}

/** ExportResult is how much was written. */
export interface ExportResult {
  bytes: number;
}

/**
 * ImportRequest ("import") takes in an exported file; its documents replace those
 * of the same ID.
 */
export interface ImportRequest {
  /** of the file, for errors */
  name: string;
  source: string;
  size: number;
}

/**
 * VectorsRequest ("vectors") embeds some more passages of the library by the
 * encoder that is loaded. A host repeats it in the background until Done is Total:
 * the library is searchable meanwhile, by meaning as far as it has come.
 */
export interface VectorsRequest {
  /** at most; default 8, 0 only tells how far it has come */
  passages?: number;
  /**
   * Several engines with one encoder share the work: the one with the library is
   * asked what to read of so many passages, each reads some, and the first takes
   * what they made.
   */
  ask?: boolean;
  read?: string[];
  made?: number[][];
}

/** VectorsResult is how many passages have a vector. */
export interface VectorsResult {
  /** "" if none is loaded */
  encoder: string;
  done: number;
  total: number;
  /** what was asked for */
  read?: string[];
  /** of what was read */
  made?: number[][];
}

/**
 * EncoderRequest ("encoder") loads the library's encoder: a GGUF that embeds, and
 * may have heads that read and verify. It stands beside the model of "load"; a
 * model there takes over what it can do itself, for as long as it is loaded.
 * Without a source the encoder is let go.
 */
export interface EncoderRequest {
  source?: string;
  /** bytes */
  size?: number;
  /** for people; default the file's own */
  name?: string;
  /** Prefixes that the encoder reads before questions and passages: "e5" or "none"; default by the names in the file. */
  prefixes?: string;
}

/** EncoderResult describes the encoder; it is empty if there is none. */
export interface EncoderResult {
  name: string;
  /** identifies the weights and how they are asked */
  encoder: string;
  dim: number;
  reads: boolean;
  verifies: boolean;
  /** of weights */
  bytes: number;
}

/** ReplayRequest ("replay") makes an answer again from its trace alone. */
export interface ReplayRequest {
  trace: RagTrace;
}

/**
 * MarkRequest ("mark") says that evidence, or an answer with its evidence, is right
 * or wrong for a question. Later answers to questions like it move at once.
 */
export interface MarkRequest {
  question: string;
  /** marks this answer; absent marks the evidence itself */
  answer?: string;
  right: boolean;
  /** the spans of the citations that are meant */
  passages: MarkPlace[];
}

/** MarkPlace is a part of a document's extracted text. */
export interface MarkPlace {
  document: string;
  /** bytes */
  start: number;
  /** bytes */
  end: number;
}

/**
 * MarksResult answers "mark", "unmark" and "marks" (no request): every mark of the
 * library, oldest first. After "mark" the last one is the new one.
 */
export interface MarksResult {
  marks: Mark[];
}

/** UnmarkRequest ("unmark") takes a mark back. */
export interface UnmarkRequest {
  id: number;
}

/**
 * AdaptRequest ("adapt") puts LoRA adapters in the place of those that are on the
 * loaded model; none takes them off. The model itself is not read again.
 */
export interface AdaptRequest {
  adapters: AdapterSource[];
}

/**
 * AdapterSource is an adapter in GGUF, whose bytes the host serves by IORead of
 * Source.
 */
export interface AdapterSource {
  source: string;
  size: number;
  name?: string;
  /** default 1 */
  scale?: number;
}

/** DetokenizeRequest ("detokenize") asks for the text of token IDs. */
export interface DetokenizeRequest {
  tokens: number[];
}

/** DetokenizeResult is text; special tokens have none. */
export interface DetokenizeResult {
  text: string;
}

/** EmbedRequest ("embed") asks for the vectors of texts by the loaded model. */
export interface EmbedRequest {
  texts: string[];
}

/** ProgressEvent is how many texts are done. */
export interface ProgressEvent {
  done: number;
  total: number;
}

/** EmbedResult is a unit vector for each text. */
export interface EmbedResult {
  vectors: number[][];
}

/**
 * RankRequest ("rank") asks the loaded model, a reranker, how well texts answer
 * a query.
 */
export interface RankRequest {
  query: string;
  texts: string[];
}

/** RankResult is a probability for each text. */
export interface RankResult {
  scores: number[];
}

/**
 * BenchRequest ("bench") times the loaded model. A model that continues text
 * reads a prompt and writes after it; an encoder embeds texts.
 */
export interface BenchRequest {
  /** tokens, of each text; default 256, of an encoder 128 */
  prompt?: number;
  /** tokens, of an encoder texts; default 32, of an encoder 16 */
  generate?: number;
  /** say where the time goes; costs a little of it */
  profile?: boolean;
}

/** BenchResult is what was measured. */
export interface BenchResult {
  /** tokens read per second */
  pp: number;
  /** tokens written per second; 0 for an encoder */
  tg: number;
  /** from the prompt to the first token */
  first_ms: number;
  profile?: OpShare[];
}

/** OpShare is the part of the time that a kind of operation took: 0 to 1. */
export interface OpShare {
  op: string;
  read: number;
  write: number;
}

