package reconcile

import (
	"strings"
	"testing"
)

const quarterTable = `表1 各市完成情况
地区	计划/重点	计划/一般	计划/合计	完成	完成率	序时进度差	发现隐患	未整改	已整改
甲市	16	24	40	7	17.5%	-6.2	30	10	20
乙市	14	2	16	5	31.3%	7.6	12	5	7
丙市	6	3	9	0	0.0%	-23.7	8	2	6
丁市	15	4	19	2	10.5%	-13.2	21	9	12
合计	51	33	84	14	16.7%	-7.0	71	26	45
`

func checkString(t *testing.T, text string) Report {
	t.Helper()
	report, err := Check("table.txt", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestTableThatAddsUp(t *testing.T) {
	report := checkString(t, quarterTable)
	for _, finding := range report.Findings {
		t.Error(finding)
	}
	if report.Checked < 25 {
		t.Errorf("only %d identities were found in the table", report.Checked)
	}
}

// TestEveryPlantedNumberOfATable changes each number of the table and expects the change to be found, and nothing else blamed.
func TestEveryPlantedNumberOfATable(t *testing.T) {
	lines := strings.Split(quarterTable, "\n")
	for i := 2; i < 7; i++ {
		fields := strings.Split(lines[i], "\t")
		for c := 1; c < len(fields); c++ {
			planted := append([]string(nil), fields...)
			n, _ := cellNumber(folded(fields[c]))
			planted[c] = formatLike(n, n.value+3)
			if n.unit == "" {
				planted[c] = plain(n.value + 3)
			}
			changed := append([]string(nil), lines...)
			changed[i] = strings.Join(planted, "\t")
			report := checkString(t, strings.Join(changed, "\n"))
			if len(report.Findings) == 0 {
				t.Errorf("%s in place of %s in %s was not found", planted[c], fields[c], lines[i])
				continue
			}
			place := "line " + plain(float64(i+1)) + ", field " + plain(float64(c+1))
			if suspects := report.Suspects(); len(suspects) != 1 || suspects[0] != place {
				t.Errorf("%s in place of %s: blamed %q, planted at %s: %v", planted[c], fields[c], suspects, place, report.Findings)
			}
		}
	}
}

func TestSharesInATable(t *testing.T) {
	report := checkString(t, "类别\t工作日\t占比\n监督检查\t1035\t21%\n非监督检查\t535\t71%\n其他\t414\t8%\n总法定工作日\t1984\t100%\n")
	want := []string{"52.2%", "27.0%", "20.9%"}
	var got []string
	for _, finding := range report.Findings {
		got = append(got, finding.Should)
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("got %v, want %v", report.Findings, want)
	}
}

func TestSentenceAgainstTable(t *testing.T) {
	text := "全省计划84项,完成15项,完成率16.7%。\n" + quarterTable
	report := checkString(t, text)
	found := false
	for _, finding := range report.Findings {
		found = found || finding.Rule == "agreement" && finding.Should == "14项"
	}
	if !found {
		t.Errorf("完成15项 against 14 in the table: %v", report.Findings)
	}
}

func TestFormats(t *testing.T) {
	for name, content := range map[string]string{"old": "\xd0\xcf\x11\xe0....", "pdf": "%PDF-1.4", "binary": "a\x00b", "zip": "PK\x03\x04 not"} {
		if _, err := Check(name, []byte(content)); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add(quarterTable)
	f.Add("24天×8人=1984,其中(1+2)=4。分别占1%、2%")
	f.Fuzz(func(t *testing.T, text string) {
		report := Report{}
		report.checkPlain(text)
		report.Suspects()
	})
}
