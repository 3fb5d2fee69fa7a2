package parquet

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"strings"

	"tongbao/ingest/sheet"
)

const exportFlat = "export it with plain columns, or as CSV"

// Queryer is the part of a database that is needed. It must be allowed to open files.
type Queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Format recognises Parquet by the mark at its beginning; db is any open DuckDB, of which only the reader is used.
func Format(db Queryer) sheet.Format {
	return sheet.Format{
		Name: "parquet",
		Is: func(head []byte, _ sheet.Input) bool {
			return bytes.HasPrefix(head, []byte("PAR1")) || bytes.HasPrefix(head, []byte("PARE"))
		},
		Open: func(ctx context.Context, in sheet.Input, options sheet.Options) (sheet.Book, error) {
			return open(ctx, db, in, options)
		},
	}
}

// Book is a Parquet file: one sheet whose first row holds the names of the columns.
type Book struct {
	ctx     context.Context
	db      Queryer
	path    string // of a copy: the engine opens files by name
	columns []column
}

type column struct {
	name       string
	kind       sheet.Kind
	expression string // SQL that gives the text of the value
	marked     bool   // the text begins with t, or with b for bytes that are none
}

func open(ctx context.Context, db Queryer, in sheet.Input, options sheet.Options) (*Book, error) {
	if err := checkEnds(in); err != nil {
		return nil, err
	}
	path, err := copyOut(in, options.TempDir)
	if err != nil {
		return nil, err
	}
	b := &Book{ctx: ctx, db: db, path: path}
	if err := b.readColumns(options.Limits, in.Size); err != nil {
		b.Close()
		return nil, err
	}
	return b, nil
}

// checkEnds tells a file that was cut off, or is encrypted, from a good one.
func checkEnds(in sheet.Input) error {
	head, err := in.Head(4)
	if err != nil {
		return err
	}
	tail := make([]byte, 4)
	if in.Size >= 12 {
		if _, err := in.ReadAt(tail, in.Size-4); err != nil && err != io.EOF {
			return err
		}
	}
	switch {
	case string(head) == "PARE" || string(tail) == "PARE":
		return sheet.Refuse("export it without encryption", "the Parquet file is encrypted")
	case string(tail) != "PAR1":
		return sheet.Refuse("ask for it again: it was cut off on its way", "the Parquet file has no end")
	}
	return nil
}

func copyOut(in sheet.Input, dir string) (string, error) {
	file, err := os.CreateTemp(dir, "tongbao-*.parquet")
	if err != nil {
		return "", fmt.Errorf("temporary copy of %s: %w", in.Path, err)
	}
	_, err = io.Copy(file, in.Reader())
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		os.Remove(file.Name())
		return "", fmt.Errorf("temporary copy of %s: %w", in.Path, err)
	}
	return file.Name(), nil
}

func (b *Book) readColumns(limits sheet.Limits, size int64) error {
	rows, err := b.db.QueryContext(b.ctx, "select column_name, column_type from (describe select * from read_parquet(?))", b.path)
	if err != nil {
		return b.damaged(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name, kind string
		if err := rows.Scan(&name, &kind); err != nil {
			return err
		}
		if len(b.columns) == limits.Columns {
			return sheet.Refuse(exportFlat, "the Parquet file has more than %d columns", limits.Columns)
		}
		b.columns = append(b.columns, columnOf(name, kind))
	}
	if err := rows.Err(); err != nil {
		return b.damaged(err)
	}
	return b.checkSpread(size)
}

// checkSpread refuses a file that is far too small for the cells it says it holds.
func (b *Book) checkSpread(size int64) error {
	rows, err := b.db.QueryContext(b.ctx, "select cast(coalesce(sum(num_rows), 0) as bigint) from parquet_file_metadata(?)", b.path)
	if err != nil {
		return b.damaged(err)
	}
	defer rows.Close()
	var count int64
	for rows.Next() {
		if err := rows.Scan(&count); err != nil {
			return err
		}
	}
	if cells := count * int64(len(b.columns)); count < 0 || count > 1<<40 || cells > 32<<20 && cells > 256*size {
		return sheet.Refuse("export it again, or as CSV", "the Parquet file says that its %d bytes hold %d rows", size, count)
	}
	return rows.Err()
}

// columnOf says how the values of a type are written.
func columnOf(name, kind string) column {
	quoted := `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
	c := column{name: name, kind: sheet.Text, expression: "cast(" + quoted + " as varchar)"}
	base, _, _ := strings.Cut(kind, "(")
	switch {
	case strings.HasSuffix(kind, "[]") || base == "STRUCT" || base == "MAP" || base == "UNION":
		c.kind, c.expression = sheet.Nested, "cast(to_json("+quoted+") as varchar)"
	case base == "BLOB": // some programs write texts without saying that they are texts
		c.marked, c.expression = true, "case when "+quoted+" is not null then coalesce('t' || try(decode("+quoted+")), 'b0x' || hex("+quoted+")) end"
	case base == "BOOLEAN":
		c.kind, c.expression = sheet.Bool, "case "+quoted+" when true then 'TRUE' when false then 'FALSE' end"
	case base == "DATE":
		c.kind = sheet.Date
	case base == "TIMESTAMP WITH TIME ZONE":
		c.kind, c.expression = sheet.Date, "cast("+quoted+" at time zone 'UTC' as varchar) || '+00:00'"
	case strings.HasPrefix(base, "TIMESTAMP"):
		c.kind = sheet.Date
	case strings.HasSuffix(base, "INT") || strings.HasSuffix(base, "INTEGER") || base == "DECIMAL" || base == "FLOAT" || base == "DOUBLE":
		c.kind = sheet.Number
	}
	return c
}

// damaged turns what the engine says of the file into a refusal; it names the copy, which nobody knows.
func (b *Book) damaged(err error) error {
	if b.ctx.Err() != nil {
		return err
	}
	text := strings.ReplaceAll(err.Error(), b.path, "the file")
	if cut := strings.IndexByte(text, '\n'); cut >= 0 {
		text = text[:cut]
	}
	return sheet.Refuse("ask for it again, or as CSV", "the Parquet file cannot be read (%s)", text)
}

// Format is parquet.
func (b *Book) Format() string { return "parquet" }

// Sheets is one sheet.
func (b *Book) Sheets() []sheet.Info { return []sheet.Info{{Keyed: true}} }

// Close removes the copy.
func (b *Book) Close() error { return os.Remove(b.path) }

// Rows reads the file from its beginning.
func (b *Book) Rows(int) (sheet.Rows, error) {
	expressions := make([]string, len(b.columns))
	for i, c := range b.columns {
		expressions[i] = c.expression
	}
	found, err := b.db.QueryContext(b.ctx, "select "+strings.Join(expressions, ", ")+" from read_parquet(?)", b.path)
	if err != nil {
		return nil, b.damaged(err)
	}
	r := &rows{book: b, found: found, values: make([]sql.NullString, len(b.columns))}
	for i := range r.values {
		r.targets = append(r.targets, &r.values[i])
	}
	return r, nil
}

type rows struct {
	book    *Book
	found   *sql.Rows
	values  []sql.NullString
	targets []any
	row     sheet.Row
	number  int
	named   bool
}

func (r *rows) Info() sheet.Info { return r.book.Sheets()[0] }

func (r *rows) Close() error { return r.found.Close() }

// Next returns the names first, then the rows, numbered from 1.
func (r *rows) Next() (*sheet.Row, error) {
	r.row.Cells = r.row.Cells[:0]
	if !r.named {
		r.named = true
		for _, c := range r.book.columns {
			r.row.Cells = append(r.row.Cells, cellOf(sheet.Text, c.name))
		}
		return &r.row, nil
	}
	if !r.found.Next() {
		if err := r.found.Err(); err != nil {
			return nil, r.book.damaged(err)
		}
		return nil, io.EOF
	}
	if err := r.found.Scan(r.targets...); err != nil {
		return nil, err
	}
	r.number++
	r.row.Number = r.number
	for i, value := range r.values {
		cell := sheet.Cell{}
		if value.Valid {
			cell = r.book.columns[i].cell(value.String)
		}
		r.row.Cells = append(r.row.Cells, cell)
	}
	r.row.Problem = ""
	r.row.Doubt()
	return &r.row, nil
}

func (c column) cell(text string) sheet.Cell {
	switch {
	case c.marked && text[0] == 'b':
		return cellOf(sheet.Error, text[1:])
	case c.marked:
		text = text[1:]
	}
	return cellOf(c.kind, text)
}

func cellOf(kind sheet.Kind, text string) sheet.Cell {
	switch {
	case text == "":
		return sheet.Cell{}
	case kind == sheet.Date:
		text = strings.TrimSuffix(text, " 00:00:00")
	}
	return sheet.Cell{Kind: kind, Text: text}
}
