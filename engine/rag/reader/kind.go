package reader

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/engine/rag/fact"
)

// Kind is what a question asks for.
type Kind string

const (
	What       Kind = "what" // and all that no other kind is
	When       Kind = "when"
	HowMany    Kind = "how many"
	Who        Kind = "who"
	Where      Kind = "where"
	Why        Kind = "why"
	How        Kind = "how"
	Naming     Kind = "what it is called"
	List       Kind = "list"
	Comparison Kind = "comparison"
	YesNo      Kind = "yes or no"
)

// kind tells by which phrases a question asks for it and what a sentence that
// answers shows. Phrases are in lower case; an English one stands between word
// boundaries, a Korean one anywhere.
type kind struct {
	Kind
	asks  []string
	shows []string
	facts []fact.Kind // that show it, unless the question has them too
}

// kinds in the order in which they are tried.
var kinds = []kind{
	{When,
		[]string{"when", "what year", "which year", "what date", "what day", "which day", "what month", "what time", "what century", "what decade", "since when",
			"언제", "몇 년도", "몇 년", "몇년", "몇 월 며칠", "몇월 며칠", "몇 월", "몇월", "몇 시", "몇 세기", "요일", "어느 해", "날짜", "기한", "해는", "년도는", "연도는", "시기는", "날은"},
		[]string{"january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december",
			"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "요일", "매년", "매월", "매일", "오전", "오후", "이틀", "사흘", "일시", "date:", "time:", "noon", "midnight", "정오", "자정"},
		[]fact.Kind{fact.Date}},
	{HowMany,
		[]string{"how many", "how much", "how long", "how far", "how often", "how old", "how big", "how high", "how tall", "how large", "how hot", "how fast", "how heavy", "how deep", "how wide", "how soon", "how late", "how cold", "how strong", "how thick", "how loud", "how small", "how short", "how quickly",
			"what percent", "what percentage", "what number", "what amount", "what temperature", "what price", "what size", "what fraction", "몇", "얼마나", "얼마", "어느 정도", "비율", "퍼센트", "숫자는", "횟수는", "인원은", "나이는", "높이는", "길이는", "금액은", "가격은", "개수는", "기간은", "온도는", "무게는", "비용은", "요금은", "크기는", "면적은", "수는"},
		[]string{"one", "half", "twice", "once", "several", "dozen", "하나", "둘", "셋", "절반", "두 ", "세 ", "네 ", "다섯", "여섯", "none", "않는다", "않습니다", "없다", "없습니다"},
		[]fact.Kind{fact.Number}},
	{Comparison,
		[]string{"difference between", "differ", "compare", "compared to", "versus", "vs", "차이점", "차이", "비교"},
		[]string{"than", "while", "whereas", "unlike", "both", "보다", "반면", "비해", "달리"}, nil},
	{Who,
		[]string{"who", "whose", "whom", "which person", "what person", "which author", "what author", "which artist", "what artist", "which leader", "what leader", "which president", "what president",
			"which king", "what king", "which player", "what player", "what scientist", "which scientist", "누구", "누가", "누굴", "어느 인물", "어떤 인물",
			"사람은", "인물은", "감독은", "작가는", "저자는", "선수는", "왕은", "대통령은", "배우는", "가수는"},
		[]string{"mr", "mrs", "ms", "dr", "씨", "님", "담당", "대표", "present:", "absent:", "contact:"},
		[]fact.Kind{fact.Name}},
	{Where,
		[]string{"where", "which country", "what country", "which city", "what city", "what place", "which state", "what state", "어디", "어느 곳", "어느 나라", "어느 도시", "어느 지역", "장소", "곳은", "도시는", "나라는", "국가는", "지역은"},
		[]string{"in the", "at the", "on the", "near", "from the", "에서", "위치", "안에", "옆", "장소", "place:", "venue:", "address:"},
		[]fact.Kind{fact.Name}},
	{Why,
		[]string{"why", "what caused", "what causes", "for what reason", "what is the reason", "왜", "이유", "원인", "까닭"},
		[]string{"because", "since", "due to", "so that", "in order to", "reason", "caused", "therefore", "as a result", "때문", "위해", "위하여", "므로", "인해", "까닭", "이유", "덕분", "탓"}, nil},
	{Naming,
		[]string{"called", "known as", "the term for", "the name of", "named", "무엇이라", "무엇이라고", "뭐라", "무엇으로 불", "명칭", "이름은"},
		[]string{"called", "known as", "referred to as", "termed", "named", "term", "이라고", "라고 한", "라고 불", "라고 부", "라 불", "라 부", "라 한", "라고도", "명칭", "이름"}, nil},
	{List,
		[]string{"list", "name all", "what are the", "which are", "모두", "종류", "나열", "목록", "어떤 것들", "무엇무엇"},
		[]string{"and", "such as", "including", "include", "등", "및", "와", "과"}, nil},
	{How,
		[]string{"how", "어떻게", "방법", "어떤 식"},
		[]string{"by", "using", "first", "then", "press", "turn", "하여", "해서", "한다", "하십시오", "하세요", "누르", "넣"}, nil},
	{YesNo, nil,
		[]string{"not", "no", "never", "only", "may", "must", "can", "cannot", "can't", "allowed", "forbidden", "prohibited", "required", "possible", "approved", "welcome", "free", "except", "unless", "included", "excluded", "covered",
			"않", "없", "있다", "있습니다", "있으", "못", "안 되", "안 된", "안 됩", "된다", "됩니다", "되며", "가능", "불가", "금지", "허용", "말아", "마십시오", "마세요", "괜찮", "해야", "제외", "포함", "무료", "다만"},
		nil},
}

// lengths ask how long, though what they begin with asks when: 몇 시간 and 몇 시.
var lengths = []string{"며칠", "몇 시간", "몇시간", "몇 년간", "몇 년 동안", "몇 년마다", "몇 년이나"}

// auxiliaries begin English questions that want yes or no.
var auxiliaries = strings.Fields("is are was were am do does did can could has have had will would should may must isn't aren't don't doesn't didn't can't won't")

// telling makes them ask what follows: can you tell me when it begins.
var telling = []string{"tell", "know", "say", "show", "explain"}

// wh are the words that ask by themselves.
var wh = strings.Fields("what which who whose whom when where why how")

// interrogatives of Korean; a question without them wants yes or no.
var interrogatives = []string{"무엇", "무슨", "어느", "어떤", "뭐", "뭘", "뭔", "누구", "누가", "언제", "어디", "왜", "어떻게", "얼마", "몇"}

// kindOf returns what a question asks for, and the phrase that says so.
func kindOf(text string) (Kind, string) {
	lower := strings.ToLower(strings.TrimSpace(text))
	if phrase := anyIn(lengths, lower); phrase != "" && anyIn([]string{"몇 월", "몇월"}, lower) == "" {
		return HowMany, phrase
	}
	if k := valued(lower); k != "" {
		return k, ""
	}
	word, _, _ := strings.Cut(lower, " ")
	yesNo := slices.Contains(auxiliaries, word) && anyIn(telling, lower) == ""
	for _, k := range kinds {
		for _, phrase := range k.asks {
			// Of words that ask the first one does: what happens when it rains, can I leave when it does.
			if slices.Contains(wh, phrase) && (yesNo || anyIn(wh, upTo(lower, phrase)) != "") {
				continue
			}
			if anyIn([]string{phrase}, lower) != "" && (!topic(phrase) || strings.HasSuffix(strings.TrimSuffix(strings.TrimRight(lower, "?？. "), "요"), phrase)) {
				return k.Kind, phrase
			}
		}
	}
	if yesNo {
		return YesNo, ""
	}
	end := strings.TrimRight(lower, "?？. ")
	if !strings.HasSuffix(end, "주세요") && anyIn(interrogatives, end) == "" && (strings.HasSuffix(end, "요") && !strings.HasSuffix(end, "은요") && !strings.HasSuffix(end, "는요") || strings.HasSuffix(end, "까") || strings.HasSuffix(end, "나")) {
		return YesNo, ""
	}
	return What, ""
}

// valued is the kind of a question for the value of a noun: what is the maximum weight,
// 운영 시간이 어떻게 되나요; "" of all else.
func valued(lower string) Kind {
	if noun, rest, ok := strings.Cut(lower, "어떻게 "); ok {
		noun = strings.TrimRight(noun, " ")
		bare := strings.TrimSuffix(strings.TrimSuffix(noun, "이"), "가")
		if bare == noun || !strings.HasPrefix(rest, "되") && !strings.HasPrefix(rest, "돼") && !strings.HasPrefix(rest, "될") {
			return ""
		}
		return valueOf(bare[strings.LastIndexByte(bare, ' ')+1:], true)
	}
	if noun, asks, ok := strings.Cut(lower, "이 "); ok && strings.HasPrefix(asks, "뭐") {
		return valueOf(noun[strings.LastIndexByte(noun, ' ')+1:], true)
	}
	for _, opening := range []string{"what is the ", "what's the ", "what was the ", "what are the "} {
		rest, ok := strings.CutPrefix(lower, opening)
		if !ok {
			continue
		}
		noun := strings.TrimRight(rest, "?. ")
		for _, end := range nounEnds {
			noun, _, _ = strings.Cut(noun, end)
		}
		return valueOf(noun[strings.LastIndexByte(noun, ' ')+1:], false)
	}
	return ""
}

// valueOf is the kind of what a noun has as its value.
func valueOf(noun string, korean bool) Kind {
	for _, line := range strings.SplitAfter(values, "\n") {
		kind, nouns, _ := strings.Cut(strings.TrimSpace(line), ":")
		for _, n := range strings.Fields(nouns) {
			if noun == n || korean && strings.HasSuffix(noun, n) {
				return Kind(kind)
			}
		}
	}
	return ""
}

// nounEnds follow the noun that an English question asks the value of.
var nounEnds = []string{" of ", " for ", " in ", " on ", " to ", " at ", " per ", " if ", " when ", " a "}

// values are nouns by the kind of what they have as their values; a Korean one ends the word.
const values = `when:date deadline hours day time birthday 시간 날짜 일시 기한 마감 일정 생일 요일 예정일 만료일 시작일 종료일
how many:amount price cost fee fees rent deposit fine charge salary wage pay rate limit size weight height length width depth distance speed temperature age number excess budget total minimum maximum percentage duration capacity range 비용 가격 요금 금액 료 비 금액 한도 기간 나이 연세 무게 크기 길이 높이 온도 속도 수량 인원 정원 용량 면적 비율 이자 이율
who:owner author manager director president chair 성함 이름 담당자 대표
where:address place venue location 주소 위치 장소
`

// upTo is a text up to a phrase that stands in it.
func upTo(text, phrase string) string { return text[:max(0, strings.Index(text, phrase))] }

// topic reports whether a phrase is a noun that asks only where the question ends in
// it: 인구수는? but not 민수는 언제.
func topic(phrase string) bool {
	return strings.HasSuffix(phrase, "은") || strings.HasSuffix(phrase, "는")
}

// row is what is known of a kind; nil for those that a sentence cannot show.
func (k Kind) row() *kind {
	for i := range kinds {
		if kinds[i].Kind == k {
			return &kinds[i]
		}
	}
	return nil
}

// anyIn returns the first of the phrases that stands in a text in lower case.
func anyIn(phrases []string, text string) string {
	for _, p := range phrases {
		for from := 0; ; {
			at := strings.Index(text[from:], p)
			if at < 0 {
				break
			}
			at += from
			end := at + len(p)
			if p[0] >= utf8.RuneSelf || (at == 0 || !isLetter(text[at-1])) && (end == len(text) || !isLetter(text[end])) {
				return p
			}
			from = end
		}
	}
	return ""
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
