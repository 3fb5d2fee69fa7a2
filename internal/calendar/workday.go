package calendar

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"
)

//go:generate go run ./generate chinese-days.json days.txt

//go:embed days.txt
var shippedDays string

// Calendar knows the days off and the make-up workdays of some years; in every other year only weekends are off.
type Calendar struct {
	weekend map[time.Weekday]bool
	off     map[time.Time]bool
	work    map[time.Time]bool
	years   map[int]bool
}

// China is the shipped calendar: the State Council's notices for 2004 to 2026.
func China() (*Calendar, error) {
	c := newCalendar()
	if err := c.read("shipped days", shippedDays); err != nil {
		return nil, err
	}
	return c, nil
}

// Extend returns the shipped calendar with a project's own file over it: a year the file names replaces the shipped
// year. A file that says `base none` starts from weekends alone, for another country. name is used in errors.
func Extend(name, text string) (*Calendar, error) {
	base, err := China()
	if err != nil {
		return nil, err
	}
	own := newCalendar()
	if err := own.read(name, text); err != nil {
		return nil, err
	}
	if startsFromNone(text) {
		return own, nil
	}
	for year := range own.years {
		base.forget(year)
		base.years[year] = true
	}
	for day := range own.off {
		base.off[day] = true
	}
	for day := range own.work {
		base.work[day] = true
	}
	if strings.Contains("\n"+text, "\nweekend") {
		base.weekend = own.weekend
	}
	return base, nil
}

func newCalendar() *Calendar {
	return &Calendar{
		weekend: map[time.Weekday]bool{time.Saturday: true, time.Sunday: true},
		off:     map[time.Time]bool{}, work: map[time.Time]bool{}, years: map[int]bool{},
	}
}

func (c *Calendar) forget(year int) {
	for _, days := range []map[time.Time]bool{c.off, c.work} {
		for day := range days {
			if day.Year() == year {
				delete(days, day)
			}
		}
	}
}

// HasYear says whether the days off of a year are known; where they are not, only weekends are off.
func (c *Calendar) HasYear(year int) bool { return c.years[year] }

// MissingYears lists the years from..to, both included, that fall back to weekends. Outputs that used one say so.
func (c *Calendar) MissingYears(from, to int) []int {
	var missing []int
	for year := from; year <= to; year++ {
		if !c.years[year] {
			missing = append(missing, year)
		}
	}
	return missing
}

// Years lists the years with data, ascending.
func (c *Calendar) Years() []int {
	years := make([]int, 0, len(c.years))
	for year := range c.years {
		years = append(years, year)
	}
	slices.Sort(years)
	return years
}

// IsWorkday says whether a day is a working day.
func (c *Calendar) IsWorkday(day time.Time) bool {
	day = DayOf(day)
	switch {
	case c.work[day]:
		return true
	case c.off[day]:
		return false
	}
	return !c.weekend[day.Weekday()]
}

// Workdays counts the working days from..to, both included; 0 when to is before from.
func (c *Calendar) Workdays(from, to time.Time) int {
	count := 0
	for day := DayOf(from); !day.After(DayOf(to)); day = day.AddDate(0, 0, 1) {
		if c.IsWorkday(day) {
			count++
		}
	}
	return count
}

// After is the n-th working day after a day: the next working day is number 1. n must be at least 1.
func (c *Calendar) After(day time.Time, n int) time.Time {
	day = DayOf(day)
	for n > 0 {
		day = day.AddDate(0, 0, 1)
		if c.IsWorkday(day) {
			n--
		}
	}
	return day
}

// Before is the n-th working day before a day. n must be at least 1.
func (c *Calendar) Before(day time.Time, n int) time.Time {
	day = DayOf(day)
	for n > 0 {
		day = day.AddDate(0, 0, -1)
		if c.IsWorkday(day) {
			n--
		}
	}
	return day
}

// Roll moves a deadline that falls on a day off to the next working day (顺延).
func (c *Calendar) Roll(day time.Time) time.Time {
	day = DayOf(day)
	for !c.IsWorkday(day) {
		day = day.AddDate(0, 0, 1)
	}
	return day
}

// ReturnDue is the day by which a quarter's return is due: the 5th of the month after it, as written and rolled.
func (c *Calendar) ReturnDue(q Quarter) (literal, rolled time.Time) {
	literal = q.Next().First().AddDate(0, 0, 4)
	return literal, c.Roll(literal)
}

// Day is one row of the table run.calendar.
type Day struct {
	Date      time.Time
	IsWorkday bool
	Index     int // working days up to and including this one, counted from the first day asked for
}

// Days lists the days from..to, both included, for run.calendar.
func (c *Calendar) Days(from, to time.Time) []Day {
	var days []Day
	index := 0
	for day := DayOf(from); !day.After(DayOf(to)); day = day.AddDate(0, 0, 1) {
		isWorkday := c.IsWorkday(day)
		if isWorkday {
			index++
		}
		days = append(days, Day{day, isWorkday, index})
	}
	return days
}

// Note is the sentence an output prints when it used years without data, or "" when there are none.
func (c *Calendar) Note(from, to int) string {
	missing := c.MissingYears(from, to)
	if len(missing) == 0 {
		return ""
	}
	words := make([]string, len(missing))
	for i, year := range missing {
		words[i] = fmt.Sprintf("%d年", year)
	}
	return strings.Join(words, "、") + "没有放假安排数据,工作日仅按周末推算"
}
