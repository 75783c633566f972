package reader

import (
	"strings"
	"unicode/utf8"

	"github.com/ondol-rag/ondol/engine/rag/fact"
)

// measures tell in which units a question is answered, a line a measure: phrases of
// the question in lower case, then units; * is none. The first that fits counts.
const measures = `how often|얼마나 자주|주기:번 회 time
how old|what age|몇 살|몇살|나이:year month 살 세 개월 *
how far|how high|how tall|how deep|how wide|높이|길이|거리|깊이|너비|키는|키가:` + lengthUnits + `
how heavy|how much weight|weigh|무게|중량:kg g mg t lb pound ounce ton tonne gram kilogram 킬로그램 그램 톤 킬로
how big|how large|넓이|면적|평수:㎡ m² km² ㎢ acre hectare 평 제곱미터 평방미터
how hot|how cold|temperature|온도|기온|몇 도:° ℃ degree 도
percent|percentage|퍼센트|비율:% 퍼센트 프로
how long|how soon|며칠|몇 시간|몇시간|몇 분|몇 주|몇 개월|몇 달|기간:year month week day hour minute second min h yr decade century 년 년간 개월 달 주 주일 일 시간 분 초 세기 ` + lengthUnits + `
가격|요금|연봉|월급|급여:` + moneyUnits

const (
	lengthUnits = "m km cm mm ft mile metre meter kilometre kilometer centimetre centimeter foot feet inch yard 미터 킬로미터 센티미터 밀리미터 킬로 리"
	moneyUnits  = "원 달러 유로 엔 위안 $ € £ ₩ dollar euro pound cent won yen"
)

// counterparts are units of which one may be asked for and another given, a line a
// group.
const counterparts = `명 사람 인 분 people person man woman
살 세
번 회 차례 time
개월 달 month
일 day
년 해 year
도 ° ℃ degree`

// rates say how often without a number.
var rates = []string{"every", "each", "once", "twice", "daily", "weekly", "monthly", "yearly", "never", "마다", "매일", "매주", "매월", "매년"}

// paid are words of English questions that ask how much money.
var paid = []string{"cost", "costs", "price", "pay", "paid", "spend", "spent", "fee", "rent", "charge", "salary", "earn", "fine", "deposit", "budget", "buy", "bought", "sell", "sold"}

// chargeEndings end Korean nouns for money: 관리비, 월세, 보증금, 임대료, 금액, 값.
const chargeEndings = "비세금료액값"

// unitsOf are the units in which a question that a phrase asks wants its answer; nil
// if any will do.
func unitsOf(kind Kind, text, phrase string) map[string]bool {
	if kind != HowMany {
		return nil
	}
	lower := strings.ToLower(text)
	for _, line := range strings.Split(measures, "\n") {
		asks, units, _ := strings.Cut(line, ":")
		if anyIn(strings.Split(asks, "|"), lower) != "" {
			return wordSet(units)
		}
	}
	switch before, rest, _ := strings.Cut(lower, phrase); {
	case phrase == "how much" && anyIn(paid, lower) != "", strings.HasPrefix(phrase, "얼마") && charge(before):
		return wordSet(moneyUnits)
	case phrase == "how many", phrase == "몇":
		counted, _, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
		for _, f := range fact.Find("2 " + counted) {
			for _, line := range strings.Split(counterparts, "\n") {
				if group := wordSet(line); group[f.Unit] {
					return group
				}
			}
			if f.Unit != "" {
				return wordSet(f.Unit)
			}
		}
	}
	return nil
}

// charge reports whether what stands before 얼마 ends in a charge, as 보증금은 does.
func charge(before string) bool {
	noun := strings.TrimRight(before, " ")
	noun = strings.TrimRight(noun[strings.LastIndexByte(noun, ' ')+1:], "은는이가도")
	last, n := utf8.DecodeLastRuneInString(noun)
	return strings.ContainsRune(chargeEndings, last) && (len(noun) > n || noun == "값")
}

// countedWithin is how many bytes behind a number the noun may begin that it counts:
// three working days.
const countedWithin = 16

// measured reports whether a sentence has a new number in a unit that is asked for:
// by the unit itself, or by the counted noun within a few words of it.
func (q *Question) measured(s sentence) bool {
	if q.units["번"] && anyIn(rates, strings.ToLower(s.text)) != "" {
		return true
	}
	for _, f := range s.facts {
		if f.Kind != fact.Number {
			continue
		}
		if q.units[f.Unit] || f.Unit == "" && q.units["*"] {
			return true
		}
		for i, start := range s.start {
			if q.counted >= 0 && s.at[i] == q.counted && start >= f.Start && start < f.End+countedWithin {
				return true
			}
		}
	}
	return false
}
