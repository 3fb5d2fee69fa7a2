package analysis

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"tongbao/internal/warehouse"
)

// insert collects computed rows for one table and writes them in bounded statements. Each column goes as one JSON text that the engine
// unnests and casts to the table's type: a twentieth of the time of parsing as many literals.
type insert struct {
	table   string
	columns [][]*string
}

func newInsert(table string) *insert { return &insert{table: table} }

// add takes one row: strings, integers, booleans, floats (NaN and infinities are null), pointers to them, or nil.
func (i *insert) add(values ...any) {
	if i.columns == nil {
		i.columns = make([][]*string, len(values))
	}
	for at, value := range values {
		i.columns[at] = append(i.columns[at], written(value))
	}
}

// written is a value as text the engine casts back exactly; nil is null.
func written(value any) *string {
	text := ""
	switch v := value.(type) {
	case nil:
		return nil
	case string:
		text = v
	case int:
		text = strconv.Itoa(v)
	case int64:
		text = strconv.FormatInt(v, 10)
	case bool:
		text = strconv.FormatBool(v)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
		text = strconv.FormatFloat(v, 'f', -1, 64)
	case *string:
		return v
	case *int64:
		if v == nil {
			return nil
		}
		return written(*v)
	case *float64:
		if v == nil {
			return nil
		}
		return written(*v)
	default:
		text = fmt.Sprint(v)
	}
	return &text
}

func (i *insert) run(ctx context.Context, q warehouse.Queryer) error {
	if i.columns == nil {
		return nil
	}
	statement := "insert into " + i.table + " select " + strings.TrimPrefix(strings.Repeat(`, unnest(from_json(cast(? as json), '["VARCHAR"]'))`, len(i.columns)), ", ")
	const atOnce = 10000
	rows := len(i.columns[0])
	for at := 0; at < rows; at += atOnce {
		texts := make([]any, len(i.columns))
		for n, column := range i.columns {
			text, err := json.Marshal(column[at:min(at+atOnce, rows)])
			if err != nil {
				return err
			}
			texts[n] = string(text)
		}
		if _, err := q.ExecContext(ctx, statement, texts...); err != nil {
			return fmt.Errorf("%s: %w", i.table, err)
		}
	}
	return nil
}
