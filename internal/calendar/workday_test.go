package calendar

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func china(t testing.TB) *Calendar {
	t.Helper()
	c, err := China()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestWorkdaysAgainstNotices compares the shipped data with the State Council's notices, copied by hand.
func TestWorkdaysAgainstNotices(t *testing.T) {
	c := china(t)
	for _, notice := range []struct {
		year, workdays int
		quarters       [4]int
		off, work      string
	}{
		{2019, 250, [4]int{60, 62, 66, 62}, "0101 0204-0210 0405 0501-0504 0607 0913 1001-1007", "0202 0203 0428 0505 0929 1012"},
		{2020, 249, [4]int{59, 62, 67, 61}, "0101 0124-0202 0404-0406 0501-0505 0625-0627 1001-1008", "0119 0426 0509 0628 0927 1010"},
		{2021, 250, [4]int{60, 62, 66, 62}, "0101-0103 0211-0217 0403-0405 0501-0505 0612-0614 0919-0921 1001-1007", "0207 0220 0425 0508 0918 0926 1009"},
		{2022, 249, [4]int{60, 62, 65, 62}, "0101-0103 0131-0206 0403-0405 0430-0504 0603-0605 0910-0912 1001-1007", "0129 0130 0402 0424 0507 1008 1009"},
		{2023, 249, [4]int{61, 62, 64, 62}, "0101-0102 0121-0127 0405 0429-0503 0622-0624 0929-1006", "0128 0129 0423 0506 0625 1007 1008"},
		{2024, 251, [4]int{61, 62, 66, 62}, "0101 0210-0217 0404-0406 0501-0505 0610 0915-0917 1001-1007", "0204 0218 0407 0428 0511 0914 0929 1012"},
		{2025, 248, [4]int{59, 61, 67, 61}, "0101 0128-0204 0404-0406 0501-0505 0531-0602 1001-1008", "0126 0208 0427 0928 1011"},
		{2026, 248, [4]int{59, 61, 66, 62}, "0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007", "0104 0214 0228 0509 0920 1010"},
	} {
		if got := c.Workdays(Date(notice.year, 1, 1), Date(notice.year, 12, 31)); got != notice.workdays {
			t.Errorf("%d: %d working days, want %d", notice.year, got, notice.workdays)
		}
		for i, want := range notice.quarters {
			q := Quarter{notice.year, i + 1}
			if got := c.Workdays(q.First(), q.Last()); got != want {
				t.Errorf("%v: %d working days, want %d", q, got, want)
			}
		}
		off, work := map[time.Time]bool{}, map[time.Time]bool{}
		for _, span := range strings.Fields(notice.off) {
			if err := addSpan(off, notice.year, span); err != nil {
				t.Fatal(err)
			}
		}
		for _, span := range strings.Fields(notice.work) {
			if err := addSpan(work, notice.year, span); err != nil {
				t.Fatal(err)
			}
		}
		for day := Date(notice.year, 1, 1); day.Year() == notice.year; day = day.AddDate(0, 0, 1) {
			// Two days at the year's end were announced with the next year's: they are not in this year's notice.
			if day.Equal(Date(2022, 12, 31)) {
				continue
			}
			weekend := day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
			if want := work[day] || !weekend && !off[day]; c.IsWorkday(day) != want {
				t.Errorf("%s: working day %v, want %v", day.Format(time.DateOnly), !want, want)
			}
		}
	}
}

func TestRolledDeadlines(t *testing.T) {
	c := china(t)
	for quarter, want := range map[string]string{
		"2020Q1": "2020-04-07", "2020Q2": "2020-07-06", "2020Q3": "2020-10-09",
		"2025Q1": "2025-04-07", "2025Q2": "2025-07-07", "2025Q3": "2025-10-09",
	} {
		q, err := ParseQuarter(quarter)
		if err != nil {
			t.Fatal(err)
		}
		literal, rolled := c.ReturnDue(q)
		if literal.Day() != 5 || rolled.Format(time.DateOnly) != want {
			t.Errorf("%s: due %s, rolled %s, want %s", quarter, literal.Format(time.DateOnly), rolled.Format(time.DateOnly), want)
		}
	}
}

func TestYears(t *testing.T) {
	c := china(t)
	if years := c.Years(); years[0] != 2004 || years[len(years)-1] != 2026 || len(years) != 23 {
		t.Errorf("years %v", years)
	}
	if got := c.Note(2025, 2028); !strings.HasPrefix(got, "2027年、2028年没有") {
		t.Errorf("note %q", got)
	}
	if got := c.Note(2019, 2020); got != "" {
		t.Errorf("note %q", got)
	}
	if c.IsWorkday(Date(2030, 10, 5)) || !c.IsWorkday(Date(2030, 10, 1)) {
		t.Error("a year without data has weekends only")
	}
}

func TestExtend(t *testing.T) {
	c, err := Extend("holidays.txt", "# of the province\n2027 off 0101\n2020 off 0101\n")
	if err != nil {
		t.Fatal(err)
	}
	if !c.HasYear(2027) || c.IsWorkday(Date(2027, 1, 1)) || !c.IsWorkday(Date(2020, 1, 24)) || c.IsWorkday(Date(2019, 2, 4)) {
		t.Error("the own file replaces the years it names and no other")
	}
	c, err = Extend("holidays.txt", "base none\nweekend fri sat\n2020 off 0101\n")
	if err != nil {
		t.Fatal(err)
	}
	if c.HasYear(2019) || c.IsWorkday(Date(2020, 1, 3)) || !c.IsWorkday(Date(2020, 1, 5)) {
		t.Error("base none with its own weekend")
	}
	for text, want := range map[string]string{
		"2020 off 0230\n":         "holidays.txt, line 1",
		"\n2020 holiday 0101\n":   "line 2",
		"2020 off 0105-0101\n":    "span",
		"weekend saturday\n":      "weekday",
		"January 1st\n":           "neither a year",
		"base germany\n":          "base",
		"2020 work 0101 2020-1\n": "MMDD",
	} {
		if _, err := Extend("holidays.txt", text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q in it", text, err, want)
		}
	}
}

func TestDaysAndAfterAgree(t *testing.T) {
	c := china(t)
	first := Date(2018, 1, 1)
	days := c.Days(first, Date(2027, 12, 31))
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.IntRange(0, len(days)-200).Draw(t, "from")
		n := rapid.IntRange(1, 60).Draw(t, "n")
		// The n-th working day after x is the first day whose index is n more than x's: what SQL does with run.calendar.
		to := from
		for days[to].Index < days[from].Index+n {
			to++
		}
		after := c.After(days[from].Date, n)
		if !after.Equal(days[to].Date) {
			t.Fatalf("%s + %d working days: %s by rows, %s by After", days[from].Date, n, days[to].Date, after)
		}
		if got := c.Workdays(days[from].Date.AddDate(0, 0, 1), after); got != n {
			t.Fatalf("%d working days in between, want %d", got, n)
		}
		if back := c.Before(after.AddDate(0, 0, 1), 1); !back.Equal(after) {
			t.Fatalf("Before: %s, want %s", back, after)
		}
	})
}

func TestParseQuarter(t *testing.T) {
	for text, want := range map[string]string{"2020Q1": "2020Q1", "2020q4": "2020Q4", "2020年第一季度": "2020Q1", "2021年3季度": "2021Q3", "2021-Q2": "2021Q2"} {
		if q, err := ParseQuarter(text); err != nil || q.String() != want {
			t.Errorf("%s: %v, %v", text, q, err)
		}
	}
	for _, text := range []string{"", "2020", "2020Q5", "2020Q", "20Q1", "0000Q1", "2020Q11", "x2020Q1"} {
		if q, err := ParseQuarter(text); err == nil {
			t.Errorf("%q: %v, want an error", text, q)
		}
	}
	q := Quarter{2020, 1}
	if q.Last() != Date(2020, 3, 31) || q.Previous() != (Quarter{2019, 4}) || q.Add(-5) != (Quarter{2018, 4}) || q.Index(2019) != 4 || QuarterOf(Date(2020, 2, 29)) != q || q.Label() != "2020年第一季度" {
		t.Error("quarter arithmetic")
	}
}
