package eval

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/index"
)

// SQuAD is a reading comprehension set in the format of SQuAD 1.1, 2.0 and
// KorQuAD 1.0 (Rajpurkar et al., 2016 and 2018; Lim et al., 2019).
type SQuAD struct {
	Passages  []string
	Articles  []int    // by passage: the article that it is of
	Titles    []string // of the articles
	Questions []Question
}

// Question asks about one passage; it has no answers if that does not answer it.
type Question struct {
	ID, Text string
	Passage  int
	Answers  []index.Span // bytes of the passage
	Absent   bool         // the passage is taken away
}

// ReadSQuAD reads a file, gzipped if its name ends in .gz.
func ReadSQuAD(path string) (*SQuAD, error) {
	b, err := readFile(path)
	if err != nil {
		return nil, err
	}
	var file struct {
		Data []struct {
			Title      string
			Paragraphs []struct {
				Context string
				QAs     []struct {
					ID, Question string
					Impossible   bool `json:"is_impossible"`
					Answers      []struct {
						Text  string
						Start int `json:"answer_start"` // characters
					}
				}
			}
		}
	}
	if err := json.Unmarshal(b, &file); err != nil {
		return nil, fmt.Errorf("%s is not a SQuAD file: %w", path, err)
	}
	set := &SQuAD{}
	for n, article := range file.Data {
		set.Titles = append(set.Titles, article.Title)
		for _, p := range article.Paragraphs {
			for _, qa := range p.QAs {
				q := Question{ID: qa.ID, Text: qa.Question, Passage: len(set.Passages)}
				if qa.Impossible {
					qa.Answers = nil // some files have an empty one
				}
				for _, a := range qa.Answers {
					start := byteOffset(p.Context, a.Start)
					if !strings.HasPrefix(p.Context[start:], a.Text) {
						return nil, fmt.Errorf("%s: question %s: no %q at character %d of its passage", path, qa.ID, a.Text, a.Start)
					}
					q.Answers = append(q.Answers, index.Span{Start: start, End: start + len(a.Text)})
				}
				set.Questions = append(set.Questions, q)
			}
			set.Passages, set.Articles = append(set.Passages, p.Context), append(set.Articles, n)
		}
	}
	if len(set.Questions) == 0 {
		return nil, fmt.Errorf("%s has no questions", path)
	}
	return set, nil
}

// byteOffset is where the nth character of s begins.
func byteOffset(s string, n int) int {
	at := 0
	for ; n > 0 && at < len(s); n-- {
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	return at
}

// Absent are the answerable questions, and every question once more with its
// passage taken away: then none has an answer.
func (s *SQuAD) Absent() (list []Question) {
	for _, q := range s.Questions {
		if len(q.Answers) > 0 {
			list = append(list, q)
		}
	}
	for _, q := range s.Questions {
		q.Answers, q.Absent = nil, true
		list = append(list, q)
	}
	return list
}

// Reading is what a reader made of a question.
type Reading struct {
	Passage    int        // index into SQuAD.Passages; negative if it found none
	Sentence   index.Span // bytes of the passage
	Span       index.Span // the part that answers by itself, bytes of the passage
	Confidence float64    // that it answers, 0 to 1
	Refused    bool       // that is not enough
}

// QAMetrics are the figures of a reader.
type QAMetrics struct {
	SentenceHit   float64 `json:"sentence_hit@1"` // the best sentence holds an answer, over answerable questions
	EM            float64 `json:"em"`             // the span is an answer, over answerable questions
	F1            float64 `json:"f1"`             // of the span's tokens, the best of the answers
	RefusalAUROC  float64 `json:"refusal_auroc"`  // of confidence, answerable against not; 0 if all are answerable
	RefusalF1     float64 `json:"refusal_f1"`     // of refusing what is not answerable
	Threshold     float64 `json:"best_threshold"` // of confidence, with the highest balanced accuracy
	Questions     int     `json:"questions"`
	MsPerQuestion float64 `json:"ms_per_question"`
}

// QA measures a reader. read is given each question and, unless it must search
// for itself, the number of its passage.
func QA(set *SQuAD, read func(q Question) (Reading, error)) (m QAMetrics, err error) {
	var answerable, hits, em, overlap float64
	var refusedRight, refusedWrong, answeredWrong float64
	var yes, no []float64
	began := time.Now()
	for _, q := range set.Questions {
		r, err := read(q)
		if err != nil {
			return m, fmt.Errorf("question %s: %w", q.ID, err)
		}
		if len(q.Answers) == 0 {
			no = append(no, r.Confidence)
			if r.Refused {
				refusedRight++
			} else {
				answeredWrong++
			}
			continue
		}
		yes = append(yes, r.Confidence)
		answerable++
		if r.Refused {
			refusedWrong++
		}
		if r.Passage != q.Passage {
			continue
		}
		if slices.ContainsFunc(q.Answers, func(a index.Span) bool { return a.Start >= r.Sentence.Start && a.End <= r.Sentence.End }) {
			hits++
		}
		exact, f1 := Match(set.Passages[q.Passage], r.Span, q.Answers)
		em, overlap = em+exact, overlap+f1
	}
	m.Questions = len(set.Questions)
	m.MsPerQuestion = perItem(began, m.Questions)
	m.SentenceHit, m.EM, m.F1 = hits/max(answerable, 1), em/max(answerable, 1), overlap/max(answerable, 1)
	if len(yes) > 0 && len(no) > 0 {
		m.RefusalAUROC, m.Threshold = separate(yes, no)
		m.RefusalF1 = f1(refusedRight, refusedWrong, answeredWrong)
	}
	return m, nil
}

// AUROC is the chance that a score of yes is above one of no.
func AUROC(yes, no []float64) float64 {
	if len(yes) == 0 || len(no) == 0 {
		return 0
	}
	area, _ := separate(yes, no)
	return area
}

// separate returns the area under the ROC curve of two samples of scores, and the
// threshold with the highest balanced accuracy.
func separate(yes, no []float64) (auroc, threshold float64) {
	type scored struct {
		score float64
		yes   bool
	}
	var all []scored
	for _, s := range yes {
		all = append(all, scored{s, true})
	}
	for _, s := range no {
		all = append(all, scored{s, false})
	}
	slices.SortFunc(all, func(a, b scored) int { return cmp.Compare(a.score, b.score) })
	var below, wins, best float64 // below: of no, less than the score at hand
	passed := 0                   // of yes
	for i := 0; i < len(all); {
		end, y, n := i, 0, 0
		for ; end < len(all) && all[end].score == all[i].score; end++ {
			if all[end].yes {
				y++
			} else {
				n++
			}
		}
		if balanced := below/float64(len(no)) + 1 - float64(passed)/float64(len(yes)); balanced > best {
			best, threshold = balanced, all[i].score
		}
		wins += float64(y) * (below + float64(n)/2)
		below, passed, i = below+float64(n), passed+y, end
	}
	return wins / float64(len(yes)) / float64(len(no)), threshold
}
