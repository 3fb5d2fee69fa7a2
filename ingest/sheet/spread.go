package sheet

// Spread bounds what a file makes out of nothing: empty cells before a far column, cells and rows written once and repeated. An honest
// sheet has a few of them for each cell it holds; a few bytes of a hostile one stand for billions.
type Spread struct{ held, made int64 }

// spreadFree is how many cells are made without a question, spreadRatio how many more for each cell held.
const (
	spreadFree  = 32 << 20
	spreadRatio = 64
)

// Count adds cells the file holds and cells made out of nothing; name and row say where, should it be too much.
func (s *Spread) Count(held, made int, name string, row int) error {
	s.held += int64(held)
	s.made += int64(made)
	if s.made > spreadFree+spreadRatio*s.held {
		return Refuse("copy the table alone into a new workbook", "sheet %s, row %d: %d cells with a value are spread over %d cells", name, row, s.held, s.held+s.made)
	}
	return nil
}
