package schedules

import (
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"tongbao/internal/calendar"
)

// Rule says when something is due.
type Rule interface {
	// Next is the first due time after a moment, in the rule's time zone; the zero time when there is none.
	Next(after time.Time) time.Time
	// String is the rule as it was written.
	String() string
	// Describe says the rule in a plain English sentence.
	Describe() string
}

// ParseRule reads a cron expression, a descriptor (@daily, @every 6h) or a calendar rule (@quarter+5d, "5th of the month after the
// quarter rolled to the next working day at 06:30"): docs/schedules.md has the grammar. Clock times are read on the wall clock of
// zone. An error says what was not understood and gives an example.
func ParseRule(text string, zone *time.Location, days *calendar.Calendar) (Rule, error) {
	text = strings.Join(strings.Fields(text), " ")
	if text == "" {
		return nil, fmt.Errorf("no time given; write a cron expression such as `30 6 * * *` or a rule such as `@quarter+5d`")
	}
	if strings.HasPrefix(text, "TZ=") || strings.HasPrefix(text, "CRON_TZ=") {
		return nil, fmt.Errorf("%q: put the time zone into the key `timezone`", text)
	}
	if interval, ok := strings.CutPrefix(text, "@every "); ok {
		return parseInterval(text, interval, zone)
	}
	if rule, err := parseCalendarRule(text, zone, days); rule != nil || err != nil {
		return rule, err
	}
	return parseCron(text, zone)
}

// intervalRule is due at fixed distances, counted from midnight of 1 January 2000 so that a restart does not move it.
type intervalRule struct {
	text  string
	every time.Duration
	zero  time.Time
}

func parseInterval(text, interval string, zone *time.Location) (Rule, error) {
	every, err := time.ParseDuration(interval)
	if err != nil || every < time.Second || every%time.Second != 0 {
		return nil, fmt.Errorf("%q: %q is not a length of at least one second, such as 15m or 6h", text, interval)
	}
	return intervalRule{text, every, time.Date(2000, 1, 1, 0, 0, 0, 0, zone)}, nil
}

func (r intervalRule) Next(after time.Time) time.Time {
	// In seconds: a time.Duration holds 292 years.
	step, gone := int64(r.every/time.Second), after.Unix()-r.zero.Unix()
	steps := gone / step
	if gone < 0 && gone%step != 0 {
		steps--
	}
	return time.Unix(r.zero.Unix()+(steps+1)*step, 0).In(r.zero.Location())
}

func (r intervalRule) String() string   { return r.text }
func (r intervalRule) Describe() string { return "every " + r.every.String() }

// cronRule is a cron expression. When its hours are a star (every hour, every few minutes) it follows elapsed time; otherwise it
// follows the wall clock: a time that the start of summer time leaves out is due when the gap ends, and a time that the end of
// summer time repeats is due the first time only.
type cronRule struct {
	text     string
	zone     *time.Location
	schedule cron.Schedule
	elapsed  bool
}

func parseCron(text string, zone *time.Location) (Rule, error) {
	schedule, err := cron.ParseStandard(text)
	if err != nil {
		return nil, fmt.Errorf("%q is neither a cron expression (minute hour day month weekday) nor a calendar rule: %w; examples: `30 6 * * *`, `@quarter+5d`, `10 working days before year's end`", text, err)
	}
	fields := strings.Fields(text)
	rule := cronRule{text, zone, schedule, text == "@hourly" || len(fields) == 5 && strings.HasPrefix(fields[1], "*")}
	if rule.Next(time.Date(2000, 1, 1, 0, 0, 0, 0, zone)).IsZero() {
		return nil, fmt.Errorf("%q is never due: no year has that day", text)
	}
	return rule, nil
}

func (r cronRule) Next(after time.Time) time.Time {
	if r.elapsed {
		return nextFar(r.schedule, after.In(r.zone))
	}
	return nextOnWall(after, r.zone, func(wall time.Time) time.Time { return nextFar(r.schedule, wall) })
}

func (r cronRule) String() string   { return r.text }
func (r cronRule) Describe() string { return "cron " + r.text }

// nextFar looks further than the five years after which the library gives up: 29 February is eight years away in 2097.
func nextFar(schedule cron.Schedule, after time.Time) time.Time {
	for range 3 {
		if next := schedule.Next(after); !next.IsZero() {
			return next
		}
		after = after.AddDate(4, 0, 0)
	}
	return time.Time{}
}

// nextOnWall turns a rule about wall-clock times (times in UTC standing for the clock on the wall) into one about moments.
func nextOnWall(after time.Time, zone *time.Location, next func(wall time.Time) time.Time) time.Time {
	for wall := wallOf(after.In(zone)); ; {
		wall = next(wall)
		if wall.IsZero() {
			return time.Time{}
		}
		if moment := onWall(wall, zone); moment.After(after) {
			return moment
		}
	}
}

func wallOf(t time.Time) time.Time {
	year, month, day := t.Date()
	return time.Date(year, month, day, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// onWall is the moment a zone's clock first shows a time, or the end of the gap that leaves the time out.
func onWall(wall time.Time, zone *time.Location) time.Time {
	year, month, day := wall.Date()
	moment := time.Date(year, month, day, wall.Hour(), wall.Minute(), wall.Second(), wall.Nanosecond(), zone)
	start, end := moment.ZoneBounds()
	switch shown := wallOf(moment); {
	case shown.After(wall):
		return start
	case shown.Before(wall):
		return end
	}
	if start.IsZero() {
		return moment
	}
	_, before := start.Add(-1).Zone()
	_, here := moment.Zone()
	if first := moment.Add(-time.Duration(before-here) * time.Second); first.Before(start) && wallOf(first).Equal(wall) {
		return first
	}
	return moment
}
