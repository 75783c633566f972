package eval

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Pair is a claim beside evidence that supports it or does not.
type Pair struct {
	Evidence, Claim string
	Supported       bool
	Label           string // as the file says it, in lower case
}

// aliases are the names under which files keep each field, the first ours, then
// those of BEGIN (Dziri et al., 2022), KLUE-NLI (Park et al., 2021) and KorNLI (Ham
// et al., 2020).
var aliases = [3][]string{
	{"evidence", "knowledge", "premise", "sentence1"},
	{"claim", "response", "hypothesis", "sentence2"},
	{"label", "begin_label", "gold_label"},
}

// labels say which are supported; "-" marks a pair that its annotators did not
// agree on, and is passed over.
var labels = map[string]bool{
	"supported": true, "support": true, "supports": true, "entailment": true, "entailed": true, "fully attributable": true,
	"attributable": true, "yes": true, "true": true, "1": true,
	"unsupported": false, "partly": false, "contradicted": false, "contradiction": false, "neutral": false, "not_entailment": false,
	"not fully attributable": false, "not attributable": false, "generic": false, "refutes": false, "refuted": false,
	"not enough info": false, "no": false, "false": false, "0": false,
}

// ReadPairs reads a file of JSON, an array or a value a line, or of columns apart
// by tabs under a header; gzipped if its name ends in .gz.
func ReadPairs(path string) ([]Pair, error) {
	b, err := readFile(path)
	if err != nil {
		return nil, err
	}
	text := strings.TrimSpace(strings.TrimPrefix(string(b), "\ufeff"))
	read := readColumns
	if strings.HasPrefix(text, "[") || strings.HasPrefix(text, "{") {
		read = readValues
	}
	var pairs []Pair
	err = read(text, func(field func(names []string) (string, bool)) error {
		var f [3]string
		for i, names := range aliases {
			value, ok := field(names)
			if !ok {
				return fmt.Errorf("no field %s; it may be called %s", names[0], strings.Join(names, ", "))
			}
			f[i] = value
		}
		label := strings.ToLower(strings.TrimSpace(f[2]))
		supported, known := labels[label]
		switch {
		case label == "-":
			return nil
		case !known:
			return fmt.Errorf("the label %q is none of those known", f[2])
		}
		pairs = append(pairs, Pair{f[0], f[1], supported, label})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(pairs) == 0 {
		return nil, fmt.Errorf("%s has no pairs of evidence and claim", path)
	}
	return pairs, nil
}

// row looks up a field under any of its names.
type row = func(names []string) (string, bool)

func readColumns(text string, add func(row) error) error {
	var header []string
	n := 0
	for line := range strings.Lines(text) {
		n++
		cells := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		switch {
		case header == nil:
			header = cells
			continue
		case slices.Equal(cells, header), len(cells) == 1 && cells[0] == "": // files put end to end
			continue
		case len(cells) != len(header):
			return fmt.Errorf("line %d has %d columns, the header %d", n, len(cells), len(header))
		}
		err := add(func(names []string) (string, bool) {
			at := slices.IndexFunc(header, func(h string) bool { return slices.Contains(names, strings.ToLower(strings.TrimSpace(h))) })
			if at < 0 {
				return "", false
			}
			return cells[at], true
		})
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	return nil
}

func readValues(text string, add func(row) error) error {
	d := json.NewDecoder(strings.NewReader(text))
	if strings.HasPrefix(text, "[") {
		if _, err := d.Token(); err != nil {
			return err
		}
	}
	for n := 1; d.More(); n++ {
		var value map[string]any
		if err := d.Decode(&value); err != nil {
			return fmt.Errorf("pair %d: %w", n, err)
		}
		err := add(func(names []string) (string, bool) {
			for _, name := range names {
				if v, ok := value[name]; ok {
					return fmt.Sprint(v), true
				}
			}
			return "", false
		})
		if err != nil {
			return fmt.Errorf("pair %d: %w", n, err)
		}
	}
	if _, err := d.Token(); err != nil && err != io.EOF {
		return err
	}
	return nil
}

// GroundingMetrics are the figures of a verifier.
type GroundingMetrics struct {
	BalancedAccuracy float64 `json:"balanced_accuracy"` // at the verifier's own threshold
	AUROC            float64 `json:"auroc"`             // of support, supported against not
	F1               float64 `json:"f1"`                // of the supported
	Pairs            int     `json:"pairs"`
	MsPerPair        float64 `json:"ms_per_pair"`
}

// Grounding measures a verifier, which returns the support of a claim and whether
// that is enough.
func Grounding(pairs []Pair, verify func(Pair) (support float64, enough bool, err error)) (m GroundingMetrics, err error) {
	var yes, no []float64
	var right, wrong, missed float64
	began := time.Now()
	for i, p := range pairs {
		support, enough, err := verify(p)
		if err != nil {
			return m, fmt.Errorf("pair %d: %w", i+1, err)
		}
		if p.Supported {
			yes = append(yes, support)
		} else {
			no = append(no, support)
		}
		switch {
		case enough && p.Supported:
			right++
		case enough:
			wrong++
		case p.Supported:
			missed++
		}
	}
	m.Pairs = len(pairs)
	m.MsPerPair = perItem(began, m.Pairs)
	if len(yes) > 0 && len(no) > 0 {
		m.AUROC, _ = separate(yes, no)
		m.BalancedAccuracy = (right/float64(len(yes)) + 1 - wrong/float64(len(no))) / 2
	}
	m.F1 = f1(right, wrong, missed)
	return m, nil
}

// f1 is the harmonic mean of precision and recall.
func f1(right, wrong, missed float64) float64 {
	if right == 0 {
		return 0
	}
	return 2 * right / (2*right + wrong + missed)
}

func perItem(began time.Time, n int) float64 {
	return float64(time.Since(began).Microseconds()) / 1000 / float64(max(n, 1))
}
