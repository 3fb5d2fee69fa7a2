package xlsx

import (
	"slices"

	"tongbao/ingest/sheet"
)

// maxMerges is far beyond what an office program can still open.
const maxMerges = 1 << 20

// merges fills the cells of merged regions while rows stream by from top to bottom.
type merges struct {
	regions []region // by top row
	next    int
	active  []activeRegion
}

type activeRegion struct {
	region
	anchor sheet.Cell
}

func (m *merges) sort() {
	slices.SortFunc(m.regions, func(a, b region) int {
		if a.top != b.top {
			return a.top - b.top
		}
		return a.left - b.left
	})
}

// apply completes one row. A row without a value of its own stays blank.
func (m *merges) apply(row *sheet.Row) error {
	if m.next == len(m.regions) && len(m.active) == 0 {
		return nil
	}
	blank := row.Blank()
	m.active = slices.DeleteFunc(m.active, func(a activeRegion) bool { return a.bottom < row.Number })
	for ; m.next < len(m.regions) && m.regions[m.next].top <= row.Number; m.next++ {
		if r := m.regions[m.next]; r.bottom >= row.Number {
			m.active = append(m.active, activeRegion{region: r})
		}
	}
	if len(m.active) > maxActive {
		return sheet.Refuse("dissolve the merged cells and save it again", "row %d lies in more than %d merged regions", row.Number, maxActive)
	}
	for i := range m.active {
		a := &m.active[i]
		if a.top == row.Number && a.left < len(row.Cells) {
			a.anchor = row.Cells[a.left]
		}
		if a.anchor.Kind == sheet.Empty || blank {
			continue
		}
		right := min(a.right, lastFilled)
		if row.Number-a.top >= headerRows {
			right = a.left
		}
		for len(row.Cells) <= right {
			row.Cells = append(row.Cells, sheet.Cell{})
		}
		for column := a.left; column <= right; column++ {
			cell := &row.Cells[column]
			switch {
			case column == a.left && row.Number == a.top:
				cell.Merge = sheet.Anchor
			case cell.Kind != sheet.Empty:
				// A covered cell with a value of its own: the programs hide it, a reader must not lose it.
			case column == a.left:
				*cell = sheet.Cell{Text: a.anchor.Text, Kind: a.anchor.Kind, Merge: sheet.Below}
			default:
				*cell = sheet.Cell{Text: a.anchor.Text, Kind: a.anchor.Kind, Merge: sheet.Beside}
			}
		}
	}
	return nil
}

// What a covered cell repeats is bounded: to the right for titles and headers only, which are neither that wide nor that tall.
const (
	lastFilled = 1023
	headerRows = 16
	maxActive  = 1024
)
