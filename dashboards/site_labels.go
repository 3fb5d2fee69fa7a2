package dashboards

import "strings"

// columnOf is the header of a list column.
func columnOf(s *site, name string) column {
	label, ok := s.labels[name]
	if !ok {
		label = name
	}
	if s.words.english != nil {
		label = strings.ReplaceAll(name, "_", " ")
	}
	numeric := false
	for _, suffix := range []string{"_items", "_visits", "days_apart", "days_over", "days_open", "days_overdue", "episodes", "recurrences", "visits", "count", "max_visits", "returned", "computed", "major_hazards", "open_majors", "penalties_180", "penalties_365"} {
		numeric = numeric || strings.HasSuffix(name, suffix)
	}
	isLong := strings.HasSuffix(name, "_name") || strings.HasSuffix(name, "agencies") || name == "description" || name == "regulators"
	isDate := strings.HasSuffix(name, "_on") || strings.HasSuffix(name, "_at") || strings.HasSuffix(name, "_id") || name == "uscc"
	return column{Label: label, Numeric: numeric, Hint: name, Long: isLong, Date: isDate}
}

func columnLabels() map[string]string {
	return map[string]string{
		"uscc": "统一社会信用代码", "enterprise_name": "企业名称", "sector": "监管领域", "risk_grade": "风险等级", "planned_items": "计划项", "last_visit_on": "上次检查",
		"plan_change_id": "调整编号", "plan_item_id": "计划编号", "agency_name": "机构", "reason": "原因", "decided_on": "决定日期", "limit_on": "期限", "reapproved_on": "重新报批日期",
		"fault": "问题", "days_over": "超期天数", "hazard_id": "隐患编号", "description": "隐患描述", "found_on": "发现日期", "due_on": "整改期限", "days_open": "未闭环天数", "days_overdue": "逾期天数",
		"class": "隐患类别", "class_kind": "类别依据", "episodes": "隐患次数", "recurrences": "复发次数", "visits": "检查次数", "first_found_on": "首次发现", "last_found_on": "最近发现",
		"state": "状态", "major_hazards": "重大隐患", "open_majors": "未闭环重大隐患", "penalties_180": "180日内处罚", "penalties_365": "一年内处罚", "last_penalty_on": "最近处罚",
		"earlier_visit_id": "先次检查", "later_visit_id": "后次检查", "earlier_agencies": "先检查机构", "later_agencies": "后检查机构", "earlier_levels": "先次层级", "later_levels": "后次层级",
		"earlier_kind": "先次类型", "later_kind": "后次类型", "earlier_started_on": "先次日期", "later_started_on": "后次日期", "days_apart": "相隔天数", "shared_items": "相同检查项", "united_items": "合计检查项",
		"is_overlap_known": "检查项可比", "pair_kind": "重复类型", "is_net": "净重复", "was_visible": "事先可见", "is_avoidable": "可避免",
		"plan_year": "年度", "agencies": "机构", "levels": "层级", "agency_count": "机构数", "item_count": "计划项", "planned_visits": "计划次数", "is_cross_level": "跨层级",
		"grade": "等级", "level": "层级", "max_visits": "年度上限", "basis": "依据", "regulators": "监管主体", "regulator_count": "监管主体数", "triggers": "应列入的原因",
		"first_submitted_at": "首次上报时间", "rolled_limit_on": "顺延后期限", "is_missing": "未报", "is_late": "迟报（字面）", "is_late_rolled": "迟报（顺延）",
		"identity": "勾稽项", "returned": "自报数", "computed": "系统数", "holds": "相符", "dataset": "数据表", "row_key": "主键", "region_name": "地区", "standard_level": "标准化等级",
	}
}

// listWords are the labels of codes that only lists use.
func listWords() map[string]string {
	return map[string]string{
		"fault/not_approved": "未履行报批", "fault/late": "逾期报批", "fault/several": "多个监管主体", "fault/unlisted": "未列入名录",
		"state/warning": "预警", "state/reached": "达线", "state/over": "突破", "state/used_up": "用尽", "state/near": "剩余一次",
		"pair_kind/multi_level": "多层级", "pair_kind/multi_head": "多头", "class_kind/item": "检查项", "class_kind/clause": "条款", "class_kind/category": "类别",
		"triggers/accident": "亡人事故", "triggers/major_hazard": "重大隐患", "triggers/many_hazards": "隐患较多", "triggers/penalty": "受过处罚", "triggers/dishonest": "失信惩戒", "triggers/media": "媒体曝光",
		"identity/planned": "计划数", "identity/completed": "完成数", "identity/inspected": "检查家次", "identity/hazards_found": "发现隐患数", "identity/hazards_rectified": "已整改隐患数",
		"identity/penalties": "处罚次数", "identity/fines_yuan": "罚款金额（元）", "identity/completed_within_planned": "完成数≤计划数", "identity/rectified_within_found": "已整改≤发现",
		"dataset/inspection": "检查记录", "dataset/hazard": "隐患", "dataset/penalty": "行政处罚", "dataset/plan_item": "年度计划", "dataset/accident": "事故", "dataset/credit_event": "信用事件",
		"dataset/officer": "执法人员", "dataset/plan_change": "计划调整", "dataset/quarterly_return": "季度上报", "dataset/enterprise": "监管对象名录", "dataset/agency": "执法机构",
	}
}
