package cli

import (
	"archive/zip"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tongbao/internal/warehouse"
)

// TestSupportBundleNamesNobody fills a project with names in every place it has (folder, files, cells, settings, errors, audit log) and
// looks for each in the bundle.
func TestSupportBundleNamesNobody(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "宏达煤矿")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"tongbao.yaml":                 "office: {contact: 赵六, phone: '13900001111'}\nnotify: {webhook: 'https://hook.example/s3cret'}\nparameters: {many_hazards: 12}\n",
		"宏达王五.csv":                     "检查编号,统一社会信用代码,检查机构代码,检查类型,检查开始日期,联系人\nJ1,91230100MA18TE2H9K,230100001,计划检查,宏达昨天,李四\n",
		"李四.csv":                       "甲,宏达煤矿有限公司\n1,2\n",
		"Acme-Wang.csv":                "",
		"golden dragon mining.csv":     "x,y\n1,2\n",
		"queries/li na salary.sql":     "-- q\nselect 1\n",
		"models/core/tin mountain.sql": "-- x\n-- @column a  a\nselect nope as a from core.visit where uscc = 'silver river plant'\n",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"ingest", "宏达王五.csv"}, {"ingest", "李四.csv"}, {"ingest", "Acme-Wang.csv"}, {"ingest", "无此王五.csv"}, {"ingest", "golden dragon mining.csv"}, {"ingest", "lost lamb farm.csv"},
		{"close", "2020Q1", "--by", "zhang san", "--reason", "because old wang said so"}, {"build"}} {
		_ = program(dir, args...).Run() // how they end is not the point here
	}
	bundle := filepath.Join(t.TempDir(), "b.zip")
	if out, err := program(dir, "support", "bundle", bundle).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	whole := unzipped(t, bundle)
	for _, name := range []string{"宏达", "王五", "李四", "赵六", "13900001111", "s3cret", "91230100MA18TE2H9K", "Acme", "hook.example", "golden dragon", "li na", "tin mountain", "silver river", "lost lamb", "zhang san", "old wang", filepath.Dir(dir)} {
		if strings.Contains(whole, name) {
			t.Errorf("the bundle holds %q", name)
		}
	}
	for _, fact := range []string{`"parameters.many_hazards": 12`, `"raw.rejected"`, `"columns": "started_on"`, `"command": "build"`, `"check": "warehouse"`} {
		if !strings.Contains(whole, fact) {
			t.Errorf("the bundle lacks %s", fact)
		}
	}
}

// TestSupportBundleHoldsNoDatum looks for every text a synthetic province has sent, as it was received and as it was read, in the bundle.
func TestSupportBundleHoldsNoDatum(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "p")
	must(t, filepath.Dir(dir), "init", dir)
	must(t, dir, "demo", "exports", "all", "--enterprises", "15", "--seed", "6")
	must(t, dir, "ingest", "all")
	must(t, dir, "support", "bundle", "b.zip")
	bundle := unzipped(t, filepath.Join(dir, "b.zip"))
	db, err := warehouse.OpenReadOnly(t.Context(), Project{Dir: dir}.Warehouse(), warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	columns, err := warehouse.Select[string](t.Context(), db, `select 'select distinct trim("' || column_name || '") from raw."' || table_name || '" where length("' || column_name || '") > 1'
		from duckdb_columns() where schema_name = 'raw' and data_type = 'VARCHAR' order by all`)
	if err != nil {
		t.Fatal(err)
	}
	// Words of our own vocabulary, periods, and the codes of cities are no data.
	ours := regexp.MustCompile(`^([a-z_.]+|[0-9]{1,4}(Q[1-4])?|23[0-9]{2}00|[0-9.]+)$`)
	looked := 0
	for _, query := range columns {
		values, err := warehouse.Select[string](t.Context(), db, query)
		if err != nil {
			t.Fatal(err)
		}
		for _, value := range values {
			if ours.MatchString(value) {
				continue
			}
			looked++
			if strings.Contains(bundle, value) {
				t.Errorf("the bundle holds %q of %s", value, query)
			}
		}
	}
	if looked < 1000 {
		t.Errorf("only %d values were looked for", looked)
	}
}

// unzipped is what the files of an archive hold, one behind the other.
func unzipped(t *testing.T, path string) string {
	t.Helper()
	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	var all strings.Builder
	for _, file := range archive.File {
		in, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, in); err != nil {
			t.Fatal(err)
		}
		if err := in.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}
