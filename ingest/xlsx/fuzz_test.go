package xlsx

import (
	"archive/zip"
	"bytes"
	"io"
	"testing"

	"tongbao/ingest/sheet"
	"tongbao/ingest/sheet/sheettest"
)

func FuzzRead(f *testing.F) {
	sheettest.Fuzz(f, Format(), sheettest.Seeds(f, "*.xlsx", "*.xlsm")...)
}

// FuzzParts changes the XML of a sheet, its texts and its styles, which a change to a packed file hardly ever reaches.
func FuzzParts(f *testing.F) {
	for _, seed := range sheettest.Seeds(f, "xlsx_*.xlsx", "openpyxl_*.xlsx", "xlsxwriter_*.xlsx") {
		parts, err := openParts(bytes.NewReader(seed), int64(len(seed)), sheettest.FuzzLimits())
		if err != nil {
			continue
		}
		read := func(name string) []byte {
			part, err := parts.open(name)
			if err != nil {
				return nil
			}
			defer part.Close()
			text, err := io.ReadAll(part)
			if err != nil || len(text) > 20_000 {
				return nil
			}
			return text
		}
		f.Add(read("xl/worksheets/sheet1.xml"), read("xl/sharedstrings.xml"), read("xl/styles.xml"))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, sheetXML, texts, styles []byte) {
		var packed bytes.Buffer
		w := zip.NewWriter(&packed)
		for _, part := range []struct {
			name string
			text []byte
		}{
			{"xl/workbook.xml", []byte(`<workbook><sheets><sheet name="a" r:id="1"/></sheets></workbook>`)},
			{"xl/_rels/workbook.xml.rels", []byte(`<R><Relationship Id="1" Type="/worksheet" Target="s.xml"/><Relationship Id="2" Type="/sharedStrings" Target="t.xml"/><Relationship Id="3" Type="/styles" Target="y.xml"/></R>`)},
			{"xl/s.xml", sheetXML}, {"xl/t.xml", texts}, {"xl/y.xml", styles},
		} {
			target, err := w.CreateHeader(&zip.FileHeader{Name: part.name})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := target.Write(part.text); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		sheettest.Dump(t, []sheet.Format{Format()}, sheettest.Input("a", packed.Bytes()), sheet.Options{Limits: sheettest.FuzzLimits(), TempDir: dir})
	})
}
