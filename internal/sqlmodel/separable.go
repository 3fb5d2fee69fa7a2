package sqlmodel

import (
	"maps"
	"slices"
	"strings"
)

// Separable looks for what no table that is @by can hold, because it depends on rows of other enterprises: a window over all rows, a
// limit, an aggregate over all rows of a table that is @by. byEnterprise says which tables are. It finds the plain cases; that the columns
// of a partition or a join keep enterprises apart is for the author to know. The model must be analyzed.
func Separable(m *Model, byEnterprise func(table string) bool) error {
	s := separator{m: m, by: byEnterprise}
	s.walk(m.tree, map[string]bool{})
	if s.found != nil {
		return s.found
	}
	return nil
}

type separator struct {
	m     *Model
	by    func(string) bool
	found *FileError
}

func (s *separator) report(n map[string]any, what string) {
	if s.found == nil {
		s.found = &FileError{s.m.File, s.m.lineAt(offset(n)), what + " depends on rows of other enterprises: the model is not @by"}
	}
}

// walk visits a syntax tree; steps are the steps of enclosing queries, and whether they hold rows of enterprises.
func (s *separator) walk(node any, steps map[string]bool) {
	switch n := node.(type) {
	case []any:
		for _, child := range n {
			s.walk(child, steps)
		}
	case map[string]any:
		if ctes, _ := n["cte_map"].(map[string]any); ctes != nil {
			steps = maps.Clone(steps)
			for _, item := range list(ctes["map"]) {
				pair := mapOf(item)
				steps[str(pair, "key")] = s.reads(pair["value"], steps)
			}
		}
		switch {
		case n["class"] == "WINDOW" && len(list(n["partitions"])) == 0:
			s.report(n, "a window without a partition")
		case n["type"] == "LIMIT_MODIFIER" || n["type"] == "LIMIT_PERCENT_MODIFIER":
			s.report(n, "a limit")
		case n["type"] == "SELECT_NODE" && len(list(n["group_expressions"])) == 0 && s.reads(n["from_table"], steps) && aggregates(n["select_list"]):
			s.report(n, "an aggregate over all rows")
		}
		for _, key := range sortedKeys(n) {
			s.walk(n[key], steps)
		}
	}
}

// reads says whether a part of a query reads rows of enterprises.
func (s *separator) reads(node any, steps map[string]bool) bool {
	switch n := node.(type) {
	case []any:
		return slices.ContainsFunc(n, func(child any) bool { return s.reads(child, steps) })
	case map[string]any:
		if n["type"] == "BASE_TABLE" {
			if schema := str(n, "schema_name"); schema != "" {
				return s.by(schema + "." + str(n, "table_name"))
			}
			return steps[str(n, "table_name")]
		}
		for _, child := range n {
			if s.reads(child, steps) {
				return true
			}
		}
	}
	return false
}

// aggregates says whether expressions hold an aggregate that is not inside a window or a query of its own.
func aggregates(node any) bool {
	switch n := node.(type) {
	case []any:
		return slices.ContainsFunc(n, aggregates)
	case map[string]any:
		if n["class"] == "WINDOW" || n["class"] == "SUBQUERY" {
			return false
		}
		if n["class"] == "FUNCTION" && slices.Contains(aggregateNames(), strings.ToLower(str(n, "function_name"))) {
			return true
		}
		for _, child := range n {
			if aggregates(child) {
				return true
			}
		}
	}
	return false
}

func aggregateNames() []string {
	return []string{"count", "count_star", "sum", "min", "max", "avg", "bool_or", "bool_and", "array_agg", "min_by", "max_by", "median", "quantile_cont"}
}
