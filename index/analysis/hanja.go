package analysis

import (
	"sync"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/ondol-rag/ondol/index/cp949"
)

// hanjaReadings lists, in order, each Hangul reading and how many characters
// have it in KS X 1001, which sorts its 4,888 hanja by reading. Proven against
// kHangul of Unihan 15: https://www.unicode.org/reports/tr38/#kHangul
const hanjaReadings = "" +
	"가29각11간24갈10감20갑6강24개20객2갱4갹1거17건12걸4검7겁3게3격7견11결6겸6경45계24고39곡7곤10골3공16곶1과12곽4관17괄4광13괘3괴9굉4교25구54국6" +
	"군6굴4궁6권10궐5궤6귀6규15균7귤1극7근15글1금14급7긍4기64긴1길4김1끽1나15낙8난9날2남9납5낭7내6냉1녀1년3념4녕2노18녹6논1농7뇌6뇨1누8눈1눌1뉴2늑2늠1능6" +
	"니2닉2다2단20달5담17답5당11대16댁1덕2도40독10돈10돌2동17두11둔6득1등9라9락9란9랄2람10랍3랑8래4랭1략2량13려18력7련12렬6렴5렵1령18례5로18록7론1롱7" +
	"뢰8료12룡1루13류14륙3륜6률4륭1륵2름1릉6리26린9림5립4마8막6만19말7망12매14맥5맹6멱2면11멸2명15몌1모24목7몰2몽3묘12무22묵2문12물3미19민13밀3박19" +
	"반25발11방28배20백8번10벌4범9법2벽11변7별4병17보16복17본1볼1봉16부43북1분19불5붕6비43빈14빙4사60삭4산12살5삼8삽4상31새3색5생5서30석15선32설13" +
	"섬8섭4성18세9소37속9손6솔1송8쇄5쇠2수61숙12순27술4숭3슬3습5승10시28식15신24실4심10십3쌍1씨1아18악14안10알4암8압4앙7애11액7앵4야11약9양31어10억5" +
	"언6얼2엄6업2엔1여24역13연43열10염15엽4영40예24오30옥5온6올1옹9와8완18왈1왕5왜4외5요38욕6용24우32욱9운13울3웅2원27월3위25유56육7윤13율5융5은7을1" +
	"음6읍3응4의19이38익8인24일9임11입5잉4자26작13잔5잠6잡1장37재17쟁4저28적25전41절8점9접3정55제23조46족4존2졸3종17좌5죄1주40죽2준19줄1중4즉1즐1즙3" +
	"증11지34직5진35질15짐2집7징3차15착7찬15찰5참10창22채12책4처4척15천19철10첨10첩10청8체10초27촉6촌4총10촬1최3추23축12춘3출3충6췌4취14측5층1치24" +
	"칙3친1칠3침9칩1칭2쾌1타14탁16탄10탈2탐4탑3탕5태14택3탱1터1토4통7퇴6투6특2틈1파16판9팔3패11팽4퍅1편10폄1평5폐10포28폭6표14품2풍5피7필10핍2하14학5" +
	"한14할2함12합7항17해18핵2행5향9허4헌4헐1험2혁4현21혈4혐1협12형20혜9호41혹3혼6홀3홍10화14확6환17활5황24회20획2횡3효13후13훈10훙1훤4훼3휘8휴5휼3" +
	"흉5흑1흔4흘4흠3흡4흥1희20힐1"

// hanja maps a Han character to its reading. A character with several readings
// stands in KS X 1001 several times, once as itself; the first place counts.
var hanja = sync.OnceValue(func() map[rune]rune {
	all := cp949.Hanja()
	m := make(map[rune]rune, len(all))
	for rest := hanjaReadings; rest != ""; {
		reading, n := utf8.DecodeRuneInString(rest)
		rest = rest[n:]
		count := 0
		for rest != "" && digit(rest[0]) {
			count, rest = count*10+int(rest[0]-'0'), rest[1:]
		}
		for _, r := range all[:count] {
			r, _ = utf8.DecodeRuneInString(norm.NFC.String(string(r)))
			if _, known := m[r]; !known {
				m[r] = reading
			}
		}
		all = all[count:]
	}
	return m
})

// hangulReading appends the Hangul reading of a Han word, with the initial law
// (女子 is 여자, not 녀자), or nothing where a character has none.
func hangulReading(dst, word []byte) []byte {
	m := hanja()
	for i, r := range string(word) {
		reading, ok := m[r]
		if !ok {
			return dst[:0]
		}
		if i == 0 {
			reading = initialLaw(reading)
		}
		dst = utf8.AppendRune(dst, reading)
	}
	return dst
}

// initialLaw turns ㄴ and ㄹ at the head of a word into what is spoken there:
// both fall silent before ㅑ ㅕ ㅖ ㅛ ㅠ ㅣ, ㄹ becomes ㄴ before the others.
func initialLaw(r rune) rune {
	const vowels, finals, nieun, rieul, silent = 21, 28, 2, 5, 11
	s := r - 0xAC00
	initial, rest := s/(vowels*finals), s%(vowels*finals)
	if initial != nieun && initial != rieul {
		return r
	}
	switch rest / finals {
	case 2, 6, 7, 12, 17, 20:
		initial = silent
	default:
		initial = nieun
	}
	return 0xAC00 + initial*vowels*finals + rest
}
