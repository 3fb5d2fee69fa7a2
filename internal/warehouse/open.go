package warehouse

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/duckdb/duckdb-go/v2"
)

// storage is the oldest DuckDB that opens the files: the first that keeps the typed functions the figures' SQL calls, and whose writing of
// texts costs a third less than the format before. A file made earlier keeps the format it has.
const storage = "v1.4.0"

// DefaultMemoryMB bounds a database opened without a limit of its own.
const DefaultMemoryMB = 2500

// Options bound what an open database may take from the machine and do with it. The zero value is a writer with the defaults.
type Options struct {
	Threads   int    // 0: all cores
	MemoryMB  int    // 0: DefaultMemoryMB
	TempDir   string // where large queries spill; empty: <path>.tmp, or nowhere for a database in memory
	ReadOnly  bool   // the file is never written, nor its log replayed into it
	Attach    []Attachment
	Closed    bool // after opening and attaching: no files, no settings, no extensions, for good
	AsWritten bool // a join looks the left table's rows up in the right one's, as written: models name the lookup last, and the engine's guess at sizes is often wrong
	Unlogged  bool // no log is written, so no statement waits for the disk: for a new file that nobody uses before Checkpoint and Close
	Unordered bool // rows keep no insertion order: less memory for large writes, where every reader orders anyway
}

// Attachment is a second database file, opened read-only under Name.
type Attachment struct {
	Name, Path string
}

// DB is an open database. It is safe for concurrent use; Close it once.
type DB struct {
	pool *sql.DB
	path string
}

// Open opens the database at path, making it when it is missing (not when ReadOnly); an empty path is a database in memory.
// Its errors are ErrLocked, ErrCorrupt, ErrNewer or ErrMissing where one of these is the cause.
func Open(ctx context.Context, path string, options Options) (*DB, error) {
	if strings.ContainsAny(path, "?#%\x00") {
		return nil, fmt.Errorf("open %s: a path with ?, # or %% cannot be a database; move the project", path)
	}
	if options.ReadOnly {
		if _, err := os.Stat(path); err != nil {
			return nil, &OpenError{Path: path, Kind: ErrMissing, Err: err}
		}
	}
	main := path
	if options.Unlogged {
		main = "" // the file is attached to one in memory: only there can the log be left out
	}
	connector, err := duckdb.NewConnector(main+"?"+settings(path, options).Encode(), connect(path, options))
	if err != nil {
		return nil, openError(path, err)
	}
	db := &DB{pool: sql.OpenDB(connector), path: path}
	if err := db.prepare(ctx, options); err != nil {
		return nil, errors.Join(openError(path, err), db.Close())
	}
	return db, nil
}

// OpenReadOnly opens an existing file that nothing may change through this handle.
func OpenReadOnly(ctx context.Context, path string, options Options) (*DB, error) {
	options.ReadOnly = true
	db, err := Open(ctx, path, options)
	if err != nil {
		return nil, err
	}
	if err := db.whole(ctx); err != nil {
		return nil, errors.Join(openError(path, err), db.Close())
	}
	return db, nil
}

// whole says whether the file can hold the blocks its header counts as used: what is cut off behind the description of the tables would be
// missed only when it is read, or be read as nothing. Of a file with a log beside it, part is there and not in the file.
func (db *DB) whole(ctx context.Context) error {
	if _, err := os.Stat(db.path + ".wal"); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	used, err := One[int64](ctx, db, "select used_blocks * block_size from pragma_database_size() where database_name = current_database()")
	if err != nil {
		return err
	}
	file, err := os.Stat(db.path)
	if err != nil {
		return err
	}
	if file.Size() < used {
		return &OpenError{Path: db.path, Kind: ErrCorrupt, Err: fmt.Errorf("it has %d bytes, and its used blocks have %d", file.Size(), used)}
	}
	return nil
}

// settings are those DuckDB takes at open: what it may use, and that it never looks for extensions.
func settings(path string, options Options) url.Values {
	memory := options.MemoryMB
	if memory <= 0 {
		memory = DefaultMemoryMB
	}
	values := url.Values{
		"memory_limit":                 {strconv.Itoa(memory) + "MB"},
		"autoinstall_known_extensions": {"false"},
		"autoload_known_extensions":    {"false"},
		"allow_community_extensions":   {"false"},
		"preserve_insertion_order":     {strconv.FormatBool(!options.Unordered)},
	}
	if options.AsWritten {
		values.Set("disabled_optimizers", "build_side_probe_side")
		values.Set("nested_loop_join_threshold", "16") // rows meet the periods between two bounds: to try each of so few costs less than to sort the rows
	}
	if options.Threads > 0 {
		values.Set("threads", strconv.Itoa(options.Threads))
	}
	if options.ReadOnly {
		values.Set("access_mode", "READ_ONLY")
	} else {
		values.Set("storage_compatibility_version", storage)
	}
	switch {
	case options.TempDir != "":
		values.Set("temp_directory", options.TempDir)
	case path == "" || options.ReadOnly:
		values.Set("temp_directory", "")
	}
	return values
}

// connect gives every connection UTC; once the settings are locked they are inherited, so a refusal is then harmless.
func connect(path string, options Options) func(driver.ExecerContext) error {
	if options.Closed {
		return nil // prepare sets it globally before it locks
	}
	first := "set timezone = 'UTC'"
	if options.Unlogged {
		// Under the name the file has when it is opened by itself.
		name := Ident(strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)))
		first += "; attach if not exists " + Literal(path) + " as " + name + " (recovery_mode 'no_wal_writes', storage_version '" + storage + "'); use " + name
	}
	return func(conn driver.ExecerContext) error {
		_, err := conn.ExecContext(context.Background(), first, nil)
		return err
	}
}

func (db *DB) prepare(ctx context.Context, options Options) error {
	if err := db.pool.PingContext(ctx); err != nil {
		return err
	}
	for _, attached := range options.Attach {
		if _, err := os.Stat(attached.Path); err != nil {
			return &OpenError{Path: attached.Path, Kind: ErrMissing, Err: err}
		}
		if _, err := db.pool.ExecContext(ctx, "attach "+Literal(attached.Path)+" as "+Ident(attached.Name)+" (read_only)"); err != nil {
			return openError(attached.Path, err)
		}
	}
	if !options.Closed {
		return nil
	}
	for _, statement := range []string{
		"set global timezone = 'UTC'",
		"set global enable_external_access = false",
		"set global lock_configuration = true",
	} {
		if _, err := db.pool.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// Path is the file behind the database, empty for one in memory.
func (db *DB) Path() string { return db.path }

// Close waits for running queries and closes the file.
func (db *DB) Close() error { return db.pool.Close() }

// Checkpoint writes the log into the file, so that the file alone is the database.
func (db *DB) Checkpoint(ctx context.Context) error {
	if _, err := db.pool.ExecContext(ctx, "force checkpoint"); err != nil {
		return fmt.Errorf("checkpoint %s: %w", filepath.Base(db.path), err)
	}
	return nil
}

// ExecContext runs statements that return no rows.
func (db *DB) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return db.pool.ExecContext(ctx, query, args...)
}

// QueryContext runs one query.
func (db *DB) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return db.pool.QueryContext(ctx, query, args...)
}

// Ident quotes a name for SQL.
func Ident(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// Qualified quotes schema.table for SQL.
func Qualified(table string) string {
	schema, name, _ := strings.Cut(table, ".")
	return Ident(schema) + "." + Ident(name)
}

// Literal quotes a text for SQL.
func Literal(text string) string { return `'` + strings.ReplaceAll(text, `'`, `''`) + `'` }
