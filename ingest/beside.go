package ingest

import (
	"fmt"
	"strings"

	"tongbao/ingest/sheet"
)

// band is a stretch of columns of a sheet that holds a table of its own beside others.
type band struct{ from, until int }

// shown is the band as spreadsheets write it: P:W.
func (b band) shown() string { return columnLetters(b.from) + ":" + columnLetters(b.until-1) }

func columnLetters(column int) string {
	letters := ""
	for column++; column > 0; column = (column - 1) / 26 {
		letters = string(rune('A'+(column-1)%26)) + letters
	}
	return letters
}

// mostBeside is how many tables may stand side by side: the sheet is read once for each.
const mostBeside = 8

// banded shows of every row the cells of one band only. Bands but the first have a name of their own, so that every row of every table
// has its own place.
type banded struct {
	sheet.Rows
	band band
	row  sheet.Row
}

// Info implements sheet.Rows.
func (b *banded) Info() sheet.Info {
	info := b.Rows.Info()
	if b.band.from > 0 {
		info.Name += "!" + b.band.shown()
	}
	var hidden []int
	for _, column := range info.HiddenColumns {
		if column >= b.band.from && column < b.band.until {
			hidden = append(hidden, column-b.band.from)
		}
	}
	info.HiddenColumns = hidden
	return info
}

// Next implements sheet.Rows.
func (b *banded) Next() (*sheet.Row, error) {
	row, err := b.Rows.Next()
	if err != nil {
		return nil, err
	}
	b.row = *row
	b.row.Cells = b.band.cells(row)
	return &b.row, nil
}

func (b band) cells(row *sheet.Row) []sheet.Cell {
	until := min(b.until, len(row.Cells))
	return row.Cells[min(b.from, until):until]
}

// beside finds the tables that stand side by side among the rows at the top of a sheet whose best header is m. It returns nothing where
// there is but one, and where a project's layout says what all the columns are.
func (f *finder) beside(held []*sheet.Row, m *match, at place) []band {
	if m.ref.layout != nil {
		return nil
	}
	var bands []band
	for _, stretch := range stretches(held[m.row:], m) {
		if len(bands) > mostBeside {
			break
		}
		if stretch.until-stretch.from < minMatched {
			continue
		}
		if own := f.find(stretch.only(held), at); own != nil && own.complete() && own.ref.layout == nil && own.matched >= minMatched && own.matched*2 > own.filled() {
			bands = append(bands, stretch)
		}
	}
	if len(bands) < 2 {
		return nil
	}
	bands[0].from = 0
	for i := range bands[1:] { // columns between are of the table to their left
		bands[i].until = bands[i+1].from
	}
	bands[len(bands)-1].until = len(m.cells)
	for _, row := range held {
		bands[len(bands)-1].until = max(bands[len(bands)-1].until, len(row.Cells))
	}
	return bands
}

// stretches are the runs of columns between columns in which nothing stands, and between repetitions of a run's first header.
func stretches(rows []*sheet.Row, m *match) []band {
	width := 0
	for _, row := range rows {
		width = max(width, len(row.Cells))
	}
	header := func(j int) string {
		if j < len(m.cells) {
			return m.cells[j].text
		}
		return ""
	}
	var found []band
	open := false
	for j := range width {
		empty := true
		for _, row := range rows {
			if j < len(row.Cells) && row.Cells[j].Kind != sheet.Empty && row.Cells[j].Merge != sheet.Beside {
				empty = false
				break
			}
		}
		switch {
		case empty:
			open = false
		case !open, header(j) != "" && header(j) == header(found[len(found)-1].from):
			found = append(found, band{j, j + 1})
			open = true
		default:
			found[len(found)-1].until = j + 1
		}
	}
	return found
}

// only copies rows with the cells of the band.
func (b band) only(rows []*sheet.Row) []*sheet.Row {
	copies := make([]*sheet.Row, len(rows))
	for i, row := range rows {
		copied := *row
		copied.Cells = b.cells(row)
		copies[i] = &copied
	}
	return copies
}

// noteBands says in the ledger that a sheet held several tables side by side.
func (s *session) noteBands(name string, bands []band) {
	var shown []string
	for _, b := range bands {
		shown = append(shown, b.shown())
	}
	s.notes = append(s.notes, fmt.Sprintf("工作表“%s”上并排的%d张表已分别读取:%s列", name, len(bands), strings.Join(shown, "、")))
}
