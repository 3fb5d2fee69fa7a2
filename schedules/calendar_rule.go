package schedules

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"tongbao/internal/calendar"
)

// defaultHour is when a calendar rule without `at HH:MM` is due.
const defaultHour = 8

// calendarRule is due on a day counted from the last day of each month, quarter, half-year or year, or from a date of each year.
type calendarRule struct {
	text         string
	zone         *time.Location
	days         *calendar.Calendar
	anchor       anchor
	offset       int  // days, weeks being seven of them
	working      bool // the offset counts working days
	roll         int  // +1 to the next working day, -1 to the one before, 0 as it is
	hour, minute int
}

// anchor is the day a rule counts from: the last day of every so many months, or a date of each year.
type anchor struct {
	name   string
	months int // 1, 3, 6, 12; 0: the date
	month  time.Month
	day    int
}

var (
	atClock     = regexp.MustCompile(`(?i)^(.*?),? at (\d{1,2}):(\d{2})$`)
	rolled      = regexp.MustCompile(`(?i)^(.*?),? (?:rolled to (?:the )?(next|previous) working day|roll (next|previous))$`)
	marked      = regexp.MustCompile(`(?i)^@(month|quarter|half|year|(\d\d)-(\d\d))(?: ?([+-]) ?(\d+)(d|w|wd))?$`)
	nthOfAfter  = regexp.MustCompile(`(?i)^(?:the )?(\d+)(?:st|nd|rd|th) of the month after (?:the|each|every) (month|quarter|half-year|year)$`)
	nthDayOf    = regexp.MustCompile(`(?i)^(?:the )?(\d+)(?:st|nd|rd|th) (working )?day of (?:the|each|every) (month|quarter|half-year|year)$`)
	lastDayOf   = regexp.MustCompile(`(?i)^(?:the )?last (working )?day of (?:the|each|every) (month|quarter|half-year|year)$`)
	daysFromEnd = regexp.MustCompile(`(?i)^(\d+) (working )?days? (before|after) (?:(?:the )?(month|quarter|half-year|year)(?:'s|’s)? end|the end of (?:the|each|every) (month|quarter|half-year|year)|(.+))$`)
	dayOfYear   = regexp.MustCompile(`(?i)^(?:(\d{1,2}) ([a-z]+)|([a-z]+) (\d{1,2}))$`)
)

// parseCalendarRule returns nothing, without an error, when the text does not look like a calendar rule.
func parseCalendarRule(text string, zone *time.Location, days *calendar.Calendar) (Rule, error) {
	rule := calendarRule{text: text, zone: zone, days: days, hour: defaultHour}
	rest := text
	if parts := atClock.FindStringSubmatch(rest); parts != nil {
		rest, rule.hour, rule.minute = parts[1], number(parts[2]), number(parts[3])
		if rule.hour > 23 || rule.minute > 59 {
			return nil, fmt.Errorf("%q: %s:%s is no time of day", text, parts[2], parts[3])
		}
	}
	if parts := rolled.FindStringSubmatch(rest); parts != nil {
		rest, rule.roll = parts[1], 1
		if strings.EqualFold(parts[2]+parts[3], "previous") {
			rule.roll = -1
		}
	}
	known, err := rule.parseDay(rest)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%q: %w", text, err)
	case !known && rest != text:
		return nil, fmt.Errorf("%q: %q is not a day I know; write for example `@quarter+5d`, `5th of the month after the quarter`, `last working day of each month` or `10 March`", text, rest)
	case !known:
		return nil, nil
	}
	limit := 366
	if rule.working {
		limit = 250
	}
	if rule.offset < -limit || rule.offset > limit {
		return nil, fmt.Errorf("%q: at most %d days", text, limit)
	}
	return rule, nil
}

func (r *calendarRule) parseDay(text string) (known bool, err error) {
	if parts := marked.FindStringSubmatch(text); parts != nil {
		return true, r.parseMarked(parts)
	}
	if parts := nthOfAfter.FindStringSubmatch(text); parts != nil {
		r.anchor, r.offset = periodAnchor(parts[2]), number(parts[1])
		if r.offset < 1 || r.offset > 28 {
			return true, fmt.Errorf("the %s of a month does not exist in every month; 1st to 28th do", parts[1])
		}
		return true, nil
	}
	if parts := nthDayOf.FindStringSubmatch(text); parts != nil {
		r.anchor, r.offset, r.working = periodAnchor(parts[3]), number(parts[1]), parts[2] != ""
		longest := map[int]int{1: 28, 3: 90, 6: 181, 12: 365}[r.anchor.months]
		if r.working {
			longest = longest / 7 * 4
		}
		if r.offset < 1 || r.offset > longest {
			return true, fmt.Errorf("not every %s has that day; at most the %dth", r.anchor.name, longest)
		}
		return true, nil
	}
	if parts := lastDayOf.FindStringSubmatch(text); parts != nil {
		r.anchor = periodAnchor(parts[2])
		if parts[1] != "" {
			r.roll = -1
		}
		return true, nil
	}
	if parts := daysFromEnd.FindStringSubmatch(text); parts != nil {
		r.offset, r.working = number(parts[1]), parts[2] != ""
		if strings.EqualFold(parts[3], "before") {
			r.offset = -r.offset
		}
		if parts[6] != "" {
			r.anchor, err = dateAnchor(parts[6])
			return true, err
		}
		r.anchor = periodAnchor(parts[4] + parts[5])
		return true, nil
	}
	if dayOfYear.MatchString(text) {
		r.anchor, err = dateAnchor(text)
		return true, err
	}
	return false, nil
}

func (r *calendarRule) parseMarked(parts []string) (err error) {
	r.anchor = periodAnchor(strings.ToLower(parts[1]))
	if parts[2] != "" {
		if r.anchor, err = dayAnchor(time.Month(number(parts[2])), number(parts[3])); err != nil {
			return err
		}
	}
	r.offset = number(parts[5])
	switch strings.ToLower(parts[6]) {
	case "w":
		r.offset *= 7
	case "wd":
		r.working = true
	}
	if parts[4] == "-" {
		r.offset = -r.offset
	}
	return nil
}

func periodAnchor(name string) anchor {
	name = strings.TrimSuffix(strings.ToLower(name), "-year")
	months := map[string]int{"month": 1, "quarter": 3, "half": 6, "year": 12}[name]
	if name == "half" {
		name = "half-year"
	}
	return anchor{name: name, months: months}
}

func dateAnchor(text string) (anchor, error) {
	parts := dayOfYear.FindStringSubmatch(text)
	if parts == nil {
		return anchor{}, fmt.Errorf("%q is not a date of the year such as 30 December", text)
	}
	name, day := strings.ToLower(parts[2]+parts[3]), number(parts[1]+parts[4])
	for month := time.January; month <= time.December; month++ {
		full := strings.ToLower(month.String())
		if len(name) >= 3 && strings.HasPrefix(full, name) {
			return dayAnchor(month, day)
		}
	}
	return anchor{}, fmt.Errorf("%q is not a month", parts[2]+parts[3])
}

func dayAnchor(month time.Month, day int) (anchor, error) {
	date := time.Date(2000, month, day, 0, 0, 0, 0, time.UTC) // a leap year
	if month < 1 || month > 12 || day < 1 || date.Month() != month {
		return anchor{}, fmt.Errorf("no year has a day %02d-%02d", month, day)
	}
	return anchor{name: fmt.Sprintf("%d %s", day, month), month: month, day: day}, nil
}

// number reads digits; none are 0, and too many are a number that every limit refuses.
func number(digits string) int {
	n, err := strconv.Atoi(digits)
	switch {
	case digits == "":
		return 0
	case err != nil || n > 1<<20:
		return 1 << 20
	}
	return n
}

// Next walks the anchors from well before the moment; days from later anchors are never earlier.
func (r calendarRule) Next(after time.Time) time.Time {
	return nextOnWall(after, r.zone, func(wall time.Time) time.Time {
		for day := r.anchor.atOrAfter(wall.AddDate(0, 0, -800)); ; day = r.anchor.atOrAfter(day.AddDate(0, 0, 1)) {
			if due := r.dueFor(day); due.After(wall) {
				return due
			}
		}
	})
}

func (r calendarRule) dueFor(day time.Time) time.Time {
	switch {
	case r.working && r.offset > 0:
		day = r.days.After(day, r.offset)
	case r.working && r.offset < 0:
		day = r.days.Before(day, -r.offset)
	default:
		day = day.AddDate(0, 0, r.offset)
	}
	if r.roll != 0 {
		for !r.days.IsWorkday(day) {
			day = day.AddDate(0, 0, r.roll)
		}
	}
	return day.Add(time.Duration(r.hour)*time.Hour + time.Duration(r.minute)*time.Minute)
}

// atOrAfter is the anchor's first day not before a day.
func (a anchor) atOrAfter(moment time.Time) time.Time {
	day := calendar.DayOf(moment)
	if a.months > 0 {
		month := (int(day.Month())-1)/a.months*a.months + a.months // the period's last
		return calendar.Date(day.Year(), time.Month(month)+1, 1).AddDate(0, 0, -1)
	}
	for year := day.Year(); ; year++ {
		date := calendar.Date(year, a.month, a.day)
		if date.Month() == a.month && !date.Before(day) { // 29 February only where it exists
			return date
		}
	}
}

func (r calendarRule) String() string { return r.text }

// Describe says when, counted from what.
func (r calendarRule) Describe() string {
	from := "the last day of each " + r.anchor.name
	if r.anchor.months == 0 {
		from = "each " + r.anchor.name
	}
	unit := "days"
	if r.working {
		unit = "working days"
	}
	text := from
	switch {
	case r.offset > 0:
		text = fmt.Sprintf("%d %s after %s", r.offset, unit, from)
	case r.offset < 0:
		text = fmt.Sprintf("%d %s before %s", -r.offset, unit, from)
	}
	switch r.roll {
	case 1:
		text += ", or the next working day"
	case -1:
		text += ", or the working day before"
	}
	return fmt.Sprintf("%s, at %02d:%02d", text, r.hour, r.minute)
}
