package reconcile

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

const (
	maxUnzipped = 512 << 20
	maxFormulas = 20000
)

// checkWorkbook checks each sheet as a table, every formula against the value it was saved with, and, in a workbook of ours,
// every cell against the sheet of sources.
func (r *Report) checkWorkbook(content []byte) error {
	book, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxPartBytes})
	if err != nil {
		return err
	}
	defer book.Close()
	formulas := 0
	for _, sheet := range book.GetSheetList() {
		rows, err := book.GetRows(sheet)
		if err != nil {
			r.leave("sheet "+sheet, sheet, "not a sheet of cells: "+err.Error())
			continue
		}
		if len(rows) > maxTableRows {
			r.leave("sheet "+sheet, sheet, fmt.Sprintf("only the first %d of %d rows were read", maxTableRows, len(rows)))
			rows = rows[:maxTableRows]
		}
		if sheet == sourceSheet {
			if err := r.checkSources(book, rows); err != nil {
				return err
			}
			continue
		}
		formulas += r.checkFormulas(book, sheet, rows, maxFormulas-formulas)
		spreadMerged(book, sheet, rows)
		for _, block := range blocksOf(rows) {
			first := block.first
			r.checkTable("sheet "+sheet, block.rows, func(row, column int) string {
				cell, _ := excelize.CoordinatesToCellName(column+1, first+row+1)
				return "sheet " + sheet + " cell " + cell
			})
		}
	}
	return nil
}

// sheetBlock is a run of rows without an empty one between them.
type sheetBlock struct {
	first int
	rows  [][]string
}

// blocksOf cuts a sheet at empty rows and leaves single-cell lines (titles, notes) at its edges out.
func blocksOf(rows [][]string) []sheetBlock {
	var blocks []sheetBlock
	start := 0
	for i := 0; i <= len(rows); i++ {
		if i < len(rows) && filled(rows[i]) > 0 {
			continue
		}
		from, to := start, i
		for from < to && filled(rows[from]) < 2 {
			from++
		}
		if to-from > 1 {
			blocks = append(blocks, sheetBlock{from, rows[from:to]})
		}
		start = i + 1
	}
	return blocks
}

func filled(row []string) int {
	distinct := map[string]bool{}
	for _, cell := range row {
		if strings.TrimSpace(cell) != "" {
			distinct[cell] = true
		}
	}
	return len(distinct)
}

func spreadMerged(book *excelize.File, sheet string, rows [][]string) {
	merged, err := book.GetMergeCells(sheet)
	if err != nil {
		return
	}
	for _, cells := range merged {
		left, top, err1 := excelize.CellNameToCoordinates(cells.GetStartAxis())
		right, bottom, err2 := excelize.CellNameToCoordinates(cells.GetEndAxis())
		if err1 != nil || err2 != nil || right > maxTableColumns {
			continue
		}
		for r := top - 1; r < min(bottom, len(rows)); r++ {
			for len(rows[r]) < right {
				rows[r] = append(rows[r], "")
			}
			for c := left - 1; c < right; c++ {
				rows[r][c] = cells.GetCellValue()
			}
		}
	}
}

// checkFormulas recalculates formulas: a saved value that differs was typed over or never recalculated.
func (r *Report) checkFormulas(book *excelize.File, sheet string, rows [][]string, left int) int {
	checked := 0
	for row := range rows {
		for column := range rows[row] {
			cell, err := excelize.CoordinatesToCellName(column+1, row+1)
			if err != nil {
				continue
			}
			formula, err := book.GetCellFormula(sheet, cell)
			if err != nil || formula == "" {
				continue
			}
			if checked++; checked > left {
				r.leave("sheet "+sheet, sheet, fmt.Sprintf("more than %d formulas", maxFormulas))
				return checked
			}
			r.checkFormula(book, sheet, cell, formula)
		}
	}
	return checked
}

func (r *Report) checkFormula(book *excelize.File, sheet, cell, formula string) {
	place := "sheet " + sheet + " cell " + cell
	saved, err := book.GetCellValue(sheet, cell, excelize.Options{RawCellValue: true})
	if err != nil || saved == "" {
		r.leave(place, "="+formula, "a formula without a saved value")
		return
	}
	computed, err := book.CalcCellValue(sheet, cell, excelize.Options{RawCellValue: true})
	if err != nil {
		r.leave(place, "="+formula, "a formula that cannot be recalculated here: "+err.Error())
		return
	}
	a, errA := strconv.ParseFloat(saved, 64)
	b, errB := strconv.ParseFloat(computed, 64)
	same := saved == computed
	if errA == nil && errB == nil {
		same = math.Abs(a-b) <= 1e-9*math.Max(1, math.Abs(b))
	}
	if same {
		r.hold(place)
		return
	}
	r.fail(Finding{Place: place, Rule: "formula", Quote: "=" + formula, Says: saved, Should: computed, Why: "=" + formula, Terms: []string{place}})
}

// sourceSheet is the sheet of our workbooks that names the figure behind each cell.
const sourceSheet = "数据来源"

// checkSources compares each cell with the value its line on the sheet of sources gives (columns 工作表, 单元格, 图元编号, 数值).
func (r *Report) checkSources(book *excelize.File, rows [][]string) error {
	for i, row := range rows {
		if i == 0 || len(row) < 4 || row[3] == "" {
			continue
		}
		cell, err := excelize.CoordinatesToCellName(4, i+1)
		if err != nil {
			return err
		}
		want, err := book.GetCellValue(sourceSheet, cell, excelize.Options{RawCellValue: true})
		if err != nil {
			return err
		}
		wanted, err := strconv.ParseFloat(want, 64)
		if err != nil {
			continue
		}
		got, err := book.GetCellValue(row[0], row[1], excelize.Options{RawCellValue: true})
		place := "sheet " + row[0] + " cell " + row[1]
		if err != nil {
			r.leave(place, row[2], "named among the sources, but not there")
			continue
		}
		value, err := strconv.ParseFloat(got, 64)
		if err == nil && math.Abs(value-wanted) <= 1e-9*math.Max(1, math.Abs(wanted)) {
			r.hold(place)
			continue
		}
		r.fail(Finding{Place: place, Rule: "figure", Quote: row[2], Says: got, Should: want, Why: "figure " + row[2], Terms: []string{place}})
	}
	return nil
}
