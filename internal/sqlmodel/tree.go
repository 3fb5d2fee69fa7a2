package sqlmodel

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"tongbao/internal/warehouse"
)

// Analyze parses the SELECT with DuckDB's parser and fills Refs. It refuses what is no single SELECT, PIVOT, a last select
// with a star, an unqualified table that is no CTE, and functions that read files or depend on the moment.
func (m *Model) Analyze(ctx context.Context, q warehouse.Queryer) error {
	text, err := warehouse.One[string](ctx, q,
		"select json_serialize_sql(cast(? as varchar), skip_null := true, skip_empty := true, skip_default := true)::varchar", m.SQL)
	if err != nil {
		return fmt.Errorf("%s: parse: %w", m.File, err)
	}
	var parsed struct {
		Error      bool            `json:"error"`
		Message    string          `json:"error_message"`
		Position   json.RawMessage `json:"position"`
		Statements []struct {
			Node any `json:"node"`
		} `json:"statements"`
	}
	if err := json.Unmarshal([]byte(text), &parsed); err != nil {
		return fmt.Errorf("%s: parse: %w", m.File, err)
	}
	if parsed.Error {
		line := m.body
		var at int
		if n, _ := fmt.Sscan(strings.Trim(string(parsed.Position), `"`), &at); n == 1 {
			line = m.lineAt(at)
		}
		message := parsed.Message
		if strings.HasPrefix(message, "Only SELECT") {
			message = "a model is exactly one SELECT (no DDL, no PIVOT: use conditional aggregation)"
		}
		return &FileError{m.File, line, message}
	}
	if len(parsed.Statements) != 1 {
		return &FileError{m.File, m.body, fmt.Sprintf("a model is exactly one SELECT, here are %d", len(parsed.Statements))}
	}
	m.tree = parsed.Statements[0].Node
	refs := map[string]bool{}
	if err := m.collect(m.tree, nil, refs); err != nil {
		return err
	}
	for _, coded := range m.Coded {
		refs[coded.Type] = true
	}
	m.Refs = m.Refs[:0]
	for name := range refs {
		m.Refs = append(m.Refs, name)
	}
	slices.Sort(m.Refs)
	return m.namedColumns(m.tree)
}

// collect walks the syntax tree: tables that are no CTE of an enclosing node are references.
func (m *Model) collect(node any, scope []string, refs map[string]bool) error {
	switch n := node.(type) {
	case []any:
		for _, child := range n {
			if err := m.collect(child, scope, refs); err != nil {
				return err
			}
		}
	case map[string]any:
		if ctes := cteNames(n); len(ctes) > 0 {
			scope = append(slices.Clip(scope), ctes...)
		}
		switch n["type"] {
		case "BASE_TABLE":
			return m.reference(n, scope, refs)
		case "PIVOT":
			return m.at(n, "PIVOT is not allowed: use conditional aggregation")
		case "TABLE_FUNCTION":
			if function, _ := n["function"].(map[string]any); str(function, "function_name") != "unnest" {
				return m.at(n, "reads from %s(): a model reads tables and unnest() only", str(function, "function_name"))
			}
		case "FUNCTION", "WINDOW_AGGREGATE":
			if name := strings.ToLower(str(n, "function_name")); slices.Contains(moody, name) {
				return m.at(n, "%s() gives another answer at another time or place", name)
			}
		case "COLUMN_REF":
			if names, _ := n["column_names"].([]any); len(names) == 1 && slices.Contains(moody, strings.ToLower(fmt.Sprint(names[0]))) {
				return m.at(n, "%v gives another answer at another time", names[0])
			}
		}
		for _, key := range sortedKeys(n) {
			if err := m.collect(n[key], scope, refs); err != nil {
				return err
			}
		}
	}
	return nil
}

// moody functions depend on the moment, the session or the outside.
var moody = []string{"now", "current_date", "current_time", "current_timestamp", "localtime", "localtimestamp", "today",
	"get_current_time", "get_current_timestamp", "transaction_timestamp", "random", "uuid", "gen_random_uuid", "uuidv4", "uuidv7", "setseed", "nextval",
	"currval", "getenv", "getvariable", "current_setting", "current_user", "current_database", "current_schema", "rowid", "read_text", "read_blob", "txid_current"}

func (m *Model) reference(table map[string]any, scope []string, refs map[string]bool) error {
	schema, name := str(table, "schema_name"), str(table, "table_name")
	switch {
	case str(table, "catalog_name") != "":
		return m.at(table, "%s.%s.%s: a table is named schema.table", str(table, "catalog_name"), schema, name)
	case schema != "":
		refs[schema+"."+name] = true
	case !slices.Contains(scope, name):
		return m.at(table, "%s is no step of this query; name a table as schema.table", name)
	}
	return nil
}

// namedColumns refuses a star in the last select of every branch.
func (m *Model) namedColumns(node any) error {
	n, ok := node.(map[string]any)
	if !ok {
		return nil
	}
	if n["type"] == "SET_OPERATION_NODE" {
		for _, side := range append([]any{n["left"], n["right"]}, list(n["children"])...) {
			if err := m.namedColumns(side); err != nil {
				return err
			}
		}
		return nil
	}
	for _, item := range list(n["select_list"]) {
		if column, _ := item.(map[string]any); column["type"] == "STAR" {
			return m.at(column, "the last select names every column; * is not allowed there")
		}
	}
	return nil
}

func (m *Model) at(node map[string]any, format string, args ...any) error {
	return &FileError{m.File, m.lineAt(offset(node)), fmt.Sprintf(format, args...)}
}

func offset(node map[string]any) int {
	at, _ := node["query_location"].(float64)
	return int(at)
}

func cteNames(node map[string]any) []string {
	ctes, _ := node["cte_map"].(map[string]any)
	var names []string
	for _, item := range list(ctes["map"]) {
		if pair, ok := item.(map[string]any); ok {
			names = append(names, str(pair, "key"))
		}
	}
	return names
}

func str(node map[string]any, key string) string {
	text, _ := node[key].(string)
	return text
}

func list(node any) []any {
	items, _ := node.([]any)
	return items
}

func sortedKeys(node map[string]any) []string {
	keys := make([]string, 0, len(node))
	for key := range node {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// Groups says, after Analyze, that the SELECT groups, orders within windows or removes duplicates somewhere: a part of its result then takes
// the whole of it.
func (m *Model) Groups() bool { return groups(m.tree) }

func groups(node any) bool {
	switch n := node.(type) {
	case []any:
		return slices.ContainsFunc(n, groups)
	case map[string]any:
		if n["class"] == "WINDOW" || n["type"] == "DISTINCT_MODIFIER" || len(list(n["group_expressions"])) > 0 {
			return true
		}
		for _, child := range n {
			if groups(child) {
				return true
			}
		}
	}
	return false
}
