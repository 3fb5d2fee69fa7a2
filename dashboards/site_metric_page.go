package dashboards

import "context"

// metricsPage is the dictionary: every metric as defined, the parameters, what was checked and what was restated.
func (s *site) metricsPage(ctx context.Context, p Period) (*page, error) {
	one := s.newPage("metric", "metrics.html", s.t("指标口径"), p, s.scope)
	themes := map[string]string{"A": s.t("A 计划执行"), "B": s.t("B 隐患与复发"), "C": s.t("C 重复检查"), "D": s.t("D 执法与数据质量"), "E": s.t("E 工作量（不排名）")}
	byTheme := map[string]*table{}
	var order []string
	for _, m := range s.m.Metrics {
		t, ok := byTheme[m.Theme]
		if !ok {
			order = append(order, m.Theme)
			t = &table{Open: true, Columns: []column{{Label: s.t("编号")}, {Label: s.t("指标")}, {Label: s.t("定义")}, {Label: s.totalName(s.scope), Numeric: true}, {Label: s.t("分子/分母"), Numeric: true}, {Label: s.t("依据")}}}
			if t.Caption = themes[m.Theme]; t.Caption == "" {
				t.Caption = m.Theme
			}
			byTheme[m.Theme] = t
		}
		definition, basis := m.DefinitionZH, m.Basis
		if s.words.english != nil {
			if m.DefinitionEN != "" {
				definition = m.DefinitionEN
			}
			basis = withoutHan(basis) // a rule of China orders nothing where outputs are in English
		}
		f, exists := s.fig(m.ID, p, s.scope.Code)
		value := s.value(f, exists)
		if unit := s.unit(m.ID); unit != "" && exists {
			value += " " + unit
		}
		t.Rows = append(t.Rows, []cell{{Text: m.ID, Class: "anchor"}, text(s.title(m.ID)), text(definition), {Text: value, ID: f.ID}, text(s.share(f)), text(basis)})
	}
	for _, theme := range order {
		one.Blocks = append(one.Blocks, &block{ID: "theme-" + theme, Title: byTheme[theme].Caption, Table: byTheme[theme], Wide: true})
	}
	params := &table{Caption: s.t("参数"), Open: true, Columns: []column{{Label: s.t("参数")}, {Label: s.t("取值")}, {Label: s.t("说明")}}}
	for _, x := range s.m.Parameters {
		note := x.Note
		if s.words.english != nil { // the names say it
			note = withoutHan(note)
		}
		params.Rows = append(params.Rows, []cell{text(x.Name), text(x.Value), text(note)})
	}
	one.Blocks = append(one.Blocks, &block{ID: "parameters", Title: s.t("本版本采用的参数"), Table: params, Wide: true, Note: s.t("参数由省级主管部门确定；改变任何一个都会产生新的数据版本。")})
	if s.m.HasTable("reconciliation") && !s.isPack() {
		rows, err := s.query(ctx, "reconciliation", `select identity, figures, is_held, note from mart.reconciliation order by identity`)
		if err != nil {
			return nil, err
		}
		t := &table{Caption: s.t("勾稽核对"), Columns: []column{{Label: s.t("关系")}, {Label: s.t("核对数"), Numeric: true}, {Label: s.t("成立")}, {Label: s.t("说明")}}}
		for _, row := range rows {
			t.Rows = append(t.Rows, []cell{text(row[0]), text(row[1]), text(s.fieldText("is_held", row[2])), text(row[3])})
		}
		if len(t.Rows) > 0 {
			one.Blocks = append(one.Blocks, &block{ID: "reconciliation", Title: s.f("发布前核对了%d类关系", len(t.Rows)), Table: t, Wide: true})
		}
	}
	if s.m.HasTable("restatement") && !s.isPack() {
		sources := "''" // a version made before these rows were named
		if s.m.HasColumn("restatement", "source_rows") {
			sources = "source_rows"
		}
		rows, err := s.query(ctx, "restatements", `select period, figure_id, old_value, new_value,
			case cause when 'late_rows' then '补报数据' when 'changed_rows' then '数据更正' when 'definition' then '口径调整' else '参数调整' end, `+sources+`, count(*) over () from mart.restatement order by period, figure_id limit 500`)
		if err != nil {
			return nil, err
		}
		t := &table{Caption: s.t("重述"), Columns: []column{{Label: s.t("期间")}, {Label: s.t("数字编号")}, {Label: s.t("签发时"), Numeric: true}, {Label: s.t("现在"), Numeric: true}, {Label: s.t("原因")}, {Label: s.t("来源行")}}}
		for _, row := range rows {
			t.Rows = append(t.Rows, []cell{text(row[0]), text(row[1]), text(row[2]), text(row[3]), text(row[4]), text(row[5])})
		}
		if len(t.Rows) > 0 {
			one.Blocks = append(one.Blocks, &block{ID: "restatement", Title: s.f("签发后有%s个数字发生变化", rows[0][6]), Table: t.trimmed(), Wide: true})
		}
	}
	if s.m.HasTable("restatement_subject") && !s.isPack() {
		rows, err := s.query(ctx, "restatement subjects", `select period, metric, span, region_code, subject_kind || ' ' || subject_id, counted_then, counted_now,
			coalesce(file || coalesce(':' || nullif(sheet, ''), '') || ':' || row_number, ''), coalesce(old_file || coalesce(':' || nullif(old_sheet, ''), '') || ':' || old_row, ''), count(*) over ()
			from mart.restatement_subject order by period, metric, span, region_code, subject_kind, subject_id limit 500`)
		if err != nil {
			return nil, err
		}
		t := &table{Caption: s.t("更正明细"), Columns: []column{{Label: s.t("期间")}, {Label: s.t("指标")}, {Label: s.t("口径")}, {Label: s.t("地区")}, {Label: s.t("对象")}, {Label: s.t("签发时")}, {Label: s.t("现在")}, {Label: s.t("现所在行")}, {Label: s.t("签发时所在行")}}}
		for _, row := range rows {
			line := make([]cell, 9)
			for i := range line {
				line[i] = text(row[i])
			}
			t.Rows = append(t.Rows, line)
		}
		if len(t.Rows) > 0 {
			one.Blocks = append(one.Blocks, &block{ID: "restatement_subject", Title: s.f("签发后改变计入情况的对象（每县每项指标至多50个，共列%s个）", rows[0][9]), Table: t.trimmed(), Wide: true})
		}
	}
	one.Lead = s.t("每个数字的定义、分子分母、依据；鼠标停在数字上可见其编号，用 tongbao trace 编号 可查到数据行。")
	return one, nil
}
