package calendar

import "testing"

// FuzzExtend: any file is a calendar or an error; a calendar rolls to a working day, if it has any.
func FuzzExtend(f *testing.F) {
	f.Add("2027 off 0101 0205-0211\n2027 work 0131\n")
	f.Add("base none\nweekend fri sat\n")
	f.Add("base china # the shipped one\n\ufeff2027 off\n")
	f.Add("weekend\n9999 off 0101-1231\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Extend("holidays.txt", text)
		if err != nil {
			return
		}
		days := c.Days(Date(2026, 1, 1), Date(2028, 12, 31))
		if len(days) != 365+365+366 {
			t.Fatalf("%d days", len(days))
		}
		if last := days[len(days)-1]; last.Index > len(days) || last.Index < 0 {
			t.Fatalf("%d working days of %d", last.Index, len(days))
		}
	})
}

// FuzzParseQuarter: what is read is printed back the same.
func FuzzParseQuarter(f *testing.F) {
	for _, text := range []string{"2020Q1", "2020年第一季度", "2020年4季度", "0001q4", "2020Q0", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := ParseQuarter(text)
		if err != nil {
			return
		}
		if again, err := ParseQuarter(q.String()); err != nil || again != q {
			t.Fatalf("%q is %v, which reads as %v, %v", text, q, again, err)
		}
		if QuarterOf(q.First()) != q || QuarterOf(q.Last()) != q {
			t.Fatalf("%v holds neither its first nor its last day", q)
		}
	})
}
