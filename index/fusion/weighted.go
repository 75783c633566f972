package fusion

func init() { Methods["weighted"] = Weighted }

// Weighted is the convex combination of scores, each between its list's floor
// and best: TM2C2 of Bruch, Gai, Ingber: An Analysis of Fusion Functions for
// Hybrid Retrieval, TOIS 2023.
func Weighted(lists []List) [][]float64 {
	part := make([][]float64, len(lists))
	for i, l := range lists {
		for _, h := range l.Hits {
			score := 1.0
			if top := l.Hits[0].Score; top > l.Floor {
				score = (h.Score - l.Floor) / (top - l.Floor)
			}
			part[i] = append(part[i], l.Weight*score)
		}
	}
	return part
}
