package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"tongbao/ingest"
	"tongbao/internal/contract"
	"tongbao/internal/warehouse"
)

// warehouseSchema is the shape of raw's own tables that this program writes.
const warehouseSchema = 1

// migration brings a warehouse from the version before to this one.
type migration struct {
	version int
	about   string
	sql     string
}

// migrations are all steps, in order. A step never loses a row.
func migrations() []migration {
	return []migration{
		{1, "the ledger knows origins, remarks and the state of rejected rows", `
			alter table raw.file add column if not exists origin_file_id integer;
			alter table raw.file add column if not exists note varchar;
			alter table raw.rejected add column if not exists state varchar default 'pending';
			alter table raw.rejected add column if not exists state_by varchar;
			alter table raw.rejected add column if not exists state_reason varchar;
			alter table raw.rejected add column if not exists corrected_file_id integer;
			create table raw.schema_version (version integer, program varchar);`},
	}
}

// openWarehouse opens the warehouse for writing, brought forward to this program's schema: a backup first, then every step in one
// transaction. A warehouse of a newer program is refused. The caller holds the project lock.
func (app *App) openWarehouse(ctx context.Context, p Project, path string, options warehouse.Options) (*warehouse.DB, error) {
	db, err := warehouse.Open(ctx, path, options)
	if err != nil {
		return nil, hinted(err)
	}
	version, err := schemaVersion(ctx, db)
	if err == nil && version == warehouseSchema {
		return db, nil
	}
	if err == nil {
		err = checkSchema(ctx, db)
	}
	if err == nil && version < warehouseSchema && version >= 0 {
		if db, err = app.copyBeforeMigration(ctx, p, path, db, options, version); err != nil {
			return nil, err
		}
		err = migrate(ctx, db, version)
		if err == nil {
			fmt.Fprintf(app.Stderr, "note: the warehouse was brought from schema %d to %d; what it was before lies in data/backups\n", version, warehouseSchema)
			return db, nil
		}
	}
	if version < 0 && err == nil {
		return db, stampSchema(ctx, db)
	}
	return nil, errors.Join(err, db.Close())
}

// schemaVersion is -1 for a warehouse with no table yet, 0 for one of a program that did not number its schema.
func schemaVersion(ctx context.Context, q warehouse.Queryer) (int, error) {
	type state struct {
		Ledger int `db:"ledger"`
		Stamp  int `db:"stamp"`
	}
	s, err := warehouse.One[state](ctx, q, `select count(*) filter (where table_name = 'file') as ledger, count(*) filter (where table_name = 'schema_version') as stamp
		from duckdb_tables() where database_name = current_database() and schema_name = 'raw'`)
	switch {
	case err != nil:
		return 0, err
	case s.Stamp > 0:
		return warehouse.One[int](ctx, q, "select max(version) from raw.schema_version")
	case s.Ledger > 0:
		return 0, nil
	}
	return -1, nil
}

// checkSchema refuses a warehouse that a newer program wrote.
func checkSchema(ctx context.Context, q warehouse.Queryer) error {
	version, err := schemaVersion(ctx, q)
	if err != nil || version <= warehouseSchema {
		return err
	}
	program, err := warehouse.One[string](ctx, q, "select max_by(program, version) from raw.schema_version")
	if err != nil {
		return err
	}
	return withHint(fmt.Errorf("the warehouse has schema %d, written by tongbao %s; this is tongbao %s, which knows schemas up to %d", version, program, Version, warehouseSchema),
		"use tongbao %s or later", program)
}

// copyBeforeMigration closes the warehouse, copies its file to data/backups and opens it again.
func (app *App) copyBeforeMigration(ctx context.Context, p Project, path string, db *warehouse.DB, options warehouse.Options, version int) (*warehouse.DB, error) {
	if err := errors.Join(db.Checkpoint(ctx), db.Close()); err != nil {
		return nil, err
	}
	to := filepath.Join(p.Data(), "backups", fmt.Sprintf("warehouse-schema-%d-%s.duckdb", version, app.Now().Format("20060102-150405")))
	if err := copySynced(path, to); err != nil {
		return nil, withHint(fmt.Errorf("back the warehouse up before bringing it forward: %w", err), "free some disk; the warehouse is as it was")
	}
	return warehouse.Open(ctx, path, options)
}

// copySynced copies a file to a new one and forces it to disk.
func copySynced(from, to string) (err error) {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return nil // a copy of the same second, left by a run that was killed after it
	}
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

// bringForward migrates an older warehouse before a command that only reads it, and makes what the contracts have come to know since the
// last ingest: empty tables, empty columns.
func (app *App) bringForward(ctx context.Context, p Project, contracts *contract.Set) error {
	db, err := warehouse.OpenReadOnly(ctx, p.Warehouse(), warehouse.Options{Threads: 1, MemoryMB: 500})
	if err != nil {
		return hinted(err)
	}
	version, err := schemaVersion(ctx, db)
	if err == nil {
		err = checkSchema(ctx, db)
	}
	lacking := false
	if err == nil {
		lacking, err = lacksColumns(ctx, db, contracts)
	}
	if err = errors.Join(err, db.Close()); err != nil || version < 0 || version == warehouseSchema && !lacking {
		return err
	}
	if db, err = app.openWarehouse(ctx, p, p.Warehouse(), p.engine()); err != nil {
		return err
	}
	return errors.Join(ingest.EnsureTables(ctx, db, contracts), db.Close())
}

// lacksColumns says whether a contract knows a table or column that the warehouse does not have yet.
func lacksColumns(ctx context.Context, q warehouse.Queryer, contracts *contract.Set) (bool, error) {
	names, err := warehouse.Select[string](ctx, q, "select table_name || '.' || column_name from duckdb_columns() where database_name = current_database() and schema_name = 'raw'")
	if err != nil {
		return false, err
	}
	have := make(map[string]bool, len(names))
	for _, name := range names {
		have[name] = true
	}
	for _, dataset := range contracts.Datasets {
		for i := range dataset.Columns {
			if !have[dataset.Name+"."+dataset.Columns[i].Name] {
				return true, nil
			}
		}
	}
	return false, nil
}

// migrate runs the steps after version in one transaction.
func migrate(ctx context.Context, db *warehouse.DB, version int) error {
	return db.InTx(ctx, func(tx *warehouse.Tx) error {
		for _, step := range migrations() {
			if step.version <= version {
				continue
			}
			if _, err := tx.ExecContext(ctx, step.sql); err != nil {
				return fmt.Errorf("bring the warehouse to schema %d (%s): %w", step.version, step.about, err)
			}
			if _, err := tx.ExecContext(ctx, "insert into raw.schema_version values (?, ?)", step.version, Version); err != nil {
				return err
			}
		}
		return nil
	})
}

// stampSchema numbers a new warehouse.
func stampSchema(ctx context.Context, db *warehouse.DB) error {
	_, err := db.ExecContext(ctx, "create schema if not exists raw; create table raw.schema_version (version integer, program varchar);")
	if err == nil {
		_, err = db.ExecContext(ctx, "insert into raw.schema_version values (?, ?)", warehouseSchema, Version)
	}
	return err
}
