package contract

import (
	"fmt"
	"slices"
	"strings"
)

// SQLType is the type raw gives a column.
func (c *Column) SQLType() string {
	switch c.Type {
	case Date:
		return "DATE"
	case Timestamp:
		return "TIMESTAMP"
	case Int:
		return "INTEGER"
	case Money:
		return "DECIMAL(18,2)"
	case Bool:
		return "BOOLEAN"
	}
	return "VARCHAR"
}

// DDL creates the dataset's raw table, if it is not there yet. A key of one column hardly ever comes twice: to look for what was said before, as
// the database does when it packs texts, is work for nothing.
func (d *Dataset) DDL() string {
	var sql strings.Builder
	fmt.Fprintf(&sql, "create table if not exists raw.%s (\n", d.Name)
	for i := range d.Columns {
		kind := d.Columns[i].SQLType()
		if kind == "VARCHAR" && slices.Equal(d.Key, []string{d.Columns[i].Name}) {
			kind += " USING COMPRESSION zstd"
		}
		fmt.Fprintf(&sql, "    %s %s,\n", d.Columns[i].Name, kind)
	}
	sql.WriteString("    file_id INTEGER,\n    sheet VARCHAR,\n    row_number INTEGER,\n    received VARCHAR,\n    extra VARCHAR\n)")
	return sql.String()
}

// CodeRow is a row of run.code.
type CodeRow struct {
	Dataset, Column, Code, Word string
	SortOrder                   int // from 1, in the order of the contract
}

// Codes lists every closed list, in the order of the contracts.
func (s *Set) Codes() []CodeRow {
	var rows []CodeRow
	for _, dataset := range s.Datasets {
		for i := range dataset.Columns {
			for j, code := range dataset.Columns[i].Codes {
				rows = append(rows, CodeRow{dataset.Name, dataset.Columns[i].Name, code.Code, code.Word, j + 1})
			}
		}
	}
	return rows
}
