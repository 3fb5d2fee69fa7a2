package cli

import (
	"bufio"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"tongbao/internal/warehouse"
)

// writeRows writes a result in a format of `tongbao sql`, at most limit rows of it (0: all), and says whether there are more.
func writeRows(rows *sql.Rows, out io.Writer, format string, limit int) (more bool, err error) {
	types, err := rows.ColumnTypes()
	if err != nil {
		return false, err
	}
	columns := make([]resultColumn, len(types))
	for i, t := range types {
		columns[i] = resultColumn{t.Name(), isNumber(t.DatabaseTypeName())}
	}
	var sink rowSink
	switch format {
	case "csv":
		sink = &csvSink{writer: csv.NewWriter(out)}
	case "json":
		sink = &jsonSink{out: bufio.NewWriter(out)}
	case "xlsx":
		sink = &xlsxSink{out: out}
	default:
		sink = &tableSink{out: out}
	}
	if err := sink.begin(columns); err != nil {
		return false, err
	}
	values, cells := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		cells[i] = &values[i]
	}
	for n := 0; rows.Next(); n++ {
		if limit > 0 && n == limit {
			more = true
			break
		}
		if err := rows.Scan(cells...); err != nil {
			return false, err
		}
		if err := sink.row(values); err != nil {
			return false, err
		}
	}
	if err := rows.Err(); err != nil {
		return false, err
	}
	return more, sink.end()
}

type resultColumn struct {
	name   string
	number bool
}

func isNumber(kind string) bool {
	switch kind, _, _ = strings.Cut(kind, "("); kind {
	case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL":
		return true
	}
	return false
}

// rowSink writes rows in one format.
type rowSink interface {
	begin(columns []resultColumn) error
	row(values []any) error
	end() error
}

type tableSink struct {
	out    io.Writer
	header []string
	lines  [][]string
}

func (s *tableSink) begin(columns []resultColumn) error {
	for _, c := range columns {
		if c.number {
			c.name = ">" + c.name
		}
		s.header = append(s.header, c.name)
	}
	return nil
}

func (s *tableSink) row(values []any) error {
	line := make([]string, len(values))
	for i, value := range values {
		line[i] = printable(warehouse.Text(value))
	}
	s.lines = append(s.lines, line)
	return nil
}

func (s *tableSink) end() error { return printTable(s.out, s.header, s.lines) }

// printable keeps control characters of the data away from the terminal.
func printable(text string) string {
	clean := []rune(text)
	for i, r := range clean {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			clean[i] = ' '
		}
	}
	return string(clean)
}

type csvSink struct{ writer *csv.Writer }

func (s *csvSink) begin(columns []resultColumn) error {
	line := make([]string, len(columns))
	for i, c := range columns {
		line[i] = c.name
	}
	return s.writer.Write(line)
}

func (s *csvSink) row(values []any) error {
	line := make([]string, len(values))
	for i, value := range values {
		line[i] = warehouse.Text(value)
	}
	if len(line) == 1 && line[0] == "" {
		// A lone empty field would read as no row at all.
		s.writer.Flush()
		return s.writer.Write([]string{""})
	}
	return s.writer.Write(line)
}

func (s *csvSink) end() error {
	s.writer.Flush()
	return s.writer.Error()
}

// jsonSink writes one object per line, keys in the order of the columns; decimals keep all their digits.
type jsonSink struct {
	out   *bufio.Writer
	names [][]byte
	kinds []resultColumn
}

func (s *jsonSink) begin(columns []resultColumn) error {
	for _, c := range columns {
		name, err := json.Marshal(c.name)
		if err != nil {
			return err
		}
		s.names = append(s.names, name)
	}
	s.kinds = columns
	return nil
}

func (s *jsonSink) row(values []any) error {
	for i, value := range values {
		separator := byte(',')
		if i == 0 {
			separator = '{'
		}
		text, err := jsonValue(value, s.kinds[i].number)
		if err != nil {
			return err
		}
		s.out.WriteByte(separator)
		s.out.Write(s.names[i])
		s.out.WriteByte(':')
		s.out.Write(text)
	}
	_, err := s.out.WriteString("}\n")
	return err
}

func (s *jsonSink) end() error { return s.out.Flush() }

func jsonValue(value any, number bool) ([]byte, error) {
	switch v := value.(type) {
	case nil:
		return []byte("null"), nil
	case bool:
		return strconv.AppendBool(nil, v), nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return []byte("null"), nil
		}
		return json.Marshal(v)
	case []any:
		text := []byte{'['}
		for i, item := range v {
			part, err := jsonValue(item, false)
			if err != nil {
				return nil, err
			}
			if i > 0 {
				text = append(text, ',')
			}
			text = append(text, part...)
		}
		return append(text, ']'), nil
	}
	if number {
		return []byte(warehouse.Text(value)), nil
	}
	return json.Marshal(warehouse.Text(value))
}

// xlsxSink writes one sheet as it goes; texts are texts, so a name that begins with = is no formula.
type xlsxSink struct {
	out     io.Writer
	file    *excelize.File
	stream  *excelize.StreamWriter
	columns []resultColumn
	line    int
}

// xlsxRows is how many rows a sheet can hold.
const xlsxRows = 1_048_576

func (s *xlsxSink) begin(columns []resultColumn) error {
	s.file = excelize.NewFile()
	var err error
	if s.stream, err = s.file.NewStreamWriter("Sheet1"); err != nil {
		return err
	}
	s.columns = columns
	header := make([]any, len(columns))
	for i, c := range columns {
		header[i] = c.name
	}
	s.line = 1
	return s.stream.SetRow("A1", header)
}

func (s *xlsxSink) row(values []any) error {
	if s.line++; s.line > xlsxRows {
		return withHint(errors.New("the result has more rows than a sheet can hold (1,048,575)"), "use --format parquet or csv, or --limit")
	}
	cells := make([]any, len(values))
	for i, value := range values {
		switch {
		case value == nil:
		case s.columns[i].number:
			number, err := strconv.ParseFloat(warehouse.Text(value), 64)
			if err != nil {
				return fmt.Errorf("column %s: %w", s.columns[i].name, err)
			}
			cells[i] = number
		default:
			cells[i] = warehouse.Text(value)
		}
	}
	return s.stream.SetRow("A"+strconv.Itoa(s.line), cells)
}

func (s *xlsxSink) end() error {
	if err := s.stream.Flush(); err != nil {
		return err
	}
	_, err := s.file.WriteTo(s.out)
	return errors.Join(err, s.file.Close())
}
