package sheet

import (
	"errors"
	"fmt"
	"slices"
)

// Info describes one sheet before its rows are read.
type Info struct {
	Name          string
	Hidden        bool   // hidden, also where only a macro can show it again
	HiddenColumns []int  // columns from 0, ascending; only those that hold cells are certain to be listed
	Skip          string // not empty: the sheet holds no cells (a chart, a macro sheet), and this says what it is
	Delimited     bool   // the number of cells of a row means something: too few or too many is a broken row
	Keyed         bool   // the first row holds names of keys or columns (JSON, Parquet): it is the header, nothing stands above it
	Note          string // what the reader found out on the way and somebody should know
}

// Within returns the info with those hidden columns only that lie within the first width columns, where the cells are.
func (i Info) Within(width int) Info {
	i.HiddenColumns = slices.DeleteFunc(slices.Clone(i.HiddenColumns), func(column int) bool { return column >= width })
	return i
}

// Book is an opened file: sheets in the order of its tabs. A Book is not safe for concurrent use.
type Book interface {
	// Format is the short name of what the content turned out to be: xlsx, xls, html, …
	Format() string
	// Sheets lists every sheet of the file, hidden ones too.
	Sheets() []Info
	// Rows opens the i-th sheet. Only one sheet is read at a time.
	Rows(i int) (Rows, error)
	// Close gives back files and temporary storage.
	Close() error
}

// Described is a book that carries properties of its own, by name, besides its cells.
type Described interface {
	Properties() map[string]string
}

// Rows streams one sheet from top to bottom.
type Rows interface {
	// Next returns the next row that the file holds, or io.EOF. Numbers rise strictly; rows the file leaves out are blank.
	Next() (*Row, error)
	// Info is complete once Next has returned io.EOF; before, it is what was known at the time.
	Info() Info
	Close() error
}

// Refusal says that a file cannot be taken, in words for the person who sent it.
type Refusal struct {
	What string // what is wrong, and where
	Next string // what to do
}

// Error is what is wrong and, where something can be done, what.
func (r *Refusal) Error() string {
	if r.Next == "" {
		return r.What
	}
	return r.What + "; " + r.Next
}

// Refuse makes a Refusal: next is what to do, format and args what is wrong.
func Refuse(next, format string, args ...any) error {
	return &Refusal{What: fmt.Sprintf(format, args...), Next: next}
}

// IsRefusal says whether an error is about the file's content, not about the machine.
func IsRefusal(err error) bool {
	var refusal *Refusal
	return errors.As(err, &refusal)
}
