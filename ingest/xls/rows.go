package xls

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"tongbao/ingest/sheet"
)

const (
	maxRows    = 1 << 16
	maxColumns = 1 << 8
)

// rows streams one sheet.
type rows struct {
	book    *Book
	tab     *tab
	merges  sheet.Merges
	hidden  [maxRows / 8]byte // a bit per row
	sorted  bool              // cells come in the order of their rows
	pending []cell            // of the record that began the next row, or of all rows where they are not sorted
	arena   sheet.Arena
	row     sheet.Row
	width   int // of the widest row so far
	text    []byte
	done    bool
}

// cell is one cell with its place, both from 0.
type cell struct {
	row, column uint16
	sheet.Cell
}

// Rows opens the i-th sheet.
func (b *Book) Rows(i int) (sheet.Rows, error) {
	r := &rows{book: b, tab: &b.sheets[i], sorted: true}
	if r.tab.info.Skip != "" {
		r.done = true
		return r, nil
	}
	if err := r.open(); err != nil {
		return nil, r.wrap(err)
	}
	return r, nil
}

func (r *rows) wrap(err error) error {
	if errors.Is(err, errShort) {
		return damaged("sheet %s, row %d: a record is too short", r.tab.info.Name, r.row.Number+1)
	}
	if err != nil && err != io.EOF && !sheet.IsRefusal(err) {
		return fmt.Errorf("sheet %s: %w", r.tab.info.Name, err)
	}
	return err
}

// open walks once over the sheet for what stands behind the cells but is needed before them, and goes back to the first cell.
func (r *rows) open() error {
	if err := r.start(); err != nil {
		return err
	}
	r.tab.info.HiddenColumns = nil
	last := -1
	for {
		id, data, err := r.nextRecord()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		switch id {
		case recRow:
			if len(data) < 14 {
				return errShort
			}
			if n := binary.LittleEndian.Uint16(data); data[12]&0x20 != 0 {
				r.hidden[n/8] |= 1 << (n % 8)
			}
		case recColInfo:
			if len(data) < 10 {
				return errShort
			}
			if data[8]&1 != 0 {
				from, to := int(binary.LittleEndian.Uint16(data)), int(binary.LittleEndian.Uint16(data[2:]))
				for c := from; c <= min(to, maxColumns-1); c++ {
					r.tab.info.HiddenColumns = append(r.tab.info.HiddenColumns, c)
				}
			}
		case recMerged:
			if err := r.addMerged(data); err != nil {
				return err
			}
		default:
			if isCell(id) && len(data) >= 2 {
				n := int(binary.LittleEndian.Uint16(data))
				r.sorted = r.sorted && n >= last
				last = n
			}
		}
	}
	slices.Sort(r.tab.info.HiddenColumns)
	r.tab.info.HiddenColumns = slices.Compact(r.tab.info.HiddenColumns)
	if err := r.start(); err != nil {
		return err
	}
	if !r.sorted {
		return r.sortAll()
	}
	return nil
}

func (r *rows) start() error {
	if err := r.book.records.seek(r.tab.at); err != nil {
		return err
	}
	return r.book.readBOF(0x0010)
}

// nextRecord reads the sheet's own records, passing over charts that lie inside it; io.EOF at its end.
func (r *rows) nextRecord() (uint16, []byte, error) {
	for depth := 0; ; {
		id, data, err := r.book.records.next()
		switch {
		case err != nil:
			return 0, nil, err
		case id == recBOF:
			depth++
		case id == recEOF && depth == 0:
			return 0, nil, io.EOF
		case id == recEOF:
			depth--
		case depth == 0:
			return id, data, nil
		}
	}
}

func (r *rows) addMerged(data []byte) error {
	if len(data) < 2 {
		return errShort
	}
	count := int(binary.LittleEndian.Uint16(data))
	data = data[2:]
	if len(data) < 8*count {
		return errShort
	}
	for ; count > 0; count-- {
		region := sheet.Region{
			Top: int(binary.LittleEndian.Uint16(data)) + 1, Bottom: int(binary.LittleEndian.Uint16(data[2:])) + 1,
			Left: int(binary.LittleEndian.Uint16(data[4:])), Right: int(binary.LittleEndian.Uint16(data[6:])),
		}
		if region.Left >= maxColumns {
			return damaged("sheet %s: a merged region begins beyond the last column", r.tab.info.Name)
		}
		region.Right = min(region.Right, maxColumns-1)
		if err := r.merges.Add(region); err != nil {
			return err
		}
		data = data[8:]
	}
	return nil
}

// maxUnsorted bounds how many cells of a sheet with rows out of order are put in order in memory.
const maxUnsorted = 2 << 20

func (r *rows) sortAll() error {
	for {
		id, data, err := r.nextRecord()
		if err == io.EOF {
			slices.SortStableFunc(r.pending, func(a, b cell) int { return int(a.row) - int(b.row) })
			r.done = true
			return nil
		}
		if err != nil {
			return err
		}
		if err := r.cells(id, data); err != nil {
			return err
		}
		if len(r.pending) > maxUnsorted {
			return sheet.Refuse(saveAgain, "sheet %s: its rows are out of order and too many to be put in order", r.tab.info.Name)
		}
	}
}

func (r *rows) Info() sheet.Info { return r.tab.info.Within(r.width) }

func (r *rows) Close() error { return nil }

// Next returns the next row with cells.
func (r *rows) Next() (*sheet.Row, error) {
	for !r.done && (len(r.pending) == 0 || r.pending[0].row == r.pending[len(r.pending)-1].row) {
		id, data, err := r.nextRecord()
		if err == io.EOF {
			r.done = true
			break
		}
		if err == nil {
			err = r.cells(id, data)
		}
		if err != nil {
			return nil, r.wrap(err)
		}
	}
	if len(r.pending) == 0 {
		return nil, io.EOF
	}
	number := r.pending[0].row
	r.row = sheet.Row{Number: int(number) + 1, Hidden: r.hidden[number/8]&(1<<(number%8)) != 0, Cells: r.row.Cells[:0]}
	n := 0
	for ; n < len(r.pending) && r.pending[n].row == number; n++ {
		c := &r.pending[n]
		if c.Kind == sheet.Empty {
			continue
		}
		for len(r.row.Cells) <= int(c.column) {
			r.row.Cells = append(r.row.Cells, sheet.Cell{})
		}
		r.row.Cells[c.column] = c.Cell
	}
	if r.done && !r.sorted {
		r.pending = r.pending[n:]
	} else {
		r.pending = r.pending[:copy(r.pending, r.pending[n:])]
	}
	r.width = max(r.width, len(r.row.Cells))
	r.row.Doubt()
	return &r.row, r.wrap(r.merges.Apply(&r.row))
}
