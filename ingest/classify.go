package ingest

import (
	"strings"

	"tongbao/ingest/sheet"
	"tongbao/ingest/value"
)

// Why a line is no data. These are the reasons stored in raw.ignored.
const (
	ignoredBlank   = "空行"
	ignoredTitle   = "标题行"
	ignoredUnit    = "单位行"
	ignoredDate    = "日期行"
	ignoredHeader  = "重复的表头"
	ignoredTotal   = "合计行"
	ignoredNote    = "注释或落款"
	ignoredGroup   = "分组标题"
	ignoredWhere   = "不符合条件的行"
	ignoredWaived  = "退回后豁免"
	ignoredSheet   = "工作表没有可识别的表头"
	ignoredNoSheet = "版式不读取该工作表"
)

// notes begin lines below a table.
var notes = []string{
	"注:", "注1", "注2", "注3", "注一", "注①", "备注:", "说明:", "附注", "填表人", "制表人", "审核人", "填报人", "填报单位", "制表单位", "单位负责人", "负责人:",
	"制表日期", "填报日期", "填表日期", "制表时间", "填报时间", "联系电话", "联系人", "资料来源", "数据来源", "统计口径", "统计时间", "打印日期", "打印时间", "以下空白",
	"分管领导", "主要领导", "经办人", "复核人", "单位(盖章)", "(盖章)", "盖章",
}

// totals end lines that add up.
var totals = []string{"合计", "小计", "总计", "共计", "累计"}

// idle says why a line that lacks required values is no data, or "" when it must be taken for a row.
func (r *reading) idle(row *sheet.Row) string {
	if !r.lacking(row) {
		return ""
	}
	first, filled, beside := "", 0, 0
	for i := range row.Cells {
		c := &row.Cells[i]
		switch {
		case c.Merge == sheet.Beside:
			beside++
		case c.Kind != sheet.Empty && value.Trim(c.Text) != "":
			if filled++; first == "" || i < 3 && isTotal(c.Text) {
				first = c.Text
			}
		}
	}
	key := value.Fold(first)
	if isTotal(key) {
		return ignoredTotal
	}
	for _, note := range notes {
		if strings.HasPrefix(key, note) {
			return ignoredNote
		}
	}
	if moneyUnit.MatchString(key) && filled <= 2 {
		return ignoredUnit
	}
	if filled == 1 && beside >= 2 {
		return ignoredGroup
	}
	return ""
}

// lacking says whether a required value is not there.
func (r *reading) lacking(row *sheet.Row) bool {
	direct := false
	for _, t := range r.required {
		if t.cell < 0 {
			continue
		}
		direct = true
		if t.cell >= len(row.Cells) || row.Cells[t.cell].Kind == sheet.Empty || value.Trim(row.Cells[t.cell].Text) == "" {
			return true
		}
	}
	if direct {
		return false
	}
	filled := 0
	for i := range row.Cells {
		if row.Cells[i].Kind != sheet.Empty {
			filled++
		}
	}
	return filled <= 3
}

func isTotal(text string) bool {
	key := strings.Trim(value.Fold(text), "()[]【】:;-—.。,")
	if len(key) > 48 {
		return false
	}
	for _, total := range totals {
		if strings.HasSuffix(key, total) || strings.HasPrefix(key, total+":") || strings.HasPrefix(key, total+"(") {
			return true
		}
	}
	return false
}

// above says what a line over a header is.
func above(row *sheet.Row) string {
	text := ""
	for i := range row.Cells {
		if row.Cells[i].Merge == sheet.Unmerged || row.Cells[i].Merge == sheet.Anchor {
			text += value.Fold(row.Cells[i].Text)
		}
	}
	switch {
	case text == "":
		return ignoredBlank
	case strings.Contains(text, "单位:"), strings.Contains(text, "单位:"), strings.HasPrefix(text, "填报单位"), strings.HasPrefix(text, "制表单位"):
		return ignoredUnit
	}
	if _, fault := value.Date(text, value.DateStyle{}); fault == nil || strings.Contains(text, "日期") || strings.Contains(text, "时间:") {
		return ignoredDate
	}
	for _, note := range notes {
		if strings.HasPrefix(text, note) {
			return ignoredNote
		}
	}
	return ignoredTitle
}
