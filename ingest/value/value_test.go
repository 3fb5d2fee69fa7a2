package value

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func day(days int32) string {
	return time.Unix(int64(days)*86400, 0).UTC().Format("2006-01-02")
}

func TestDates(t *testing.T) {
	plain := DateStyle{Serial: true}
	for _, c := range []struct {
		text  string
		style DateStyle
		want  string // a day, or the reason of the fault
	}{
		{"2020-03-05", plain, "2020-03-05"},
		{"2020/3/5", plain, "2020-03-05"},
		{"2020.3.5", plain, "2020-03-05"},
		{"2020.03.05", plain, "2020-03-05"},
		{"20200305", plain, "2020-03-05"},
		{"20200305 09:46:00", plain, "2020-03-05"},
		{"2020年3月5日", plain, "2020-03-05"},
		{"2020 年 3 月 5 日", plain, "2020-03-05"},
		{"2020年03月05号", plain, "2020-03-05"},
		{"二〇二〇年三月五日", plain, "2020-03-05"},
		{"二零二零年十二月三十一日", plain, "2020-12-31"},
		{"二○一九年十月二十日", plain, "2019-10-20"},
		{"２０２０－０３－０５", plain, "2020-03-05"},
		{"　2020-03-05 ", plain, "2020-03-05"},
		{"43895", plain, "2020-03-05"},
		{"43895.5", plain, "2020-03-05"},
		{"2020-03-05 00:00:00", plain, "2020-03-05"},
		{"2020-03-05T23:30:00Z", plain, "2020-03-06"},
		{"2020-03-05T23:30:00+08:00", plain, "2020-03-05"},
		{"2020-03-05 星期四", plain, "2020-03-05"},
		{"2020-02-29", plain, "2020-02-29"},
		{"2019-02-29", plain, "该日期不存在"},
		{"2020.2.30", plain, "该日期不存在"},
		{"20200230", plain, "该日期不存在"},
		{"2020-13-01", plain, "该日期不存在"},
		{"2020-03", plain, "日期缺少日"},
		{"20-3-5", plain, "年份不是四位"},
		{"20-3-5", DateStyle{Orders: []Order{ShortYear}}, "2020-03-05"},
		{"5/31/2019", plain, "年月日的顺序不明"},
		{"5/31/2019", DateStyle{Orders: []Order{MonthFirst}}, "2019-05-31"},
		{"31/5/2019", DateStyle{Orders: []Order{DayFirst}}, "2019-05-31"},
		{"5/31/19", DateStyle{Orders: []Order{MonthFirst, ShortYear}}, "2019-05-31"},
		{"民国105/12/30", plain, "2016-12-30"},
		{"105.12.30", DateStyle{Orders: []Order{ROC}}, "2016-12-30"},
		{"1051230", DateStyle{Orders: []Order{ROC}}, "2016-12-30"}, {"990305", DateStyle{Orders: []Order{ROC}}, "2010-03-05"},
		{"中華民國105年12月30日", DateStyle{}, "2016-12-30"},
		{"5/3/2019", DateStyle{Patterns: []Pattern{{"D", "/", "M", "/", "YYYY"}}}, "2019-03-05"},
		{"2019-05-03", DateStyle{Patterns: []Pattern{{"YYYY", "-", "DD", "-", "MM"}}}, "2019-03-05"},
		{"2019/5/3", DateStyle{Patterns: []Pattern{{"YYYY", "-", "DD", "-", "MM"}}}, "2019-05-03"},
		{"5 March 2019", DateStyle{Patterns: []Pattern{{"DD", " ", "MMM", " ", "YYYY"}}}, "2019-03-05"},
		{"2020-3/5", plain, "不是日期"},
		{"1.5", plain, "不是日期"},
		{"2020", plain, "不是日期"},
		{"明天", plain, "不是日期"},
		{"1820-01-01", plain, "年份1820超出范围"},
		{"2020-03-05 25:00", plain, "日期后的时间无法识别"},
	} {
		got, fault := Date(c.text, c.style)
		shown := day(got)
		if fault != nil {
			shown = fault.Reason
		}
		if shown != c.want {
			t.Errorf("%s: %s, want %s", c.text, shown, c.want)
		}
	}
}

func TestTimestamps(t *testing.T) {
	for text, want := range map[string]string{
		"2020-03-05 08:05:09":      "2020-03-05 08:05:09",
		"2020/3/5 8:05":            "2020-03-05 08:05:00",
		"2020年3月5日 8时5分":           "2020-03-05 08:05:00",
		"2020-03-05 下午3:20":        "2020-03-05 15:20:00",
		"2020-03-05 12:05 AM":      "2020-03-05 00:05:00",
		"2020-03-05":               "2020-03-05 00:00:00",
		"43895.3375":               "2020-03-05 08:06:00",
		"2020-03-05T23:30:00.5Z":   "2020-03-06 07:30:00.5",
		"20200305083000":           "2020-03-05 08:30:00",
		"2020-03-05T08:30:00+0800": "2020-03-05 08:30:00",
	} {
		micros, fault := Timestamp(text, DateStyle{Serial: true})
		if fault != nil {
			t.Errorf("%s: %s", text, fault.Reason)
			continue
		}
		if got := time.UnixMicro(micros).UTC().Format("2006-01-02 15:04:05.999"); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// TestEveryDay: every day of two centuries comes back in every way of writing it.
func TestEveryDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.Int32Range(Days(1900, 1, 1), Days(2100, 12, 31)).Draw(t, "days")
		at := time.Unix(int64(days)*86400, 0).UTC()
		shape := rapid.SampledFrom([]string{"2006-01-02", "2006/1/2", "2006.1.2", "20060102", "2006年1月2日", "2006-01-02 15:04:05"}).Draw(t, "shape")
		got, fault := Date(at.Format(shape), DateStyle{})
		if fault != nil || got != days {
			t.Fatalf("%s: %s, %v", at.Format(shape), day(got), fault)
		}
	})
}

func TestPeriods(t *testing.T) {
	for text, want := range map[string]string{
		"2020Q1": "2020Q1", "2020年第一季度": "2020Q1", "2020年1季度": "2020Q1", "2020-Q3": "2020Q3", "2020年四季度": "2020Q4", "２０２０ｑ２": "2020Q2",
		"2020年1-3月": "2020Q1", "2020Q5": "", "第一季度": "", "20Q1": "", "2020": "",
	} {
		got, fault := Period(text)
		if got != want || (fault != nil) != (want == "") {
			t.Errorf("%s: %q, %v", text, got, fault)
		}
	}
}

func TestNumbers(t *testing.T) {
	for text, want := range map[string]int64{"12": 12, "1,234": 1234, "１２": 12, "12.0": 12, "3人": 3, "-5": -5, "(5)": -5, " 7 ": 7, "2020年": 2020, "1234567": 1234567} {
		if got, fault := Int(text, false); fault != nil || got != want {
			t.Errorf("%s: %d, %v", text, got, fault)
		}
	}
	for _, text := range []string{"", "1.5", "1,23", "12a", "1e30", "--1", "，", "99999999999999999999999"} {
		if got, fault := Int(text, false); fault == nil {
			t.Errorf("%s: read as %d", text, got)
		}
	}
	for _, c := range []struct {
		text, unit string
		comma      bool
		number     bool
		want       int64
	}{
		{"1200", "元", false, false, 120000}, {"1,200.50", "", false, false, 120050}, {"1.2", "万元", false, false, 1200000}, {"1.2万元", "元", false, false, 1200000},
		{"￥3,000", "", false, false, 300000}, {"0.5", "亿元", false, false, 5000000000}, {"1.234,56", "", true, false, 123456}, {".5", "", false, false, 50},
		{"0.30000000000000004", "", false, true, 30}, {"1.23456", "万元", false, false, 1234560}, {"3000.000", "", false, false, 300000}, {"-12.34", "", false, false, -1234},
	} {
		if got, fault := Money(c.text, c.unit, c.comma, c.number); fault != nil || got != c.want {
			t.Errorf("%s %s: %d, %v; want %d", c.text, c.unit, got, fault, c.want)
		}
	}
	for _, text := range []string{"1.234", "abc", "1,2,3", "12元5角", "9999999999999999999", ""} {
		if got, fault := Money(text, "", false, false); fault == nil {
			t.Errorf("%s: read as %d", text, got)
		}
	}
}

func TestCodes(t *testing.T) {
	for text, want := range map[string]string{
		"914403001922038216": "914403001922038216", "91330100799655058b": "91330100799655058B", "９１１１０００0802100433B": "91110000802100433B", "230102000012345": "230102000012345",
		"74567890-1": "745678901", `="91330100799655058B"`: "91330100799655058B", "9133 0100 7996 5505 8B": "91330100799655058B", "91330100\n799655058B": "91330100799655058B",
	} {
		if got, fault := USCC(text, false); fault != nil || got != want {
			t.Errorf("%s: %q, %v", text, got, fault)
		}
	}
	for text, reason := range map[string]string{
		"9.12301E+17": "科学计数法", "91330100799655058": "现为17位", "9133O100799655058B": "不使用字母", "12345": "现为5位", "91330100799655058*": "不允许的字符",
	} {
		if got, fault := USCC(text, false); fault == nil || !strings.Contains(fault.Reason, reason) {
			t.Errorf("%s: %q, %v", text, got, fault)
		}
	}
	if _, fault := USCC("9133O100799655058B", false); fault == nil || fault.Suggestion != "是否应为 91330100799655058B" {
		t.Errorf("suggestion %v", fault)
	}
	if _, fault := USCC("912301021234567890", true); fault == nil {
		t.Error("a number of 18 digits was believed")
	}
	for text, want := range map[string]string{"JC-1": "JC-1", " JC-1　": "JC-1", "'0012": "0012", `="0012"`: "0012", "ＪＣ１": "JC1", "12E5": "12E5", "J\u200BC1\u200E": "JC1"} {
		if got, fault := Identifier(text, false); fault != nil || got != want {
			t.Errorf("%s: %q, %v", text, got, fault)
		}
	}
	for _, text := range []string{"1.23E+5", "47910.0", "1.5e10", "JC\n1", "JC\x011"} {
		if got, fault := Identifier(text, false); fault == nil {
			t.Errorf("%s: %q", text, got)
		}
	}
}

func TestListsAndBooleans(t *testing.T) {
	for text, want := range map[string]string{"A;B": "A;B", "甲、乙,丙/丁": "甲;乙;丙;丁", " A ；; B；": "A;B", "A\nB": "A;B", "A": "A", ";": ""} {
		if got := List(text); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
	for text, want := range map[string]bool{"是": true, "否": false, "√": true, "×": false, "1": true, "0": false, "有": true, "无": false, "TRUE": true, "n": false} {
		if yes, ok := Bool(text); !ok || yes != want {
			t.Errorf("%s: %v %v", text, yes, ok)
		}
	}
	if _, ok := Bool("大概"); ok {
		t.Error("大概 was believed")
	}
}

func FuzzDate(f *testing.F) {
	for _, seed := range []string{"2020-03-05", "二〇二〇年十二月三十一日", "43895.99999999", "2020-03-05T23:30:00.123456789-11:59", "民国105/12/30", "下午", "2020年3月5日星期四 下午 8时5分3秒"} {
		f.Add(seed)
	}
	styles := []DateStyle{{Serial: true}, {Orders: []Order{MonthFirst, ShortYear}}, {Orders: []Order{DayFirst, ROC}}}
	f.Fuzz(func(t *testing.T, text string) {
		for _, style := range styles {
			micros, fault := Timestamp(text, style)
			if fault != nil {
				continue
			}
			if at := time.UnixMicro(micros).UTC(); at.Year() < firstYear-1 || at.Year() > lastYear+1 {
				t.Fatalf("%q is %s", text, at)
			}
		}
		if period, fault := Period(text); fault == nil && len(period) != 6 {
			t.Fatalf("%q is the period %q", text, period)
		}
	})
}

func FuzzNumber(f *testing.F) {
	for _, seed := range []string{"1,234.50", "1.2万元", "(5)", "1e5", "￥.5", "0.30000000000000004", "１２３"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		Int(text, false)
		Int(text, true)
		for _, unit := range []string{"", "万元", "亿元"} {
			if cents, fault := Money(text, unit, false, true); fault == nil && (cents > 999_999_999_999_999_999+1 || cents < -999_999_999_999_999_999-1) {
				t.Fatalf("%q %s is %d", text, unit, cents)
			}
		}
		USCC(text, false)
		if id, fault := Identifier(text, true); fault == nil && isScientific(id) {
			t.Fatalf("%q passed as %q", text, id)
		}
		List(text)
		Bool(text)
	})
}
