package returns

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"tongbao/internal/contract"
)

// Written is one workbook.
type Written struct {
	Path     string
	CityCode string // empty: rows of no known city
	City     string
	Files    int // files with rows to be corrected
	Rows     int // rows to be corrected
}

// Write puts one workbook per city with rejected rows into dir: <city code>.xlsx, and unassigned.xlsx for rows of no known city. only names
// the cities wanted; empty: all. The same version gives the same bytes.
func Write(ctx context.Context, db Queryer, set *contract.Set, dir string, only ...string) ([]Written, error) {
	cities, err := readCities(ctx, db)
	if err != nil {
		return nil, err
	}
	var written []Written
	for _, c := range cities {
		if len(only) > 0 && !contains(only, c.code) {
			continue
		}
		name := c.code
		if name == "" {
			name = "unassigned"
		}
		w := Written{Path: filepath.Join(dir, name+".xlsx"), CityCode: c.code, City: c.name}
		files := map[string]bool{}
		for _, s := range c.sheets {
			files[s.hash] = true
			w.Rows += len(s.rows)
		}
		w.Files = len(files)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
		if err := writeCity(c, set, w.Path); err != nil {
			return nil, fmt.Errorf("%s: %w", w.Path, err)
		}
		written = append(written, w)
	}
	return written, nil
}

// datasetsOf passes over names that the contracts no longer know.
func datasetsOf(set *contract.Set, names []string) []*contract.Dataset {
	var known []*contract.Dataset
	for _, name := range names {
		if dataset := set.Dataset(name); dataset != nil {
			known = append(known, dataset)
		}
	}
	return known
}

func contains(list []string, wanted string) bool {
	for _, item := range list {
		if item == wanted {
			return true
		}
	}
	return false
}

func writeCity(c *city, set *contract.Set, path string) error {
	b, err := newBook()
	if err != nil {
		return err
	}
	defer b.file.Close()
	if err := b.instructions(c); err != nil {
		return err
	}
	for i, s := range c.sheets {
		if err := b.returned(i+1, s, datasetsOf(set, s.datasets)); err != nil {
			return err
		}
	}
	b.file.SetActiveSheet(0)
	return b.save(path)
}

// returned writes one sheet with rows to be corrected: a title, the header, the rows.
func (b *book) returned(number int, s *source, datasets []*contract.Dataset) error {
	name := sheetName(number, s)
	if _, err := b.file.NewSheet(name); err != nil {
		return err
	}
	if err := b.page(name); err != nil { // before anything is streamed
		return err
	}
	header := s.fullHeader()
	width := len(header)
	out, err := b.file.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for column := range header {
		if err := out.SetColWidth(column+1, column+1, 18); err != nil {
			return err
		}
	}
	if err := out.SetColWidth(width+1, width+2, 36); err != nil {
		return err
	}
	if err := out.SetColWidth(width+3, width+4, 14); err != nil {
		return err
	}
	if err := out.SetColVisible(width+5, width+5, false); err != nil {
		return err
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 2, TopLeftCell: "A3", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	title := "退回单　来源文件：" + s.file
	if s.sheet != "" {
		title += "　工作表：" + s.sheet
	}
	title += "　编号：" + Number(s.hash)
	if err := b.file.SetCustomProps(excelize.CustomProperty{Name: PropertyPrefix + strconv.Itoa(number), Value: Origin(s.hash, 0, s.sheet)}); err != nil {
		return err
	}
	if err := out.SetRow("A1", []any{excelize.Cell{StyleID: b.title, Value: title}}, excelize.RowOpts{Height: 26}); err != nil {
		return err
	}
	cells := make([]any, 0, width+5)
	for _, h := range header {
		cells = append(cells, excelize.Cell{StyleID: b.header, Value: h})
	}
	for _, h := range []string{HeaderReason, HeaderSuggestion, HeaderWaivedBy, HeaderWaivedReason, HeaderOrigin} {
		cells = append(cells, excelize.Cell{StyleID: b.added, Value: h})
	}
	if err := out.SetRow("A2", cells, excelize.RowOpts{Height: 30}); err != nil {
		return err
	}
	columns := make([]string, width) // of the contract, by header
	for i, h := range header {
		if column := columnOf(datasets, h); column != nil {
			columns[i] = column.Name
		}
	}
	for i, l := range s.rows {
		if err := out.SetRow("A"+strconv.Itoa(i+3), b.line(s, header, columns, &l), excelize.RowOpts{Height: l.height()}); err != nil {
			return err
		}
	}
	if err := b.dropDowns(name, header, datasets, 3, len(s.rows)+2); err != nil {
		return err
	}
	return out.Flush()
}

// height makes room for the reasons, which wrap after 18 Chinese characters.
func (l *line) height() float64 {
	why, how := l.why()
	lines := 1
	for _, text := range []string{why, how} {
		n := 0
		for _, part := range strings.Split(text, "\n") {
			n += len([]rune(part))/18 + 1
		}
		lines = max(lines, n)
	}
	return min(16*float64(lines)+4, 400)
}

// fullHeader names every column the rows have; a sheet whose header is not known gets numbers.
func (s *source) fullHeader() []string {
	header := append([]string(nil), s.header...)
	for _, l := range s.rows {
		for len(header) < len(l.cells) {
			header = append(header, "")
		}
	}
	for i := range header {
		if strings.TrimSpace(header[i]) == "" {
			header[i] = "第" + strconv.Itoa(i+1) + "列"
		}
	}
	return header
}

func (b *book) line(s *source, header, columns []string, l *line) []any {
	bad, badColumn := map[string]bool{}, map[string]bool{"": false}
	for _, r := range l.reasons {
		bad[r.Header] = true
		if r.Column != "" {
			badColumn[r.Column] = true
		}
	}
	cells := make([]any, 0, len(header)+5)
	for i, h := range header {
		value, style := "", b.text
		if i < len(l.cells) {
			value = l.cells[i]
		}
		if bad[h] || badColumn[columns[i]] {
			style = b.bad
		}
		cells = append(cells, excelize.Cell{StyleID: style, Value: clip(value)})
	}
	why, how := l.why()
	return append(cells,
		excelize.Cell{StyleID: b.note, Value: clip(why)}, excelize.Cell{StyleID: b.note, Value: clip(how)},
		excelize.Cell{StyleID: b.text, Value: ""}, excelize.Cell{StyleID: b.text, Value: ""},
		excelize.Cell{StyleID: b.text, Value: Origin(s.hash, l.number, s.sheet)})
}

// clip keeps a text within what a cell can hold; the whole of it stays in the ledger.
func clip(text string) string {
	if runes := []rune(text); len(runes) > 32_000 {
		return string(runes[:32_000]) + "……（内容过长，已截断，请以原件为准）"
	}
	return text
}

// sheetName is a tab's name: its number and where the rows come from, without what a tab may not hold.
func sheetName(number int, s *source) string {
	base := strings.TrimSuffix(filepath.Base(s.file), filepath.Ext(s.file))
	if s.sheet != "" && !strings.HasPrefix(s.sheet, "Sheet") {
		base = s.sheet
	}
	base = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) || r < ' ' {
			return '_'
		}
		return r
	}, base)
	if runes := []rune(base); len(runes) > 24 {
		base = string(runes[:24])
	}
	return strconv.Itoa(number) + "_" + base
}
