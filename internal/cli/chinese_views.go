package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tongbao/internal/contract"
	"tongbao/internal/warehouse"
)

// chineseTables are the core and mart tables that have a view under a plain Chinese name.
func chineseTables() []struct{ view, table, dataset string } {
	return []struct{ view, table, dataset string }{
		{"机构", "core.agency", "agency"}, {"企业", "core.enterprise", "enterprise"}, {"名录", "core.enterprise_claim", "enterprise"}, {"计划", "core.plan_item", "plan_item"},
		{"计划调整", "core.plan_change", "plan_change"}, {"检查", "core.inspection", "inspection"}, {"检查家次", "core.visit", "inspection"}, {"隐患", "core.hazard", "hazard"},
		{"隐患事项", "core.episode", "hazard"}, {"处罚", "core.penalty", "penalty"}, {"季度上报", "core.quarterly_return", "quarterly_return"}, {"事故", "core.accident", "accident"},
		{"信用事件", "core.credit_event", "credit_event"}, {"执法人员", "core.officer", "officer"}, {"频次上限", "core.frequency_cap", "frequency_cap"},
		{"来源文件", "core.source_file", ""}, {"指标", "mart.metric", ""}, {"指标值", "mart.figure", ""}, {"期间", "run.period", ""}, {"行政区划", "run.region", ""},
	}
}

// derivedLabels are Chinese names of columns that no contract has.
func derivedLabels() map[string]string {
	return map[string]string{
		"visit_id": "家次编号", "first_inspection_id": "家次首个检查编号", "visit_inspections": "家次检查数", "is_review": "是否复查", "is_exempt": "是否豁免", "lead_agency": "牵头机构代码", "agencies": "参与机构", "levels": "参与层级", "level_mask": "层级码",
		"agency_count": "机构数", "item_count": "检查项数", "officer_count": "执法人员数", "is_known_enterprise": "企业在册", "region_code": "行政区划代码", "agency_region_code": "机构行政区划代码",
		"class": "问题类", "class_kind": "问题类依据", "episode_id": "事项编号", "first_hazard_id": "事项首个隐患编号", "episode_hazards": "事项隐患数", "is_review_visit": "复查中发现", "match_key": "比对名称", "regulators": "监管主体", "regulator_count": "监管主体数",
		"has_valid_code": "信用代码有效", "kinds": "全部处罚种类", "is_fine": "含罚款", "flag_count": "问题标记数", "is_end_before_start": "结束早于开始", "is_unknown_agency": "机构不在册", "is_unknown_enterprise": "企业不在册",
		"is_bad_plan_item": "计划不符", "is_after_cut_off": "晚于截止日", "is_unknown_inspection": "检查不在库", "is_found_before_start": "发现早于检查", "is_rectified_before_found": "整改早于发现",
		"is_reviewed_before_found": "复查早于发现", "is_closed_before_found": "销号早于发现", "is_decided_before_start": "处罚早于检查", "file_id": "文件号", "sheet": "工作表", "row_number": "行号",
		"name": "名称", "path": "路径", "received_at": "收到时间", "content_hash": "内容哈希", "bytes": "字节数", "format": "格式", "encoding": "编码", "layout": "版式", "rows_read": "读入行", "rows_loaded": "入库行",
		"rows_rejected": "退回行", "rows_duplicate": "重复行", "rows_ignored": "忽略行", "origin_file_id": "来源文件号", "note": "备注", "metric": "指标", "title_zh": "指标名称", "definition_zh": "指标定义", "unit": "单位",
		"figure_id": "指标值编号", "period": "期间", "span": "口径", "scope": "范围", "slice": "分项", "num": "分子", "den": "分母", "value": "值", "lower": "下限", "upper": "上限", "rank": "名次", "band": "名次段", "goal": "目标",
		"year": "年度", "quarter": "季度", "first_day": "首日", "last_day": "末日", "d": "统计日", "level": "层级", "parent_code": "上级代码", "sort_order": "顺序",
		"period_index": "期间序号", "is_small": "基数过小", "is_goal_met": "达到目标", "rank_low": "名次下界", "rank_high": "名次上界", "rank_of": "参与排名数", "prior_value": "上季值", "prior_year_value": "上年同期值",
		"year_start": "年初", "workdays_to_d": "年初至统计日工作日", "workdays_of_year": "全年工作日", "title_en": "英文名称", "definition_en": "英文定义", "better": "优劣方向", "basis": "依据", "aggregate": "汇总方式",
		"spans": "全部口径", "scopes": "全部范围", "slices": "全部分项", "theme": "主题", "subject": "计数对象", "datasets": "数据集", "formula": "公式", "sql": "查询", "is_ranked": "参与排名", "is_census": "全数统计", "has_interval": "有区间", "is_by_enterprise": "按企业计算",
	}
}

// chineseViews makes the views of chineseTables: every column under its Chinese name, codes as their words. A table that is not there
// has no view.
func chineseViews(ctx context.Context, db *warehouse.DB, contracts *contract.Set) error {
	type column struct {
		Table   string  `db:"full_name"`
		Name    string  `db:"column_name"`
		Comment *string `db:"comment"`
	}
	columns, err := warehouse.Select[column](ctx, db, `select schema_name || '.' || table_name as full_name, column_name, comment from duckdb_columns()
		where database_name = current_database() and schema_name in ('run', 'core', 'mart') order by full_name, column_index`)
	if err != nil {
		return err
	}
	derived := derivedLabels()
	var sql strings.Builder
	for _, v := range chineseTables() {
		var names []string
		var comments strings.Builder
		seen := map[string]bool{}
		for _, c := range columns {
			if c.Table != v.table {
				continue
			}
			label, expr := labelOf(contracts, v.dataset, c.Name, derived)
			if seen[label] {
				label = c.Name
			}
			seen[label] = true
			names = append(names, expr+" as "+warehouse.Ident(label))
			if c.Comment != nil {
				fmt.Fprintf(&comments, "comment on column %s.%s is %s;", warehouse.Ident(v.view), warehouse.Ident(label), warehouse.Literal(c.Name+": "+*c.Comment))
			}
		}
		if names != nil {
			fmt.Fprintf(&sql, "create or replace view %[1]s as select %[2]s from %[3]s;comment on view %[1]s is %[4]s;%[5]s", warehouse.Ident(v.view), strings.Join(names, ", "), v.table, warehouse.Literal(v.table), comments.String())
		}
	}
	if sql.Len() == 0 {
		return nil
	}
	return warehouse.Together(ctx, db, sql.String())
}

// labelOf is the Chinese name of a column and the expression that shows its codes as words: those of its dataset, or of the enterprise and
// the agency whose columns stand beside it.
func labelOf(contracts *contract.Set, dataset, name string, derived map[string]string) (label, expr string) {
	expr = warehouse.Ident(name)
	if label = derived[name]; label == "" {
		label = name
	}
	if dataset == "" {
		return label, expr
	}
	for _, owner := range []string{dataset, "enterprise", "agency"} {
		from := contracts.Dataset(owner)
		if from == nil || from.Column(name) == nil || owner != dataset && !isBorrowed(name) {
			continue
		}
		c := from.Column(name)
		if len(c.Codes) > 0 && name != "regulators" {
			var words strings.Builder
			for _, code := range c.Codes {
				fmt.Fprintf(&words, " when %s then %s", warehouse.Literal(code.Code), warehouse.Literal(code.Word))
			}
			expr = "case " + expr + words.String() + " else " + expr + " end"
		}
		if c.Label != "" && (owner == dataset || derived[name] == "") {
			label = c.Label
		}
		break
	}
	return label, expr
}

// isBorrowed names the columns that core tables take from the enterprise and the agency they belong to.
func isBorrowed(name string) bool {
	return slices.Contains([]string{"uscc", "enterprise_name", "sector", "risk_grade", "standard_level", "industry_code", "agency_code", "agency_name", "level"}, name)
}
