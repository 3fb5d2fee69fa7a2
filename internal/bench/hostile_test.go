//go:build bench

package bench

import (
	"archive/zip"
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fill writes piece again and again, with its number where it has a %d.
func fill(w io.Writer, piece string, times int) {
	numbered := strings.Contains(piece, "%d")
	for i := range times {
		if numbered {
			fmt.Fprintf(w, piece, i)
		} else {
			io.WriteString(w, piece)
		}
	}
}

// member of a ZIP archive.
type member struct {
	name  string
	write func(io.Writer)
}

func text(s string) func(io.Writer) { return func(w io.Writer) { io.WriteString(w, s) } }

func zipped(members ...member) func(io.Writer) {
	return func(w io.Writer) {
		archive := zip.NewWriter(w)
		for _, m := range members {
			part, err := archive.Create(m.name)
			if err != nil {
				panic(err)
			}
			out := bufio.NewWriter(part)
			m.write(out)
			if err := out.Flush(); err != nil {
				panic(err)
			}
		}
		if err := archive.Close(); err != nil {
			panic(err)
		}
	}
}

const (
	relationships = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>`
	office        = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	spreadsheet   = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	sdt           = `xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"`
)

// xlsx is a workbook of one sheet with these shared texts.
func xlsx(rows, shared func(io.Writer)) func(io.Writer) {
	return zipped(
		member{"[Content_Types].xml", text(`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`)},
		member{"_rels/.rels", text(fmt.Sprintf(relationships, `<Relationship Id="a" Type="`+office+`officeDocument" Target="xl/workbook.xml"/>`))},
		member{"xl/workbook.xml", text(`<workbook xmlns="` + spreadsheet + `" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="b"/></sheets></workbook>`)},
		member{"xl/_rels/workbook.xml.rels", text(fmt.Sprintf(relationships, `<Relationship Id="b" Type="`+office+`worksheet" Target="sheet1.xml"/><Relationship Id="c" Type="`+office+`sharedStrings" Target="texts.xml"/>`))},
		member{"xl/sheet1.xml", func(w io.Writer) {
			io.WriteString(w, `<worksheet xmlns="`+spreadsheet+`"><sheetData>`)
			rows(w)
			io.WriteString(w, `</sheetData></worksheet>`)
		}},
		member{"xl/texts.xml", func(w io.Writer) {
			io.WriteString(w, `<sst xmlns="`+spreadsheet+`">`)
			shared(w)
			io.WriteString(w, `</sst>`)
		}})
}

func nothing(io.Writer) {}

func packed(write func(io.Writer)) func(io.Writer) {
	return func(w io.Writer) {
		out := gzip.NewWriter(w)
		write(out)
		if err := out.Close(); err != nil {
			panic(err)
		}
	}
}

// hostile are files made to cost much: what each tries is its name.
func hostile() map[string]func(io.Writer) {
	csvHeader := strings.Join(registerHeader, ",") + "\n"
	return map[string]func(io.Writer){
		"zip of 8 GB of nothing.zip":  zipped(member{"a.csv", func(w io.Writer) { fill(w, strings.Repeat("0", 1<<20), 8<<10) }}),
		"zip of 30,000 members.zip":   func(w io.Writer) { zipped(manyMembers(30_000)...)(w) },
		"zip in zip in zip.zip":       zipped(member{"a.zip", zipped(member{"b.zip", zipped(member{"c.csv", func(w io.Writer) { fill(w, strings.Repeat("0", 1<<20), 500) }})})}),
		"gzip of 8 GB of nothing.gz":  packed(func(w io.Writer) { fill(w, strings.Repeat("0", 1<<20), 8<<10) }),
		"gzip of gzip.gz":             packed(packed(func(w io.Writer) { fill(w, strings.Repeat("0\n", 1<<19), 4<<10) })),
		"xlsx of a billion rows.xlsx": xlsx(func(w io.Writer) { fill(w, "<row/>", 200<<20) }, nothing),
		"xlsx of wide rows.xlsx":      xlsx(func(w io.Writer) { fill(w, `<row><c r="XFD1"><v>1</v></c></row>`, 8<<20) }, nothing),
		"xlsx of full rows.xlsx":      xlsx(func(w io.Writer) { fill(w, "<row>"+strings.Repeat("<c><v>1</v></c>", 16384)+"</row>", 3000) }, nothing),
		"xlsx of one endless cell.xlsx": xlsx(func(w io.Writer) {
			io.WriteString(w, `<row><c t="inlineStr"><is><t>`)
			fill(w, strings.Repeat("a", 1<<20), 2<<10)
			io.WriteString(w, `</t></is></c></row>`)
		}, nothing),
		"xlsx of 100 M shared texts.xlsx": xlsx(text(`<row><c t="s"><v>1</v></c></row>`), func(w io.Writer) { fill(w, "<si><t>a</t></si>", 100<<20) }),
		"xlsx of 2 GB shared texts.xlsx":  xlsx(text(`<row><c t="s"><v>1</v></c></row>`), func(w io.Writer) { fill(w, "<si><t>"+strings.Repeat("台账", 5000)+"%d</t></si>", 60_000) }),
		"xlsx of nested elements.xlsx":    xlsx(func(w io.Writer) { fill(w, "<row><c>", 30<<20) }, nothing),
		"excel xml of nested tables.xml": func(w io.Writer) {
			io.WriteString(w, `<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="a"><Table>`)
			fill(w, `<Row ss:Index="1048576"><Cell ss:Index="16384" ss:MergeAcross="99999999"><Data ss:Type="String">a</Data></Cell></Row>`, 500_000)
		},
		"xml of entities.xml": func(w io.Writer) {
			io.WriteString(w, `<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">`)
			for i := range 12 {
				fmt.Fprintf(w, `<!ENTITY %c "%s">`, 'b'+i, strings.Repeat(fmt.Sprintf("&%c;", 'a'+i), 10))
			}
			io.WriteString(w, `]><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table><Row><Cell><Data>&m;</Data></Cell></Row></Table></Worksheet></Workbook>`)
		},
		"html of spans.html": func(w io.Writer) {
			io.WriteString(w, "<table>")
			fill(w, `<tr><td colspan="16384" rowspan="1048576">a</td><td colspan=9999>b</td></tr>`, 200_000)
		},
		"html of nested tables.html":       func(w io.Writer) { fill(w, "<table><tr><td>", 5_000_000) },
		"html that never ends a cell.html": func(w io.Writer) { io.WriteString(w, "<table><tr><td>"); fill(w, "a &amp; b ", 50_000_000) },
		"json of deep arrays.json":         func(w io.Writer) { fill(w, strings.Repeat("[", 1<<20), 200) },
		"json of new keys.jsonl":           func(w io.Writer) { fill(w, "{\"k%d\":1}\n", 3_000_000) },
		"json of one endless text.json":    func(w io.Writer) { io.WriteString(w, `[{"a":"`); fill(w, strings.Repeat("a", 1<<20), 1<<10) },
		"csv of one endless line.csv":      func(w io.Writer) { fill(w, strings.Repeat("甲", 1<<18), 1<<11) },
		"csv of delimiters.csv":            func(w io.Writer) { fill(w, strings.Repeat(",", 1<<20), 500) },
		"csv of wide lines.csv":            func(w io.Writer) { fill(w, strings.Repeat(",", 200_000)+"\n", 3000) },
		"csv of quotation marks.csv":       func(w io.Writer) { io.WriteString(w, csvHeader); fill(w, `"`, 300_000_000) },
		"csv of lone marks.csv":            func(w io.Writer) { io.WriteString(w, csvHeader); fill(w, "a,\"b,c\n", 3_000_000) },
		"csv of marks that open late.csv":  func(w io.Writer) { io.WriteString(w, csvHeader); fill(w, "\"a\n", 20_000_000) },
		"csv of bad rows.csv":              func(w io.Writer) { io.WriteString(w, csvHeader); fill(w, "a,b,c\n", 8_000_000) },
		"csv of line ends.csv":             func(w io.Writer) { io.WriteString(w, csvHeader); fill(w, strings.Repeat("\n", 1<<20), 12) },
		"csv of headers.csv":               func(w io.Writer) { fill(w, csvHeader, 600_000) },
		"ods of a billion rows.ods": zipped(member{"mimetype", text("application/vnd.oasis.opendocument.spreadsheet")}, member{"content.xml", func(w io.Writer) {
			io.WriteString(w, `<office:document-content `+sdt+`><office:body><office:spreadsheet><table:table table:name="a">`)
			fill(w, `<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="16000" office:value-type="string"><text:p>a</text:p></table:table-cell></table:table-row>`, 1000)
			io.WriteString(w, `</table:table></office:spreadsheet></office:body></office:document-content>`)
		}}),
	}
}

func manyMembers(n int) []member {
	all := make([]member, n)
	for i := range all {
		all[i] = member{fmt.Sprintf("a%d.csv", i), text(strings.Join(registerHeader, ",") + "\n")}
	}
	return all
}

// benchHostile: no file may take long, or much memory, before it is read or refused.
func benchHostile(t *testing.T) {
	worst := map[string]float64{}
	files := hostile()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		write := files[name]
		path := filepath.Join(t.TempDir(), name)
		file, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		out := bufio.NewWriterSize(file, 1<<20)
		write(out)
		if err := out.Flush(); err != nil {
			t.Fatal(err)
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
		ours := attempted(t, "ingest", "--project", registerProject(t), "--received", "2021-01-04T08:00:00", path)
		report(t, name+": seconds", ours.cpu.Seconds(), "s CPU", 30, fmt.Sprintf("%.1f MB; %s", size(t, path), clipped(ours.log)))
		report(t, "  its peak memory", ours.peakMB, "MB", 512, "")
		worst["seconds"], worst["memory"] = max(worst["seconds"], ours.cpu.Seconds()), max(worst["memory"], ours.peakMB)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	report(t, "hostile files, the slowest", worst["seconds"], "s CPU", 30, "")
	report(t, "hostile files, the largest in memory", worst["memory"], "MB", 512, "")
}

func clipped(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 200 {
		s = s[:200]
	}
	return s
}
