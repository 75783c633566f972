package abi

import "github.com/ondol-rag/ondol/index"

//go:generate go run ../../tools/abigen -o ../../web/sdk/src/abi.gen.ts

// Operation ties the name of an operation to its messages. A nil request takes
// none, a nil event sends none, a nil result is an empty object.
type Operation struct {
	Name                   string
	Request, Event, Result any
}

// Operations are what an Engine can do. The TypeScript types are made from this
// table.
var Operations = []Operation{
	{Name: "hello", Result: HelloResult{}},
	{Name: "open", Request: OpenRequest{}, Result: LibraryResult{}},
	{Name: "refresh", Result: LibraryResult{}},
	{Name: "list", Request: ListRequest{}, Result: ListResult{}},
	{Name: "add", Request: AddRequest{}, Event: AddEvent{}, Result: LibraryResult{}},
	{Name: "remove", Request: RemoveRequest{}, Result: LibraryResult{}},
	{Name: "change", Request: ChangeRequest{}, Result: index.Document{}},
	{Name: "describe", Request: DescribeRequest{}, Result: LibraryResult{}},
	{Name: "tidy", Result: TidyResult{}},
	{Name: "export", Request: ExportRequest{}, Result: ExportResult{}},
	{Name: "import", Request: ImportRequest{}, Result: LibraryResult{}},
	{Name: "text", Request: TextRequest{}, Result: TextResult{}},
	{Name: "extract", Request: AddDocument{}, Result: ExtractResult{}},
	{Name: "search", Request: SearchRequest{}, Result: SearchResult{}},
	{Name: "vectors", Request: VectorsRequest{}, Result: VectorsResult{}},
	{Name: "encoder", Request: EncoderRequest{}, Event: LoadEvent{}, Result: EncoderResult{}},
	{Name: "ask", Request: AskRequest{}, Event: AskEvent{}, Result: AskResult{}},
	{Name: "replay", Request: ReplayRequest{}, Result: AskResult{}},
	{Name: "mark", Request: MarkRequest{}, Result: MarksResult{}},
	{Name: "unmark", Request: UnmarkRequest{}, Result: MarksResult{}},
	{Name: "marks", Result: MarksResult{}},
	{Name: "load", Request: LoadRequest{}, Event: LoadEvent{}, Result: ModelResult{}},
	{Name: "unload"},
	{Name: "adapt", Request: AdaptRequest{}},
	{Name: "model", Result: ModelResult{}},
	{Name: "generate", Request: GenerateRequest{}, Event: GenerateEvent{}, Result: GenerateResult{}},
	{Name: "tokenize", Request: TokenizeRequest{}, Result: TokenizeResult{}},
	{Name: "detokenize", Request: DetokenizeRequest{}, Result: DetokenizeResult{}},
	{Name: "embed", Request: EmbedRequest{}, Event: ProgressEvent{}, Result: EmbedResult{}},
	{Name: "rank", Request: RankRequest{}, Event: ProgressEvent{}, Result: RankResult{}},
	{Name: "logits", Request: LogitsRequest{}, Event: LogitsEvent{}},
	{Name: "bench", Request: BenchRequest{}, Result: BenchResult{}},
	{Name: "keep"},
}
