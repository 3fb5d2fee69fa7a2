package returns

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"tongbao/internal/contract"
)

// book is a workbook being written, with its styles and its hidden sheet of code lists.
type book struct {
	file *excelize.File

	title, header, added, text, bad, note, plain int        // styles
	lists                                        [][]string // columns of the hidden sheet
}

const (
	instructionSheet = "填写说明"
	listSheet        = "代码表"
)

func newBook() (*book, error) {
	b := &book{file: excelize.NewFile()}
	if err := b.file.SetSheetName("Sheet1", instructionSheet); err != nil {
		return nil, err
	}
	border := []excelize.Border{}
	for _, side := range []string{"left", "top", "right", "bottom"} {
		border = append(border, excelize.Border{Type: side, Color: "BFBFBF", Style: 1})
	}
	fill := func(color string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
	}
	const asText = 49 // "@": what is typed stays as typed
	wrap := &excelize.Alignment{Vertical: "center", WrapText: true}
	for _, s := range []struct {
		id    *int
		style excelize.Style
	}{
		{&b.title, excelize.Style{Font: &excelize.Font{Bold: true, Size: 13}, Alignment: &excelize.Alignment{Vertical: "center"}}},
		{&b.header, excelize.Style{Font: &excelize.Font{Bold: true}, Fill: fill("D9E2EC"), Border: border, Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}}},
		{&b.added, excelize.Style{Font: &excelize.Font{Bold: true, Color: "7A1F1F"}, Fill: fill("F6E5E0"), Border: border, Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}}},
		{&b.text, excelize.Style{NumFmt: asText, Border: border, Alignment: wrap}},
		{&b.bad, excelize.Style{NumFmt: asText, Border: border, Alignment: wrap, Fill: fill("FFC7CE"), Font: &excelize.Font{Color: "9C0006"}}},
		{&b.note, excelize.Style{NumFmt: asText, Border: border, Alignment: wrap, Font: &excelize.Font{Color: "5A5A5A"}}},
		{&b.plain, excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}}},
	} {
		if s.style.Font == nil {
			s.style.Font = &excelize.Font{}
		}
		s.style.Font.Family = "宋体"
		id, err := b.file.NewStyle(&s.style)
		if err != nil {
			return nil, err
		}
		*s.id = id
	}
	return b, nil
}

// dropDowns offers the words of the code lists in the columns that want them. Other words stay allowed: an office may have aliases.
func (b *book) dropDowns(sheet string, header []string, datasets []*contract.Dataset, first, last int) error {
	if last < first {
		return nil
	}
	for i, h := range header {
		column := columnOf(datasets, h)
		if column == nil || column.Multiple {
			continue
		}
		words := wordsOf(column)
		if len(words) == 0 {
			continue
		}
		source, err := b.list(column.Label, words)
		if err != nil {
			return err
		}
		letter, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		rule := excelize.NewDataValidation(true)
		rule.Sqref = fmt.Sprintf("%s%d:%s%d", letter, first, letter, last)
		rule.SetSqrefDropList(source)
		rule.SetError(excelize.DataValidationErrorStyleWarning, "不在代码表中", "请从下拉列表中选择；确需使用其他词语的，可继续。")
		if err := b.file.AddDataValidation(sheet, rule); err != nil {
			return err
		}
	}
	return nil
}

// list notes words for the hidden sheet, and returns where they will stand.
func (b *book) list(label string, words []string) (string, error) {
	b.lists = append(b.lists, append([]string{"可选值：" + label}, words...))
	letter, err := excelize.ColumnNumberToName(len(b.lists))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s!$%s$2:$%s$%d", listSheet, letter, letter, len(words)+1), nil
}

// writeLists makes the hidden sheet, behind all others.
func (b *book) writeLists() error {
	if len(b.lists) == 0 {
		return nil
	}
	if _, err := b.file.NewSheet(listSheet); err != nil {
		return err
	}
	for i, list := range b.lists {
		for j, text := range list {
			cell, err := excelize.CoordinatesToCellName(i+1, j+1)
			if err != nil {
				return err
			}
			if err := b.file.SetCellStr(listSheet, cell, text); err != nil {
				return err
			}
		}
	}
	return b.file.SetSheetVisible(listSheet, false)
}

func wordsOf(column *contract.Column) []string {
	if column.Type == contract.Bool {
		return []string{"是", "否"}
	}
	var words []string
	for _, code := range column.Codes {
		words = append(words, code.Word)
	}
	return words
}

// columnOf finds a header's column by its label or an alias, as loosely as people write them.
func columnOf(datasets []*contract.Dataset, header string) *contract.Column {
	wanted := loose(header)
	for _, dataset := range datasets {
		for i := range dataset.Columns {
			if loose(dataset.Columns[i].Label) == wanted {
				return &dataset.Columns[i]
			}
		}
	}
	for _, dataset := range datasets {
		for i := range dataset.Columns {
			if slices.ContainsFunc(dataset.Columns[i].Aliases, func(alias string) bool { return loose(alias) == wanted }) {
				return &dataset.Columns[i]
			}
		}
	}
	return nil
}

func loose(header string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\u3000', '\u00a0', '\n', '\r', '\t', '*', '＊', '★', '†':
			return -1
		}
		return r
	}, header)
}

// page prints a sheet across, as wide as the paper, its header on every page.
func (b *book) page(sheet string) error {
	across, width, height, fit := "landscape", 1, 0, true
	if err := b.file.SetPageLayout(sheet, &excelize.PageLayoutOptions{Orientation: &across, FitToWidth: &width, FitToHeight: &height}); err != nil {
		return err
	}
	return b.file.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit})
}

// lines writes texts below each other in column A.
func (b *book) lines(sheet string, row int, texts ...string) (int, error) {
	for _, text := range texts {
		cell := fmt.Sprintf("A%d", row)
		if err := b.file.SetCellStr(sheet, cell, text); err != nil {
			return row, err
		}
		if err := b.file.MergeCell(sheet, cell, fmt.Sprintf("E%d", row)); err != nil {
			return row, err
		}
		if err := b.file.SetCellStyle(sheet, cell, cell, b.plain); err != nil {
			return row, err
		}
		if n := utf8.RuneCountInString(text); n > 50 {
			if err := b.file.SetRowHeight(sheet, row, float64(15*(n/50+1))); err != nil {
				return row, err
			}
		}
		row++
	}
	return row, nil
}

// table writes a header and rows of texts from column A on.
func (b *book) table(sheet string, row int, header []string, rows [][]any) (int, error) {
	last, err := excelize.ColumnNumberToName(len(header))
	if err != nil {
		return row, err
	}
	for i, h := range header {
		cell, err := excelize.CoordinatesToCellName(i+1, row)
		if err != nil {
			return row, err
		}
		if err := b.file.SetCellStr(sheet, cell, h); err != nil {
			return row, err
		}
	}
	if err := b.file.SetCellStyle(sheet, fmt.Sprintf("A%d", row), fmt.Sprintf("%s%d", last, row), b.header); err != nil {
		return row, err
	}
	for _, values := range rows {
		row++
		for i, value := range values {
			cell, err := excelize.CoordinatesToCellName(i+1, row)
			if err != nil {
				return row, err
			}
			if text, ok := value.(string); ok {
				err = b.file.SetCellStr(sheet, cell, text)
			} else {
				err = b.file.SetCellValue(sheet, cell, value)
			}
			if err != nil {
				return row, err
			}
		}
		if err := b.file.SetCellStyle(sheet, fmt.Sprintf("A%d", row), fmt.Sprintf("%s%d", last, row), b.note); err != nil {
			return row, err
		}
	}
	return row + 1, nil
}

func styled(style int, value any) excelize.Cell { return excelize.Cell{StyleID: style, Value: value} }
