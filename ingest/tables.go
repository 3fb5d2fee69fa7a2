package ingest

import (
	"context"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"

	"tongbao/internal/contract"
	"tongbao/internal/warehouse"
)

// ledger creates the tables that account for every file and row.
const ledger = `
create schema if not exists raw;
create table if not exists raw.file (
    file_id INTEGER, name VARCHAR, path VARCHAR, content_hash VARCHAR, bytes BIGINT, received_at TIMESTAMP, format VARCHAR, encoding VARCHAR,
    layout VARCHAR, region_code VARCHAR, rows_read BIGINT, rows_loaded BIGINT, rows_rejected BIGINT, rows_duplicate BIGINT, rows_ignored BIGINT,
    origin_file_id INTEGER, note VARCHAR
);
create table if not exists raw.file_dataset (file_id INTEGER, dataset VARCHAR, rows_loaded BIGINT);
create table if not exists raw.sheet (
    file_id INTEGER, sheet VARCHAR, hidden BOOLEAN, header_row INTEGER, header VARCHAR, unknown_columns VARCHAR, rows_read BIGINT
);
create table if not exists raw.rejected (
    file_id INTEGER, sheet VARCHAR, row_number INTEGER, dataset VARCHAR, region_code VARCHAR, reasons VARCHAR, cells VARCHAR,
    state VARCHAR, state_by VARCHAR, state_reason VARCHAR, corrected_file_id INTEGER
);
create table if not exists raw.duplicate (
    file_id INTEGER, sheet VARCHAR, row_number INTEGER, dataset VARCHAR, first_sheet VARCHAR, first_row INTEGER
);
create table if not exists raw.ignored (file_id INTEGER, sheet VARCHAR, row_number INTEGER, reason VARCHAR, cells VARCHAR);
`

// EnsureTables creates the ledger and a table per dataset, and adds the columns contracts have gained since.
func EnsureTables(ctx context.Context, db *warehouse.DB, contracts *contract.Set) error {
	if _, err := db.ExecContext(ctx, ledger); err != nil {
		return fmt.Errorf("create the ledger: %w", err)
	}
	// Each file commits; the log may grow somewhat before it is worked into the file.
	if _, err := db.ExecContext(ctx, "set wal_autocheckpoint = '64MB'"); err != nil {
		return err
	}
	type column struct {
		Table string `db:"table_name"`
		Name  string `db:"column_name"`
		Type  string `db:"data_type"`
	}
	have, err := warehouse.Select[column](ctx, db, "select table_name, column_name, data_type from information_schema.columns where table_schema = 'raw'")
	if err != nil {
		return err
	}
	types := map[[2]string]string{}
	tables := map[string]bool{}
	for _, c := range have {
		types[[2]string{c.Table, c.Name}], tables[c.Table] = c.Type, true
	}
	for _, dataset := range contracts.Datasets {
		if !tables[dataset.Name] {
			if _, err := db.ExecContext(ctx, dataset.DDL()); err != nil {
				return fmt.Errorf("create raw.%s: %w", dataset.Name, err)
			}
			continue
		}
		for i := range dataset.Columns {
			c := &dataset.Columns[i]
			switch old := types[[2]string{dataset.Name, c.Name}]; {
			case old == "":
				add := fmt.Sprintf("alter table raw.%s add column %s %s", dataset.Name, c.Name, c.SQLType())
				if _, err := db.ExecContext(ctx, add); err != nil {
					return fmt.Errorf("add raw.%s.%s: %w", dataset.Name, c.Name, err)
				}
			case old != c.SQLType():
				return fmt.Errorf("raw.%s.%s holds %s, the contract now says %s: move data/warehouse.duckdb away and run `tongbao rebuild`",
					dataset.Name, c.Name, old, c.SQLType())
			}
		}
	}
	return nil
}

// arrowType is the type in which a column's values reach the database.
func arrowType(c *contract.Column) arrow.DataType {
	switch c.Type {
	case contract.Date:
		return arrow.FixedWidthTypes.Date32
	case contract.Timestamp:
		return &arrow.TimestampType{Unit: arrow.Microsecond}
	case contract.Int:
		return arrow.PrimitiveTypes.Int32
	case contract.Money:
		return &arrow.Decimal128Type{Precision: 18, Scale: 2}
	case contract.Bool:
		return arrow.FixedWidthTypes.Boolean
	}
	return arrow.BinaryTypes.String
}

func textField(name string) arrow.Field {
	return arrow.Field{Name: name, Type: arrow.BinaryTypes.String, Nullable: true}
}

func intField(name string) arrow.Field {
	return arrow.Field{Name: name, Type: arrow.PrimitiveTypes.Int32, Nullable: true}
}

// datasetBatch has the dataset's columns and row_number, received, extra; file and sheet are constants of the statement.
func datasetBatch(d *contract.Dataset) *batch {
	var fields []arrow.Field
	for i := range d.Columns {
		fields = append(fields, arrow.Field{Name: d.Columns[i].Name, Type: arrowType(&d.Columns[i]), Nullable: true})
	}
	return newBatch(append(fields, intField("row_number"), textField("received"), textField("extra")))
}
