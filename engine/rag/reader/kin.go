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
수리 수선 고치- 수리하-
교체 교환 바꾸- 갈-
급여 월급 봉급 임금
휴가 연차
식대 식비 밥값 점심값
가격 값 비용 요금 금액
엘리베이터 승강기
핸드폰 휴대폰 휴대전화 스마트폰
전화번호 연락처
애완동물 반려동물
강아지 개 반려견
고양이 반려묘
자동차 차 차량 승용차
전기세 전기요금
수도세 수도요금
선생님 교사 선생
병원비 진료비 치료비
아이 어린이
아빠 아버지 부친
엄마 어머니 모친
사장 대표
직원 사원 근로자 종업원
회사 직장
퇴사 퇴직
출시 발매 배포 나오-
설명서 매뉴얼 안내서
에러 오류
빨래 세탁 빨-
나이 연령
무게 중량
크기 면적 넓이 평수
마감 기한
구입 구매 사- 구입하-
종료 만료 끝나- 종료되-
시작 개시 시작하- 시작되-
사용 이용 쓰- 사용하-
키우- 기르- 사육하-
담당 책임 맡-
잃어버리- 분실 분실하-
늦- 연체 밀리- 늦어지-
landlord landlady lessor
tenant lessee renter
apartment flat
vacation holiday leave
doctor physician
salary wage pay
price cost fee charge
buy purchase
fix repair mend maintain
broken faulty defective
phone telephone
mobile cellphone
car vehicle
bike bicycle
kid child
dad father
mum mom mother
start begin commence
end finish expire terminate
boss manager supervisor
employee worker
allowed permitted
forbidden prohibited
movie film
garbage trash rubbish waste
elevator lift
manual handbook guide
abroad overseas
author writer
picture image photo photograph illustration
sick ill illness unwell
medicine medication drug pill tablet
alcohol wine beer liquor
hospital clinic
teacher tutor
pupil student
money cash
cancel revoke
refund reimburse
luggage baggage suitcase
hotel accommodation lodging
flight plane
ticket fare admission
meal food dish
fridge refrigerator
stove hob cooker
wifi wireless
password passcode
contract agreement
sign signature
hire employ recruit
quit resign
guest visitor
병 질병 질환 아프-
약 의약품 약물
술 알코올 음주
먹- 복용 복용하- 섭취
회의 모임
참석 출석 참가
손님 방문객
숙소 숙박
불참 결석
준비물 챙기- 챙길
공짜 무료 무상
환불 반환 돌려주- 환급
취소 철회 취소하-
연기 미루- 연기하-
비행기 항공 항공편
표 티켓 입장권 승차권
짐 수하물 가방
급하- 긴급 비상
소음 소리
비밀번호 암호
쓰레기 폐기물
냉장고 냉장
출발 출발하- 떠나-
도착 도착하-
증상 부작용
사회 진행
`

var (
	kinOnce   sync.Once
	kinGroups map[string][]string
)

// kinOf are the other words of a term's group.
func kinOf(term string) []string {
	kinOnce.Do(func() {
		kinGroups = map[string][]string{}
		for line := range strings.Lines(kin) {
			group := strings.Fields(line)
			for _, w := range group {
				if !strings.HasSuffix(w, "-") {
					w = plainTerm(w)
				}
				kinGroups[w] = group
			}
		}
	})
	return kinGroups[term]
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
