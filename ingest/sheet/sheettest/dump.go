package sheettest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"

	"tongbao/ingest/sheet"
)

// Input makes an input of bytes.
func Input(name string, data []byte) sheet.Input {
	return sheet.Input{ReaderAt: bytes.NewReader(data), Name: name, Path: name, Size: int64(len(data))}
}

// Find returns the first format that takes the input, or nil.
func Find(formats []sheet.Format, in sheet.Input) (*sheet.Format, error) {
	head, err := in.Head(64 << 10)
	if err != nil {
		return nil, err
	}
	for i := range formats {
		if formats[i].Is(head, in) {
			return &formats[i], nil
		}
	}
	return nil, nil
}

// Dump opens the input with the format that takes it and writes down everything a reader says: one line per row with cells, members of
// containers indented, refusals in their words. An error that is no refusal fails the test.
func Dump(t testing.TB, formats []sheet.Format, in sheet.Input, options sheet.Options) string {
	t.Helper()
	var out strings.Builder
	dump(t, &out, "", formats, in, options)
	return out.String()
}

func dump(t testing.TB, out *strings.Builder, indent string, formats []sheet.Format, in sheet.Input, options sheet.Options) {
	t.Helper()
	format, err := Find(formats, in)
	if err != nil {
		t.Fatal(err)
	}
	if format == nil {
		fmt.Fprintf(out, "%sno format\n", indent)
		return
	}
	if format.Expand != nil {
		fmt.Fprintf(out, "%s%s\n", indent, format.Name)
		err = format.Expand(context.Background(), in, options, func(member sheet.Input) error {
			fmt.Fprintf(out, "%s  member %q %q %d\n", indent, member.Name, member.Path, member.Size)
			if len(indent) < 4 {
				dump(t, out, indent+"    ", formats, member, options)
			}
			return nil
		})
		refusal(t, out, indent, err)
		return
	}
	book, err := format.Open(context.Background(), in, options)
	if err != nil {
		refusal(t, out, indent, err)
		return
	}
	defer func() {
		if err := book.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}()
	fmt.Fprintf(out, "%s%s\n", indent, book.Format())
	for i, info := range book.Sheets() {
		fmt.Fprintf(out, "%ssheet %q", indent, info.Name)
		if info.Hidden {
			out.WriteString(" hidden")
		}
		if info.Skip != "" {
			fmt.Fprintf(out, " skipped: %s", info.Skip)
		}
		out.WriteByte('\n')
		refusal(t, out, indent, dumpRows(t, out, indent, book, i))
	}
}

func dumpRows(t testing.TB, out *strings.Builder, indent string, book sheet.Book, i int) error {
	t.Helper()
	rows, err := book.Rows(i)
	if err != nil {
		return err
	}
	defer func() {
		if err := rows.Close(); err != nil {
			t.Errorf("close rows: %v", err)
		}
	}()
	last := -1
	for {
		row, err := rows.Next()
		if err == io.EOF {
			if hidden := rows.Info().HiddenColumns; len(hidden) > 0 {
				fmt.Fprintf(out, "%s  hidden columns %v\n", indent, hidden)
			}
			return nil
		}
		if err != nil {
			return err
		}
		if row.Number <= last {
			t.Errorf("row %d follows row %d", row.Number, last)
		}
		last = row.Number
		check(t, row)
		if row.Blank() && row.Problem == "" {
			continue
		}
		fmt.Fprintf(out, "%s  %d", indent, row.Number)
		if row.Hidden {
			out.WriteString(" hidden")
		}
		if row.Problem != "" {
			fmt.Fprintf(out, " 〔%s〕", row.Problem)
		}
		for _, cell := range row.Cells {
			out.WriteString(" | ")
			out.WriteString(show(cell))
		}
		out.WriteByte('\n')
	}
}

// check holds a row to what sheet promises.
func check(t testing.TB, row *sheet.Row) {
	t.Helper()
	for i, cell := range row.Cells {
		switch {
		case cell.Kind > sheet.Nested:
			t.Errorf("row %d, cell %d: kind %d", row.Number, i, cell.Kind)
		case (cell.Kind == sheet.Empty) != (cell.Text == ""):
			t.Errorf("row %d, cell %d: %s %q", row.Number, i, cell.Kind, cell.Text)
		case cell.Kind == sheet.Bool && cell.Text != "TRUE" && cell.Text != "FALSE":
			t.Errorf("row %d, cell %d: %s %q", row.Number, i, cell.Kind, cell.Text)
		case cell.Kind == sheet.Empty && cell.Merge != sheet.Unmerged:
			t.Errorf("row %d, cell %d: an empty cell in a merged region", row.Number, i)
		}
	}
}

// show writes a cell: texts quoted, numbers and dates bare, what a merged region repeats in angle brackets.
func show(cell sheet.Cell) string {
	text := cell.Text
	switch cell.Kind {
	case sheet.Text:
		if text = strconv.Quote(text); len(text) > 400 {
			text = fmt.Sprintf("%s… (%d bytes)", text[:100], len(cell.Text))
		}
	case sheet.Date:
		text = "@" + text
	case sheet.Error:
		text = "!" + text
	case sheet.Nested:
		text = "*" + text
	}
	switch cell.Merge {
	case sheet.Anchor:
		return "[" + text + "]"
	case sheet.Below:
		return "↓" + text
	case sheet.Beside:
		return "→" + text
	}
	return text
}

func refusal(t testing.TB, out *strings.Builder, indent string, err error) {
	t.Helper()
	switch {
	case err == nil:
	case sheet.IsRefusal(err):
		fmt.Fprintf(out, "%srefused: %v\n", indent, err)
	default:
		t.Errorf("neither read nor refused: %v", err)
	}
}

// FuzzLimits are limits at which a fuzzed file is through in milliseconds.
func FuzzLimits() sheet.Limits {
	limits := sheet.DefaultLimits()
	limits.Rows, limits.Columns = 500, 300
	limits.CellBytes, limits.Unpacked, limits.RatioFrom, limits.Ratio = 4096, 1<<20, 1<<18, 100
	limits.Members, limits.MaxText, limits.MemoryText, limits.Strings = 64, 1<<20, 1<<16, 10_000
	return limits
}

// Fuzz runs a format over any bytes, whether it recognises them or not: it must read or refuse them, in bounded time and memory, and keep
// what sheet promises.
func Fuzz(f *testing.F, format sheet.Format, seeds ...[]byte) {
	for _, seed := range seeds {
		f.Add(seed)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		in := Input("fuzzed", data)
		head, err := in.Head(64 << 10)
		if err != nil {
			t.Fatal(err)
		}
		format.Is(head, in)
		forced := format
		forced.Is = func([]byte, sheet.Input) bool { return true }
		Dump(t, []sheet.Format{forced}, in, sheet.Options{Limits: FuzzLimits(), TempDir: dir})
	})
}
