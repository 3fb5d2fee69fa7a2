package notice

import (
	"archive/zip"
	"bytes"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tongbao/dashboards/document/documenttest"
	"tongbao/dashboards/docx"
	"tongbao/dashboards/reconcile"
)

func wordFile(t testing.TB, in Input) []byte {
	t.Helper()
	file, err := docx.Fill(nil, compose(t, in))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestNoticeReconciles(t *testing.T) {
	in := testInput(t)
	for name, content := range map[string][]byte{"notice.docx": wordFile(t, in), "notice.txt": []byte(documenttest.PlainText(compose(t, in)))} {
		report, err := reconcile.Check(name, content)
		if err != nil {
			t.Fatal(err)
		}
		for _, finding := range report.Findings {
			t.Errorf("%s: %v", name, finding)
		}
		if report.Checked < 250 {
			t.Errorf("%s: only %d identities were found", name, report.Checked)
		}
	}
}

var markedRun = regexp.MustCompile(`(<w:bookmarkStart [^>]*/><w:r>(?:<w:rPr>.*?</w:rPr>)?<w:t xml:space="preserve">)([^<]*)(</w:t>)`)

// TestEveryPlantedNumberIsFound types another number over any figure of the Word file, as an official might by mistake: exactly
// that place is blamed, with the number that stood there.
func TestEveryPlantedNumberIsFound(t *testing.T) {
	file := wordFile(t, testInput(t))
	body := part(t, file, "word/document.xml")
	places := markedRun.FindAllSubmatchIndex(body, -1)
	if len(places) < 800 {
		t.Fatalf("only %d figures in the notice", len(places))
	}
	digit := regexp.MustCompile(`[0-9]`)
	rapid.Check(t, func(r *rapid.T) {
		place := places[rapid.IntRange(0, len(places)-1).Draw(r, "figure")]
		before := string(body[place[4]:place[5]])
		digits := digit.FindAllStringIndex(before, -1)
		if len(digits) == 0 {
			return
		}
		at := digits[rapid.IntRange(0, len(digits)-1).Draw(r, "digit")]
		old, _ := strconv.Atoi(before[at[0]:at[1]])
		after := before[:at[0]] + strconv.Itoa((old+rapid.IntRange(1, 9).Draw(r, "by"))%10) + before[at[1]:]
		changed := append(append(append([]byte(nil), body[:place[4]]...), after...), body[place[5]:]...)
		report, err := reconcile.Check("notice.docx", replaced(t, file, "word/document.xml", changed))
		if err != nil {
			r.Fatal(err)
		}
		figures := 0
		for _, finding := range report.Findings {
			if finding.Rule == "figure" {
				figures++
				if finding.Says != after || finding.Should != before {
					r.Fatalf("says %q should be %q, planted %q for %q", finding.Says, finding.Should, after, before)
				}
			}
		}
		if suspects := report.Suspects(); figures != 1 || len(suspects) != 1 {
			r.Fatalf("planted %q for %q: %d figures differ, blamed %q: %v", after, before, figures, suspects, report.Findings)
		}
	})
}

// TestPlantedNumbersOfBareText plants into the notice as plain text, where no figure ids help: what takes part in an identity is
// found by arithmetic alone.
func TestPlantedNumbersOfBareText(t *testing.T) {
	text := documenttest.PlainText(compose(t, testInput(t)))
	text, _, _ = strings.Cut(text, "附件2\n")
	var places [][]int
	for _, at := range regexp.MustCompile(`[0-9]+(\.[0-9]+)?`).FindAllStringIndex(text, -1) {
		rest, before := text[at[1]:], text[:at[0]]
		isDate := strings.HasPrefix(rest, "年") || strings.HasPrefix(rest, "月") || strings.HasPrefix(rest, "日") || strings.HasPrefix(rest, "时") || strings.HasPrefix(rest, "号")
		isName := strings.HasSuffix(before, "第") || strings.HasSuffix(before, "附件") || strings.HasSuffix(before, "表") || strings.HasSuffix(before, "图") || strings.HasSuffix(before, "\n")
		if !isDate && !isName {
			places = append(places, at)
		}
	}
	found := 0
	for i := 0; i < len(places); i += 5 {
		at := places[i]
		value, _ := strconv.ParseFloat(text[at[0]:at[1]], 64)
		decimals := 0
		if strings.Contains(text[at[0]:at[1]], ".") {
			decimals = 1
		}
		report, err := reconcile.Check("notice.txt", []byte(text[:at[0]]+strconv.FormatFloat(value+7, 'f', decimals, 64)+text[at[1]:]))
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Findings) > 0 {
			found++
		}
	}
	tried := (len(places) + 4) / 5
	t.Logf("%d of %d numbers planted into bare text were found", found, tried)
	if found*10 < tried*7 {
		t.Errorf("only %d of %d numbers planted into bare text were found", found, tried)
	}
}

func part(t testing.TB, file []byte, name string) []byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	reader, err := archive.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	text, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// replaced is the archive with one part replaced.
func replaced(t testing.TB, file []byte, name string, text []byte) []byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	writer := zip.NewWriter(&out)
	for _, f := range archive.File {
		if f.Name != name {
			if err := writer.Copy(f); err != nil {
				t.Fatal(err)
			}
			continue
		}
		to, err := writer.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := to.Write(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
