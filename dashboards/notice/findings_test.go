package notice

import (
	"strings"
	"testing"

	"tongbao/dashboards/document/documenttest"
)

// quiet takes every goal away but one: what section six says then follows from that one alone.
func quiet(metric, goal string) string {
	return "update mart.metric set goal = null; update mart.metric set goal = " + goal + " where metric = '" + metric + "'; delete from mart.figure where metric in ('A7')"
}

// TestProblemsByRule holds each rule of section six against a version made for it.
func TestProblemsByRule(t *testing.T) {
	province := " and region_code = '230000' and scope = 'all' and span in ('at', 'quarter')"
	for name, test := range map[string]struct {
		statements []string
		want       []string
		unwanted   []string
	}{
		"a goal missed, with numbers, places and basis": {
			[]string{quiet("A6", "0.3"), "update mart.figure set num = 20, value = 20 / den where metric = 'A6'" + province},
			[]string{"（一）双随机占比不达标", "全省双随机占比为14.9%（20/134），要求不低于30%，低于要求15.1个百分点。", "依据：", "使其不低于30%"}, []string{"（二）"}},
		"a goal met": {[]string{quiet("A6", "0.01")}, []string{"按规则未发现应予通报的突出问题"}, []string{"（一）双随机"}},
		"no goal, no problem": {[]string{"update mart.metric set goal = null; delete from mart.figure where metric = 'A7'"},
			[]string{"按规则未发现应予通报的突出问题"}, []string{"依据："}},
		"the office's own goal": {[]string{quiet("C3", "0.01")}, []string{"（一）多头多层级重复检查", "要求不高于1%，高于要求"}, nil},
		"a small base is not judged": {[]string{quiet("B4", "1"), "update mart.figure set num = 1, den = 3, value = 1 / 3, is_small = true where metric = 'B4'" + province},
			[]string{"按规则未发现"}, []string{"（一）重大隐患未闭环"}},
		"an interval that holds the goal": {[]string{quiet("B5", "0.5"), "update mart.figure set upper = 0.52 where metric = 'B5'" + province},
			[]string{"按规则未发现"}, []string{"隐患复查不及时"}},
		"an interval below the goal": {[]string{quiet("B5", "0.5"), "update mart.figure set upper = 0.49 where metric = 'B5'" + province},
			[]string{"（一）隐患复查不及时", "要求不低于50%，低于要求5.2个百分点"}, nil},
		"cities by rate, not by volume": {[]string{quiet("A5", "1"), "update mart.figure set num = den, value = 1 where metric = 'A5' and region_code not in ('230000', '230100', '230500')",
			"update mart.figure set num = 30, den = 40, value = 0.75 where metric = 'A5' and region_code = '230100'", "update mart.figure set num = 1, den = 4, value = 0.25 where metric = 'A5' and region_code = '230500'"},
			[]string{"差距较大的：双鸭山市（1/4）、哈尔滨市（30/40）。"}, nil},
		"whole rank interval in the lower third": {[]string{quiet("B5", "1"), "update mart.figure set band = 'back' where metric = 'B5' and region_code = '230600'"},
			[]string{"名次区间靠后的：大庆市（10/20）。"}, []string{"互有重叠"}},
		"everywhere":         {[]string{quiet("B5", "1")}, []string{"各市（地）均未达到要求。"}, []string{"差距较大的"}},
		"ranks that overlap": {[]string{quiet("B5", "1"), "update mart.figure set num = 16, den = 16, value = 1 where metric = 'B5' and region_code = '231200'"}, []string{"未达到要求的（名次区间互有重叠，按行政区划排列）：哈尔滨市（6/10）、齐齐哈尔市（7/47）、大庆市（10/20）"}, []string{"差距较大的"}},
		"small cities are not named": {[]string{quiet("B5", "1"), "update mart.figure set is_small = true where metric = 'B5' and region_code = '230100'", "update mart.figure set num = 16, den = 16, value = 1 where metric = 'B5' and region_code = '231200'"},
			[]string{"齐齐哈尔市（7/47）"}, []string{"哈尔滨市（6/10）"}},
		"at most three, one of a group":              {[]string{"update mart.metric set goal = 1 where unit = 'ratio' and better = 'higher'"}, []string{"（三）"}, []string{"（四）"}},
		"behind the working days":                    {[]string{"update mart.metric set goal = null"}, []string{"（一）计划执行滞后于序时进度", "低于序时进度11.0个百分点", "鸡西市（尚未开展，0/9）"}, []string{"（二）"}},
		"a highlight says whether its rank is exact": {nil, []string{"居全省第1位（全数统计，名次确切）"}, nil},
		"no highlight without a band":                {[]string{"update mart.figure set band = 'middle'"}, nil, []string{"工作表现突出"}},
	} {
		text := documenttest.PlainText(compose(t, testInput(t, test.statements...)))
		_, text, _ = strings.Cut(text, "六、存在的主要问题")
		text, demands, _ := strings.Cut(text, "七、下一步要求")
		for _, want := range test.want {
			if !strings.Contains(text, want) && !strings.Contains(demands, want) {
				t.Errorf("%s: section six does not say %q:\n%s", name, want, text)
			}
		}
		for _, unwanted := range test.unwanted {
			if strings.Contains(text, unwanted) {
				t.Errorf("%s: section six says %q:\n%s", name, unwanted, text)
			}
		}
	}
}

// TestFixedWording: changes against the year before in the words a machine can check.
func TestFixedWording(t *testing.T) {
	for name, test := range map[string]struct{ statement, want string }{
		"up":         {"update mart.change set value = 150, base_value = 100, percent = 0.5, is_suppressed = false where metric = 'E1'", "同比上升50.0%"},
		"down":       {"update mart.change set value = 50, base_value = 100, percent = -0.5, is_suppressed = false where metric = 'E1'", "同比下降50.0%"},
		"level":      {"update mart.change set value = 100, base_value = 100, percent = 0 where metric = 'E1'", "与上年同期持平"},
		"suppressed": {"update mart.change set value = 8, base_value = 5, percent = null, is_suppressed = true where metric = 'E5'", "由上年同期5宗变为8宗"},
		"excluded":   {"update mart.change set excluded = '230500;230000' where metric = 'E1'", "（不含双鸭山市、省本级，其上年同期或本期无数据）"},
		"idle":       {"delete from mart.figure where metric = 'E8'", "本季度尚未开展"},
	} {
		if text := documenttest.PlainText(compose(t, testInput(t, test.statement))); !strings.Contains(text, test.want) {
			t.Errorf("%s: the notice does not say %q", name, test.want)
		}
	}
}
