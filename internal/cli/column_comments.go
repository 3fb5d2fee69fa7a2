package cli

import (
	"context"
	"fmt"
	"strings"

	"tongbao/internal/warehouse"
)

// tableComments and columnComments describe what Go writes; what models write bears the comments of their headers.
func tableComments() map[string]string {
	return map[string]string{
		"mart.figure":              "One row per figure: metric, period, span, region, scope and slice, with numerator, denominator, value, bounds, rank and prior values.",
		"mart.metric":              "One row per metric: names, definitions, unit, aims and the SQL of its evidence.",
		"mart.change":              "Year-on-year and quarter-on-quarter over regions with data in both periods.",
		"mart.index":               "The composite 执法效能指数 per region, never shown without its components.",
		"mart.index_component":     "One row per region and component of the composite index.",
		"mart.funnel":              "Control limits around the pooled rate, one row per figure of a ranked proportion.",
		"mart.km_curve":            "Kaplan–Meier curves of recurrence: one row per day with an event, and every thirtieth.",
		"mart.closed_period":       "The periods that are signed off, and the version their figures come from.",
		"mart.restatement":         "Figures of signed-off periods that later data would change.",
		"mart.restatement_row":     "Rows that came, changed or went since a period was signed off, one line per changed column.",
		"mart.restatement_subject": "Subjects of restated figures that count differently since the signing (of each county and figure the first 50; explain lists all), each with the first of the rows that did it.",
		"mart.reconciliation":      "The identities between figures that were checked before publishing.",
		"rollup.cell":              "Sums of the evidence, before regions: what the figures are made of, and what a late file adds to.",
		"rollup.value_cell":        "Numbers of subjects by value, for medians, percentiles and maxima.",
		"rollup.survival_cell":     "Numbers of subjects by days until the event or until last seen.",
		"run.owner":                "The tables that go by enterprise: a row depends on the rows of one alone.",
		"run.closed_period":        "The signed-off periods as this build found them.",
		"run.closed_figure":        "The figures of signed-off periods as they were signed.",
	}
}

func columnComments() map[string]string {
	return map[string]string{
		"aggregate": "ratio, count, median, p90, max, km or value", "at_risk": "subjects still at risk on the day", "band": "front, middle or back third; empty when the rank interval crosses a third", "base_den": "denominator of the base period",
		"base_num": "numerator of the base period", "base_period": "period compared with", "base_value": "value of the base period", "basis": "law, document or comparison it rests on", "better": "higher, lower or none", "cause": "late_rows, changed_rows, definition or parameters",
		"censored": "subjects censored on the day", "closed_at": "when it was signed off, local time", "closed_by": "who signed it off", "city_code": "city it belongs to; empty for the province itself", "code": "code as the warehouse holds it", "column_name": "column of the code list", "components": "how many components have a value",
		"cumulative": "1 − survival", "cut_off": "moment up to which rows count, local time", "cut_off_date": "its day; nothing after it has happened", "d": "day on which the period is looked at", "dataset": "dataset of the contracts", "datasets": "datasets its evidence comes from", "day": "calendar day, or day since the start of a curve",
		"definition": "definition in force when it was signed", "definition_en": "definition, English", "definition_zh": "definition, Chinese", "den": "denominator", "difference": "value − base value", "duplicate_days": "D: visits this close may be duplicates", "entry_days": "working days allowed for entering a visit",
		"events": "events on the day", "excluded": "region codes left out, ;-separated", "figure_id": "short stable name of the figure", "figures": "how many figures the identity covers", "first_day": "first day of the quarter", "first_year": "first year with figures", "formula": "value from num and den where it is not their ratio",
		"goal": "goal, where there is one", "has_interval": "it has a 95 % interval", "hash": "hash over the signed figures", "identity": "what must be equal", "inspection_disclosure_days": "working days allowed for making a visit's result public", "is_by_enterprise": "what it says of an enterprise depends on that enterprise alone", "is_census": "a count of all, no estimate: its rank is exact",
		"is_goal_met": "the value reaches the goal", "is_held": "the identity holds", "is_ranked": "cities are ranked by it", "is_small": "the base is under min_base", "is_snapshot": "every export is a whole snapshot", "is_suppressed": "no percent change: the base is under min_base", "is_workday": "a working day",
		"kind": "kind of inspection", "label": "Chinese name", "last_day": "last day of the quarter", "late_rows": "rows received after signing", "level": "province, city or county", "lower": "lower bound, 95 %", "lower_95": "lower control limit, 95 %", "lower_998": "lower control limit, 99.8 %",
		"many_hazards": "that many general hazards in a year oblige the plan", "metric": "id of the metric", "min_base": "smallest base that is compared", "name": "name", "new_den": "denominator now", "new_num": "numerator now", "new_value": "value now", "note": "remark", "owner_column": "the column that says whose a row is", "table_name": "schema and table", "num": "numerator", "old_code": "code no longer in force",
		"old_den": "denominator as signed", "old_num": "numerator as signed", "old_value": "value as signed", "parent_code": "region above", "penalty_disclosure_days": "working days allowed for making a penalty public", "percent": "change in per cent of a count or amount", "period": "quarter, as 2020Q1", "period_index": "quarters since the first of the first year, from 0",
		"phi": "over-dispersion of the winsorised z-scores", "pooled": "rate over all regions together", "position": "inside, high or low, by the widened limits where there are some", "prior_value": "the same figure a quarter earlier", "prior_year_value": "the same figure a year earlier", "province": "root of the region tree", "quarter": "1 to 4",
		"rank": "rank among the cities", "rank_high": "95 % end of the rank", "rank_low": "5 % end of the rank", "rank_of": "how many are ranked", "reason": "why", "recurrence_days": "W: recurring within this many days", "region_code": "GB/T 2260 code", "regions": "how many regions are in both periods", "review_days": "days allowed for the review",
		"scope": "all: everything under the code; own: exactly the code", "scopes": "scopes the metric has", "score": "min(1, value ÷ goal), or its inverse", "slice": "empty, or column=value", "slices": "columns it can be sliced by", "sort_order": "order in tables", "span": "quarter, ytd or at", "spans": "spans the metric has", "sql": "SQL of its evidence",
		"subject": "what one row of evidence is", "survival": "share without recurrence", "tau2": "variance between regions", "theme": "A to E, or a theme of the project", "theta_den": "denominator of the overlap that makes a duplicate", "theta_num": "numerator of the overlap that makes a duplicate", "title_en": "name, English", "title_zh": "name, Chinese", "unit": "unit of the value",
		"upper": "upper bound, 95 %", "upper_95": "upper control limit, 95 %", "upper_998": "upper control limit, 99.8 %", "valid_from": "day from which the new code holds", "value": "the value; a ratio as a fraction", "version": "published version", "weight": "weight in the index", "wide_lower_95": "lower limit widened for over-dispersion, 95 %", "wide_lower_998": "lower limit widened for over-dispersion, 99.8 %",
		"wide_upper_95": "upper limit widened for over-dispersion, 95 %", "wide_upper_998": "upper limit widened for over-dispersion, 99.8 %", "word": "word people read", "workday_index": "working days up to and including the day, since the calendar began", "workdays_of_year": "working days of the year", "workdays_to_d": "working days from 1 January to d", "year": "year", "year_start": "1 January",
		"subject_kind": "what the subject is", "subject_id": "its id", "counted_then": "the part it counted in when signed; — for none", "counted_now": "the part it counts in now; — for none", "num_change": "what it brings to the numerator, or takes", "den_change": "what it brings to the denominator, or takes",
		"why": "how the row stands behind the subject", "rows_behind": "how many changed rows stand as close behind the subject",
		"changed_rows": "rows changed or withdrawn after signing", "source_rows": "FILE:SHEET:ROW of the first three rows behind it", "row_key": "its key", "what": "new, changed or withdrawn",
		"file": "file the row is in now", "old_file": "file it was in when signed", "old_sheet": "its sheet", "old_row": "its row", "uscc": "enterprise it is about", "agency_code": "agency it is of",
		"closed_on": "day it was closed", "state": "state", "file_id": "file of a row behind it", "sheet": "its sheet", "row_number": "its row",
		"days": "days until the event, or until last seen", "event": "the event came", "subjects": "how many subjects of the evidence",
	}
}

// commentTables writes the comments of what Go made; a column that has one of its own keeps it.
func commentTables(ctx context.Context, db *warehouse.DB) error {
	var sql strings.Builder
	tables, err := warehouse.Select[string](ctx, db, `select schema_name || '.' || table_name from duckdb_tables()
		where database_name = current_database() and schema_name in ('run', 'core', 'mart', 'rollup') and comment is null order by 1`)
	if err != nil {
		return err
	}
	known := tableComments()
	for _, table := range tables {
		if known[table] != "" {
			fmt.Fprintf(&sql, "comment on table %s is %s;", table, warehouse.Literal(known[table]))
		}
	}
	type column struct {
		Table string `db:"full_name"`
		Name  string `db:"column_name"`
	}
	columns, err := warehouse.Select[column](ctx, db, `select c.schema_name || '.' || c.table_name as full_name, c.column_name from duckdb_columns() as c
		where c.database_name = current_database() and c.schema_name in ('run', 'core', 'mart', 'rollup') and c.comment is null order by full_name, c.column_index`)
	if err != nil {
		return err
	}
	names := columnComments()
	for _, c := range columns {
		if names[c.Name] != "" {
			fmt.Fprintf(&sql, "comment on column %s.%s is %s;", c.Table, warehouse.Ident(c.Name), warehouse.Literal(names[c.Name]))
		}
	}
	if sql.Len() == 0 {
		return nil
	}
	return warehouse.Together(ctx, db, sql.String())
}
