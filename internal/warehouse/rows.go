package warehouse

import (
	"context"
	"fmt"
	"math"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// Rows collects rows computed in Go, column by column, for one table (qualified and quoted by the caller).
type Rows struct {
	table   string
	columns []values
	count   int
}

// values are those of one column. Its first value says what kind they are; nulls are counted until it comes.
type values struct {
	nulls   int
	builder array.Builder
}

// NewRows begins rows for a table.
func NewRows(table string) *Rows { return &Rows{table: table} }

// Add takes one row, a value for each column of the table: strings, integers, booleans, floats (NaN and infinities are null), pointers to
// them, or nil. A column has values of one kind; the table's type is made of them, text included, as SQL casts.
func (r *Rows) Add(row ...any) {
	if r.columns == nil {
		r.columns = make([]values, len(row))
	}
	for at, value := range row {
		r.columns[at].add(value)
	}
	r.count++
}

func (c *values) add(value any) {
	switch v := value.(type) {
	case string:
		builderOf(c, array.NewStringBuilder).Append(v)
	case int:
		builderOf(c, array.NewInt64Builder).Append(int64(v))
	case int64:
		builderOf(c, array.NewInt64Builder).Append(v)
	case bool:
		builderOf(c, array.NewBooleanBuilder).Append(v)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			c.null()
			return
		}
		builderOf(c, array.NewFloat64Builder).Append(v)
	case *string:
		addPointed(c, v)
	case *int64:
		addPointed(c, v)
	case *float64:
		addPointed(c, v)
	case nil:
		c.null()
	default:
		panic(fmt.Sprintf("a row holds a %T", value))
	}
}

func addPointed[T any](c *values, v *T) {
	if v == nil {
		c.null()
		return
	}
	c.add(*v)
}

func (c *values) null() {
	if c.builder == nil {
		c.nulls++
		return
	}
	c.builder.AppendNull()
}

// builderOf is the column's builder, made when its first value comes.
func builderOf[B array.Builder](c *values, make func(memory.Allocator) B) B {
	if c.builder == nil {
		c.builder = make(memory.DefaultAllocator)
		c.builder.AppendNulls(c.nulls)
	}
	return c.builder.(B)
}

// Insert writes the rows in one statement, in their order, and forgets them. q is a DB or a Tx.
func (r *Rows) Insert(ctx context.Context, q Queryer) error {
	if r.count == 0 {
		return nil
	}
	switch q := q.(type) {
	case *DB:
		return q.InTx(ctx, func(tx *Tx) error { return r.Insert(ctx, tx) })
	case *Tx:
		return r.insert(ctx, q)
	}
	return fmt.Errorf("%s: rows cannot be inserted through a %T", r.table, q)
}

func (r *Rows) insert(ctx context.Context, tx *Tx) error {
	fields, arrays := make([]arrow.Field, len(r.columns)), make([]arrow.Array, len(r.columns))
	for i := range r.columns {
		c := &r.columns[i]
		if c.builder == nil { // nothing but nulls
			builderOf(c, array.NewStringBuilder)
		}
		arrays[i] = c.builder.NewArray()
		defer arrays[i].Release()
		fields[i] = arrow.Field{Name: fmt.Sprintf("c%d", i), Type: arrays[i].DataType(), Nullable: true}
	}
	schema := arrow.NewSchema(fields, nil)
	batch := array.NewRecordBatch(schema, arrays, int64(r.count))
	defer batch.Release()
	reader, err := array.NewRecordReader(schema, []arrow.RecordBatch{batch})
	if err != nil {
		return fmt.Errorf("%s: %w", r.table, err)
	}
	defer reader.Release()
	view := "rows_of_" + r.table
	if _, err := tx.selectArrow(ctx, reader, view, "insert into "+r.table+" select * from "+Ident(view)); err != nil {
		return fmt.Errorf("%s: %w", r.table, err)
	}
	r.columns, r.count = nil, 0
	return nil
}
