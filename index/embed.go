package index

// Embedder turns texts into unit vectors whose dot product says how alike they
// are in meaning.
type Embedder interface {
	// Encoder identifies the model, its weights and the way it is asked. Vectors
	// are kept under this name: two encoders of one name would be mixed.
	Encoder() string
	// Dim is the length of every vector.
	Dim() int
	// Embed returns a vector for each passage. They are the caller's.
	Embed(passages []string) ([][]float32, error)
}

// QueryEmbedder is an Embedder that reads a question otherwise than a passage,
// such as one that was trained with prefixes.
type QueryEmbedder interface {
	EmbedQuery(question string) ([]float32, error)
}

// Mode says what ranks passages.
type Mode string

const (
	Keyword Mode = "keyword" // the words that they share with the question
	Vector  Mode = "vector"  // how alike they are in meaning
	Hybrid  Mode = "hybrid"  // both
)
