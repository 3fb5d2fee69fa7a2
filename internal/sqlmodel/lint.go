package sqlmodel

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Lint lists where an analyzed model leaves the SQL that DuckDB and Trino read alike, or that has another answer on the
// other engine. The result is in the order of the file; empty means portable.
func Lint(m *Model) []*FileError {
	l := &linter{m: m}
	l.text()
	l.walk(m.tree, nil)
	slices.SortStableFunc(l.found, func(a, b *FileError) int { return a.Line - b.Line })
	return l.found
}

type linter struct {
	m     *Model
	found []*FileError
}

func (l *linter) report(at int, format string, args ...any) {
	l.found = append(l.found, &FileError{l.m.File, l.m.lineAt(at), fmt.Sprintf(format, args...)})
}

// quietText matches what is no SQL: comments, texts, quoted names.
var quietText = regexp.MustCompile(`--[^\n]*|'(?:[^']|'')*'|"[^"]*"`)

var textRules = []struct {
	pattern *regexp.Regexp
	say     string
}{
	{regexp.MustCompile(`::`), ":: is DuckDB's: write cast(x as type)"},
	{regexp.MustCompile(`(?i)(^|\()\s*from\b`), "FROM first is DuckDB's: begin with select"},
	{regexp.MustCompile(`(?i)\bignore\s+nulls\b`), "ignore nulls is spelt differently"},
	{regexp.MustCompile(`(?i)\bwithin\s+group\b`), "within group has no common form: text_join(array_agg(x order by y), ';'), quantile_of(array_agg(x), p)"},
	{regexp.MustCompile(`(?i)\b(semi|anti|positional|asof)\s+join\b`), "this join is DuckDB's: write exists or a plain join"},
	{regexp.MustCompile(`(?i)\busing\s+sample\b|\btablesample\b`), "samples differ from run to run"},
	{regexp.MustCompile(`\[`), "brackets are DuckDB's lists: use rows"},
	{regexp.MustCompile(`->|\blambda\b`), "lambdas are spelt differently"},
	{regexp.MustCompile(`\*\*|\^`), "powers: multiply, or power()"},
	{regexp.MustCompile(`(?i)\bilike\b|\bsimilar\s+to\b|\bglob\b|~`), "pattern: like, or regex_match()"},
	{regexp.MustCompile(`%`), "remainder: mod()"},
}

// text holds the rules that the syntax tree no longer shows.
func (l *linter) text() {
	bare := quietText.ReplaceAllStringFunc(l.m.SQL, func(quiet string) string {
		return strings.Map(func(r rune) rune {
			if r == '\n' {
				return r
			}
			return ' '
		}, quiet)
	})
	for _, rule := range textRules {
		if at := rule.pattern.FindStringIndex(bare); at != nil {
			l.report(at[0]+strings.IndexFunc(bare[at[0]:], func(r rune) bool { return r != '\n' && r != ' ' }), "%s", rule.say)
		}
	}
}

// elsewhere are functions that are missing, or answer differently, on the other engine, and what to write.
var elsewhere = map[string]string{
	"/": "ratio() or int_div()", "//": "int_div()", "%": "mod()", "avg": "ratio(sum(x), count(x))",
	"string_agg": "text_join(array_agg(x order by y), ';')", "listagg": "text_join(array_agg(x order by y), ';')", "group_concat": "text_join(array_agg(x order by y), ';')",
	"array_to_string": "text_join()", "string_split": "split_list()", "str_split": "split_list()", "generate_series": "int_range() or date_range()", "range": "int_range()",
	"isodow": "iso_dow()", "last_day": "month_end()", "md5": "md5_hex()", "date_trunc": "month_start(), quarter_start(), year_start()", "datediff": "days_between()",
	"date_add": "add_days()", "dateadd": "add_days()", "date_sub": "days_between()", "regexp_matches": "regex_match()", "quantile_cont": "quantile_of(array_agg(x), p)", "quantile_disc": "quantile_of(array_agg(x), p)",
	"quantile": "quantile_of(array_agg(x), p)", "median": "quantile_of(array_agg(x), 0.5)", "approx_quantile": "quantile_of(array_agg(x), p)", "approx_count_distinct": "count(distinct x)",
	"first": "min_by() with a full order", "last": "max_by() with a full order", "any": "bool_or()", "arg_min": "min_by()", "arg_max": "max_by()", "list": "array_agg()", "list_value": "rows",
	"struct_pack": "columns", "row": "columns", "strftime": "month_of(), quarter_of()", "strptime": "a column of the right type", "format": "||", "printf": "||", "hash": "md5_hex()", "ifnull": "coalesce()",
	"to_days": "add_days()", "to_months": "add_months()", "to_years": "add_months()", "to_hours": "a number", "to_minutes": "a number", "to_seconds": "a number", "count_star_if": "count(*) filter", "len": "length()",
	"unnest": "cross join unnest(split_list(x)) as u(item)",
}

func (l *linter) walk(node any, parents []map[string]any) {
	switch n := node.(type) {
	case []any:
		for _, child := range n {
			l.walk(child, parents)
		}
	case map[string]any:
		l.node(n, parents)
		inside := append(parents[:len(parents):len(parents)], n)
		for _, key := range sortedKeys(n) {
			if n["type"] == "TABLE_FUNCTION" && key == "function" {
				function, _ := n[key].(map[string]any)
				l.walk(function["children"], inside) // unnest in from is the right place for it
				continue
			}
			l.walk(n[key], inside)
		}
	}
}

func (l *linter) node(n map[string]any, parents []map[string]any) {
	at := offset(n)
	switch n["type"] {
	case "SELECT_NODE":
		l.selectNode(n)
	case "JOIN":
		if kind := str(n, "ref_type"); kind == "ASOF" || kind == "POSITIONAL" {
			l.report(at, "%s join is DuckDB's", strings.ToLower(kind))
		}
	case "STAR":
		if n["exclude_list"] != nil || n["replace_list"] != nil || n["rename_list"] != nil || n["qualified_exclude_list"] != nil || n["columns"] != nil {
			l.report(at, "EXCLUDE, REPLACE and COLUMNS are DuckDB's: name the columns")
		}
	case "FUNCTION":
		l.function(n, parents)
	}
	if n["class"] == "WINDOW" {
		l.window(n, parents)
	}
	if n["class"] == "COMPARISON" {
		for _, side := range []string{"left", "right"} {
			if text, ok := constantText(n[side]); ok && dateShape.MatchString(text) {
				l.report(at, "a text is compared with a day: write date '%s'", text)
			}
		}
	}
}

var dateShape = regexp.MustCompile(`^\d{4}-\d\d-\d\d`)

func (l *linter) function(n map[string]any, parents []map[string]any) {
	at, name := offset(n), strings.ToLower(str(n, "function_name"))
	if instead, ok := elsewhere[name]; ok {
		l.report(at, "%s differs between engines: write %s", name, instead)
	}
	switch name {
	case "sum", "count_if":
		if !castParent(parents) {
			l.report(at, "%s widens its type: write cast(%s(…) as bigint) or as decimal(18,2)", name, name)
		}
	case "greatest", "least":
		for _, child := range list(n["children"]) {
			if c, ok := child.(map[string]any); ok && c["class"] == "COLUMN_REF" {
				l.report(at, "%s treats null differently: coalesce its arguments", name)
				break
			}
		}
	case "concat", "concat_ws":
		l.report(at, "%s treats null differently: write || over coalesced texts", name)
	}
}

func (l *linter) window(n map[string]any, parents []map[string]any) {
	at, name := offset(n), str(n, "function_name")
	if n["filter_expr"] != nil {
		l.report(at, "FILTER with OVER is DuckDB's: put case when inside")
	}
	if name == "sum" && !castParent(parents) {
		l.report(at, "sum widens its type: write cast(sum(…) over (…) as bigint)")
	}
	switch n["type"] {
	case "WINDOW_ROW_NUMBER", "WINDOW_FIRST_VALUE", "WINDOW_LAST_VALUE", "WINDOW_NTH_VALUE", "WINDOW_LAG", "WINDOW_LEAD", "WINDOW_NTILE":
		if len(list(n["orders"])) == 0 {
			l.report(at, "%s without an order gives another answer each time", name)
		}
	}
	for _, order := range list(n["orders"]) {
		if o, ok := order.(map[string]any); ok && o["type"] == "DESCENDING" && o["null_order"] == "ORDER_DEFAULT" {
			l.report(at, "desc: say nulls last or nulls first")
		}
	}
}

// selectNode looks for QUALIFY, GROUP BY ALL and aliases used again inside the select that defines them.
func (l *linter) selectNode(n map[string]any) {
	if n["qualify"] != nil {
		l.report(offset(mapOf(n["qualify"])), "QUALIFY is DuckDB's: number rows in one step, keep them in the next")
	}
	if n["aggregate_handling"] == "FORCE_AGGREGATES" {
		l.report(offset(mapOf(n["from_table"])), "GROUP BY ALL is DuckDB's: name the columns")
	}
	aliases := map[string]bool{}
	for _, item := range list(n["select_list"]) {
		expr := mapOf(item)
		l.reused(expr, aliases)
		alias, names := str(expr, "alias"), list(expr["column_names"])
		if alias != "" && !(len(names) > 0 && names[len(names)-1] == alias) {
			aliases[alias] = true
		}
	}
	for _, clause := range []string{"where_clause", "group_expressions", "having"} {
		l.reused(n[clause], aliases)
	}
}

// reused reports an unqualified column that has the name of an alias of the same select.
func (l *linter) reused(node any, aliases map[string]bool) {
	switch n := node.(type) {
	case []any:
		for _, child := range n {
			l.reused(child, aliases)
		}
	case map[string]any:
		if n["class"] == "SUBQUERY" {
			return
		}
		if names := list(n["column_names"]); n["class"] == "COLUMN_REF" && len(names) == 1 && aliases[fmt.Sprint(names[0])] {
			l.report(offset(n), "%v is an alias of the same select: repeat the expression, or qualify the column", names[0])
		}
		for _, key := range sortedKeys(n) {
			l.reused(n[key], aliases)
		}
	}
}

// typedByName are the functions whose parameters give a sum its type.
var typedByName = map[string]bool{"ratio": true, "int_div": true, "dec2": true, "round_int": true}

func castParent(parents []map[string]any) bool {
	for _, parent := range slices.Backward(parents) {
		switch {
		case parent["class"] == "CAST":
			return true
		case parent["class"] == "OPERATOR", parent["class"] == "FUNCTION" && str(parent, "function_name") == "nullif":
			continue // coalesce(sum(x), 0) inside a cast
		}
		return parent["class"] == "FUNCTION" && typedByName[str(parent, "function_name")]
	}
	return false
}

func constantText(node any) (string, bool) {
	n := mapOf(node)
	if n["class"] != "CONSTANT" {
		return "", false
	}
	value := mapOf(n["value"])
	if mapOf(value["type"])["id"] != "VARCHAR" {
		return "", false
	}
	text, ok := value["value"].(string)
	return text, ok
}

func mapOf(node any) map[string]any {
	n, _ := node.(map[string]any)
	return n
}
