package reader

import (
	"slices"
	"strings"
	"sync"

	"github.com/ondol-rag/ondol/index/analysis"
)

// kin are words of everyday speech beside those that contracts, rules and manuals have
// for the same, a line a group. Verbs of Korean are stems, marked by a hyphen.
const kin = `
집주인 임대인
세입자 임차인 세든
월세 차임 임대료 집세
이사 입주 퇴거
수리 수선 고치- 정비
교체 교환 바꾸- 갈- 교환하-
급여 월급 봉급 임금 보수 연봉
휴가 연차
식대 식비 밥값 점심값
가격 값 비용 요금 금액 대금 얼마짜리
엘리베이터 승강기
핸드폰 휴대폰 휴대전화 스마트폰
전화번호 연락처
애완동물 반려동물
강아지 개 반려견
고양이 반려묘
자동차 차 차량 승용차
운전 몰- 주행
전기세 전기요금 전기료
수도세 수도요금
선생님 교사 선생 담임 강사
병원비 진료비 치료비
아이 어린이 자녀 애 아동
아빠 아버지 부친
엄마 어머니 모친
부모 부모님 학부모 보호자
사장 대표
직원 사원 근로자 종업원
회사 직장
퇴사 퇴직 그만두-
해지 해약 그만두- 탈퇴 취소
출시 발매 배포 나오-
설명서 매뉴얼 안내서
에러 오류
빨래 세탁 빨- 의류
나이 연령
무게 중량 나가-
크기 면적 넓이 평수
마감 기한
구입 구매 사- 주문
주문 시키- 결제
결제 지불 내- 지급 납부 납입 입금 부담
종료 만료 끝나- 마치-
시작 개시
사용 이용 쓰-
키우- 기르- 사육
담당 책임 맡-
돌보- 돌봄 봐주- 맡-
맡기- 보관 맡-
잃어버리- 분실 잃- 없어지-
도둑 도둑맞- 도난 훔치- 분실 없어지-
늦- 연체 밀리- 늦어지- 지연 지각
보상 배상 변상 물어주- 책임 책임지-
병 질병 질환 아프-
통증 아프-
열나- 발열 열
약 의약품 약물
술 알코올 음주
담배 흡연 금연 피우-
먹- 복용 섭취 드시- 마시- 식사
밥 식사 끼니 먹-
회의 모임
참석 출석 참가 참여 오-
손님 방문객 고객
숙소 숙박 호텔 객실
불참 결석 빠지-
준비물 챙기- 지참 가져오- 가져가- 가지-
공짜 무료 무상
환불 반환 돌려주- 환급 돌려받-
반품 반송 돌려보내- 교환
취소 철회 무르-
연기 미루- 옮기-
변경 바꾸- 옮기- 수정
연장 늘리- 갱신
비행기 항공 항공편
표 티켓 입장권 승차권
짐 수하물 가방
급하- 긴급 비상
소음 소리 시끄럽-
비밀번호 암호 패스워드
쓰레기 폐기물
버리- 폐기 배출
냉장고 냉장
출발 떠나-
도착 받-
증상 부작용
사회 진행
배송 배달 발송 보내- 택배
양도 넘기- 넘겨주- 이전
정지 멈추- 중지 중단 멈춰-
휴무 휴업 휴관 쉬-
영업 운영 개장 열- 문
폐장 폐점 폐관 닫- 마감
할인 깎- 감면 세일
인상 오르- 올리-
인하 내리- 감소 줄-
위약금 벌금 과태료 수수료 떼-
서류 문서 양식
책 도서 서적
신청 접수 등록 가입 신청서
예약 잡-
통보 통지 알리- 연락 신고 말하-
문의 상담 물어보- 묻- 연락
파손 망가지- 고장 부서지- 깨지- 손상
사고 충돌 부딪히-
다치- 부상 상처
임신 임산부
화장실 욕실
샤워 샤워실 씻-
부엌 주방
베란다 발코니
청소 닦- 씻- 세척 헹구-
말리- 건조
필터 거름망 여과
버튼 단추 스위치 누르-
화면 표시창 디스플레이 액정
등 램프 표시등 전등 불
켜- 작동 가동 전원
끄- 꺼지-
배터리 전지 건전지
설치 놓-
분리 빼- 떼-
연결 끼우- 꽂-
초등학생 초등학교 어린이
결정 의결 합의 통과 정하-
선출 뽑- 당선
입장 들어가- 출입 입실
퇴장 나가- 퇴실
요리 조리 만들-
제조 제작 만들- 생산 제조사
제조사 회사 제조원
남편 아내 배우자
결혼 혼인
사망 죽- 숨지- 돌아가시-
출생 태어나- 낳- 출산
생일 생신
외국 해외 국외
한도 최대 최고
이유 까닭 원인
인터넷 와이파이
앱 어플 애플리케이션
포인트 적립금 적립
판매 팔- 매도 매매
대여 빌리- 빌려주-
근무 일하- 출근
재택 재택근무
채용 입사 고용
귀중품 지갑
돈 현금
옷 의류 복장
이름 성함 성명
주소 위치
landlord landlady lessor
tenant lessee renter
apartment flat
rent lease sublet
vacation holiday leave
doctor physician gp
salary wage pay income
earn pay paid wage
price cost fee charge
buy purchase bought order
sell sold sale
fix repair mend maintain
broken faulty defective broke break damage
problem fault issue trouble error
phone telephone ring call contact
email mail
car vehicle
bike bicycle
kid child children
dad father
mum mom mother
start begin commence began
end finish expire terminate stop
boss manager supervisor
employee worker staff
allowed permitted permission
forbidden prohibited banned
movie film
garbage trash rubbish waste bin
dispose discard throw
elevator lift
manual handbook guide
abroad overseas
author writer wrote
picture image photo photograph illustration
sick ill illness unwell
hurt injure injury wound
medicine medication drug pill tablet
dose dosage
alcohol wine beer liquor
hospital clinic
teacher tutor
pupil student
lesson class course
money cash
cancel revoke terminate
quit resign terminate leave
refund reimburse return
return send
replace exchange swap substitute
delay postpone late overdue
extend renew prolong
luggage baggage suitcase
hotel accommodation lodging
flight plane fly
ticket fare admission
meal food dish
dinner supper
dessert pudding
drink beverage
feed serve
reheat warm
fridge refrigerator
freeze freezer frozen
stove hob cooker
oven bake
wifi wireless internet
password passcode
contract agreement
sign signature
hire employ recruit
guest visitor customer client
divide share split distribute
screen display
weigh weight heavy
insurance insure insured cover
lose lost loss missing
steal stolen theft stole thief
charge recharge
store keep storage
clean wash wipe
toilet bathroom restroom loo
garden yard
shop store
job work position
yearly annual year
noon midday
attend attendance participate present come came
organise organize arrange run
decide decision agree approve vote resolve
elect elected chosen choose
report tell inform notify notice
book reserve reservation
deliver ship send dispatch
submit hand send
delivery shipping postage
warranty guarantee
noise loud
smoke cigarette tobacco
invoice bill
penalty fine surcharge
accident crash collision
emergency urgent
depart departure leave
arrive arrival
trip journey tour excursion
temperature degree
colour color
long length
high height tall
wide width
deep depth
fast speed
old age
maximum most limit
minimum least
schedule timetable rota
register enrol registration
drive driver driven
`

var (
	kinOnce   sync.Once
	kinGroups map[string][]string
)

// kinOf are the words of a term's groups.
func kinOf(term string) []string {
	kinOnce.Do(func() {
		kinGroups = map[string][]string{}
		for _, line := range strings.SplitAfter(kin, "\n") {
			group := strings.Fields(line)
			for i, w := range group {
				if stem, ok := strings.CutSuffix(w, "-"); ok {
					w = regular(stem) + "-"
					group[i] = w
				} else {
					w = plainTerm(w)
				}
				kinGroups[w] = append(kinGroups[w], group...)
			}
		}
	})
	return kinGroups[term]
}

// Kin reports whether two terms are words for the same.
func Kin(a, b string) bool {
	for _, k := range kinOf(a) {
		if plainTerm(k) == b {
			return true
		}
	}
	return false
}

// plainTerm is the term of a word, without its bigrams.
func plainTerm(word string) string {
	for _, t := range analysis.Terms(word) {
		if t[0] != analysis.Bigram {
			return t
		}
	}
	return word
}

// Widened is a question as a library is searched by it: with the other words for what
// it asks of, where no document has the word itself. They stand before it, so that it
// still ends as a question does, whose quotes narrow nothing.
func Widened(question string, weigh Weigh) string {
	terms := append(slices.Compact(slices.Sorted(slices.Values(analysis.Query(question)))), nowhere)
	weights := weigh(terms)
	var b strings.Builder
	for i, t := range terms {
		if weights[i] < weights[len(terms)-1] {
			continue
		}
		for _, k := range kinOf(t) {
			if !strings.HasSuffix(k, "-") {
				b.WriteString(k + " ")
			}
		}
	}
	return b.String() + question
}

// nowhere is a term that no text has.
const nowhere = "\x00"
