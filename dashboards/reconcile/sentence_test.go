package reconcile

import (
	"strings"
	"testing"
)

func findings(t *testing.T, text string) Report {
	t.Helper()
	var report Report
	report.checkText(text, "paragraph 1")
	return report
}

func TestSentencesThatDoNotAddUp(t *testing.T) {
	for name, test := range map[string]struct{ text, should string }{
		"parts of 165":          {"共发现隐患165条,其中一般隐患134条、较大隐患13条、重大隐患5条。", "152条"},
		"parts in brackets":     {"全年排查隐患165条(已整改134条、正在整改13条、限期整改5条)。", "152条"},
		"parts without 其中":      {"检查中共查出隐患165条,现场整改134条,限期整改13条,停产整改5条。", "152条"},
		"shares with 占":         {"全年计划1984个工作日,其中监督检查1035个工作日,占21%;非监管检查535个工作日,占71%;其他414个工作日,占8%。", "52.2%"},
		"shares in brackets":    {"监督检查1035个工作日(21%)、执法准备535个工作日(71%)、其他414个工作日(8%),合计1984个工作日。", "27.0%"},
		"shares with 分别":        {"三类工作日分别为1035、535、414个工作日,合计1984个工作日,分别占21%、71%、8%。", "20.9%"},
		"shares after a list":   {"监督检查、其他执法、非执法工作日分别为1035天、535天和414天，占比分别为21%、71%和8%。", "27.0%"},
		"shares after a sum":    {"工作日合计1035+535+414=1984天，其中监督检查占21%、其他执法占71%、非执法占8%。", "52.2%"},
		"parts in the next":     {"发现各类隐患165条。其中，安全管理类134条，设备设施类13条，现场作业类5条。", "152条"},
		"product with words":    {"总法定工作日=24天×8人=1984天。", "192天"},
		"product":               {"总工作日为24天×8人=1984个工作日。", "192"},
		"full-width":            {"总工作日为24天×8人=1984。", "192"},
		"sum":                   {"1035+535+424=1984天。", "1994"},
		"rate by label":         {"全省年度计划134项,累计完成17项,完成率21.7%。", "12.7%"},
		"rate with its numbers": {"到期整改率为61.4%(71/138)。", "51.4%"},
		"year on year":          {"本季度检查63家次(上年同期58家次),同比上升9.6%。", "8.6%"},
		"direction":             {"完成率为12.7%(17/134),序时进度为23.7%,高于序时进度11.0个百分点。", "the other direction"},
		"difference":            {"完成率为12.7%(17/134),序时进度为23.7%,低于序时进度12.0个百分点。", "11.0个百分点"},
		"count of names":        {"高于序时进度的有4个市(地):哈尔滨市(高5.1个百分点)、大庆市、黑河市。", "3个"},
		"complementary parts":   {"计划134项,其中重点检查88项、一般检查45项。", "133项"},
		"fell to":               {"检查企业由上年同期的1086家次下降到1059家次,同比下降3.5%。", "2.5%"},
		"rose to less":          {"检查企业由上年同期的1086家次上升到1059家次。", "the other direction"},
		"the rest":              {"共排查各类隐患540条,已整改502条,其余48条正在整改。", "38条"},
		"a total at the end":    {"一般隐患120条、重大隐患12条,合计142条。", "132条"},
		"respective values":     {"哈尔滨、齐齐哈尔、鸡西3个市完成项数分别为277、137项。", "2个"},
		"parts of an earlier":   {"计划检查1637家,完成1166家,其中重点企业1065家,占75.1%,一般企业572家,占34.9%。", "65.1%"},
		"part above whole":      {"检查63家次,其中计划外检查64家次。", "≤ 63家次"},
	} {
		report := findings(t, test.text)
		var all []string
		found := false
		for _, finding := range report.Findings {
			all = append(all, finding.String())
			found = found || strings.HasPrefix(finding.Should, test.should)
		}
		if !found {
			t.Errorf("%s: want %s, got %q (left: %v)", name, test.should, all, report.Unjudged)
		}
	}
}

func TestSentencesThatAddUp(t *testing.T) {
	for _, text := range []string{
		"全年计划1984个工作日,其中监督检查1035个工作日,占52.2%;非监管检查535个工作日,占27.0%;其他414个工作日,占20.9%。",
		"总工作日为248天×8人=1984个工作日。",
		"共发现隐患165条,其中重大隐患5条。",
		"计划检查企业1637家,完成1166家,完成率71.2%;其中重点企业1065家,占65.1%,一般企业572家,占34.9%。",
		"检查企业由上年同期的1086家次下降到1059家次,同比下降2.5%。",
		"哈尔滨、齐齐哈尔、鸡西3个市完成率分别为76.5%、68.5%、61.8%。",
		"共排查各类隐患540条,已整改502条,其余38条正在整改。",
		"一般隐患120条、重大隐患12条,合计132条。",
		"共发现隐患165条,其中重大隐患5条,已整改150条,未整改15条。",
		"依据黑应急发〔2020〕9号要求,2020年4月5日前报送,联系电话:0451—87013180,第113条、附件5、表1。",
		"检查63家次(上年同期58家次),同比上升8.6%;由9家变为3家。",
		"完成率为12.7%(17/134),序时进度为23.7%,低于序时进度11.0个百分点。",
		"重点检查占比65.7%(88/134),达到60%的要求。",
		"罚款合计9.00万元,其中哈尔滨市4.50万元、大庆市3.00万元、黑河市1.50万元。",
		"2020年第一季度共检查1,234家次,涉及企业1,100家。",
		"按照2020-02-24印发的文件,检查时间为9:30-11:30。",
	} {
		report := findings(t, text)
		for _, finding := range report.Findings {
			t.Errorf("%s: %v", text, finding)
		}
	}
}

func TestWhatCannotBeJudgedIsSaid(t *testing.T) {
	report := findings(t, "整改率为92.1%。其中危化企业12家、煤矿10家,占比20%。")
	if len(report.Findings) != 0 || len(report.Unjudged) == 0 {
		t.Errorf("got %v and %v", report.Findings, report.Unjudged)
	}
}
