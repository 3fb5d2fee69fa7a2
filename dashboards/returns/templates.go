package returns

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"tongbao/internal/contract"
)

// templateRows is how many rows of a template have drop-downs.
const templateRows = 2000

// WriteTemplates puts one empty workbook per dataset into dir, named by the dataset's label, and returns their paths. The same contracts
// give the same bytes.
func WriteTemplates(set *contract.Set, dir string) ([]string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	var paths []string
	for _, dataset := range set.Datasets {
		path := filepath.Join(dir, fileName(dataset)+".xlsx")
		if err := writeTemplate(dataset, path); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		paths = append(paths, path)
	}
	return paths, nil
}

func fileName(dataset *contract.Dataset) string {
	if dataset.Label == "" || strings.ContainsAny(dataset.Label, `/\:*?"<>|`) {
		return dataset.Name
	}
	return dataset.Label
}

func writeTemplate(dataset *contract.Dataset, path string) error {
	b, err := newBook()
	if err != nil {
		return err
	}
	defer b.file.Close()
	if err := b.explain(dataset); err != nil {
		return err
	}
	name := sheetName(1, &source{file: fileName(dataset)})[len("1_"):]
	index, err := b.file.NewSheet(name)
	if err != nil {
		return err
	}
	out, err := b.file.NewStreamWriter(name)
	if err != nil {
		return err
	}
	if err := out.SetColStyle(1, len(dataset.Columns), b.text); err != nil {
		return err
	}
	if err := out.SetColWidth(1, len(dataset.Columns), 18); err != nil {
		return err
	}
	header := make([]string, len(dataset.Columns))
	cells := make([]any, len(dataset.Columns))
	for i := range dataset.Columns {
		header[i] = dataset.Columns[i].Label
		style := b.header
		if dataset.Columns[i].Required {
			style = b.added
		}
		cells[i] = styled(style, header[i])
	}
	if err := out.SetRow("A1", cells); err != nil {
		return err
	}
	if err := b.dropDowns(name, header, []*contract.Dataset{dataset}, 2, templateRows); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	b.file.SetActiveSheet(index)
	return b.save(path)
}

// explain fills the first sheet: what each column wants.
func (b *book) explain(dataset *contract.Dataset) error {
	for i, width := range []float64{26, 12, 12, 60, 40} {
		column := string(rune('A' + i))
		if err := b.file.SetColWidth(instructionSheet, column, column, width); err != nil {
			return err
		}
	}
	if err := b.file.SetCellStr(instructionSheet, "A1", dataset.Label+"填报模板"); err != nil {
		return err
	}
	if err := b.file.SetCellStyle(instructionSheet, "A1", "A1", b.title); err != nil {
		return err
	}
	row, err := b.lines(instructionSheet, 2, dataset.Note,
		"请在“"+fileName(dataset)+"”工作表中填写，每行一条；表头不要改动，红色表头为必填。单元格已设为文本格式，编号、代码、日期照原样填写即可，如 2020-03-05。", "")
	if err != nil {
		return err
	}
	var rows [][]any
	for i := range dataset.Columns {
		c := &dataset.Columns[i]
		required := "选填"
		if c.Required {
			required = "必填"
		}
		rows = append(rows, []any{"〔" + c.Label + "〕", typeWord(c), required, c.Note, strings.Join(wordsOf(c), "、")})
	}
	if _, err = b.table(instructionSheet, row, []string{"列名", "类型", "是否必填", "说明", "可选值"}, rows); err != nil {
		return err
	}
	return b.page(instructionSheet)
}

func typeWord(c *contract.Column) string {
	switch c.Type {
	case contract.Date:
		return "日期"
	case contract.Timestamp:
		return "日期和时间"
	case contract.Int:
		return "整数"
	case contract.Money:
		if c.Unit != "" {
			return "金额（" + c.Unit + "）"
		}
		return "金额（元）"
	case contract.Bool:
		return "是/否"
	case contract.CodeType:
		return "代码"
	case contract.List:
		return "列表（用；分隔）"
	}
	return "文本"
}
