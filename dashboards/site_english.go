package dashboards

// english are the words around the figures for a project whose outputs are in English; what is missing stays Chinese.
func english() map[string]string {
	return map[string]string{
		"总览": "Overview", "计划执行": "Plan", "隐患与复发": "Hazards", "重复检查": "Duplicates", "数据质量": "Data quality", "清单": "Lists", "企业": "Establishments", "指标口径": "Definitions",
	}
}
