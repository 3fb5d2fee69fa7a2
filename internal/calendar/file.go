package calendar

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// The format of days.txt and of a project's own holidays file, one fact a line, # begins a comment:
//
//	base none                     start from weekends alone (default: the shipped calendar)
//	weekend fri sat               default: sat sun
//	2020 off 0101 0124-0202       days off of a year
//	2020 work 0119 0426           make-up workdays of a year
//
// A year may stand alone (`2031 off`) to say that weekends are all there is.

func startsFromNone(text string) bool {
	for line := range strings.Lines(text) {
		if fields := strings.Fields(uncomment(line)); len(fields) == 2 && fields[0] == "base" && fields[1] == "none" {
			return true
		}
	}
	return false
}

func uncomment(line string) string {
	line, _, _ = strings.Cut(line, "#")
	return strings.TrimSpace(strings.TrimPrefix(line, "\ufeff"))
}

func (c *Calendar) read(name, text string) error {
	number := 0
	for line := range strings.Lines(text) {
		number++
		fields := strings.Fields(uncomment(line))
		if len(fields) == 0 {
			continue
		}
		if err := c.readLine(fields); err != nil {
			return fmt.Errorf("%s, line %d: %w", name, number, err)
		}
	}
	return nil
}

func (c *Calendar) readLine(fields []string) error {
	switch fields[0] {
	case "base":
		if len(fields) != 2 || fields[1] != "none" && fields[1] != "china" {
			return fmt.Errorf("`base` takes `none` or `china`")
		}
		return nil
	case "weekend":
		return c.readWeekend(fields[1:])
	}
	year, err := strconv.Atoi(fields[0])
	if err != nil || len(fields[0]) != 4 || len(fields) < 2 {
		return fmt.Errorf("%q begins neither a year nor `base` nor `weekend`; write `2020 off 0101 0124-0202`", fields[0])
	}
	days := map[string]map[time.Time]bool{"off": c.off, "work": c.work}[fields[1]]
	if days == nil {
		return fmt.Errorf("%q is neither `off` nor `work`", fields[1])
	}
	c.years[year] = true
	for _, span := range fields[2:] {
		if err := addSpan(days, year, span); err != nil {
			return err
		}
	}
	return nil
}

func (c *Calendar) readWeekend(names []string) error {
	c.weekend = map[time.Weekday]bool{}
	for _, name := range names {
		weekday := -1
		for i, short := range []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} {
			if name == short {
				weekday = i
			}
		}
		if weekday < 0 {
			return fmt.Errorf("%q is not a weekday; write sun, mon, tue, wed, thu, fri or sat", name)
		}
		c.weekend[time.Weekday(weekday)] = true
	}
	return nil
}

func addSpan(days map[time.Time]bool, year int, span string) error {
	from, to, isRange := strings.Cut(span, "-")
	if !isRange {
		to = from
	}
	first, err := time.Parse("20060102", fmt.Sprintf("%04d%s", year, from))
	if err != nil {
		return fmt.Errorf("%q is not a day of %d; write MMDD or MMDD-MMDD", span, year)
	}
	last, err := time.Parse("20060102", fmt.Sprintf("%04d%s", year, to))
	if err != nil || last.Before(first) {
		return fmt.Errorf("%q is not a span of days of %d; write MMDD or MMDD-MMDD", span, year)
	}
	for day := first; !day.After(last); day = day.AddDate(0, 0, 1) {
		days[day] = true
	}
	return nil
}
