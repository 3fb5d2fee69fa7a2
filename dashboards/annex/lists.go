package annex

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"tongbao/dashboards"
)

// List is one list of the annex: a mart table with the columns that are printed.
type List struct {
	Table   string // of schema mart
	Title   string // 未检重点企业清单
	Sheet   string // name of its sheet
	Columns []ListColumn
	where   string // beyond period and region
	earlier bool   // lines of every period before this one
	rare    bool   // no sheet when there are no lines
	closing string // what its lines leave out
}

// ListColumn is one column of a list.
type ListColumn struct {
	Column string
	Head   string
	Width  float64
	Code   string // column of mart.code whose words replace the codes
	Region bool   // a code of a region, printed as its name
	file   bool   // an id of a file, printed as its name
	class  bool   // a class of hazards with its kind before it
	place  bool   // of the row in its file: the province's to see
	metric bool   // an id of a metric, printed with its name
	state  bool   // the part a subject counts in
}

// Sourced is the list with the place of a row behind each line: file, sheet, row.
func (l List) Sourced(in Input) List {
	if in.Region != in.Mart.Province().Code { // a row may stand in another city's file, whose name is not this city's to see
		l.Columns = slices.DeleteFunc(slices.Clone(l.Columns), func(c ListColumn) bool { return c.place })
		return l
	}
	if !in.Mart.HasColumn(l.Table, "file_id") || !in.Mart.HasColumn("file", "name") || !in.Mart.HasColumn("file", "file_id") {
		return l
	}
	l.Columns = append(l.Columns[:len(l.Columns):len(l.Columns)], ListColumn{Column: "file_id", Head: "来源文件", Width: 38, file: true},
		ListColumn{Column: "sheet", Head: "来源工作表", Width: 12}, ListColumn{Column: "row_number", Head: "来源行", Width: 8})
	return l
}

// Covers says whether the list's lines can be told by regions of that level: returns are a city's, not a county's, and what belongs
// to nobody is the province's alone.
func (l List) Covers(level string) bool {
	has := func(column string) bool {
		return slices.ContainsFunc(l.Columns, func(c ListColumn) bool { return c.Column == column })
	}
	switch level {
	case dashboards.LevelCity:
		return has("city_code")
	case dashboards.LevelCounty:
		return has("region_code")
	}
	return true
}

// PrintedLists are the lists that are annexes 2 to 4 of the notice.
func PrintedLists() []List { return lists()[:3] }

// Lists are all lists, each a sheet of the workbook.
func Lists() []List { return lists() }

func lists() []List {
	city := ListColumn{Column: "city_code", Head: "市（地）", Width: 12, Region: true}
	county := ListColumn{Column: "region_code", Head: "县（市、区）", Width: 12, Region: true}
	uscc := ListColumn{Column: "uscc", Head: "统一社会信用代码", Width: 24}
	name := ListColumn{Column: "enterprise_name", Head: "企业名称", Width: 32}
	sector := ListColumn{Column: "sector", Head: "监管领域", Width: 12, Code: "sector"}
	day := func(column, head string) ListColumn { return ListColumn{Column: column, Head: head, Width: 12} }
	n := func(column, head string) ListColumn { return ListColumn{Column: column, Head: head, Width: 9} }
	words := func(column, head string, width float64) ListColumn {
		return ListColumn{Column: column, Head: head, Width: width}
	}
	return []List{
		{Table: "list_uninspected_key", Title: "未检重点企业清单", Sheet: "附件2 未检重点企业",
			Columns: []ListColumn{city, county, uscc, name, sector, words("risk_grade", "风险等级", 9), n("planned_items", "计划项数"), day("last_visit_on", "上次检查")}},
		{Table: "list_repeat", Title: "同类问题反复出现清单", Sheet: "附件3 同类问题反复出现",
			Columns: []ListColumn{city, county, uscc, name, sector, {Column: "class", Head: "问题类别", Width: 20, class: true}, n("episodes", "出现次数"), n("recurrences", "复发次数"), n("visits", "涉及检查"), day("first_found_on", "首次发现"), day("last_found_on", "最近发现")}},
		{Table: "list_duplicate_pair", Title: "重复检查清单", Sheet: "附件4 重复检查", where: "is_net",
			Columns: []ListColumn{city, county, uscc, name, words("earlier_agencies", "前次检查机构", 24), day("earlier_started_on", "前次检查日期"), words("later_agencies", "后次检查机构", 24), day("later_started_on", "后次检查日期"), n("days_apart", "相隔天数"), n("shared_items", "相同检查项"), {Column: "pair_kind", Head: "类型", Width: 9, Code: "pair_kind"}, n("was_visible", "前次可见"), n("is_avoidable", "可避免")}},
		{Table: "list_open_major", Title: "未闭环重大隐患清单", Sheet: "未闭环重大隐患",
			Columns: []ListColumn{city, county, words("hazard_id", "隐患编号", 24), uscc, name, sector, words("agency_name", "检查机构", 22), words("description", "隐患描述", 40), day("found_on", "发现日期"), day("due_on", "整改期限"), n("days_open", "未闭环天数"), n("days_overdue", "逾期天数")}},
		{Table: "list_removal_fault", Title: "未履行报批和逾期报批清单", Sheet: "未履行报批",
			Columns: []ListColumn{city, county, words("plan_change_id", "调整编号", 24), words("plan_item_id", "计划编号", 24), uscc, name, words("agency_name", "检查机构", 22), {Column: "reason", Head: "原因", Width: 9, Code: "reason"}, day("decided_on", "决定日期"), day("limit_on", "报批期限"), day("reapproved_on", "重新报批日期"), {Column: "fault", Head: "问题", Width: 12, Code: "fault"}, n("days_over", "超期天数")}},
		{Table: "list_article_113", Title: "第113条预警和达线清单", Sheet: "第113条预警",
			Columns: []ListColumn{city, county, uscc, name, sector, {Column: "state", Head: "状态", Width: 9, Code: "state"}, n("major_hazards", "重大隐患"), n("open_majors", "未闭环"), n("penalties_180", "180日内处罚"), n("penalties_365", "一年内处罚"), day("last_penalty_on", "最近处罚")}},
		{Table: "list_plan_overlap", Title: "计划重合清单", Sheet: "计划重合",
			Columns: []ListColumn{city, county, uscc, name, words("agencies", "列入计划的机构", 40), {Column: "levels", Head: "层级", Width: 14, Code: "level"}, n("agency_count", "机构数"), n("item_count", "计划项数"), n("planned_visits", "计划次数"), n("is_cross_level", "跨层级")}},
		{Table: "list_cap", Title: "检查频次上限清单", Sheet: "频次上限",
			Columns: []ListColumn{city, county, uscc, name, sector, {Column: "grade", Head: "等级", Width: 9, Code: "grade"}, {Column: "level", Head: "层级", Width: 9, Code: "level"}, n("max_visits", "年度上限"), n("visits", "已检次数"), {Column: "state", Head: "状态", Width: 9, Code: "state"}, words("basis", "依据", 24)}},
		{Table: "list_regulator", Title: "监管主体不唯一或不在名录清单", Sheet: "监管主体",
			Columns: []ListColumn{city, county, uscc, name, {Column: "fault", Head: "问题", Width: 12, Code: "fault"}, words("regulators", "监管主体", 40), n("regulator_count", "主体数"), n("visits", "检查次数")}},
		{Table: "list_must_plan", Title: "必列未列清单", Sheet: "必列未列",
			Columns: []ListColumn{city, county, uscc, name, sector, {Column: "triggers", Head: "应列入的情形", Width: 30, Code: "triggers"}}},
		{Table: "list_late_return", Title: "季度上报情况", Sheet: "季度上报",
			Columns: []ListColumn{city, day("first_submitted_at", "首次上报时间"), day("limit_on", "字面期限"), day("rolled_limit_on", "顺延期限"), n("is_missing", "未报送"), n("is_late", "字面迟报"), n("is_late_rolled", "顺延后迟报")}},
		{Table: "list_return_check", Title: "自报与系统勾稽情况", Sheet: "勾稽",
			Columns: []ListColumn{city, {Column: "identity", Head: "勾稽项目", Width: 20, Code: "identity"}, n("returned", "自报数"), n("computed", "系统数"), n("holds", "是否一致")}},
		{Table: "list_unassigned", Title: "无归属记录清单", Sheet: "无归属",
			Columns: []ListColumn{{Column: "dataset", Head: "数据集", Width: 14, Code: "dataset"}, words("row_key", "编号", 24), {Column: "reason", Head: "原因", Width: 16, Code: "reason"}}},
		{Table: "restatement", Title: "已签发季度更正对照表", Sheet: "更正对照", earlier: true, rare: true,
			Columns: []ListColumn{words("period", "期间", 9), words("figure_id", "图元编号", 26), {Column: "metric", Head: "指标", Width: 24, metric: true}, {Column: "span", Head: "口径", Width: 9, Code: "span"}, city, county,
				n("old_num", "原分子"), n("old_den", "原分母"), n("old_value", "原通报"), n("new_num", "现分子"), n("new_den", "现分母"), n("new_value", "更正为"), {Column: "cause", Head: "原因", Width: 10, Code: "cause"},
				n("subjects", "变动对象数"), n("late_rows", "补报行数"), n("changed_rows", "更正行数"), {Column: "source_rows", Head: "来源行（前三行）", Width: 40, place: true}}},
		{Table: "restatement_subject", Title: "已签发季度更正明细", Sheet: "更正明细", earlier: true, rare: true,
			closing: "每个县（市、区）每项指标最多列50个对象，全部个数见“更正对照”的变动对象数，逐个列出用 tongbao explain 图元编号。",
			Columns: []ListColumn{words("period", "期间", 9), {Column: "metric", Head: "指标", Width: 24, metric: true}, {Column: "span", Head: "口径", Width: 9, Code: "span"}, city, county,
				{Column: "subject_kind", Head: "对象", Width: 10, Code: "dataset"}, words("subject_id", "对象编号", 24), {Column: "counted_then", Head: "签发时", Width: 14, state: true}, {Column: "counted_now", Head: "现在", Width: 14, state: true},
				{Column: "why", Head: "关系", Width: 14, Code: "why"}, {Column: "dataset", Head: "数据集", Width: 12, Code: "dataset"}, words("row_key", "变动行编号", 24), {Column: "what", Head: "变动", Width: 8, Code: "what"},
				{Column: "file", Head: "现所在文件", Width: 30, place: true}, {Column: "sheet", Head: "工作表", Width: 12, place: true}, {Column: "row_number", Head: "行", Width: 8, place: true},
				{Column: "old_file", Head: "签发时所在文件", Width: 30, place: true}, {Column: "old_sheet", Head: "工作表", Width: 12, place: true}, {Column: "old_row", Head: "行", Width: 8, place: true}}},
	}
}

// wordOf is the word for a code that no contract lists.
func wordOf(column, code string) string {
	words := map[string]string{
		"pair_kind=multi_level": "多层级", "pair_kind=multi_head": "多头",
		"fault=not_approved": "未履行报批", "fault=late": "逾期报批", "fault=several": "多个监管主体", "fault=unlisted": "不在名录",
		"state=warning": "预警", "state=reached": "达线", "state=over": "已突破", "state=used_up": "已用尽", "state=near": "尚余一次", "level=*": "各层级合计", "grade=*": "不分等级",
		"triggers=accident": "近三年亡人事故", "triggers=major_hazard": "上年度重大隐患", "triggers=many_hazards": "上年度一般隐患较多", "triggers=penalty": "上年度行政处罚", "triggers=dishonest": "失信惩戒", "triggers=media": "媒体曝光",
		"identity=planned": "计划数", "identity=completed": "完成数", "identity=inspected": "检查家次", "identity=hazards_found": "发现隐患数", "identity=hazards_rectified": "已整改隐患数", "identity=penalties": "处罚次数", "identity=fines_yuan": "罚款金额", "identity=completed_within_planned": "完成数不大于计划数", "identity=rectified_within_found": "已整改数不大于发现数",
		"reason=unknown_agency": "机构不在名录", "reason=unknown_enterprise": "企业不在名录", "reason=unknown_inspection": "检查记录不存在", "reason=other_province": "行政区划在省外",
		"dataset=inspection": "检查记录", "dataset=hazard": "隐患", "dataset=penalty": "行政处罚", "dataset=plan_item": "年度计划", "dataset=accident": "事故", "dataset=credit_event": "信用事件", "dataset=officer": "执法人员",
		"dataset=plan_change": "计划调整", "dataset=agency": "执法机构", "dataset=enterprise": "企业", "dataset=quarterly_return": "季度上报", "dataset=frequency_cap": "频次上限", "dataset=visit": "检查", "dataset=episode": "同类问题",
		"span=quarter": "本季度", "span=ytd": "本年累计", "span=at": "期末", "cause=late_rows": "补报数据", "cause=changed_rows": "数据更正", "cause=definition": "口径调整", "cause=parameters": "参数调整",
		"what=new": "新报", "what=changed": "更正", "what=withdrawn": "撤回",
		"why=counted": "本身", "why=fills the item": "完成该计划项", "why=changes the item": "计划调整", "why=the earlier visit": "前次检查", "why=of the enterprise": "同一企业", "why=of the agency": "同一机构", "why=of the city": "同一市（地）",
	}
	if word, ok := words[column+"="+code]; ok {
		return word
	}
	return code
}

// ListRows calls use for each line of a list in the order it is printed, limited to a city or county where the input names one.
// Values are text, numbers (float64) or nil. It returns how many lines there are, and false when the version has no such list.
func ListRows(in Input, query func(string, func(*sql.Rows) error, ...any) error, list List, use func([]any) error) (int64, bool, error) {
	region, ok := in.Mart.Region(in.Region)
	if !ok || !in.Mart.HasTable(list.Table) || !list.Covers(region.Level) {
		return 0, false, nil
	}
	var selected []string
	for _, column := range list.Columns {
		switch {
		case !in.Mart.HasColumn(list.Table, column.Column):
			selected = append(selected, "null as "+column.Column)
		case column.file:
			selected = append(selected, "(select f.name from mart.file as f where f.file_id = l.file_id) as file_name")
		default:
			selected = append(selected, "l."+column.Column)
		}
	}
	var conditions []string
	var args []any
	if in.Mart.HasColumn(list.Table, "period") {
		compared := "l.period = ?"
		if list.earlier {
			compared = "l.period < ?"
		}
		conditions, args = append(conditions, compared), append(args, in.Period.Name)
	}
	if region.Level != dashboards.LevelProvince {
		column := "region_code"
		if region.Level == dashboards.LevelCity {
			column = "city_code"
		}
		if !in.Mart.HasColumn(list.Table, column) {
			return 0, false, nil
		}
		conditions, args = append(conditions, "l."+column+" = ?"), append(args, in.Region)
	}
	if list.where != "" {
		conditions = append(conditions, list.where)
	}
	text := "select " + strings.Join(selected, ", ") + " from mart." + list.Table + " as l"
	if len(conditions) > 0 {
		text += " where " + strings.Join(conditions, " and ")
	}
	// every printed column takes part in the order, so that equal lines are the only ones that may change places
	text += " order by "
	for i := range selected {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%d nulls last", i+1)
	}
	var n int64
	err := query(text, func(rows *sql.Rows) error {
		n++
		values := make([]any, len(list.Columns))
		targets := make([]any, len(values))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		for i, column := range list.Columns {
			values[i] = in.word(column, values[i])
		}
		return use(values)
	}, args...)
	return n, true, err
}

// word turns a value of a list into what is printed.
func (in Input) word(column ListColumn, value any) any {
	switch v := value.(type) {
	case nil:
		return nil
	case bool:
		return map[bool]string{true: "是", false: "否"}[v]
	case time.Time:
		if v.Hour() != 0 || v.Minute() != 0 {
			return v.Format("2006-01-02 15:04")
		}
		return v.Format("2006-01-02")
	case int64:
		return float64(v)
	case int32:
		return float64(v)
	case int16:
		return float64(v)
	case int8:
		return float64(v)
	case float64:
		return v
	case string:
		switch {
		case column.Region && v == in.Mart.Province().Code:
			return "省本级"
		case column.Region && column.Column == "region_code" && in.isCity(v):
			return "市本级"
		case column.metric:
			m, _ := in.Mart.Metric(v)
			return v + " " + m.TitleZH
		case column.state:
			return strings.NewReplacer("num, den", "计入分子和分母", "num", "计入分子", "den", "计入分母", "—", "未计入", " value ", "，数值 ", " days ", "，天数 ", " event true", "，已再现", " event false", "，未再现").Replace(v)
		case column.class:
			return strings.NewReplacer("item:", "检查项 ", "clause:", "条款 ", "category:", "类别 ").Replace(v)
		case column.Region:
			return in.Mart.RegionName(v)
		case column.Code != "":
			parts := strings.Split(v, ";")
			for i, part := range parts {
				if word := in.Mart.Word(column.Code, part); word != part {
					parts[i] = word
				} else {
					parts[i] = wordOf(column.Code, part)
				}
			}
			return strings.Join(parts, "、")
		case column.Column == "agency_name" || strings.Contains(column.Column, "agencies") || column.Column == "regulators":
			names := strings.Split(v, ";")
			for i, name := range names {
				if in.foreign[name] {
					names[i] = dashboards.ForeignAgency
				}
			}
			return strings.Join(names, "、")
		}
		return v
	case interface{ Float64() float64 }: // a decimal
		return v.Float64()
	default:
		return fmt.Sprint(v)
	}
}

func (in Input) isCity(code string) bool {
	region, ok := in.Mart.Region(code)
	return ok && region.Level == "city"
}
