package warehouse

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"reflect"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"
)

// Select runs a query and returns its rows as T: a struct whose fields are found by their `db:"column"` tag (every column must
// have one), or a single value for a query of one column. A null needs a pointer field. DECIMAL reads into string with all its
// decimals, or into float64; a list of text into []string.
func Select[T any](ctx context.Context, q Queryer, query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	fields, err := fieldsOf(reflect.TypeFor[T](), columns)
	if err != nil {
		return nil, err
	}
	var all []T
	cells := make([]any, len(columns))
	for rows.Next() {
		var row T
		target := reflect.ValueOf(&row).Elem()
		for i, field := range fields {
			cells[i] = &cell{name: columns[i], to: target}
			if field != nil {
				cells[i] = &cell{name: columns[i], to: target.FieldByIndex(field)}
			}
		}
		if err := rows.Scan(cells...); err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	return all, errors.Join(rows.Err(), rows.Close())
}

// One runs a query that must return exactly one row.
func One[T any](ctx context.Context, q Queryer, query string, args ...any) (T, error) {
	var none T
	rows, err := Select[T](ctx, q, query, args...)
	if err != nil {
		return none, err
	}
	if len(rows) != 1 {
		return none, fmt.Errorf("a query for one row returned %d", len(rows))
	}
	return rows[0], nil
}

// fieldsOf finds the struct field of each column; nil entries mean that T itself is the value.
func fieldsOf(t reflect.Type, columns []string) ([][]int, error) {
	if t.Kind() != reflect.Struct || t == reflect.TypeFor[time.Time]() {
		if len(columns) != 1 {
			return nil, fmt.Errorf("%d columns do not fit into one %s", len(columns), t)
		}
		return [][]int{nil}, nil
	}
	byName := map[string][]int{}
	for _, field := range reflect.VisibleFields(t) {
		if name := field.Tag.Get("db"); name != "" {
			byName[name] = field.Index
		}
	}
	fields := make([][]int, len(columns))
	for i, column := range columns {
		index, ok := byName[column]
		if !ok {
			return nil, fmt.Errorf("%s has no field tagged db:%q", t, column)
		}
		fields[i] = index
	}
	return fields, nil
}

// cell is a sql.Scanner for one column of one row.
type cell struct {
	name string
	to   reflect.Value
}

// Scan puts a value of the driver into the field, or says why it does not fit.
func (c *cell) Scan(value any) error {
	to := c.to
	if value == nil {
		switch to.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Interface:
			to.SetZero()
			return nil
		}
		return fmt.Errorf("column %s is null; its field is a %s", c.name, to.Type())
	}
	if to.Kind() == reflect.Pointer {
		fresh := reflect.New(to.Type().Elem())
		to.Set(fresh)
		to = fresh.Elem()
	}
	if put(to, value) {
		return nil
	}
	return fmt.Errorf("column %s: a %T does not fit into a %s", c.name, value, to.Type())
}

func put(to reflect.Value, value any) bool {
	switch v := value.(type) {
	case duckdb.Decimal:
		switch to.Kind() {
		case reflect.String:
			to.SetString(DecimalText(v.Value, int(v.Scale)))
			return true
		case reflect.Float64:
			to.SetFloat(v.Float64())
			return true
		case reflect.Interface:
			to.Set(reflect.ValueOf(DecimalText(v.Value, int(v.Scale))))
			return true
		}
		return false
	case *big.Int:
		if to.CanInt() && v.IsInt64() && !to.OverflowInt(v.Int64()) {
			to.SetInt(v.Int64())
			return true
		}
		return false
	case []any:
		if to.Kind() != reflect.Slice {
			return false
		}
		list := reflect.MakeSlice(to.Type(), len(v), len(v))
		for i, item := range v {
			if item == nil || !put(list.Index(i), item) {
				return false
			}
		}
		to.Set(list)
		return true
	}
	from := reflect.ValueOf(value)
	switch {
	case from.Type().AssignableTo(to.Type()):
		to.Set(from)
	case from.CanInt() && to.CanInt() && !to.OverflowInt(from.Int()):
		to.SetInt(from.Int())
	case from.CanFloat() && to.CanFloat():
		to.SetFloat(from.Float())
	case from.CanInt() && to.CanFloat():
		to.SetFloat(float64(from.Int()))
	case from.Kind() == reflect.String && to.Kind() == reflect.String:
		to.SetString(from.String())
	default:
		return false
	}
	return true
}

// DecimalText writes unscaled × 10^-scale with all its decimals: 1200 at scale 2 is 12.00.
func DecimalText(unscaled *big.Int, scale int) string {
	digits := new(big.Int).Abs(unscaled).String()
	if scale > 0 {
		if len(digits) <= scale {
			digits = strings.Repeat("0", scale-len(digits)+1) + digits
		}
		digits = digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
	}
	if unscaled.Sign() < 0 {
		return "-" + digits
	}
	return digits
}
