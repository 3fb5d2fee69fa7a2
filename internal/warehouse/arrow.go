package warehouse

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/duckdb/duckdb-go/v2"
)

// arrowView is the name under which a batch reader is visible to the statement that reads it.
const arrowView = "arrow_rows"

// InsertArrow appends every row of reader to table (qualified and quoted by the caller). The reader's column names say which columns are
// filled, values are cast to the table's types; columns not named are null. It returns the number of rows. An error of the
// reader itself (from its Err) fails the insert: a source that breaks off never looks like a short one.
func (tx *Tx) InsertArrow(ctx context.Context, table string, reader array.RecordReader) (int64, error) {
	names := make([]string, 0, reader.Schema().NumFields())
	for _, field := range reader.Schema().Fields() {
		names = append(names, Ident(field.Name))
	}
	columns := strings.Join(names, ", ")
	return tx.SelectArrow(ctx, reader, "insert into "+table+" ("+columns+") select "+columns+" from "+arrowView)
}

// SelectArrow runs one statement that reads the rows of reader once, from a view named arrow_rows, and returns the number
// of rows it changed.
func (tx *Tx) SelectArrow(ctx context.Context, reader array.RecordReader, statement string) (int64, error) {
	return tx.selectArrow(ctx, reader, arrowView, statement)
}

// selectArrow is SelectArrow with a view of another name. Views are the database's: two transactions at a time need two.
func (tx *Tx) selectArrow(ctx context.Context, reader array.RecordReader, view, statement string) (int64, error) {
	var release func()
	err := tx.conn.Raw(func(conn any) error {
		bridge, err := duckdb.NewArrowFromConn(conn.(driver.Conn))
		if err != nil {
			return err
		}
		release, err = bridge.RegisterView(reader, view)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("offer rows to the database: %w", err)
	}
	defer release()
	result, err := tx.conn.ExecContext(ctx, statement)
	if failed := reader.Err(); failed != nil {
		return 0, errors.Join(failed, err)
	}
	if err != nil {
		return 0, err
	}
	// It would stay in the file.
	if _, err := tx.conn.ExecContext(ctx, "drop view "+Ident(view)); err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// QueryArrow runs one query and hands every batch of its result to use, in order. The batches are released after use returns.
func (tx *Tx) QueryArrow(ctx context.Context, query string, use func(arrow.RecordBatch) error) error {
	return tx.conn.Raw(func(conn any) error {
		bridge, err := duckdb.NewArrowFromConn(conn.(driver.Conn))
		if err != nil {
			return err
		}
		reader, err := bridge.QueryContext(ctx, query)
		if err != nil {
			return err
		}
		defer reader.Release()
		for reader.Next() {
			if err := use(reader.RecordBatch()); err != nil {
				return err
			}
		}
		return reader.Err()
	})
}
