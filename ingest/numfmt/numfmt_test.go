package numfmt

import (
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func TestClassify(t *testing.T) {
	date, clock, both := Class{Date: true}, Class{Time: true}, Class{Date: true, Time: true}
	for code, want := range map[string]Class{
		"General": {}, "0.00": {}, "#,##0": {}, "0.00E+00": {}, "@": {}, `0"年"`: {}, `#,##0.00"元"`: {}, "[h]:mm": {}, "[mm]:ss": {}, `[$¥-804]#,##0.00`: {}, "[Red]0": {},
		"yyyy-mm-dd": date, `yyyy"年"m"月"d"日"`: date, `[$-804]yyyy"年"m"月"d"日";@`: date, "[DBNum1][$-804]yyyy年m月d日": date, "m/d": date, "mmm": date, "[$-411]ggge年m月d日": date, "d.m.yy": date,
		"hh:mm": clock, "mm:ss": clock, "h:mm:ss AM/PM": clock, `上午/下午h"时"mm"分"`: clock, "mm:ss.0": clock,
		"yyyy/m/d h:mm": both, "m/d/yy h:mm": both, `yyyy\-mm\-dd\ hh:mm:ss`: both,
		"000000": {Zeros: 6}, "00": {Zeros: 2}, "0": {}, `"日期"0`: {}, "0;yyyy": {}, `"never closed`: {}, "[never": {}, "Standard": both, "": {},
	} {
		if got := Classify(code); got != want {
			t.Errorf("Classify(%q) = %+v, want %+v", code, got, want)
		}
	}
}

func TestShow(t *testing.T) {
	date, both, clock := Class{Date: true}, Class{Date: true, Time: true}, Class{Time: true}
	for _, c := range []struct {
		value  float64
		class  Class
		is1904 bool
		want   string
		isDate bool
	}{
		{43895, date, false, "2020-03-05", true},
		{43895.5, both, false, "2020-03-05 12:00:00", true},
		{43895.999999999, both, false, "2020-03-06", true},
		{43895 + 37230.5/86400, both, false, "2020-03-05 10:20:30.500", true},
		{42433, date, true, "2020-03-05", true},
		{0, date, true, "1904-01-01", true},
		{0.5, clock, false, "12:00:00", true},
		{0, clock, false, "00:00:00", true},
		{1, date, false, "1900-01-01", true}, {59, date, false, "1900-02-28", true}, {60, date, false, "1900-02-29", true}, {61, date, false, "1900-03-01", true},
		{2958465, date, false, "9999-12-31", true}, {2958466, date, false, "2958466", false}, {-1, date, false, "-1", false}, {2958465, date, true, "2958465", false},
		{1e300, date, false, "1E+300", false},
		{123, Class{Zeros: 6}, false, "000123", false}, {1.5, Class{Zeros: 6}, false, "1.5", false},
		{0.1 + 0.2, Class{}, false, "0.3", false}, {912301001922038216, Class{}, false, "9.12301001922038E+17", false},
		{9.12301e17, Class{}, false, "9.12301E+17", false}, {0.00001, Class{}, false, "0.00001", false}, {-12.50, Class{}, false, "-12.5", false},
		{1e-12, Class{}, false, "1E-12", false}, {999999999999999, Class{}, false, "999999999999999", false}, {1e15, Class{}, false, "1E+15", false},
	} {
		if got, isDate := Show(c.value, c.class, c.is1904); got != c.want || isDate != c.isDate {
			t.Errorf("Show(%v, %+v, %v) = %q %v, want %q %v", c.value, c.class, c.is1904, got, isDate, c.want, c.isDate)
		}
	}
}

// Plain must only let through what Decimal would have written.
func TestPlainAgreesWithDecimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`-?[0-9]{0,9}(\.[0-9]{0,8})?`).Draw(t, "text")
		if !Plain([]byte(text)) {
			return
		}
		value, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if text != "-0" && Decimal(value) != text {
			t.Fatalf("%q is not plain: Decimal writes %q", text, Decimal(value))
		}
	})
}

func FuzzClassify(f *testing.F) {
	for _, code := range []string{"General", `yyyy"年"m"月"`, "[h]:mm", "a/p", "0;;;", `\`, `"`, "["} {
		f.Add(code, 43895.5)
	}
	f.Fuzz(func(t *testing.T, code string, value float64) {
		Show(value, Classify(code), false)
		Show(value, Classify(code), true)
	})
}
