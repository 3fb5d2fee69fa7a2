package sqlmodel

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Scan is a SELECT that does nothing but read one table row by row: as many rows come out as meet the condition, each made of its own alone.
// Rows that are alike in the columns it reads can then be counted first and read once.
type Scan struct {
	Table   string            // schema.table
	Columns []string          // those it reads, besides the one that becomes the first output
	Key     string            // the column whose value becomes, as it is, the first output
	As      string            // the name of that output
	From    map[string]string // the column that becomes, as it is, the output of a name

	sql string
	at  int // where the table's name stands in sql
}

// Over is the SELECT over another table, in a schema of the same tables.
func (s Scan) Over(schema string) string {
	_, name, _ := strings.Cut(s.Table, ".")
	return s.sql[:s.at] + schema + "." + name + s.sql[s.at+len(s.Table):]
}

// Scan says, after Analyze, whether the SELECT is one.
func (m *Model) Scan() (Scan, bool) {
	node := mapOf(m.tree)
	table := mapOf(node["from_table"])
	items := list(node["select_list"])
	s := Scan{Table: str(table, "schema_name") + "." + str(table, "table_name"), sql: m.SQL, at: offset(table)}
	for key := range node {
		if !slices.Contains([]string{"type", "select_list", "from_table", "where_clause", "aggregate_handling", "cte_map"}, key) {
			return s, false
		}
	}
	if node["type"] != "SELECT_NODE" || len(cteNames(node)) > 0 || len(items) == 0 || table["type"] != "BASE_TABLE" || table["column_name_alias"] != nil || table["sample"] != nil ||
		s.at > len(m.SQL) || !strings.HasPrefix(m.SQL[s.at:], s.Table) {
		return s, false
	}
	first := mapOf(items[0])
	if first["class"] != "COLUMN_REF" || !s.columns(first) {
		return s, false
	}
	s.Key, s.As, s.Columns = s.Columns[0], cmp.Or(str(first, "alias"), s.Columns[0]), nil
	if !s.columns(items[1:]) || !s.columns(node["where_clause"]) || slices.Contains(s.Columns, s.Key) {
		return s, false
	}
	slices.Sort(s.Columns)
	s.Columns = slices.Compact(s.Columns)
	s.From = map[string]string{}
	for _, item := range items {
		column := Scan{}
		if item := mapOf(item); item["class"] == "COLUMN_REF" && column.columns(item) {
			s.From[cmp.Or(str(item, "alias"), column.Columns[0])] = column.Columns[0]
		}
	}
	return s, true
}

// columns collects the columns of expressions; false when there is more in them than values of one row.
func (s *Scan) columns(node any) bool {
	switch n := node.(type) {
	case []any:
		return !slices.ContainsFunc(n, func(child any) bool { return !s.columns(child) })
	case map[string]any:
		switch n["class"] {
		case "COLUMN_REF":
			names := list(n["column_names"])
			if len(names) == 0 || len(names) > 2 {
				return false
			}
			s.Columns = append(s.Columns, strings.ToLower(fmt.Sprint(names[len(names)-1])))
			return true
		case "WINDOW", "SUBQUERY", "STAR", "LAMBDA", "POSITIONAL_REFERENCE":
			return false
		}
		for _, key := range sortedKeys(n) {
			if !s.columns(n[key]) {
				return false
			}
		}
	}
	return true
}
