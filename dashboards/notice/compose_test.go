package notice

import (
	"context"
	"database/sql"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/google/go-cmp/cmp"

	"tongbao/dashboards"
	"tongbao/dashboards/document"
	"tongbao/dashboards/document/documenttest"
	"tongbao/internal/calendar"
)

var update = flag.Bool("update", false, "rewrite golden files")

// testInput is the published version of testdata/mart.sql, in memory; statements are run on it first.
func testInput(t testing.TB, statements ...string) Input {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	script, err := os.ReadFile(filepath.Join("testdata", "mart.sql"))
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range append([]string{strings.ReplaceAll(string(script), "DIR", "testdata")}, statements...) {
		if _, err := db.Exec(statement); err != nil {
			t.Fatalf("%v in %.200s", err, statement)
		}
	}
	mart, err := dashboards.OpenMart(context.Background(), db)
	if err != nil {
		t.Fatal(err)
	}
	period, ok := mart.Period("2020Q1")
	if !ok {
		t.Fatal("no 2020Q1")
	}
	days, err := calendar.China()
	if err != nil {
		t.Fatal(err)
	}
	return Input{DB: db, Mart: mart, Period: period, Version: "20200410-1", Calendar: days, Office: Office{
		Name: "黑龙江省应急管理厅", Symbol: "黑应急通报", Basis: "黑应急发〔2020〕9号", Address: "各市(地)应急管理局",
		Contact: "某某", Phone: "0451—00000000", CopyTo: []string{"省安委会办公室", "省司法厅"}}}
}

func compose(t testing.TB, in Input) document.Document {
	t.Helper()
	d, err := Compose(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTextOfTheNotice(t *testing.T) {
	got := documenttest.PlainText(compose(t, testInput(t)))
	golden := filepath.Join("testdata", "notice.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the text changed (-want +got); go test -update writes it:\n%s", diff)
	}
}

// unsourced are numbers that are no figures: dates, articles, numbers of documents, annexes and tables, parameters in wording.
var unsourced = regexp.MustCompile(`〔[0-9]{4}〕[0-9]+号|[0-9]+年|[0-9]+月|[0-9]+日|[0-9]+时|[0-9]+分|第[0-9]+条|附件[0-9]+|表[0-9]+|图[0-9]+|基数不足[0-9]+|^[0-9]+\.|[0-9]+个工作日内|12个月|95%|不低于[0-9]+%|数据版本[-0-9]+|[0-9]位小数|GB [0-9]+-[0-9]+`)

// TestEveryNumberHasASource lets no digit into a paragraph unless its run names a figure, or it is of a known other kind.
func TestEveryNumberHasASource(t *testing.T) {
	digit := regexp.MustCompile(`[0-9]`)
	for _, block := range compose(t, testInput(t)).Body {
		paragraph, ok := block.(document.Paragraph)
		if !ok || paragraph.Style == document.AnnexList || paragraph.Style == document.AnnexListFurther {
			continue
		}
		var words strings.Builder
		for _, run := range paragraph.Runs {
			if run.Source == "" {
				words.WriteString(run.Text)
			} else {
				words.WriteString("…")
			}
		}
		if rest := unsourced.ReplaceAllString(words.String(), ""); digit.MatchString(rest) {
			t.Errorf("a number without a figure in %q", rest)
		}
	}
}

func TestNothingIsSaidWithoutABase(t *testing.T) {
	for name, test := range map[string]struct{ statement, want, unwanted string }{
		"no plan":        {"delete from mart.figure where metric in ('A1','A2','A5','A6','A7')", "全省尚无在册的年度监督检查计划项", "完成率为"},
		"no visit":       {"delete from mart.figure where metric in ('E1','E2')", "本季度全省检查尚未开展", "共检查"},
		"no due hazard":  {"delete from mart.figure where metric = 'B1'", "本季度全省无到期整改任务", "到期整改率为"},
		"small base":     {"update mart.figure set num = 2, den = 3, value = 2 / 3, is_small = true where metric = 'B7' and region_code = '230000'", "复发率为2/3（基数不足10，不列比率）", "66.7%"},
		"level":          {"update mart.change set value = base_value, percent = 0 where metric = 'E1'", "与上年同期持平", "同比上升0"},
		"no returns":     {"delete from mart.list_late_return", "上报期限尚未届满", "迟报的有"},
		"nothing at all": {"delete from mart.figure; delete from mart.change; delete from mart.waterfall", "全省尚无在册的年度监督检查计划项", "%!"},
	} {
		text := documenttest.PlainText(compose(t, testInput(t, test.statement)))
		if !strings.Contains(text, test.want) {
			t.Errorf("%s: the notice does not say %q", name, test.want)
		}
		body, _, _ := strings.Cut(text, "指标口径")
		if strings.Contains(body, test.unwanted) {
			t.Errorf("%s: the notice says %q", name, test.unwanted)
		}
	}
}
