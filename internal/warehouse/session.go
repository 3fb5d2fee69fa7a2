package warehouse

import (
	"context"
	"database/sql"
	"errors"
)

// Session is one connection whose names are those of one attached database. It is not safe for concurrent use.
type Session struct {
	conn *sql.Conn
}

// In runs work on one connection that takes unqualified schemas from the named attached database: what it makes lies there.
func (db *DB) In(ctx context.Context, attached string, work func(*Session) error) (err error) {
	main, err := One[string](ctx, db, "select current_database()")
	if err != nil {
		return err
	}
	conn, err := db.pool.Conn(ctx)
	if err != nil {
		return openError(db.path, err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, "use "+Ident(attached)); err != nil {
		return err
	}
	// The connection goes back to the pool as it came, even when ctx has ended.
	defer func() {
		_, back := conn.ExecContext(context.WithoutCancel(ctx), "use "+Ident(main))
		err = errors.Join(err, back)
	}()
	return work(&Session{conn})
}

// ExecContext runs statements on the session's connection.
func (s *Session) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return s.conn.ExecContext(ctx, query, args...)
}

// QueryContext runs one query on the session's connection; close its rows before the next statement.
func (s *Session) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return s.conn.QueryContext(ctx, query, args...)
}
