package cli

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

const crowdedRegister = "统一社会信用代码,监管主体,企业名称,所在地行政区划代码,监管领域\n91230102017280774B,YJ230102,一厂,230102,煤矿\n"

const crowdedAgencies = "机构代码,机构名称,层级,所属行政区划代码\nYJ230000,省厅,省,230000\nYJ230100,市局,市,230100\nXF230100,市消防,市,230100\nYJ230102,区局,县,230102\nXF230102,区消防,县,230102\n"

// crowded takes exports through the command line and returns the project.
func crowded(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	in, project := filepath.Join(root, "in"), filepath.Join(root, "p")
	if err := os.Mkdir(in, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		write(t, filepath.Join(in, name), text)
	}
	command(t, root, "init", project)
	command(t, root, "ingest", "--project", project, "--received", "2020-04-03T08:00:00", in)
	command(t, root, "build", "--project", project, "--as-of", "2020-04-03", "--from", "2020")
	return project
}

// answers are the lines of a query, as CSV without its header.
func answers(t *testing.T, project, query string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(command(t, project, "sql", "--format", "csv", "--limit", "0", query))).ReadAll()
	if err != nil || len(rows) == 0 {
		t.Fatalf("%s: %v", query, err)
	}
	return rows[1:]
}

// counted holds figures to num/den; — where there is none.
func counted(t *testing.T, project string, want map[string]string) {
	t.Helper()
	got := map[string]string{}
	for _, row := range answers(t, project, "select figure_id, coalesce(cast(cast(num as bigint) as varchar), ''), coalesce(cast(den as varchar), '') from mart.figure") {
		got[row[0]] = row[1] + "/" + row[2]
	}
	for id, fraction := range want {
		if is, there := got[id]; !there && fraction != "—" || there && is != fraction {
			t.Errorf("%s is %q, want %s", id, is, fraction)
		}
	}
}

// TestOneKeyInManyFiles: of a visit and a hazard that a hundred files report, each another way, the last received count; the others are rows of
// the ledger that trace names as carried again. The same key a thousand times in one file is returned, all of it.
func TestOneKeyInManyFiles(t *testing.T) {
	files := map[string]string{"agency.csv": crowdedAgencies, "enterprise.csv": crowdedRegister}
	for n := range 100 {
		ended := time.Date(2020, 3, 3, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n%7).Format(time.DateOnly)
		files[fmt.Sprintf("jc%03d.csv", n)] = "检查编号,统一社会信用代码,检查机构代码,检查类型,检查开始日期,检查结束日期,执法人员\nJC1,91230102017280774B,YJ230102,专项检查,2020-03-03," + ended + fmt.Sprintf(",H%03d;H2\n", n)
		files[fmt.Sprintf("yh%03d.csv", n)] = "隐患编号,检查编号,隐患类别,级别,发现日期,整改期限,销号日期,隐患描述\nYH1,JC1,消防安全,一般,2020-03-03,2020-03-10," + []string{"", "2020-03-08"}[n%2] + fmt.Sprintf(",第%d次\n", n)
	}
	const hazards = "隐患编号,检查编号,隐患类别,级别,发现日期,整改期限\n"
	files["same.csv"] = hazards + strings.Repeat("YH2,JC1,用电安全,一般,2020-03-03,2020-03-10\n", 1000)
	project := crowded(t, files)
	counted(t, project, map[string]string{"E1.2020Q1q.230000": "1/", "E3.2020Q1q.230000": "2/", "B3.2020Q1q.230000": "1/2", "D12.2020Q1q.230000": "1/1", "C3.2020Q1q.230000": "0/1"})
	if rows := answers(t, project, "select i.officers, cast(i.ended_on as varchar), f.name from core.inspection as i join mart.file as f on f.file_id = i.file_id"); len(rows) != 1 || strings.Join(rows[0], " ") != "H099;H2 2020-03-04 jc099.csv" {
		t.Errorf("the visit is %v, not as last received", rows)
	}
	for place, fate := range map[string]string{"jc007.csv:2": "inspection JC1 counts as received later, in row 2 of jc099.csv", "yh098.csv:2": "hazard YH1 counts as received later, in row 2 of yh099.csv",
		"same.csv:700": "it repeats row 2 of its file", "same.csv:1": "ignored"} {
		var out, log strings.Builder
		if code := Run(t.Context(), []string{"trace", "--row", place}, testEnv(project, &out, &log)); code != exitFailed || !strings.Contains(log.String(), fate) {
			t.Errorf("%s: exit code %d, %s, want %s", place, code, log.String(), fate)
		}
	}
	if rows := answers(t, project, "select sum(rows_read), sum(rows_loaded), sum(rows_duplicate) from mart.file where name like 'jc%' or name like 'yh%' or name = 'same.csv'"); strings.Join(rows[0], " ") != "1200 201 999" {
		t.Errorf("read, loaded, duplicate are %v", rows)
	}
}

// TestCrowdedEnterprise: of one enterprise that five agencies visit day after day every table but the pairs grows no faster than its visits, and
// every figure is what it should be.
func TestCrowdedEnterprise(t *testing.T) {
	agencies := []string{"YJ230000", "YJ230100", "XF230100", "YJ230102", "XF230102"}
	tables := func(visits int) map[string]int {
		var inspections, hazards strings.Builder
		inspections.WriteString("检查编号,统一社会信用代码,检查机构代码,检查类型,检查开始日期,检查结束日期,检查项编码,联合检查编号\n")
		hazards.WriteString("隐患编号,检查编号,检查项编码,隐患类别,级别,发现日期,整改期限,销号日期\n")
		for n := range visits {
			day := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n*90/visits).Format(time.DateOnly)
			fmt.Fprintf(&inspections, "JC%05d,91230102017280774B,%s,专项检查,%s,%[3]s,AQ001;AQ002,T%[1]d\n", n, agencies[n%5], day)
			fmt.Fprintf(&hazards, "YH%05d,JC%05[1]d,AQ%03d,消防安全,一般,%s,2020-03-31,%[3]s\n", n, n%10, day)
		}
		project := crowded(t, map[string]string{"agency.csv": crowdedAgencies, "enterprise.csv": crowdedRegister, "jc.csv": inspections.String(), "yh.csv": hazards.String()})
		n := strconv.Itoa(visits)
		counted(t, project, map[string]string{
			"E1.2020Q1q.230000": n + "/", "E2.2020Q1q.230000": "1/", "E3.2020Q1q.230000": n + "/", "B3.2020Q1q.230000": n + "/" + n,
			"C3.2020Q1q.230000": strconv.Itoa(visits-1) + "/" + n, "C3g.2020Q1q.230000": strconv.Itoa(visits-1) + "/" + n, "C1.2020Q1q.230000": "1/1", "C2.2020Q1q.230000": "1/1", "C10m.2020Q1q.230000": "/1",
		})
		if days := answers(t, project, "select cast(cast(value as bigint) as varchar) from mart.figure where figure_id = 'C10m.2020Q1q.230000'"); len(days) != 1 || days[0][0] != n {
			t.Errorf("%d visits fill %v days", visits, days)
		}
		if entered := command(t, project, "trace", "--row", "jc.csv:9"); !strings.Contains(entered, "C3.2020Q1q.230000") {
			t.Errorf("of %d visits one enters\n%s", visits, entered)
		}
		command(t, project, "render", "--period", "2020Q1", "--only", "notice,annex")
		rows := map[string]int{}
		for _, table := range answers(t, project, "select schema_name || '.' || table_name, estimated_size from duckdb_tables() where schema_name in ('run', 'core', 'mart', 'rollup')") {
			size, err := strconv.Atoi(table[1])
			if err != nil {
				t.Fatal(err)
			}
			rows[table[0]] = size
		}
		return rows
	}
	some, more := tables(100), tables(200)
	if len(some) < 60 {
		t.Fatalf("only %d tables", len(some))
	}
	for table, rows := range more {
		if table != "mart.visit_pair" && rows > 2*some[table]+20 {
			t.Errorf("%s has %d rows for 100 visits of an enterprise, %d for 200", table, some[table], rows)
		}
	}
}

// TestEveryRowFlagged: where no row is right, every figure that needs a right one is —, and the notice is written.
func TestEveryRowFlagged(t *testing.T) {
	project := crowded(t, map[string]string{
		"agency.csv": "机构代码,机构名称,层级,所属行政区划代码\nYJ230100,市局,市,230100\n",
		"jc.csv": "检查编号,统一社会信用代码,检查机构代码,计划编号,检查类型,检查开始日期,检查结束日期\n" +
			"JC1,91230102017280774B,YJ230100,JH9,计划检查,2020-03-03,2020-03-01\nJC2,91230102017280774B,YJ230999,,专项检查,2020-03-03,2020-03-01\nJC3,91230102017280774B,YJ230100,,专项检查,2020-05-03,2020-05-01\n",
		"yh.csv": "隐患编号,检查编号,隐患类别,级别,发现日期,整改期限,整改完成日期,复查日期,销号日期\n" +
			"YH1,JC1,消防安全,一般,2020-03-01,2020-03-10,2020-02-10,2020-02-09,2020-02-08\nYH2,JC9,消防安全,重大,2020-03-01,2020-03-10,2020-02-10,,\n",
		"cf.csv": "处罚编号,统一社会信用代码,处罚机构代码,检查编号,处罚决定日期,处罚种类,罚款金额\nCF1,91230102017280774B,YJ230999,JC9,2020-03-02,罚款,5000\nCF2,91230102017280774B,YJ230100,JC1,2020-03-02,罚款,5000\n",
	})
	counted(t, project, map[string]string{"E1.2020Q1q.230000": "1/", "E2.2020Q1q.230000": "—", "A1.2020Q1.230000": "—", "C3.2020Q1q.230000": "0/1", "D5b.2020Q1q.230000": "—", "B10.2020Q1.230000": "—"})
	if rows := answers(t, project, "select count(*) from core.inspection where flag_count = 0 union all select count(*) from core.hazard where flag_count = 0"); rows[0][0] != "0" || rows[1][0] != "0" {
		t.Errorf("rows without a flag: %v", rows)
	}
	if rows := answers(t, project, "select figure_id, num, den from mart.figure where figure_id = 'D9.2020Q1q.230000'"); len(rows) != 1 || rows[0][1] != rows[0][2]+".00" {
		t.Errorf("logic errors: %v", rows)
	}
	command(t, project, "render", "--period", "2020Q1", "--only", "notice,annex,site")
}
