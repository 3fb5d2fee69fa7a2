package calendar

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// Quarter is a calendar quarter; the zero value is no quarter.
type Quarter struct {
	Year   int
	Number int // 1 to 4
}

var quarterShapes = []*regexp.Regexp{
	regexp.MustCompile(`^(\d{4})[Qq]([1-4])$`),
	regexp.MustCompile(`^(\d{4})-[Qq]([1-4])$`),
	regexp.MustCompile(`^(\d{4})年第?([1-4一二三四])季度$`),
}

// ParseQuarter reads 2020Q1, 2020-Q1, 2020年第一季度 and 2020年1季度.
func ParseQuarter(text string) (Quarter, error) {
	for _, shape := range quarterShapes {
		parts := shape.FindStringSubmatch(text)
		if parts == nil {
			continue
		}
		year, err := strconv.Atoi(parts[1])
		if err != nil || year == 0 {
			break
		}
		return Quarter{year, quarterNumber(parts[2])}, nil
	}
	return Quarter{}, fmt.Errorf("%q is not a quarter; write it like 2020Q1", text)
}

func quarterNumber(digit string) int {
	for i, word := range []string{"一", "二", "三", "四"} {
		if digit == word || digit == strconv.Itoa(i+1) {
			return i + 1
		}
	}
	return 0
}

// QuarterOf returns the quarter a day falls in.
func QuarterOf(day time.Time) Quarter {
	return Quarter{day.Year(), (int(day.Month())-1)/3 + 1}
}

// String is the period as figures print it: 2020Q1.
func (q Quarter) String() string { return fmt.Sprintf("%04dQ%d", q.Year, q.Number) }

// Label is the period as people read it: 2020年第一季度.
func (q Quarter) Label() string {
	return fmt.Sprintf("%d年第%s季度", q.Year, []string{"", "一", "二", "三", "四"}[q.Number])
}

// First is the quarter's first day.
func (q Quarter) First() time.Time { return Date(q.Year, time.Month(q.Number*3-2), 1) }

// Last is the quarter's last day.
func (q Quarter) Last() time.Time { return q.Next().First().AddDate(0, 0, -1) }

// Index counts quarters from the first quarter of firstYear, which is 0.
func (q Quarter) Index(firstYear int) int { return (q.Year-firstYear)*4 + q.Number - 1 }

// Add moves by n quarters, backwards when n is negative.
func (q Quarter) Add(n int) Quarter {
	index := q.Year*4 + q.Number - 1 + n
	return Quarter{index / 4, index%4 + 1}
}

// Next is the quarter after.
func (q Quarter) Next() Quarter { return q.Add(1) }

// Previous is the quarter before.
func (q Quarter) Previous() Quarter { return q.Add(-1) }

// Date is a day: midnight UTC, as every function of this package expects it.
func Date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// DayOf drops the time of day and the zone: the calendar day as its clock on the wall showed it.
func DayOf(moment time.Time) time.Time {
	year, month, day := moment.Date()
	return Date(year, month, day)
}

// LastEnded is the last quarter that is over on a day: what a notice written on that day reports by default.
func LastEnded(on time.Time) Quarter { return QuarterOf(on.AddDate(0, 0, 1)).Previous() }
