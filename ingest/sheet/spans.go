package sheet

// Spans fills merged regions where a file tells of them at their top left cell, as ODS and the XML of Excel 2003 do.
type Spans struct{ active []span }

type span struct {
	Region
	anchor Cell
}

// Add tells of a region when its first row is read. Beyond a bound, which no honest sheet reaches, regions are no longer repeated.
func (s *Spans) Add(r Region, anchor Cell) {
	if len(s.active) < maxActive {
		s.active = append(s.active, span{r, anchor})
	}
}

// Fill completes one row; a row below the first without a value of its own stays blank.
func (s *Spans) Fill(row *Row) {
	if len(s.active) == 0 {
		return
	}
	blank := row.Blank()
	kept := s.active[:0]
	for _, a := range s.active {
		if a.Bottom < row.Number {
			continue
		}
		kept = append(kept, a)
		if !blank {
			row.cover(a.Region, a.anchor)
		}
	}
	s.active = kept
}

// cover repeats a region's value in the empty cells it covers in this row.
func (row *Row) cover(r Region, anchor Cell) {
	right := min(r.Right, lastFilled)
	if row.Number-r.Top >= headerRows {
		right = r.Left
	}
	for len(row.Cells) <= right {
		row.Cells = append(row.Cells, Cell{})
	}
	for column := r.Left; column <= right; column++ {
		cell := &row.Cells[column]
		switch {
		case column == r.Left && row.Number == r.Top:
			cell.Merge = Anchor
		case cell.Kind != Empty:
			// A covered cell with a value of its own: the programs hide it, a reader must not lose it.
		case column == r.Left:
			*cell = Cell{Text: anchor.Text, Kind: anchor.Kind, Merge: Below}
		default:
			*cell = Cell{Text: anchor.Text, Kind: anchor.Kind, Merge: Beside}
		}
	}
}
