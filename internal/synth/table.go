package synth

// table is a dataset as exported: its columns with the usual header and others seen in practice.
type table struct {
	name, title string
	columns     []column
}

type column struct {
	name, header string
	aliases      []string // by spelling: 0 an older system's, 1 an office's own
	required     bool
}

func (t table) index(name string) int {
	for i, c := range t.columns {
		if c.name == name {
			return i
		}
	}
	return -1
}

func (t table) header(i, spelling int) string {
	c := t.columns[i]
	if spelling > 0 && spelling <= len(c.aliases) && c.aliases[spelling-1] != "" {
		return c.aliases[spelling-1]
	}
	return c.header
}

// tables are all datasets, in the order an office hands them over: registers first.
func tables() []table {
	return []table{
		{"agency", "执法机构", []column{
			{"agency_code", "机构代码", nil, true}, {"agency_name", "机构名称", nil, true}, {"level", "层级", nil, true},
			{"region_code", "所属行政区划代码", nil, true}, {"parent_code", "上级机构代码", nil, false}, {"officers", "执法人员数", nil, false}}},
		{"officer", "执法人员", []column{
			{"officer_id", "执法证号", nil, true}, {"officer_name", "姓名", nil, false}, {"agency_code", "机构代码", nil, true},
			{"is_professional", "是否专业人员", nil, false}, {"trained_on", "最近轮训日期", nil, false}}},
		{"frequency_cap", "频次上限", []column{
			{"sector", "监管领域", nil, true}, {"grade", "等级", nil, true}, {"level", "层级", nil, true}, {"max_visits", "年度上限", nil, true},
			{"basis", "依据", nil, true}, {"effective_from", "生效日期", nil, true}}},
		{"enterprise", "监管对象名录", []column{
			{"uscc", "统一社会信用代码", []string{"信用代码", "社会信用代码"}, true}, {"regulator_code", "监管主体", []string{"监管主体代码", "监管机构代码"}, true},
			{"enterprise_name", "企业名称", []string{"单位名称", "生产经营单位名称"}, true}, {"region_code", "所在地行政区划代码", []string{"行政区划代码", "所属地区"}, true},
			{"address", "地址", []string{"经营地址", "详细地址"}, false}, {"industry_code", "行业代码", []string{"国民经济行业代码"}, false},
			{"sector", "监管领域", []string{"行业领域", "监管类别"}, true}, {"risk_grade", "风险等级", []string{"安全风险等级"}, false},
			{"standard_level", "标准化等级", []string{"标准化级别", "安全生产标准化等级"}, false}, {"is_key_unit", "危险性较大重点单位", []string{"是否重点单位", "是否重点"}, false},
			{"status", "经营状态", []string{"企业状态", "状态"}, false}, {"listed_on", "列入名录日期", []string{"列入日期", "入库日期"}, false}}},
		{"plan_item", "年度监督检查计划", []column{
			{"plan_item_id", "计划编号", []string{"计划项编号", "计划号"}, true}, {"plan_year", "年度", []string{"计划年度"}, true},
			{"agency_code", "检查机构代码", []string{"执法机构代码", "机构代码"}, true}, {"uscc", "统一社会信用代码", []string{"信用代码", "社会信用代码"}, true},
			{"class", "检查类别", []string{"计划类别"}, true}, {"method", "抽查方式", []string{"检查方式"}, false}, {"planned_visits", "计划检查次数", []string{"计划次数", "检查频次"}, true},
			{"scheduled_month", "计划月份", []string{"计划检查月份", "月份"}, false}, {"origin", "来源", []string{"计划来源"}, false},
			{"approved_on", "本级政府批准日期", []string{"批准日期", "政府批准日期"}, true}, {"filed_on", "报备日期", []string{"备案日期"}, false}}},
		{"plan_change", "计划调整", []column{
			{"plan_change_id", "调整编号", []string{"变更编号"}, true}, {"plan_item_id", "计划编号", []string{"计划项编号", "原计划编号"}, true}, {"action", "调整类型", []string{"变更类型"}, true},
			{"reason", "原因", []string{"调整原因"}, false}, {"decided_on", "决定日期", []string{"调整日期"}, true}, {"reapproved_on", "重新报批日期", []string{"报批日期"}, false},
			{"new_month", "改期后月份", []string{"调整后月份"}, false}}},
		{"inspection", "检查记录", []column{
			{"inspection_id", "检查编号", []string{"检查记录编号", "检查单号"}, true}, {"uscc", "统一社会信用代码", []string{"信用代码", "社会信用代码"}, true},
			{"agency_code", "检查机构代码", []string{"执法机构代码", "机构代码"}, true}, {"plan_item_id", "计划编号", []string{"计划项编号", "计划号"}, false}, {"kind", "检查类型", []string{"检查性质"}, true},
			{"joint_task_id", "联合检查编号", []string{"联合任务编号"}, false}, {"started_on", "检查开始日期", []string{"开始日期", "检查日期"}, true},
			{"ended_on", "检查结束日期", []string{"结束日期"}, false}, {"officers", "执法人员", []string{"执法人员证号", "检查人员"}, false}, {"items", "检查项编码", []string{"检查事项编码", "检查事项"}, false},
			{"filed_at", "入企备案时间", []string{"备案时间"}, false}, {"entered_at", "系统录入时间", []string{"录入时间"}, false}, {"disclosed_on", "结果公示日期", []string{"公示日期"}, false}}},
		{"hazard", "隐患", []column{
			{"hazard_id", "隐患编号", []string{"问题编号"}, true}, {"inspection_id", "检查编号", []string{"检查记录编号", "检查单号"}, true}, {"item_code", "检查项编码", []string{"检查事项编码", "检查项代码"}, false},
			{"clause", "违法条款", []string{"违反条款"}, false}, {"category", "隐患类别", []string{"隐患类型"}, true}, {"part", "部位/设备", []string{"隐患部位", "部位"}, false},
			{"description", "隐患描述", []string{"问题描述", "隐患内容"}, false}, {"severity", "级别", []string{"隐患级别", "隐患等级"}, true}, {"found_on", "发现日期", []string{"隐患发现日期", "发现时间"}, true},
			{"due_on", "整改期限", []string{"限期整改日期", "整改时限"}, false}, {"rectified_on", "整改完成日期", []string{"整改日期"}, false}, {"reviewed_on", "复查日期", []string{"复查时间"}, false},
			{"review_result", "复查结果", []string{"复查结论"}, false}, {"closed_on", "销号日期", []string{"闭环日期", "办结日期"}, false}}},
		{"penalty", "行政处罚", []column{
			{"penalty_id", "处罚编号", []string{"处罚决定编号", "处罚文号"}, true}, {"uscc", "统一社会信用代码", []string{"信用代码", "社会信用代码"}, true}, {"agency_code", "处罚机构代码", []string{"执法机构代码", "机构代码"}, true},
			{"inspection_id", "检查编号", []string{"检查记录编号", "检查单号"}, false}, {"decided_on", "处罚决定日期", []string{"决定日期", "处罚日期"}, true}, {"kind", "处罚种类", []string{"处罚类型"}, true},
			{"amount_yuan", "罚款金额", []string{"罚款数额", "罚款金额"}, false}, {"clause", "违法条款", []string{"处罚依据"}, false}, {"disclosed_on", "公示日期", []string{"处罚公示日期"}, false}}},
		{"quarterly_return", "季度上报", []column{
			{"region_code", "行政区划代码", []string{"区划代码", "填报地区"}, true}, {"period", "期间", []string{"上报期间", "季度"}, true}, {"submitted_at", "上报时间", []string{"报送时间"}, true},
			{"planned", "计划数", []string{"计划检查数"}, false}, {"completed", "完成数", []string{"计划完成数"}, false}, {"inspected", "检查家次", []string{"检查数"}, false},
			{"hazards_found", "发现隐患数", []string{"查出隐患数"}, false}, {"hazards_rectified", "已整改隐患数", []string{"已整改数"}, false}, {"penalties", "处罚次数", []string{"处罚数"}, false},
			{"fines_yuan", "罚款金额", []string{"罚款总额", "罚款"}, false}}},
		{"accident", "事故", []column{
			{"accident_id", "事故编号", nil, true}, {"uscc", "统一社会信用代码", nil, true}, {"occurred_on", "发生日期", nil, true}, {"fatalities", "死亡人数", nil, false}, {"injuries", "受伤人数", nil, false}}},
		{"credit_event", "信用事件", []column{
			{"credit_event_id", "信用事件编号", nil, true}, {"uscc", "统一社会信用代码", nil, true}, {"kind", "信用事件类型", nil, true}, {"started_on", "开始日期", nil, true}, {"ended_on", "结束日期", nil, false}}},
	}
}

// The cells of a row, in the order of its table's columns.

func (r agency) cells(b []cell) []cell {
	return append(b, textCell(r.code), textCell(r.name), textCell(r.level), textCell(r.region), textCell(r.parent), intCell(r.officers))
}

func (r officer) cells(b []cell) []cell {
	return append(b, textCell(r.id), textCell(r.name), textCell(r.agency), yesNo(r.professional), dateCell(r.trained))
}

func (r frequencyCap) cells(b []cell) []cell {
	return append(b, textCell(r.sector), textCell(r.grade), textCell(r.level), intCell(r.max), textCell(r.basis), dateCell(r.from))
}

func (w *world) claimCells(b []cell, r claim) []cell {
	return append(b, textCell(r.uscc), textCell(r.regulator), textCell(r.name), textCell(r.region), textCell(r.address), textCell(r.industry),
		textCell(w.sectors[r.sector].word), textCell(r.risk), textCell(r.standard), yesNo(r.key), textCell(r.status), dateCell(r.listed))
}

func (r planItem) cells(b []cell) []cell {
	class, origin, month := "一般检查", "原计划", cell{}
	if r.key {
		class = "重点检查"
	}
	if r.added {
		origin = "增补"
	}
	if r.month > 0 {
		month = intCell(r.month)
	}
	return append(b, textCell(r.id), intCell(r.year), textCell(r.agency), textCell(r.uscc), textCell(class), textCell(r.method), intCell(r.visits), month,
		textCell(origin), dateCell(r.approved), dateCell(r.filed))
}

func (r planChange) cells(b []cell) []cell {
	month := cell{}
	if r.month > 0 {
		month = intCell(r.month)
	}
	return append(b, textCell(r.id), textCell(r.item), textCell(r.action), textCell(r.reason), dateCell(r.decided), dateCell(r.reapproved), month)
}

func (r inspection) cells(b []cell) []cell {
	return append(b, textCell(r.id), textCell(r.uscc), textCell(r.agency), textCell(r.item), textCell(r.kind), textCell(r.joint), dateCell(r.started), dateCell(r.ended),
		listCell(r.officers), listCell(r.items), momentCell(r.filed), momentCell(r.entered), dateCell(r.disclosed))
}

func (r hazard) cells(b []cell) []cell {
	severity, result := "一般", ""
	if r.major {
		severity = "重大"
	}
	switch {
	case r.passed:
		result = "合格"
	case r.failed:
		result = "不合格"
	}
	return append(b, textCell(r.id), textCell(r.inspection), textCell(r.code), textCell(r.clause), textCell(r.category), textCell(r.part), textCell(r.text), textCell(severity),
		dateCell(r.found), dateCell(r.due), dateCell(r.rectified), dateCell(r.reviewed), textCell(result), dateCell(r.closed))
}

func (r penalty) cells(b []cell) []cell {
	amount := cell{}
	if r.cents > 0 {
		amount = moneyCell(r.cents)
	}
	return append(b, textCell(r.id), textCell(r.uscc), textCell(r.agency), textCell(r.inspection), dateCell(r.decided), listCell(r.kinds), amount, textCell(r.clause), dateCell(r.disclosed))
}

func (r accident) cells(b []cell) []cell {
	return append(b, textCell(r.id), textCell(r.uscc), dateCell(r.occurred), intCell(r.deaths), intCell(r.injuries))
}

func (r creditEvent) cells(b []cell) []cell {
	return append(b, textCell(r.id), textCell(r.uscc), textCell(r.kind), dateCell(r.started), dateCell(r.ended))
}

func (r quarterlyReturn) cells(b []cell) []cell {
	b = append(b, textCell(r.region), textCell(r.period), momentCell(r.submitted))
	if r.isMissingCells {
		return append(b, intCell(r.planned), intCell(r.completed), intCell(r.visits), cell{}, cell{}, intCell(r.penalties), cell{})
	}
	return append(b, intCell(r.planned), intCell(r.completed), intCell(r.visits), intCell(r.found), intCell(r.rectified), intCell(r.penalties), moneyCell(r.cents))
}
