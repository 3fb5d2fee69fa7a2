package sheet

import (
	"cmp"
	"slices"
)

// MaxMerges is far beyond what an office program can still open.
const MaxMerges = 1 << 20

// Region is a merged region: columns from 0, rows from 1, both ends included.
type Region struct{ Left, Top, Right, Bottom int }

// Merges fills the cells of merged regions while rows stream by from top to bottom.
type Merges struct {
	regions []Region
	sorted  bool
	next    int
	active  []activeRegion
}

// Add tells of a region; all of them before the first row.
func (m *Merges) Add(r Region) error {
	if len(m.regions) == MaxMerges {
		return Refuse(dissolve, "the sheet has more than %d merged regions", MaxMerges)
	}
	if r.Right < r.Left || r.Bottom < r.Top || r.Left == r.Right && r.Top == r.Bottom {
		return nil
	}
	m.regions = append(m.regions, r)
	return nil
}

const dissolve = "dissolve the merged cells and save it again"

type activeRegion struct {
	Region
	anchor Cell
}

// Apply completes one row. A row without a value of its own stays blank.
func (m *Merges) Apply(row *Row) error {
	if !m.sorted {
		slices.SortFunc(m.regions, func(a, b Region) int { return cmp.Or(a.Top-b.Top, a.Left-b.Left) })
		m.sorted = true
	}
	if m.next == len(m.regions) && len(m.active) == 0 {
		return nil
	}
	blank := row.Blank()
	m.active = slices.DeleteFunc(m.active, func(a activeRegion) bool { return a.Bottom < row.Number })
	for ; m.next < len(m.regions) && m.regions[m.next].Top <= row.Number; m.next++ {
		if r := m.regions[m.next]; r.Bottom >= row.Number {
			m.active = append(m.active, activeRegion{Region: r})
		}
	}
	if len(m.active) > maxActive {
		return Refuse(dissolve, "row %d lies in more than %d merged regions", row.Number, maxActive)
	}
	for i := range m.active {
		a := &m.active[i]
		if a.Top == row.Number && a.Left < len(row.Cells) {
			a.anchor = row.Cells[a.Left]
		}
		if a.anchor.Kind == Empty || blank {
			continue
		}
		row.cover(a.Region, a.anchor)
	}
	return nil
}

// What a covered cell repeats is bounded: to the right for titles and headers only, which are neither that wide nor that tall.
const (
	lastFilled = 1023
	headerRows = 16
	maxActive  = 256
)
