package ingest

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"tongbao/ingest/sheet"
	"tongbao/internal/contract"
	"tongbao/internal/region"
	"tongbao/internal/warehouse"
)

const head = "检查编号,统一社会信用代码,检查机构代码,检查类型,检查开始日期\n"

// good is a row of an inspection export with the given number.
func good(id string) string { return id + ",91230100MA18TE2H9K,A1,计划检查,2020-03-05\n" }

// fates asks for what became of every row: its number with + loaded, - rejected, = duplicate, . ignored.
const fates = `select string_agg(fate, ' ' order by row_number, fate) from (
	select row_number, '+' || row_number as fate from raw.inspection
	union all select row_number, '-' || row_number || (reasons->>'$[0].reason') from raw.rejected
	union all select row_number, '=' || row_number || '→' || first_row from raw.duplicate
	union all select row_number, '.' || row_number || reason from raw.ignored)`

func TestFates(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"plain", head + good("J1") + good("J2"), "+2 +3"},
		{"title, unit, blank and date lines above", "2020年检查情况\n单位:家\n\n填报日期:2020年4月1日\n" + head + good("J1"), ".1标题行 .2单位行 .3空行 .4日期行 +6"},
		{"totals and notes below", head + good("J1") + "合 计,,,,1\n注:数据截至3月底\n填表人:张三\n\n", "+2 .3合计行 .4注释或落款 .5注释或落款 .6空行"},
		{"the header again", head + good("J1") + head + good("J2"), "+2 .3重复的表头 +4"},
		{"a second table", head + good("J1") + "\n联合检查\n" + "检查类型,检查编号,检查机构代码,统一社会信用代码,检查开始日期\n复查,J2,A1,91230100MA18TE2H9K,2020-03-06\n", "+2 .3空行 .4标题行 +6"},
		{"the same row twice", head + good("J1") + good("J1") + good("J2"), "+2 =3→2 +4"},
		{"one key, two contents", head + good("J1") + strings.Replace(good("J1"), "A1", "A2", 1) + good("J2"),
			"-2同一文件中编号相同而内容不同(另见第3行) -3同一文件中编号相同而内容不同(另见第2行) +4"},
		{"one key, two alike and one other", head + good("J1") + good("J1") + strings.Replace(good("J1"), "A1", "A2", 1),
			"-2同一文件中编号相同而内容不同(另见第3行、第4行) -3同一文件中编号相同而内容不同(另见第2行、第4行) -4同一文件中编号相同而内容不同(另见第2行、第3行)"},
		{"too few and too many fields", head + good("J1") + "J2,91230100MA18TE2H9K,A1,计划检查\n" + strings.TrimSpace(good("J3")) + ",x\n" + good("J4"),
			"+2 -3该行有4列,表头有5列:多了或少了分隔符 -4该行有6列,表头有5列:多了或少了分隔符 +5"},
		{"every record ends in a delimiter", head + strings.ReplaceAll(good("J1")+good("J2")+good("J3"), "\n", ",\n"), "+2 +3 +4"},
		{"a lone quotation mark", head + good("J1") + strings.Replace(good("J2"), ",A1", ",\"A1", 1) + good("J3"), "+2 -3引号不成对,无法确定各列的界线 +4"},
		{"missing, wrong and unknown values", head + "J1,,A1,计划检查,2020-03-05\nJ2,91230100MA18TE2H9K,A1,计划,2020-03-05\nJ3,91230100MA18TE2H9K,A1,复查,2020-02-30\n",
			"-2必填项为空 -3不在允许的值之内:计划 -4该日期不存在"},
		{"an error of a spreadsheet", head + "J1,#REF!,A1,计划检查,2020-03-05\n", "-2单元格是错误值 #REF!"},
		{"headers decorated", "序号,检查编号①, 统一社会 信用代码 ,检查机构代码*,\"检查\n类型\",检查日期(必填)\n1," + good("J1"), "+2"},
		{"headers in two rows", "检查编号,企业,检查,,\n,统一社会信用代码,机构代码,检查类型,开始日期\n" + good("J1"), "+3"},
	} {
		db := openTest(t)
		result := takeText(t, db, "a.csv", c.text)
		if result.Err != nil {
			t.Errorf("%s: %v", c.name, result.Err)
			continue
		}
		if got := strings.TrimSpace(ask(t, db.DB, fates)); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestValues: what was written stays recoverable beside the typed value, unknown columns are kept, names become codes.
func TestValues(t *testing.T) {
	db := openTest(t)
	takeText(t, db, "佳木斯市_名录.csv", "监管主体,统一社会信用代码,企业名称,所属地区,监管领域,标准化等级,危险性较大重点单位,列入名录日期,法人\n"+
		"A1,91230100MA18TE2H9K, 甲厂 ,向阳区,危化,2级,√,2020.3.5,张三\nA1,91330100799655058b,乙厂,佳木斯市,工贸,-,无,/,\n")
	want := `91230100MA18TE2H9K|甲厂|230803|hazchem|2|true|2020-03-05|{"enterprise_name":" 甲厂 ","region_code":"向阳区","sector":"危化","standard_level":"2级","is_key_unit":"√","listed_on":"2020.3.5"}|{"法人":"张三"}
91330100799655058B|乙厂|230800|industry_trade||false||{"uscc":"91330100799655058b","region_code":"佳木斯市","standard_level":"-","is_key_unit":"无","listed_on":"/"}|
`
	got := ask(t, db.DB, "select uscc, enterprise_name, region_code, sector, standard_level, is_key_unit, listed_on, received, extra from raw.enterprise order by row_number")
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if got := ask(t, db.DB, "select region_code from raw.file"); got != "230800\n" {
		t.Errorf("the file is of %s", got)
	}
	db = openTest(t)
	takeText(t, db, "名录.csv", "监管主体,统一社会信用代码,企业名称,所属地区,监管领域\nA1,91230100MA18TE2H9K,甲厂,向阳区,危化\n")
	if got := ask(t, db.DB, "select reasons->>'$[0].reason' from raw.rejected"); got != "地区名称不唯一:向阳区\n" {
		t.Errorf("an ambiguous name: %s", got)
	}
	db = openTest(t)
	takeText(t, db, "处罚.csv", "处罚编号,统一社会信用代码,机构代码,处罚决定日期,处罚种类,罚款金额(万元)\nC1,91230100MA18TE2H9K,A1,2020-03-05,警告、罚款,1.5\n")
	if got := ask(t, db.DB, "select kind, amount_yuan from raw.penalty"); got != "warning;fine|15000.00\n" {
		t.Errorf("a penalty: %s", got)
	}
}

// opened is a runner and its database.
type opened struct {
	*Runner
	DB *warehouse.DB
}

func openTest(t testing.TB) opened {
	t.Helper()
	set, err := contract.Load(Contracts(), fstest.MapFS{})
	if err != nil {
		t.Fatal(err)
	}
	regions, err := region.China()
	if err != nil {
		t.Fatal(err)
	}
	db, err := warehouse.Open(t.Context(), "", warehouse.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	runner, err := NewRunner(t.Context(), Config{DB: db, Contracts: set, Regions: regions, Province: "230000", Received: time.Date(2020, 4, 6, 9, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	return opened{runner, db}
}

func takeText(t testing.TB, db opened, name, text string) (result Result) {
	t.Helper()
	in := sheet.Input{ReaderAt: strings.NewReader(text), Name: name, Path: name, Size: int64(len(text))}
	if err := db.Ingest(t.Context(), in, func(r Result) { result = r }); err != nil {
		t.Fatal(err)
	}
	return result
}

// FuzzIngest: whatever the bytes, below a header or without one, the file either fails whole or adds up, and the database holds what was
// counted. Nothing is kept, so that the thousandth file costs what the first did.
func FuzzIngest(f *testing.F) {
	hazards := "隐患编号\t检查编号\t隐患类别\t级别\t发现日期\n"
	heads := []string{"", head, hazards}
	f.Add(uint8(1), good("J1")+good("J1")+"合计,,,,2\n")
	f.Add(uint8(0), "标题\n"+head+strings.Replace(good("J1"), ",A1", ",\"A1", 1)+good("J2")+"\n\n"+head+good("J3"))
	f.Add(uint8(2), "1\t2\t消防\t一般\t43895\n1\t2\t消防\t重大\t43895\n")
	f.Add(uint8(0), "{\"region_code\":\"230100\",\"period\":\"2020Q1\",\"submitted_at\":\"2020-04-03 10:00:00\"}\n")
	f.Add(uint8(1), "'J1','91230100MA18TE2H9K','A1','计划检查','2020-03-05'\nJ2,\"a\\\"b\",A1,复查,3/5/20\n\n级别,隐患编号,检查编号,隐患类别\n一般,1,2,消防\n")
	f.Add(uint8(1), good("J1")+"退回原因,修改建议,退回标识\nTB1:0123456789abcdef:3:a,x,TB1-0123456789abcdef\n")
	db := openTest(f)
	db.DryRun = true
	f.Fuzz(func(t *testing.T, above uint8, text string) {
		text = heads[int(above)%len(heads)] + text
		result := takeText(t, db, "f", text)
		if result.Err != nil || result.Known {
			return
		}
		if result.Read != result.Loaded+result.Rejected+result.Duplicate+result.Ignored {
			t.Fatalf("%+v", result)
		}
	})
}

// FuzzHeader: the header finder ends, and what it finds lies inside the rows it was given.
func FuzzHeader(f *testing.F) {
	f.Add(head, uint8(3))
	f.Add("隐患数,,检查\n一般,重大,编号\n", uint8(2))
	f.Add("罚款(万元),[1],①,注1,\u3000\n,,,,\n", uint8(1))
	set, err := contract.Load(Contracts(), nil)
	if err != nil {
		f.Fatal(err)
	}
	finder := newFinder(set)
	f.Fuzz(func(t *testing.T, text string, merge uint8) {
		var rows []*sheet.Row
		for i, line := range strings.Split(text, "\n") {
			row := &sheet.Row{Number: i + 1}
			for j, cell := range strings.Split(line, ",") {
				c := sheet.Cell{Text: cell, Kind: sheet.Text, Merge: sheet.Merge((int(merge) + i*j) % 4)}
				if cell == "" {
					c.Kind = sheet.Empty
				}
				row.Cells = append(row.Cells, c)
			}
			if rows = append(rows, row); len(rows) == lookAhead {
				break
			}
		}
		m := finder.find(rows, place{names: []string{"f.csv"}})
		if m == nil {
			return
		}
		if m.row < 0 || m.span < 1 || m.row+m.span > len(rows) {
			t.Fatalf("header at %d+%d of %d rows", m.row, m.span, len(rows))
		}
		for _, columns := range m.columns {
			for _, cell := range columns {
				if cell >= len(m.cells) {
					t.Fatalf("column in cell %d of %d", cell, len(m.cells))
				}
			}
		}
	})
}
