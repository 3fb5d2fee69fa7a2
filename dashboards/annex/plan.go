package annex

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"strings"

	"tongbao/dashboards"
)

// Kind says how a column's values are printed.
type Kind int

// Kinds of columns.
const (
	Text Kind = iota
	Count
	Percent // a fraction
	Points  // a difference of fractions
	Wanyuan // 10,000 yuan
)

// Column is one column of the plan table; Head joins the two header rows with "/".
type Column struct {
	Head  string
	Kind  Kind
	Width float64 // characters
	total total
	help  bool // holds only what a total is computed from
}

// total says how the total row of a column follows from the rows and columns of the table.
type total struct {
	sum      bool
	num, den string // heads whose totals are divided
	pace     bool   // … less the working-day line
}

// Value is one cell: a number with the figure it comes from, or words.
type Value struct {
	Number *float64
	Text   string // words, or why there is no number
	Source string // figure id
	Small  bool   // base under min_base
}

// PlanTable is 年度执法计划完成情况统计表 for a region: one row per part of it, and the total.
type PlanTable struct {
	Columns []Column
	Rows    [][]Value
	Total   []Value
	Pace    [2]int // working days gone by, working days of the year
}

// Input is what the annex is made of. Region is the province, or a city or county that gets only its own rows.
type Input struct {
	DB      dashboards.Queryer
	Mart    *dashboards.Mart
	Period  dashboards.Period
	Version string
	Office  string
	Region  string
	foreign map[string]bool // names of agencies the region may not see
}

func columns() []Column {
	sum := total{sum: true}
	return []Column{
		{Head: "序号", Kind: Count, Width: 4.5},
		{Head: "地区", Kind: Text, Width: 12},
		{Head: "执法人员数", Kind: Count, Width: 6, total: sum},
		{Head: "年度计划/重点", Kind: Count, Width: 6.5, total: sum},
		{Head: "年度计划/一般", Kind: Count, Width: 6.5, total: sum},
		{Head: "年度计划/合计", Kind: Count, Width: 7, total: sum},
		{Head: "重点占比", Kind: Percent, Width: 7.5, total: total{num: "年度计划/重点", den: "年度计划/合计"}},
		{Head: "双随机占比", Kind: Percent, Width: 7.5, total: total{num: "双随机项数", den: "年度计划/合计"}},
		{Head: "计划调整/增补", Kind: Count, Width: 6, total: sum},
		{Head: "计划调整/核减", Kind: Count, Width: 6, total: sum},
		{Head: "本季应完成", Kind: Count, Width: 6, total: sum},
		{Head: "本季完成/重点", Kind: Count, Width: 6, total: sum},
		{Head: "本季完成/一般", Kind: Count, Width: 6, total: sum},
		{Head: "累计完成/重点", Kind: Count, Width: 6, total: sum},
		{Head: "累计完成/一般", Kind: Count, Width: 6, total: sum},
		{Head: "累计完成/合计", Kind: Count, Width: 6.5, total: sum},
		{Head: "累计完成率", Kind: Percent, Width: 8, total: total{num: "累计完成/合计", den: "年度计划/合计"}},
		{Head: "序时进度差", Kind: Points, Width: 8, total: total{num: "累计完成/合计", den: "年度计划/合计", pace: true}},
		{Head: "检查家次", Kind: Count, Width: 7, total: sum},
		{Head: "计划外家次", Kind: Count, Width: 6, total: sum},
		{Head: "发现隐患/一般", Kind: Count, Width: 7, total: sum},
		{Head: "发现隐患/重大", Kind: Count, Width: 6, total: sum},
		{Head: "到期应整改", Kind: Count, Width: 6, total: sum},
		{Head: "已整改", Kind: Count, Width: 7, total: sum},
		{Head: "整改率", Kind: Percent, Width: 8, total: total{num: "已整改", den: "到期应整改"}},
		{Head: "复发率", Kind: Percent, Width: 8, total: total{num: "复发起数", den: "再检起数"}},
		{Head: "重复检查家次", Kind: Count, Width: 9.4, total: sum},
		{Head: "处罚次数", Kind: Count, Width: 6.5, total: sum},
		{Head: "罚款（万元）", Kind: Wanyuan, Width: 9, total: sum},
		{Head: "系统录入率", Kind: Percent, Width: 8, total: total{num: "及时录入家次", den: "应录入家次"}},
		{Head: "上报时间/是否迟报", Kind: Text, Width: 22},
		{Head: "备注", Kind: Text, Width: 17},
		{Head: "双随机项数", Kind: Count, Width: 6, total: sum, help: true},
		{Head: "再检起数", Kind: Count, Width: 6, total: sum, help: true},
		{Head: "复发起数", Kind: Count, Width: 6, total: sum, help: true},
		{Head: "应录入家次", Kind: Count, Width: 6, total: sum, help: true},
		{Head: "及时录入家次", Kind: Count, Width: 6, total: sum, help: true},
	}
}

// reader finds the values of one row.
type reader struct {
	ctx   context.Context
	in    Input
	steps map[string]map[string]int64 // region/scope → step → items
	keyed map[string]dashboards.Figure
	late  map[string]string

	restSeen bool // some figure has a rest
}

// BuildPlan reads the plan table of a region.
func BuildPlan(ctx context.Context, in Input) (PlanTable, error) {
	r := &reader{ctx: ctx, in: in}
	for _, read := range []func() error{r.readSteps, r.readKeyed, r.readLate} {
		if err := read(); err != nil {
			return PlanTable{}, fmt.Errorf("plan table of %s: %w", in.Period.Name, err)
		}
	}
	table := PlanTable{Columns: columns(), Pace: [2]int{in.Period.WorkdaysToD, max(1, in.Period.WorkdaysOfYear)}}
	region, ok := in.Mart.Region(in.Region)
	if !ok {
		return PlanTable{}, fmt.Errorf("plan table: the version has no region %s", in.Region)
	}
	parts := in.Mart.Children(region.Code)
	if len(parts) == 0 {
		parts = []dashboards.Region{region}
	} else if r.hasOwn(region.Code) {
		table.Rows = append(table.Rows, r.row(table.Columns, len(table.Rows)+1, region.Code, dashboards.ScopeOwn, ownName(region)))
	}
	for _, part := range parts {
		table.Rows = append(table.Rows, r.row(table.Columns, len(table.Rows)+1, part.Code, dashboards.ScopeAll, part.Name))
	}
	if rest := r.row(table.Columns, len(table.Rows)+1, region.Code, dashboards.ScopeRest, dashboards.RestName); r.restSeen && region.Level != dashboards.LevelCounty {
		table.Rows = append(table.Rows, rest)
	}
	table.Total = r.row(table.Columns, 0, region.Code, dashboards.ScopeAll, "合计")
	r.fillOwnKeyed(&table)
	return table, nil
}

func ownName(region dashboards.Region) string {
	if region.Level == dashboards.LevelProvince {
		return "省本级"
	}
	return "市本级"
}

func (r *reader) get(metric, span, region, scope string) (dashboards.Figure, string, bool) {
	if scope == dashboards.ScopeRest {
		return r.rest(metric, span, region)
	}
	key := dashboards.Key{Metric: metric, Period: r.in.Period.Name, Span: span, Region: region, Scope: scope}
	f, ok := r.in.Mart.Figure(key)
	if ok {
		return f, f.ID, true
	}
	id := metric + "." + key.Period + map[string]string{dashboards.SpanQuarter: "q", dashboards.SpanYTD: "y"}[span] + "." + region
	if scope == dashboards.ScopeOwn {
		id += "o"
	}
	return f, id, false
}

// rest is what the rows of the table leave of a region's figure.
func (r *reader) rest(metric, span, region string) (dashboards.Figure, string, bool) {
	whole, id, ok := r.get(metric, span, region, dashboards.ScopeAll)
	if definition, known := r.in.Mart.Metric(metric); !ok || !known || !strings.Contains(definition.Scopes, dashboards.ScopeOwn) || definition.Aggregate == "value" {
		return dashboards.Figure{}, id, false
	}
	own, _, _ := r.get(metric, span, region, dashboards.ScopeOwn)
	parts := []dashboards.Figure{own}
	for _, part := range r.in.Mart.Children(region) {
		f, _, _ := r.get(metric, span, part.Code, dashboards.ScopeAll)
		parts = append(parts, f)
	}
	rest, ok := r.in.Mart.Rest(whole, parts)
	r.restSeen = r.restSeen || ok
	return rest, id, ok
}

// hasOwn says whether the region's own agencies have anything to show.
func (r *reader) hasOwn(region string) bool {
	for _, metric := range []string{"A1", "D14a"} {
		if f, _, ok := r.get(metric, dashboards.SpanAt, region, dashboards.ScopeOwn); ok && f.Den > 0 {
			return true
		}
	}
	for _, metric := range []string{"E1", "E3", "E5", "B1", "B7", "D6"} {
		if f, _, ok := r.get(metric, dashboards.SpanYTD, region, dashboards.ScopeOwn); ok && (f.Den > 0 || f.NumCents != 0) {
			return true
		}
	}
	return false
}

func number(n float64, source string) Value { return Value{Number: &n, Source: source} }

func (r *reader) row(columns []Column, serial int, region, scope, name string) []Value {
	at, quarter, ytd := dashboards.SpanAt, dashboards.SpanQuarter, dashboards.SpanYTD
	num := func(metric, span string) Value {
		f, id, _ := r.get(metric, span, region, scope)
		return number(float64(f.NumCents)/100, id)
	}
	den := func(metric, span string) Value {
		f, id, _ := r.get(metric, span, region, scope)
		return number(float64(f.Den), id)
	}
	rest := func(metric, span string) Value {
		f, id, _ := r.get(metric, span, region, scope)
		return number(float64(f.Den-f.Num()), id)
	}
	value := func(metric, span string) Value {
		f, id, ok := r.get(metric, span, region, scope)
		if !ok || f.Value == nil {
			return Value{Text: dashboards.NoFigure, Source: id}
		}
		definition, _ := r.in.Mart.Metric(metric)
		v := number(*f.Value, id)
		v.Small = f.IsSmall && !definition.IsCensus && definition.Theme != "A" // plan fulfilment is a census
		return v
	}
	step := func(name string) Value {
		return number(math.Abs(float64(r.steps[region+"/"+scope][name])), "waterfall:"+r.in.Period.Name+"."+region+"."+name)
	}
	minus := func(a, b Value) Value { return number(*a.Number-*b.Number, a.Source+"-"+b.Source) }
	key := Value{Text: dashboards.NoFigure}
	general := key
	if f, ok := r.keyed[region+"/"+scope]; ok {
		done := num("E8", quarter)
		key = number(float64(f.NumCents)/100, f.ID)
		general = minus(done, key)
	}
	money := num("E6", ytd)
	*money.Number /= 10000
	cells := map[string]Value{
		"地区": {Text: name}, "执法人员数": den("D14a", at),
		"年度计划/重点": num("A5", at), "年度计划/一般": rest("A5", at), "年度计划/合计": den("A5", at), "重点占比": value("A5", at), "双随机占比": value("A6", at),
		"计划调整/增补": step("added"), "计划调整/核减": step("removed"), "本季应完成": den("A8", quarter),
		"本季完成/重点": key, "本季完成/一般": general,
		"累计完成/重点": num("A4k", at), "累计完成/一般": num("A4g", at), "累计完成/合计": num("A1", at), "累计完成率": value("A1", at), "序时进度差": value("A7", at),
		"检查家次": num("E1", ytd), "计划外家次": num("A11", ytd), "发现隐患/一般": minus(num("E3", ytd), num("E3m", ytd)), "发现隐患/重大": num("E3m", ytd),
		"到期应整改": den("B1", ytd), "已整改": num("B1", ytd), "整改率": value("B1", ytd), "复发率": value("B7", ytd),
		"重复检查家次": num("C3", ytd), "处罚次数": num("E5", ytd), "罚款（万元）": money, "系统录入率": value("D6", ytd),
		"上报时间/是否迟报": {Text: r.late[region]}, "备注": {Text: r.remark(region, scope)},
		"双随机项数": num("A6", at), "再检起数": den("B7", ytd), "复发起数": num("B7", ytd), "应录入家次": den("D6", ytd), "及时录入家次": num("D6", ytd),
	}
	if serial > 0 {
		cells["序号"] = number(float64(serial), "")
	} else {
		cells["上报时间/是否迟报"], cells["备注"] = Value{}, Value{}
	}
	row := make([]Value, len(columns))
	for i, column := range columns {
		row[i] = cells[column.Head]
	}
	return row
}

func (r *reader) remark(region, scope string) string {
	var remarks []string
	plan, _, ok := r.get("A1", dashboards.SpanAt, region, scope)
	switch {
	case !ok || plan.Den == 0:
		remarks = append(remarks, "无在册计划项")
	case plan.Num() == 0:
		remarks = append(remarks, "尚未开展")
	}
	if due, _, ok := r.get("B1", dashboards.SpanYTD, region, scope); !ok || due.Den == 0 {
		remarks = append(remarks, "无到期整改任务")
	}
	return strings.Join(remarks, "；")
}

// fillOwnKeyed completes this quarter's items by class for the region's own row: slices exist for whole regions only, and
// what the parts leave of the whole is its own.
func (r *reader) fillOwnKeyed(table *PlanTable) {
	for c, column := range table.Columns {
		if !strings.HasPrefix(column.Head, "本季完成/") || table.Total[c].Number == nil {
			continue
		}
		missing, left := -1, *table.Total[c].Number
		for i, row := range table.Rows {
			switch {
			case row[c].Number != nil:
				left -= *row[c].Number
			case missing >= 0:
				return
			default:
				missing = i
			}
		}
		if missing >= 0 {
			table.Rows[missing][c] = number(left, table.Total[c].Source)
		}
	}
}

func (r *reader) each(query string, scan func(*sql.Rows) error, args ...any) error {
	rows, err := r.in.DB.QueryContext(r.ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (r *reader) readSteps() error {
	r.steps = map[string]map[string]int64{}
	if !r.in.Mart.HasTable("waterfall") {
		return nil
	}
	rest := map[string]int64{}
	if err := r.each(`select region_code, scope, step, sum(items) from mart.waterfall where period = ? group by region_code, scope, step`, func(rows *sql.Rows) error {
		var region, scope, step string
		var items float64
		if err := rows.Scan(&region, &scope, &step, &items); err != nil {
			return err
		}
		key := region + "/" + scope
		if r.steps[key] == nil {
			r.steps[key] = map[string]int64{}
		}
		r.steps[key][step] = int64(items)
		return nil
	}, r.in.Period.Name); err != nil {
		return err
	}
	for step, items := range r.steps[r.in.Region+"/"+dashboards.ScopeAll] {
		items -= r.steps[r.in.Region+"/"+dashboards.ScopeOwn][step]
		for _, part := range r.in.Mart.Children(r.in.Region) {
			items -= r.steps[part.Code+"/"+dashboards.ScopeAll][step]
		}
		rest[step] = items
	}
	r.steps[r.in.Region+"/"+dashboards.ScopeRest] = rest
	return nil
}

// readKeyed reads this quarter's completed items of class key; where a region has slices but none of this class, it has none.
func (r *reader) readKeyed() error {
	r.keyed = map[string]dashboards.Figure{}
	found := false
	for _, region := range r.in.Mart.Regions {
		if region.Level == dashboards.LevelCounty {
			continue
		}
		figures, err := r.in.Mart.Sliced(r.ctx, "E8", r.in.Period.Name, dashboards.SpanQuarter, region.Code, "class")
		if err != nil {
			return err
		}
		for _, f := range figures {
			found = true
			if f.Key.Slice == "class=key" {
				r.keyed[region.Code+"/all"] = f
			}
		}
	}
	if !found {
		return nil
	}
	for _, region := range r.in.Mart.Regions {
		if _, ok := r.keyed[region.Code+"/all"]; !ok && region.Level != dashboards.LevelCounty {
			r.keyed[region.Code+"/all"] = dashboards.Figure{ID: "E8." + r.in.Period.Name + "q." + region.Code + ":class=key"}
		}
	}
	return nil
}

func (r *reader) readLate() error {
	r.late = map[string]string{}
	if !r.in.Mart.HasTable("list_late_return") {
		return nil
	}
	return r.each(`select region_code, coalesce(strftime(first_submitted_at, '%Y-%m-%d %H:%M'), ''), coalesce(is_missing, false), coalesce(is_late, false), coalesce(is_late_rolled, false)
		from mart.list_late_return where period = ?`, func(rows *sql.Rows) error {
		var region, submitted string
		var missing, late, rolled bool
		if err := rows.Scan(&region, &submitted, &missing, &late, &rolled); err != nil {
			return err
		}
		switch {
		case missing:
			r.late[region] = "未报送"
		case rolled:
			r.late[region] = submitted + " 迟报"
		case late:
			r.late[region] = submitted + " 字面迟报，顺延不迟"
		default:
			r.late[region] = submitted + " 按期"
		}
		return nil
	}, r.in.Period.Name)
}
