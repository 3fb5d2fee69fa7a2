package synth

// layout is how an office writes its exports.
type layout struct {
	name      string
	format    string // csv, xlsx, zip
	encoding  string
	delimiter byte
	style     style
	spelling  int  // which header spelling
	byName    bool // regions by name, not by code
	titled    bool // title and note lines around a CSV
	whole     bool // every export holds everything again, not what changed
}

func layouts() map[string]layout {
	return map[string]layout{
		"system":   {name: "system", format: "csv", encoding: "utf-8-bom", delimiter: ','},
		"province": {name: "province", format: "csv", encoding: "utf-8-bom", delimiter: ',', byName: true},
		"gbk":      {name: "gbk", format: "csv", encoding: "gbk", delimiter: ',', style: style{date: slashes, listMark: ","}, spelling: 1},
		"gbk_dots": {name: "gbk_dots", format: "csv", encoding: "gbk", delimiter: ',', style: style{date: dots, listMark: "、", tenThousand: true}, spelling: 2, byName: true, titled: true},
		"utf16":    {name: "utf16", format: "csv", encoding: "utf-16", delimiter: '\t', style: style{date: chinese, listMark: "；"}, spelling: 1, whole: true},
		"archive":  {name: "archive", format: "zip", encoding: "gbk", delimiter: ',', style: style{date: compact}},
		"sheet":    {name: "sheet", format: "xlsx", style: style{listMark: "、"}, spelling: 2, byName: true},
	}
}
