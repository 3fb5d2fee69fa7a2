package ingest

import (
	"archive/zip"
	"maps"
	"testing"
	"testing/fstest"

	"tongbao/ingest/sheet/sheettest"
)

const quarterLayout = `
layout: county_return
match: {file: '^(?P<region>[^_]+)_上报_(?P<period>\d{4}Q[1-4])'}
datasets:
  - dataset: quarterly_return
    columns: {region_code: region, period: period, submitted_at: 填报日}
`

// TestNamesOfArchives: what a member's name does not say, the name of the archive around it does.
func TestNamesOfArchives(t *testing.T) {
	const text = "填报日,计划数,完成数\n2020/4/3,120,100\n"
	db := take(t, fstest.MapFS{"a.yaml": {Data: []byte(quarterLayout)}}, []block{
		{"依兰县_上报_2020Q1.zip", string(packed(zip.Deflate, "数据.csv", text))},
		{"2020/全市.zip", string(packed(zip.Deflate, "通河县_上报_2020Q2.csv", text+"2020/7/4,1,1\n", "x.zip", packed(zip.Store, "宾县_上报_2020Q3.csv", text+"2020/7/5,1,1\n")))},
		{"方正县_上报_2020Q4.zip", string(packed(zip.Deflate, "内.zip", packed(zip.Store, "数据.csv", text+"2020/7/6,1,1\n")))},
		{"木兰县_上报_2020Q1.csv.gz", string(zipped([]byte(text + "2020/7/7,1,1\n")))},
		{"木兰县_上报_2020Q2.zip", string(packed(zip.Deflate, "巴彦县_检查.csv", head+good("J1")))},
		{"巴彦县.zip", string(packed(zip.Deflate, "检查.csv", head+good("J2")))},
	})
	want := "230123|2020Q1|1\n230128|2020Q2|2\n230125|2020Q3|2\n230124|2020Q4|2\n230127|2020Q1|2\n"
	if got := ask(t, db, "select region_code, period, count(*) from raw.quarterly_return group by region_code, period, file_id order by file_id"); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if got := ask(t, db, "select region_code from raw.file where layout = 'inspection' order by file_id"); got != "230126\n230126\n" {
		t.Errorf("regions of files: %s", got)
	}
}

// TestGzipOfEach: a file of every format is the same behind gzip and inside a ZIP.
func TestGzipOfEach(t *testing.T) {
	o := newOffice(t)
	all := maps.Clone(writers)
	all["parquet"] = func(g grid) []byte { return writeParquet(t, o.db, g) }
	all["json"] = func(grid) []byte {
		return []byte(`{"inspection_id":"J1","uscc":"91230100MA18TE2H9K","agency_code":"A1","kind":"计划检查","started_on":"2020-03-05"}` + "\n" +
			`{"inspection_id":"J2","uscc":"x","agency_code":"A1","kind":"复查","started_on":"2020-03-06"}` + "\n")
	}
	for name, write := range all {
		table := grid{{"检查编号", "统一社会信用代码", "检查机构代码", "检查类型", "检查开始日期"}, {"J1", "91230100MA18TE2H9K", "A1", "计划检查", "2020-03-05"}, {"J2", "x", "A1", "复查", "2020-03-06"}}
		for i, data := range [][]byte{write(table), zipped(write(table)), packed(zip.Deflate, "a", write(table))} {
			o.forget()
			var result Result
			if err := o.runner.Ingest(t.Context(), sheettest.Input("a", data), func(r Result) { result = r }); err != nil {
				t.Fatal(err)
			}
			if result.Err != nil || result.Loaded != 1 || result.Rejected != 1 {
				t.Errorf("%s, packing %d: %+v", name, i, result)
			}
		}
	}
}
