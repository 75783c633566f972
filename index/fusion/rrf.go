package fusion

func init() { Methods["rrf"] = RRF }

// rrfK damps the lead of the first ranks.
const rrfK = 60

// RRF is reciprocal rank fusion: only ranks count. Cormack, Clarke, Büttcher:
// Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning
// Methods, SIGIR 2009.
func RRF(lists []List) [][]float64 {
	part := make([][]float64, len(lists))
	for i, l := range lists {
		for rank := range l.Hits {
			part[i] = append(part[i], l.Weight/float64(rrfK+rank+1))
		}
	}
	return part
}
