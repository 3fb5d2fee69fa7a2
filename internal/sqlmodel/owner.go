package sqlmodel

import (
	"context"
	"fmt"
	"strings"

	"tongbao/internal/warehouse"
)

// NoteOwners notes in run.owner which tables go by enterprise, and the column that says whose a row is (@by): who asks about one
// enterprise then need not read the province.
func NoteOwners(ctx context.Context, q warehouse.Queryer, models []*Model) error {
	var sql strings.Builder
	sql.WriteString("create table if not exists run.owner (table_name varchar, owner_column varchar);")
	for _, m := range models {
		if m.By != "" {
			fmt.Fprintf(&sql, "insert into run.owner values (%s, %s);", warehouse.Literal(m.Name), warehouse.Literal(m.By))
		}
	}
	_, err := q.ExecContext(ctx, sql.String())
	return err
}
