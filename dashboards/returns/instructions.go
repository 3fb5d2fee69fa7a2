package returns

import "fmt"

// instructions fills the first sheet: what this is, how to correct it, and where each file stands.
func (b *book) instructions(c *city) error {
	name := c.name
	if name == "" {
		name = "（未能识别报送单位）"
	}
	sheet := instructionSheet
	for i, width := range []float64{44, 12, 12, 12, 12} {
		column := string(rune('A' + i))
		if err := b.file.SetColWidth(sheet, column, column, width); err != nil {
			return err
		}
	}
	if err := b.file.SetCellStr(sheet, "A1", name+"数据退回单"); err != nil {
		return err
	}
	if err := b.file.SetCellStyle(sheet, "A1", "A1", b.title); err != nil {
		return err
	}
	row, err := b.lines(sheet, 2,
		"数据截止："+c.cutOff.Format("2006年1月2日 15:04"),
		"一、后面每张工作表列出一个来源文件中未能入库的原始行，列次与原文件相同；标红的单元格有误，原因和建议在右侧。",
		"二、请直接在原单元格内改正，改好后把本工作簿整份发回，放入收件箱即可。文件可以改名，可以用 Excel、WPS 或 LibreOffice 另存，行可以排序；不需要改的行可以删除。",
		"三、请保留各表第一行的标题、表头和右侧隐藏的“"+HeaderOrigin+"”列：系统据此认出每一行来自哪个文件的哪一行；该列缺失时，按其余未改动的单元格比对。",
		"四、确实无法改正、同意不再入库的行，请在“"+HeaderWaivedBy+"”“"+HeaderWaivedReason+"”两列填写姓名和理由，两列都填才算豁免。",
		"五、单元格已设为文本格式，编号、代码、日期照原样填写即可，如 2020-03-05。",
		"")
	if err != nil {
		return err
	}
	var rows [][]any
	for _, count := range c.counts {
		rows = append(rows, []any{count.file, count.pending, count.corrected, count.waived, count.pending + count.corrected + count.waived})
	}
	if _, err := b.table(sheet, row, []string{"来源文件", "待改（行）", "已改（行）", "豁免（行）", "合计（行）"}, rows); err != nil {
		return fmt.Errorf("instructions: %w", err)
	}
	return b.page(sheet)
}
