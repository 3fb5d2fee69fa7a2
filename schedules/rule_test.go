package schedules

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tongbao/internal/calendar"
)

func china(t testing.TB) *calendar.Calendar {
	t.Helper()
	days, err := calendar.China()
	if err != nil {
		t.Fatal(err)
	}
	return days
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// TestDueTimes writes each rule's next due times out by hand.
func TestDueTimes(t *testing.T) {
	for _, c := range []struct{ rule, zone, after, want string }{
		{"30 6 * * *", "Asia/Shanghai", "2020-02-28 07:00", "2020-02-29 06:30; 2020-03-01 06:30"},
		{"0 3 29 2 *", "Asia/Shanghai", "2020-01-01 00:00", "2020-02-29 03:00; 2024-02-29 03:00"},
		{"0 3 29 2 *", "UTC", "2096-03-01 00:00", "2104-02-29 03:00"},
		{"*/15 * * * *", "Asia/Shanghai", "2020-01-01 00:07", "2020-01-01 00:15; 2020-01-01 00:30"},
		{"@every 6h", "Asia/Shanghai", "2020-01-01 05:00", "2020-01-01 06:00; 2020-01-01 12:00"},
		{"@quarter+5d", "Asia/Shanghai", "2020-01-01 00:00", "2020-01-05 08:00; 2020-04-05 08:00; 2020-07-05 08:00; 2020-10-05 08:00; 2021-01-05 08:00"},
		{"@quarter+5d roll next at 06:30", "Asia/Shanghai", "2020-01-05 09:00", "2020-01-06 06:30; 2020-04-07 06:30; 2020-07-06 06:30; 2020-10-09 06:30"},
		{"5th of the month after the quarter, rolled to the next working day", "Asia/Shanghai", "2025-01-07 00:00", "2025-04-07 08:00; 2025-07-07 08:00; 2025-10-09 08:00"},
		{"10 working days before year's end", "Asia/Shanghai", "2020-01-01 00:00", "2020-12-17 08:00; 2021-12-17 08:00"},
		{"@year-10wd", "Asia/Shanghai", "2020-01-01 00:00", "2020-12-17 08:00; 2021-12-17 08:00"},
		{"10 March", "Asia/Shanghai", "2020-03-10 08:00", "2021-03-10 08:00"},
		{"30 December at 17:00", "Asia/Shanghai", "2020-12-30 16:59", "2020-12-30 17:00"},
		{"March 10 rolled to next working day", "Asia/Shanghai", "2024-01-01 00:00", "2024-03-11 08:00"},
		{"@12-30-5wd", "Asia/Shanghai", "2020-01-01 00:00", "2020-12-23 08:00"},
		{"5 working days before 30 December", "Asia/Shanghai", "2020-01-01 00:00", "2020-12-23 08:00"},
		{"last working day of each quarter", "Asia/Shanghai", "2020-05-01 00:00", "2020-06-30 08:00; 2020-09-30 08:00; 2020-12-31 08:00; 2021-03-31 08:00"},
		{"last working day of each month", "Asia/Shanghai", "2020-05-01 00:00", "2020-05-29 08:00"},
		{"3rd working day of each quarter", "Asia/Shanghai", "2020-09-30 23:00", "2020-10-12 08:00; 2021-01-06 08:00"},
		{"last day of each month", "Asia/Shanghai", "2020-02-01 00:00", "2020-02-29 08:00; 2020-03-31 08:00"},
		{"@month", "Asia/Shanghai", "2021-02-01 00:00", "2021-02-28 08:00"},
		{"@half+2w", "Asia/Shanghai", "2021-02-01 00:00", "2021-07-14 08:00; 2022-01-14 08:00"},
		{"@02-29", "Asia/Shanghai", "2021-01-01 00:00", "2024-02-29 08:00"},
		// Summer time: 02:30 does not exist on 8 March 2020 and 01:30 comes twice on 1 November 2020.
		{"30 2 * * *", "America/New_York", "2020-03-07 03:00", "2020-03-08 03:00; 2020-03-09 02:30"},
		{"30 1 * * *", "America/New_York", "2020-10-31 03:00", "2020-11-01 01:30; 2020-11-02 01:30"},
		{"30 * * * *", "America/New_York", "2020-03-08 01:00", "2020-03-08 01:30; 2020-03-08 03:30"},
		{"0 0 * * *", "America/Sao_Paulo", "2018-11-03 12:00", "2018-11-04 01:00; 2018-11-05 00:00"},
		{"last day of each quarter at 02:30", "America/New_York", "2020-01-01 00:00", "2020-03-31 02:30"},
	} {
		z := zone(t, c.zone)
		rule, err := ParseRule(c.rule, z, china(t))
		if err != nil {
			t.Errorf("%s: %v", c.rule, err)
			continue
		}
		at, err := time.ParseInLocation("2006-01-02 15:04", c.after, z)
		if err != nil {
			t.Fatal(err)
		}
		for want := range strings.SplitSeq(c.want, "; ") {
			at = rule.Next(at)
			if got := at.In(z).Format("2006-01-02 15:04"); got != want {
				t.Errorf("%s in %s: due %s, want %s", c.rule, c.zone, got, want)
			}
		}
	}
}

// TestRepeatedHour follows elapsed time through the hour that comes twice.
func TestRepeatedHour(t *testing.T) {
	z := zone(t, "America/New_York")
	rule, err := ParseRule("*/30 * * * *", z, china(t))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2020, 11, 1, 0, 45, 0, 0, z)
	var got []string
	for range 5 {
		at = rule.Next(at)
		got = append(got, at.Format("15:04 MST"))
	}
	if want := "01:00 EDT 01:30 EDT 01:00 EST 01:30 EST 02:00 EST"; strings.Join(got, " ") != want {
		t.Errorf("due %v, want %s", got, want)
	}
}

func TestWrongRules(t *testing.T) {
	for text, want := range map[string]string{
		"":                                      "no time given",
		"61 * * * *":                            "neither a cron expression",
		"0 0 30 2 *":                            "never due",
		"@quarter+5x":                           "neither a cron expression",
		"@13-01":                                "no year has a day",
		"30 February":                           "no year has a day",
		"30 Febtember":                          "not a month",
		"@quarter at 25:00":                     "no time of day",
		"31st of the month after the quarter":   "does not exist in every month",
		"tomorrow rolled to next working day":   "not a day I know",
		"@year+9999d":                           "at most 366 days",
		"@year+99999999999999999999999999999wd": "at most 250 days",
		"@every 10ms":                           "at least one second",
		"TZ=UTC 0 0 * * *":                      "key `timezone`",
	} {
		_, err := ParseRule(text, time.UTC, china(t))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want one with %q", text, err, want)
		}
	}
}

// TestNextIsNextEverywhere holds for every rule, zone and moment: Next is later than the moment, nothing is due between, and it
// does not depend on the zone the moment is written in.
func TestNextIsNextEverywhere(t *testing.T) {
	days := china(t)
	rules := []string{"30 6 * * *", "*/15 * * * *", "30 2 * * *", "30 1 * * 0", "0 0 1 * *", "0 */2 * * *", "15,45 1-3 * * *", "@every 7h",
		"@quarter+5d", "@quarter+5d roll next at 02:30", "10 working days before year's end", "last working day of each month at 00:00", "@02-29", "@half-3wd", "@weekly"}
	zones := []string{"Asia/Shanghai", "America/New_York", "Europe/London", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Beirut", "Africa/Cairo"}
	rapid.Check(t, func(t *rapid.T) {
		z, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		rule, err := ParseRule(rapid.SampledFrom(rules).Draw(t, "rule"), z, days)
		if err != nil {
			t.Fatal(err)
		}
		after := time.Unix(rapid.Int64Range(1.2e9, 1.9e9).Draw(t, "after"), 0)
		next := rule.Next(after)
		if !next.After(after) {
			t.Fatalf("%s: next %v is not after %v", rule, next, after)
		}
		if again := rule.Next(after.UTC()); !again.Equal(next) {
			t.Fatalf("%s: next %v depends on the zone of %v: %v", rule, next, after, again)
		}
		between := after.Add(time.Duration(rapid.Float64Range(0, 1).Draw(t, "between") * float64(next.Sub(after))))
		if between.Before(next) {
			if again := rule.Next(between); !again.Equal(next) {
				t.Fatalf("%s: from %v next is %v, from %v it is %v", rule, after, next, between, again)
			}
		}
	})
}
