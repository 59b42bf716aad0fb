/**
 * Units, one a line: `compared as | factor | spellings`. Counters that only say what is counted, such as 개 and 명,
 * are compared as bare numbers, because the other side may leave them out.
 */
export const UNITS = `
second | 1 | seconds sec secs 초
minute | 1 | minutes minute min mins 분
minute | 60 | hours hour hr hrs 시간
day | 1 | days day 일
day | 7 | weeks week wk wks 주 주일
month | 1 | months month mo mos 개월 달
month | 12 | years year yrs yr 년
year-old | 1 | 살 세
clock | 1 | 시
in-month | 1 | 월
percent | 1 | % percent pct 퍼센트 프로
krw | 1 | ₩ krw won 원
usd | 1 | $ usd dollars dollar bucks 달러 불
eur | 1 | € eur euros euro 유로
gbp | 1 | £ gbp pounds 파운드
jpy | 1 | ¥ jpy yen 엔
cny | 1 | cny yuan rmb 위안
inr | 1 | ₹ rs inr rupees rupee 루피
byte | 1 | bytes byte 바이트
byte | 1000 | kb 킬로바이트
byte | 1000000 | mb megabytes megabyte 메가 메가바이트
byte | 1000000000 | gb gigabytes gigabyte gigs gig 기가 기가바이트
byte | 1000000000000 | tb terabytes terabyte 테라 테라바이트
metre | 0.001 | mm millimeters 밀리미터
metre | 0.01 | cm centimeters 센티 센티미터 센치
metre | 1 | meters metres meter metre 미터
metre | 1000 | km kilometers kilometres kilometer 킬로미터
mile | 1 | miles mile 마일
foot | 1 | feet foot ft 피트
inch | 1 | inches inch 인치
gram | 1 | g grams gram 그램
gram | 1000 | kg kgs kilos kilograms kilogram 킬로 킬로그램
pound | 1 | lbs lb
litre | 0.001 | ml 밀리리터
litre | 1 | liters litres liter litre 리터
degree | 1 | degrees degree ° °c ℃ 도
watt | 1 | watts watt w 와트
volt | 1 | volts volt v 볼트
ohm | 1 | ohms ohm Ω
hertz | 1000000 | mhz
hertz | 1000000000 | ghz
pixel | 1 | px pixels pixel 픽셀
bit | 1 | bits bit 비트
floor | 1 | 층
 | 1 | 개 명 번 대 장 권 잔 마리 가지 사람 곳 군데 회 건 통 인분 users user people items item times seats seat devices device accounts account
times | 1 | 배
`;
