package sheet

// Limits bound what a reader spends on one file, so that a hostile one is refused early.
type Limits struct {
	Rows       int   // rows of one sheet
	Columns    int   // columns of one sheet
	CellBytes  int   // bytes of text in one cell
	Unpacked   int64 // bytes of one part after unpacking
	Ratio      int64 // unpacked to packed, once RatioFrom bytes are exceeded
	RatioFrom  int64
	Members    int   // members of one archive
	MemoryText int64 // bytes of shared text kept in memory before a temporary file is used
	MaxText    int64 // bytes of shared text of one file
	Strings    int   // number of shared texts
	Rejected   int   // rows rejected before the first is loaded
}

// DefaultLimits admit every workbook an office program can save.
func DefaultLimits() Limits {
	return Limits{
		Rows: 1 << 20, Columns: 1 << 14, CellBytes: 1 << 20,
		Unpacked: 6 << 30, Ratio: 300, RatioFrom: 256 << 20,
		Members: 20_000, MemoryText: 96 << 20, MaxText: 4 << 30, Strings: 24 << 20, Rejected: 1_000_000,
	}
}
