package warehouse

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/duckdb/duckdb-go/v2"
)

// ErrNotSelect says that a text is not exactly one query.
var ErrNotSelect = errors.New("not one SELECT")

// CheckSelect asks DuckDB's own parser whether text is exactly one query (select, with, from, values, describe, show, summarize, or
// explain of one); anything that could change, attach, load, copy or set is refused with ErrNotSelect before it runs. So is a function
// that could do so from inside a query, such as enable_logging(): see readers.
func CheckSelect(ctx context.Context, q Queryer, text string) error {
	body := strings.TrimSpace(text)
	for _, word := range []string{"explain", "analyze"} {
		if len(body) > len(word) && strings.EqualFold(body[:len(word)], word) && strings.ContainsAny(body[len(word):len(word)+1], " \t\r\n(") {
			body = strings.TrimSpace(body[len(word):])
		}
	}
	tree, err := One[string](ctx, q, "select json_serialize_sql(cast(? as varchar))::varchar", body)
	if err != nil {
		return err
	}
	var parsed struct {
		Error      bool   `json:"error"`
		Kind       string `json:"error_type"`
		Message    string `json:"error_message"`
		Statements []any  `json:"statements"`
	}
	if err := json.Unmarshal([]byte(tree), &parsed); err != nil {
		return err
	}
	switch {
	case parsed.Error && parsed.Kind == "not implemented":
		return fmt.Errorf("%w: only queries run here; nothing can be changed, attached, loaded, copied or set", ErrNotSelect)
	case parsed.Error:
		return errors.New(parsed.Message)
	case len(parsed.Statements) != 1:
		return fmt.Errorf("%w: %d statements; give one at a time", ErrNotSelect, len(parsed.Statements))
	}
	if name := notReading(parsed.Statements); name != "" {
		return fmt.Errorf("%w that only reads the database: %s() does not run here", ErrNotSelect, name)
	}
	return nil
}

// readers are the functions a query may read from; those about the database itself begin with duckdb_ or pragma_. Every other one reads
// files, takes queries as text, or changes settings of the engine.
const readers = " generate_series histogram histogram_values icu_calendar_names json_each json_tree pg_timezone_names query_table range repeat" +
	" repeat_row sql_auto_complete summary test_all_types test_vector_types unnest "

// notReading finds in a parsed query the name of a function that does more than read, "" if there is none.
func notReading(tree any) string {
	switch node := tree.(type) {
	case []any:
		for _, part := range node {
			if name := notReading(part); name != "" {
				return name
			}
		}
	case map[string]any:
		if function, ok := node["function"].(map[string]any); ok && node["type"] == "TABLE_FUNCTION" {
			name, _ := function["function_name"].(string)
			name = strings.ToLower(name)
			if !strings.Contains(readers, " "+name+" ") && !strings.HasPrefix(name, "duckdb_") && !strings.HasPrefix(name, "pragma_") {
				return name
			}
		}
		if name, _ := node["function_name"].(string); strings.EqualFold(name, "write_log") {
			return name
		}
		for _, part := range node {
			if name := notReading(part); name != "" {
				return name
			}
		}
	}
	return ""
}

// Parquet writes the result of a query to a file with a stable schema. The database itself may be closed: its rows pass
// through a second one in memory, which alone may touch the file.
func (db *DB) Parquet(ctx context.Context, query, path string) (rows int64, err error) {
	writer, err := Open(ctx, "", Options{MemoryMB: 500})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, writer.Close()) }()
	conn, err := db.pool.Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	err = conn.Raw(func(raw any) error {
		bridge, err := duckdb.NewArrowFromConn(raw.(driver.Conn))
		if err != nil {
			return err
		}
		reader, err := bridge.QueryContext(ctx, query)
		if err != nil {
			return err
		}
		defer reader.Release()
		return writer.InTx(ctx, func(tx *Tx) error {
			rows, err = tx.copyArrow(ctx, reader, path)
			return err
		})
	})
	return rows, err
}

func (tx *Tx) copyArrow(ctx context.Context, reader array.RecordReader, path string) (int64, error) {
	return tx.SelectArrow(ctx, reader, "copy (select * from "+arrowView+") to "+Literal(path)+" (format parquet, compression zstd)")
}

// ReadAll reads every value of the tables of some schemas: what a disk has lost shows nowhere else. IsDamage knows its errors.
func (db *DB) ReadAll(ctx context.Context, schemas ...string) error {
	type table struct {
		Schema string `db:"schema_name"`
		Name   string `db:"table_name"`
	}
	tables, err := Select[table](ctx, db, "select schema_name, table_name from duckdb_tables() where database_name = current_database() order by 1, 2")
	if err != nil {
		return err
	}
	for _, t := range tables {
		if !slices.Contains(schemas, t.Schema) {
			continue
		}
		if _, err := One[int64](ctx, db, "select count(*) from (select hash(t) as h from "+Ident(t.Schema)+"."+Ident(t.Name)+" as t) where h = 0"); err != nil {
			return fmt.Errorf("%s.%s: %w", t.Schema, t.Name, err)
		}
	}
	return nil
}
