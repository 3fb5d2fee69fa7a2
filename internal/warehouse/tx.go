package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Queryer is what runs SQL: a DB, or a Tx inside it.
type Queryer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Tx is one connection inside a transaction. It is not safe for concurrent use.
type Tx struct {
	conn *sql.Conn
}

// InTx runs work in one transaction: committed when work returns nil, rolled back when it fails, panics or ctx ends.
func (db *DB) InTx(ctx context.Context, work func(*Tx) error) (err error) {
	conn, err := db.pool.Conn(ctx)
	if err != nil {
		return openError(db.path, err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, "begin transaction"); err != nil {
		return err
	}
	committed := false
	defer func() {
		if committed {
			return
		}
		// The context may be the reason for the failure: undo without it.
		if _, undo := conn.ExecContext(context.WithoutCancel(ctx), "rollback"); undo != nil {
			err = errors.Join(err, fmt.Errorf("roll back: %w", undo))
		}
	}()
	if err := work(&Tx{conn: conn}); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, "commit"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	committed = true
	return nil
}

// Together runs statements in one transaction: that of a Tx, else one of their own. Many small ones cost half as much so.
func Together(ctx context.Context, q Queryer, statements string) error {
	if db, ok := q.(*DB); ok {
		return db.InTx(ctx, func(tx *Tx) error { return Together(ctx, tx, statements) })
	}
	_, err := q.ExecContext(ctx, statements)
	return err
}

// ExecContext runs statements inside the transaction.
func (tx *Tx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return tx.conn.ExecContext(ctx, query, args...)
}

// QueryContext runs one query inside the transaction; close its rows before the next statement.
func (tx *Tx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return tx.conn.QueryContext(ctx, query, args...)
}
