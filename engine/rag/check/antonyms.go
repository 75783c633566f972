package check

import "strings"

// antonyms are pairs of words, each with its forms apart by bars. A form that ends
// in an asterisk begins a word.
var antonyms = func() (pairs [][2][]string) {
	for _, line := range strings.SplitAfter(antonymTable, "\n") {
		if a, b, ok := strings.Cut(strings.TrimSpace(line), " / "); ok {
			pairs = append(pairs, [2][]string{strings.Split(a, "|"), strings.Split(b, "|")})
		}
	}
	return pairs
}()

const antonymTable = `
increas*|rise*|rose|rising|grew|grow* / decreas*|decline*|fell|fall|falls|falling|drop*|shrank|shrink*
more / less|fewer
most / least|fewest
higher|high|highest / lower|low|lowest
larger|large|largest|bigger|big|biggest / smaller|small|smallest
before / after
earlier|early / later|late
first / last
maximum|at most / minimum|at least
above|over / below|under
inside|within / outside
win|wins|won / lose|loses|lost
succeed*|success* / fail*
open*|opens|opened / close|closes|closed
start*|begin*|began / end|ends|ended|stop*|finish*
accept*|approv* / reject*|refus*|denied
allow*|permit*|legal / forbid*|prohibit*|ban|banned|illegal
include*|including / exclud*
support*|favor*|favour* / oppos*|against
true|correct / false|incorrect|wrong
possible / impossible
public / private
old|older|oldest / new|newer|newest|young|younger|youngest
good|better|best / bad|worse|worst
easy|easier / difficult|hard|harder
fast|faster / slow|slower
hot|warm / cold|cool
north*|northern / south*|southern
east|eastern / west|western
male|man|men|boy / female|woman|women|girl
father / mother
brother / sister
son / daughter
husband / wife
buy|buys|bought / sell|sells|sold
give|gives|gave / take|takes|took
arriv* / depart*
import* / export*
long|longer|longest / short|shorter|shortest
strong* / weak*
rich / poor
alive|lives / dead|died
love|loves|loved|like|likes|liked / hate|hates|hated|dislike*
positive / negative
free / paid
증가|늘어|늘었|상승|올랐|오르|높아 / 감소|줄어|줄었|하락|내렸|내리|낮아
높은|높다|높고|높았 / 낮은|낮다|낮고|낮았
많은|많다|많이|많고|많았 / 적은|적다|적고|적었|드물
큰*|크다|크고|커서 / 작은|작다|작고|작아
길다|긴*|길고|길어 / 짧은|짧다|짧고|짧아
빠르|빨리|빠른 / 느리|느린|천천히
쉽|쉬운|쉬워|간편 / 어렵|어려운|어려워|까다로
좋은|좋다|좋고|좋았|좋습|좋아 / 나쁜|나쁘|나빴|싫어|별로
깨끗|청결 / 더럽|더러운|지저분
가깝|가까운|가까워|근처 / 멀다|먼*|멀어|멀리|떨어진
넓은|넓다|넓고|넓어 / 좁은|좁다|좁고|좁아
조용 / 시끄러|시끄럽|소음
친절 / 불친절
편리|편하|편안|편한 / 불편
만족 / 불만|실망
추천 / 비추
안전 / 위험
뜨거|따뜻|더운|덥 / 차가|시원|추운|춥
밝은|밝다|밝고 / 어두운|어둡
비싼|비싸 / 싼*|저렴
새로운|신규|최신 / 오래된|낡은
젊은 / 늙은
가능 / 불가능|불가
허용|허가|합법 / 금지|불법
찬성|동의|지지 / 반대|거부
성공 / 실패
승리|이겼|우승 / 패배|졌다|패했
시작 / 종료|끝나|끝났|마감
열었|열린|열고|개장|개방|개최 / 닫았|닫힌|닫고|폐장|폐쇄|취소
포함 / 제외
이전|전에 / 이후|후에
최대|최고|최상 / 최소|최저|최악
이상 / 이하|미만
안에|내부|실내 / 밖에|외부|실외
동쪽|동부 / 서쪽|서부
남쪽|남부 / 북쪽|북부
남성|남자|아들 / 여성|여자|딸*
아버지 / 어머니
형제|오빠|형은 / 자매|언니
있다|있는|있어|있었|있습|있고 / 없다|없는|없어|없었|없습|없고
유료 / 무료
공개 / 비공개
합격 / 불합격|탈락
출발 / 도착
수입 / 수출
찾았|발견 / 잃어|분실
살았|생존|살아 / 죽었|사망|죽은
긍정 / 부정
강화|강해 / 약화|약해
확대 / 축소
의무 / 자율|선택
오전 / 오후
국내 / 해외|국외
`
