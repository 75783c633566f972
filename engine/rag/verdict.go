package rag

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/ondol-rag/ondol/engine/rag/reader"
)

// aboutIt is the least share of the question that a passage has which is about it.
const aboutIt = 0.6

// maxNearest is how many passages are shown that do not answer.
const maxNearest = 3

// refuse says that the documents do not answer, why, and what came nearest.
func (a *asking) refuse(q *reader.Question, candidates []reader.Candidate) error {
	a.answer.Verdict, a.answer.Reason = NotInDocuments, Absent
	if len(candidates) > 0 && candidates[0].Passage() >= aboutIt {
		a.answer.Reason = Unanswerable
	} else {
		a.answer.Foreign = !q.Korean && foreign(q.Text)
	}
	var documents []string
	for _, c := range candidates {
		seen := slices.ContainsFunc(a.answer.Nearest, func(n Citation) bool { return n.Document == c.Hit.Document && n.Span == c.Hit.Span })
		if seen || len(a.answer.Nearest) == maxNearest {
			continue
		}
		p := passage{Hit: c.Hit, text: c.Hit.Text, span: c.Hit.Span}
		a.answer.Nearest = append(a.answer.Nearest, citation(p, len(a.answer.Nearest)+1))
		if !slices.Contains(documents, c.Hit.Document) {
			documents = append(documents, c.Hit.Document)
		}
	}
	t := a.answer.Trace.Search
	text := notFound[q.Korean]
	why := text.reasons[a.answer.Reason]
	if a.answer.Foreign {
		why = notUnderstood
	}
	s := why + text.searched(t.Documents, t.Chunks)
	if len(documents) > 0 {
		s += text.nearest + strings.Join(documents, ", ")
	}
	return a.say(s)
}

// notUnderstood is the reason for those whose language is neither of the two.
const notUnderstood = "This question is in a language that is not understood: ask in Korean or English."

// foreign says that most letters of a text are not Latin, as those up to U+024F are.
func foreign(text string) bool {
	n := 0
	for _, r := range text {
		switch {
		case !unicode.IsLetter(r):
		case r < 0x250:
			n--
		default:
			n++
		}
	}
	return n > 0
}

// notFound are the words for what is not in the documents, Korean or not.
var notFound = map[bool]struct {
	reasons          map[Reason]string
	searched         func(documents, passages int) string
	nearest, opposed string
}{
	true: {map[Reason]string{
		Absent:       "문서에서 답을 찾지 못했습니다. 이에 관한 구절이 없습니다.",
		Unanswerable: "문서에서 답을 찾지 못했습니다. 관련된 구절은 있으나 묻는 내용은 없습니다.",
	}, func(documents, passages int) string {
		return fmt.Sprintf(" 문서 %d개의 구절 %d개를 살펴보았습니다.", documents, passages)
	}, " 가장 가까운 문서: ", "문서들의 말이 서로 다릅니다:"},
	false: {map[Reason]string{
		Absent:       "Your documents do not answer this: no passage is about it.",
		Unanswerable: "Your documents do not answer this: some passages are about it, but none says what you ask.",
	}, func(documents, passages int) string {
		were := "were"
		if passages == 1 {
			were = "was"
		}
		return fmt.Sprintf(" %s of %s %s searched.", counted(passages, "passage"), counted(documents, "document"), were)
	}, " The nearest are in: ", "Your documents contradict each other:"},
}

// counted is a number of English things.
func counted(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}

// disagree shows two sentences that answer, each something else.
func (a *asking) disagree(q *reader.Question, one, other reader.Candidate) error {
	a.answer.Verdict, a.answer.Reason = NotInDocuments, Contradictory
	for i, c := range []reader.Candidate{one, other} {
		p := passage{Hit: c.Hit, text: c.Hit.Text, span: c.Hit.Span}
		a.answer.Nearest = append(a.answer.Nearest, citation(p, i+1))
	}
	if err := a.say(notFound[q.Korean].opposed + "\n"); err != nil {
		return err
	}
	a.checked = len(a.answer.Answer)
	return a.quote(q.Focused([]reader.Candidate{one, other}))
}
