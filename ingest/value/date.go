package value

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Order of day, month and year where the text itself does not tell.
type Order uint8

// Orders a contract may add; year first and written-out forms are always read.
const (
	YearFirst  Order = iota
	MonthFirst       // 5/31/2019
	DayFirst         // 31/5/2019
	ROC              // 民国105/12/30, 105.12.30
	ShortYear        // 20/3/5: two-digit years, 1950–2049
)

// DateStyle says which further readings a contract allows.
type DateStyle struct {
	Orders   []Order
	Patterns []Pattern      // tried first; a text of another shape is read as ever
	Serial   bool           // a bare number is a spreadsheet's day number; true by default in contracts
	Zone     *time.Location // texts with a zone are turned into this one; nil: UTC+8
}

const (
	firstYear, lastYear     = 1900, 2100
	firstSerial, lastSerial = 18264, 73415 // 1950-01-01 … 2100-12-31
	serialEpoch             = 25569        // 1970-01-01
)

// FastDate reads 2020-03-05, and nothing else.
func FastDate(s string) (days int32, ok bool) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	y1, y2, y3, y4, m1, m2, d1, d2 := s[0]-'0', s[1]-'0', s[2]-'0', s[3]-'0', s[5]-'0', s[6]-'0', s[8]-'0', s[9]-'0'
	if max(y1, y2, y3, y4, m1, m2, d1, d2) > 9 {
		return 0, false
	}
	year, month, day := int(y1)*1000+int(y2)*100+int(y3)*10+int(y4), int(m1)*10+int(m2), int(d1)*10+int(d2)
	if !exists(year, month, day) || year < firstYear || year > lastYear {
		return 0, false
	}
	return Days(year, month, day), true
}

// Days counts from 1970-01-01.
func Days(year, month, day int) int32 {
	if month <= 2 {
		year--
		month += 12
	}
	era := year / 400
	yoe := year - era*400
	doy := (153*(month-3)+2)/5 + day - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return int32(era*146097 + doe - 719468)
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

func exists(year, month, day int) bool {
	return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
}

// Date reads a day in any of the ways people write it. A time of day behind it is allowed and dropped.
func Date(s string, style DateStyle) (days int32, fault *Fault) {
	if days, ok := FastDate(s); ok && len(style.Patterns) == 0 {
		return days, nil
	}
	days, _, fault = moment(s, style)
	return days, fault
}

// Timestamp reads a day with or without a time of day, in microseconds since 1970-01-01 local time.
func Timestamp(s string, style DateStyle) (micros int64, fault *Fault) {
	if len(style.Patterns) == 0 && len(s) == 19 && (s[10] == ' ' || s[10] == 'T') && s[13] == ':' && s[16] == ':' {
		if days, ok := FastDate(s[:10]); ok {
			if clock, ok := fastClock(s[11:]); ok {
				return int64(days)*86400e6 + clock, nil
			}
		}
	}
	days, clock, fault := moment(s, style)
	return int64(days)*86400e6 + clock, fault
}

func fastClock(s string) (int64, bool) {
	h, m, sec := two(s), two(s[3:]), two(s[6:])
	if h < 0 || m < 0 || sec < 0 || h > 23 || m > 59 || sec > 59 {
		return 0, false
	}
	return int64(h*3600+m*60+sec) * 1e6, true
}

func two(s string) int {
	a, b := s[0]-'0', s[1]-'0'
	if a > 9 || b > 9 {
		return -1
	}
	return int(a)*10 + int(b)
}

// moment reads date and time of day.
func moment(text string, style DateStyle) (int32, int64, *Fault) {
	s := Trim(HalfWidth(text))
	if s == "" {
		return 0, 0, &Fault{"日期为空", ""}
	}
	s = strings.TrimPrefix(strings.TrimSuffix(strings.TrimPrefix(s, `="`), `"`), "'")
	for _, pattern := range style.Patterns {
		if days, clock, fault, ok := pattern.read(s); ok {
			return days, clock, fault
		}
	}
	if (len(s) == 6 || len(s) == 7) && onlyDigits(s) && hasOrder(style, ROC) { // 1051230, 990305
		s = s[:len(s)-4] + "-" + s[len(s)-4:len(s)-2] + "-" + s[len(s)-2:]
	}
	if isNumber(s) {
		return serialOrDigits(s, style)
	}
	if len(s) > 9 && (s[8] == ' ' || s[8] == 'T') && onlyDigits(s[:8]) {
		s = s[:4] + "-" + s[4:6] + "-" + s[6:] // 20200305 08:30
	}
	s = numerals(s)
	roc := false
	for _, era := range [...]string{"民国", "民國", "中华民国", "中華民國"} {
		if rest, ok := strings.CutPrefix(s, era); ok {
			s, roc = Trim(rest), true
		}
	}
	numbers, separators, rest := dateNumbers(s)
	if len(numbers) < 3 {
		if len(numbers) == 2 && len(numbers[0]) == 4 {
			return 0, 0, &Fault{"日期缺少日", "请写全年月日,如 " + numbers[0] + "-" + pad(numbers[1]) + "-01"}
		}
		return 0, 0, &Fault{"不是日期", "请按 2020-03-05 的样式填写"}
	}
	if !properSeparators(separators) {
		return 0, 0, &Fault{"不是日期", "请按 2020-03-05 的样式填写"}
	}
	year, month, day, fault := order(numbers, style, roc)
	if fault != nil {
		return 0, 0, fault
	}
	if year < firstYear || year > lastYear {
		return 0, 0, &Fault{fmt.Sprintf("年份%d超出范围", year), "请核对年份"}
	}
	if !exists(year, month, day) {
		return 0, 0, impossible(year, month, day)
	}
	days := Days(year, month, day)
	clock, offset, zoned, ok := timeOfDay(rest)
	if !ok {
		return 0, 0, &Fault{"日期后的时间无法识别", "请按 2020-03-05 08:30:00 的样式填写"}
	}
	if zoned {
		return shift(days, clock, offset, style.Zone)
	}
	return days, clock, nil
}

func impossible(year, month, day int) *Fault {
	if month < 1 || month > 12 {
		return &Fault{"该日期不存在", fmt.Sprintf("没有%d月,请核对", month)}
	}
	return &Fault{"该日期不存在", fmt.Sprintf("%d年%d月只有%d天,请核对", year, month, daysIn(year, month))}
}

// shift turns an instant into local time.
func shift(days int32, clock int64, offset int, zone *time.Location) (int32, int64, *Fault) {
	if zone == nil {
		zone = time.FixedZone("", 8*3600)
	}
	instant := time.Unix(int64(days)*86400-int64(offset), clock*1000).In(zone)
	_, seconds := instant.Zone()
	local := instant.Unix() + int64(seconds)
	floor := local / 86400
	if local%86400 < 0 {
		floor--
	}
	return int32(floor), (local-floor*86400)*1e6 + int64(instant.Nanosecond()/1000), nil
}

// order decides which number is the year, the month and the day.
func order(numbers []string, style DateStyle, roc bool) (year, month, day int, fault *Fault) {
	var v [3]int
	for i := range 3 {
		v[i], _ = strconv.Atoi(numbers[i])
	}
	if roc {
		return v[0] + 1911, v[1], v[2], nil
	}
	if len(numbers[0]) == 4 {
		return v[0], v[1], v[2], nil
	}
	for _, order := range style.Orders {
		switch {
		case order == MonthFirst && len(numbers[2]) == 4:
			return v[2], v[0], v[1], nil
		case order == DayFirst && len(numbers[2]) == 4:
			return v[2], v[1], v[0], nil
		case order == ROC && len(numbers[0]) <= 3 && v[0] > 0:
			return v[0] + 1911, v[1], v[2], nil
		case order == ShortYear && len(numbers[0]) == 2:
			return century(v[0]), v[1], v[2], nil
		case order == MonthFirst && len(numbers[2]) == 2 && hasOrder(style, ShortYear):
			return century(v[2]), v[0], v[1], nil
		case order == DayFirst && len(numbers[2]) == 2 && hasOrder(style, ShortYear):
			return century(v[2]), v[1], v[0], nil
		}
	}
	if len(numbers[2]) == 4 {
		return 0, 0, 0, &Fault{"年月日的顺序不明", "请按 2020-03-05 的样式填写"}
	}
	return 0, 0, 0, &Fault{"年份不是四位", "请按 2020-03-05 的样式填写"}
}

func hasOrder(style DateStyle, want Order) bool {
	for _, order := range style.Orders {
		if order == want {
			return true
		}
	}
	return false
}

func century(year int) int {
	if year >= 50 {
		return 1900 + year
	}
	return 2000 + year
}

// isNumber is true for digits with at most one point.
func isNumber(s string) bool {
	points := 0
	for i := range len(s) {
		switch {
		case s[i] == '.' && i > 0:
			points++
		case s[i] < '0' || s[i] > '9':
			return false
		}
	}
	return points <= 1
}

// serialOrDigits reads 20200305, 20200305083000 and the day numbers of spreadsheets.
func serialOrDigits(s string, style DateStyle) (int32, int64, *Fault) {
	if len(s) == 8 || len(s) == 14 {
		year, _ := strconv.Atoi(s[:4])
		month, _ := strconv.Atoi(s[4:6])
		day, _ := strconv.Atoi(s[6:8])
		if strings.Contains(s, ".") || year < firstYear || year > lastYear {
			return 0, 0, &Fault{"不是日期", "请按 2020-03-05 的样式填写"}
		}
		if !exists(year, month, day) {
			return 0, 0, impossible(year, month, day)
		}
		var clock int64
		if len(s) == 14 {
			var ok bool
			if clock, ok = fastClock(s[8:10] + ":" + s[10:12] + ":" + s[12:14]); !ok {
				return 0, 0, &Fault{"日期后的时间无法识别", "请按 2020-03-05 08:30:00 的样式填写"}
			}
		}
		return Days(year, month, day), clock, nil
	}
	number, err := strconv.ParseFloat(s, 64)
	if err != nil || number < firstSerial || number > lastSerial || !style.Serial {
		return 0, 0, &Fault{"不是日期", "请按 2020-03-05 的样式填写"}
	}
	days := int64(number)
	micros := int64((number-float64(days))*86400e6 + 0.5)
	micros = (micros + 500) / 1000 * 1000 // the number holds no more than milliseconds
	if micros >= 86400e6 {
		days, micros = days+1, 0
	}
	return int32(days - serialEpoch), micros, nil
}

func pad(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}
