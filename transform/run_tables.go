package transform

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tongbao/internal/calendar"
	"tongbao/internal/contract"
	"tongbao/internal/warehouse"
)

// runSchema is every table of run except period, with the comments analysts see.
const runSchema = `
create schema run;
create table run.parameter (
  cut_off timestamp, cut_off_date date, first_year integer, province varchar,
  recurrence_days integer, duplicate_days integer, theta_num integer, theta_den integer, review_days integer, entry_days integer,
  inspection_disclosure_days integer, penalty_disclosure_days integer, many_hazards integer, min_base integer, calendar_note varchar);
create table run.calendar (day date, is_workday boolean, workday_index integer);
create table run.region (region_code varchar, name varchar, level varchar, parent_code varchar, sort_order integer);
create table run.region_alias (old_code varchar, region_code varchar, valid_from date);
create table run.code (dataset varchar, column_name varchar, code varchar, word varchar, sort_order integer);
create table run.dataset (dataset varchar, label varchar, is_snapshot boolean);
create table run.exempt_kind (kind varchar, basis varchar);
create table run.goal (metric varchar, goal double);
create table run.index_weight (metric varchar, weight double);
create table run.period (
  period_index integer, period varchar, year integer, quarter integer, first_day date, last_day date, d date, year_start date,
  workdays_to_d integer, workdays_of_year integer);
comment on table run.parameter is 'One row: the cut-off and the parameters of this version.';
comment on column run.parameter.calendar_note is 'Years without holiday data, if any were used.';
comment on table run.calendar is 'One row per day; workday_index counts the working days up to and including it.';
comment on table run.region is 'The regions of the province, in administrative order.';
comment on table run.region_alias is 'Codes no longer in force and what took their place.';
comment on table run.code is 'The closed lists of the contracts: code and word.';
comment on table run.dataset is 'The datasets of the contracts.';
comment on table run.exempt_kind is 'Kinds of inspection that never make a duplicate.';
comment on table run.goal is 'Goals set by the project over those of the metrics.';
comment on table run.index_weight is 'Weights of the composite index.';
comment on table run.period is 'The quarters with figures; d is the last day of the quarter or of the cut-off.';
`

// writeRun writes the inputs of the build. run.period stays empty until core knows the first year.
func writeRun(ctx context.Context, q warehouse.Queryer, in Inputs) error {
	if in.CutOff.IsZero() {
		return errors.New("a build needs a cut-off")
	}
	root, ok := in.Regions.Lookup(in.Province)
	if !ok {
		return fmt.Errorf("province %s is not in the region tree; see `province` and `regions` in tongbao.yaml", in.Province)
	}
	var regions, aliases, codes, datasets, exempt, goals, weights rows
	for i, r := range in.Regions.Under(root.Code) {
		regions.add(text(r.Code), text(r.Name), text(string(r.Level)), text(r.Parent), fmt.Sprint(i+1))
	}
	for _, a := range in.Regions.Aliases(root.Code) {
		aliases.add(text(a.OldCode), text(a.Code), day(a.Since))
	}
	for _, c := range in.Contracts.Codes() {
		codes.add(text(c.Dataset), text(c.Column), text(c.Code), text(c.Word), fmt.Sprint(c.SortOrder))
	}
	for _, d := range in.Contracts.Datasets {
		datasets.add(text(d.Name), text(d.Label), fmt.Sprint(d.Export == contract.Snapshot))
	}
	for _, kind := range in.Parameters.ExemptKinds {
		exempt.add(text(kind), text(exemptBasis(kind)))
	}
	for _, metric := range slices.Sorted(maps.Keys(in.Parameters.Goals)) {
		goals.add(text(metric), fmt.Sprint(in.Parameters.Goals[metric]))
	}
	for _, metric := range slices.Sorted(maps.Keys(in.Parameters.Index)) {
		weights.add(text(metric), fmt.Sprint(in.Parameters.Index[metric]))
	}
	p := in.Parameters
	var parameter rows
	parameter.add("timestamp "+text(in.CutOff.Format("2006-01-02 15:04:05.999999")), day(in.CutOff), "null", text(in.Province),
		fmt.Sprint(p.RecurrenceDays), fmt.Sprint(p.DuplicateDays), fmt.Sprint(p.ThetaNum), fmt.Sprint(p.ThetaDen), fmt.Sprint(p.ReviewDays),
		fmt.Sprint(p.EntryDays), fmt.Sprint(p.InspectionDisclosureDays), fmt.Sprint(p.PenaltyDisclosureDays), fmt.Sprint(p.ManyHazards), fmt.Sprint(p.MinBase), "null")
	sql := runSchema + parameter.into("parameter") + regions.into("region") + aliases.into("region_alias") + codes.into("code") +
		datasets.into("dataset") + exempt.into("exempt_kind") + goals.into("goal") + weights.into("index_weight")
	_, err := q.ExecContext(ctx, sql)
	return err
}

// writePeriods fills run.period and run.calendar, once core knows the first year with a plan item or an inspection.
func writePeriods(ctx context.Context, q warehouse.Queryer, in Inputs) error {
	last := in.CutOff.Year()
	first, err := firstYear(ctx, q, in)
	if err != nil {
		return err
	}
	cutOff := calendar.DayOf(in.CutOff)
	var periods, days rows
	for quarter := (calendar.Quarter{Year: first, Number: 1}); !quarter.First().After(cutOff); quarter = quarter.Next() {
		d := quarter.Last()
		if d.After(cutOff) {
			d = cutOff
		}
		start := calendar.Date(quarter.Year, time.January, 1)
		periods.add(fmt.Sprint(quarter.Index(first)), text(quarter.String()), fmt.Sprint(quarter.Year), fmt.Sprint(quarter.Number), day(quarter.First()), day(quarter.Last()),
			day(d), day(start), fmt.Sprint(in.Calendar.Workdays(start, d)), fmt.Sprint(in.Calendar.Workdays(start, calendar.Date(quarter.Year, time.December, 31))))
	}
	// A year on either side: limits counted in working days reach past the year's end.
	for _, d := range in.Calendar.Days(calendar.Date(first-1, time.January, 1), calendar.Date(last+1, time.December, 31)) {
		days.add(day(d.Date), fmt.Sprint(d.IsWorkday), fmt.Sprint(d.Index))
	}
	_, err = q.ExecContext(ctx, periods.into("period")+days.into("calendar")+
		fmt.Sprintf("update run.parameter set first_year = %d, calendar_note = %s;", first, text(in.Calendar.Note(first, last))))
	return err
}

// exemptBasis is why a kind of inspection never makes a duplicate.
func exemptBasis(kind string) string {
	switch kind {
	case "review":
		return "复查验收是闭环管理的一步"
	case "complaint", "assigned", "media":
		return "有线索的检查不受频次限制(国办发〔2024〕54号)"
	case "accident", "emergency":
		return "事故调查和应急处置依法必须到场"
	case "licence", "requested":
		return "由企业申请引起"
	case "upper_check":
		return "上级对下级执法的抽查"
	}
	return "tongbao.yaml: parameters.exempt_kinds"
}

// rows collects value lists for one insert.
type rows struct{ lines []string }

func (r *rows) add(values ...string) {
	r.lines = append(r.lines, "("+strings.Join(values, ", ")+")")
}

func (r *rows) into(table string) string {
	if len(r.lines) == 0 {
		return ""
	}
	return "insert into run." + table + " values " + strings.Join(r.lines, ",\n") + ";\n"
}

func text(value string) string {
	if value == "" {
		return "null"
	}
	return warehouse.Literal(value)
}

func day(d time.Time) string { return "date '" + d.Format("2006-01-02") + "'" }

// RunTables names the tables of run, as models may read them.
func RunTables() []string {
	return []string{"run.calendar", "run.code", "run.dataset", "run.exempt_kind", "run.goal", "run.index_weight", "run.parameter", "run.period", "run.region", "run.region_alias"}
}
