package dashboards

import (
	"context"
	"encoding/json"
	"fmt"
	"sort"
	"strings"
)

// listSpec is one list of the mart as the site shows it.
type listSpec struct {
	Name, Title string
	Todo        string // what the office has to do with a line; empty: nothing by itself
	Note        string
	order       string   // columns the lines of a period are sorted by; empty: as they lie in the table
	columns     []string // of the table, without bookkeeping
}

const (
	firstRows = 50   // shown without scripts
	shardRows = 1000 // rows in one data file
	otherRows = 5000 // rows kept of a list of an earlier quarter
)

// knownLists are the lists this version has, in the order they are shown. A list of the project's own is shown under its name.
func (s *site) knownLists() []listSpec {
	specs := []listSpec{
		{Name: "uninspected_key", Title: "未检重点企业清单", Todo: "年底前至少检查一次", order: "region_code, uscc"},
		{Name: "must_plan", Title: "必列未列企业清单", Todo: "列入年度计划或说明理由", order: "region_code, uscc"},
		{Name: "removal_fault", Title: "核减未报批、逾期报批清单", Todo: "补办重新报批手续", order: "region_code, decided_on, plan_change_id"},
		{Name: "open_major", Title: "未闭环重大隐患清单", Todo: "挂牌督办，限期整改并复查销号", order: "region_code, found_on, hazard_id"},
		{Name: "repeat", Title: "同类问题反复出现清单", Todo: "约谈企业，依法从重处罚", order: "region_code, recurrences desc, uscc, class"},
		{Name: "article_113", Title: "第113条预警与达线清单", Todo: "达线的依法提请关闭", order: "region_code, penalties_365 desc, uscc"},
		{Name: "duplicate_pair", Title: "重复检查清单", Todo: "核实原因，改为联合检查", order: "region_code, uscc, later_started_on, later_visit_id, earlier_visit_id"},
		{Name: "plan_overlap", Title: "计划重合清单", Todo: "检查前合并计划", order: "region_code, uscc"},
		{Name: "cap", Title: "频次上限预警与突破清单", Todo: "停止新增检查，改为联合或书面检查", order: "region_code, uscc, level"},
		{Name: "regulator", Title: "监管主体不唯一或缺失清单", Todo: "明确唯一监管主体", order: "region_code, fault, uscc"},
		{Name: "late_return", Title: "季度上报时间"},
		{Name: "return_check", Title: "自报数与系统数勾稽", Todo: "核对不符的上报数"},
		{Name: "unassigned", Title: "无归属数据清单", Todo: "补正机构或企业代码"},
	}
	taken := map[string]bool{}
	var known []listSpec
	keep := func(one listSpec) {
		taken[one.Name] = true
		hidden := map[string]bool{"period": true, "period_index": true, "region_code": true, "city_code": true, "file_id": true, "sheet": true, "row_number": true, "agency_code": true, "visit_id": true}
		for _, column := range s.m.Columns("list_" + one.Name) {
			if !hidden[column] {
				one.columns = append(one.columns, column)
			}
		}
		sort.SliceStable(one.columns, func(i, j int) bool { // numbers of rows come last: people read names first
			return !strings.HasSuffix(one.columns[i], "_id") && strings.HasSuffix(one.columns[j], "_id")
		})
		known = append(known, one)
	}
	for _, one := range specs {
		if s.m.HasTable("list_" + one.Name) {
			keep(one)
		}
	}
	for _, table := range s.m.tableNames() {
		if name, ok := strings.CutPrefix(table, "list_"); ok && !taken[name] && s.m.HasColumn(table, "period") {
			keep(listSpec{Name: name, Title: name})
		}
	}
	return known
}

// listWhere restricts a list to a region: the whole, a city by city_code, a county by its own code.
func (s *site) listWhere(list listSpec, p Period, r Region) (where string, args []any) {
	where, args = "l.period = ?", []any{p.Name}
	switch r.Level {
	case LevelCity:
		where, args = where+" and l.city_code = ?", append(args, r.Code)
	case LevelCounty:
		where, args = where+" and l.region_code = ?", append(args, r.Code)
	}
	if list.Name == "return_check" {
		where += " and not l.holds"
	}
	return where, args
}

// listOrder sorts the lines of a list as they are printed, whatever the order in which they came into the table.
func (s *site) listOrder(list listSpec) string {
	var keys []string
	for key := range strings.SplitSeq(list.order, ", ") {
		if column, _, _ := strings.Cut(key, " "); key != "" && s.m.HasColumn("list_"+list.Name, column) {
			keys = append(keys, "l."+key+" nulls last")
		}
	}
	if keys == nil {
		return ""
	}
	return " order by " + strings.Join(keys, ", ")
}

// listCounts counts the lines of every list by period and place, in one pass over each.
func (s *site) listCounts(ctx context.Context) (map[string]int64, error) {
	counts := map[string]int64{}
	for _, list := range s.lists {
		name := "list_" + list.Name
		region, city, where := "''", "''", ""
		if s.m.HasColumn(name, "city_code") && s.m.HasColumn(name, "region_code") {
			region, city = "coalesce(region_code, '')", "coalesce(city_code, '')"
		}
		if list.Name == "return_check" {
			where = " where not holds"
		}
		rows, err := s.query(ctx, list.Title, `select period, `+region+`, `+city+`, count(*) from mart.`+quoted(name)+where+` group by 1, 2, 3`)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			n, key := whole(row[3]), list.Name+"/"+row[0]+"/"
			counts[key+row[1]] += n
			if row[2] != row[1] {
				counts[key+row[2]] += n
			}
			counts[key+"*"] += n
		}
	}
	return counts, nil
}

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// listHref links to a list, narrowed to a region.
func (s *site) listHref(list listSpec, r Region) string {
	href := "list-" + list.Name + ".html"
	if r.Level != LevelProvince && r.Code != s.scope.Code {
		href += "#region=" + r.Code
	}
	return href
}

func (s *site) listLinks(r Region, names ...string) []link {
	var links []link
	for _, name := range names {
		for _, list := range s.lists {
			if list.Name == name {
				links = append(links, link{Text: s.t(list.Title), Href: s.listHref(list, r)})
			}
		}
	}
	return links
}

// fileName is the SQL for a source file's name; a pack does not name files another city handed in.
func (s *site) fileName() string {
	if s.isPack() && s.m.HasColumn("file", "region_code") {
		return `case when f.region_code in (select region_code from mart.region where ` + foreignPlace(s.scope, "region_code", "city_code") + `) then '` + s.t("外地报送") + `' else coalesce(f.name, '') end`
	}
	return "coalesce(f.name, '')"
}

// rowData is what site.js needs to page and search a list.
type rowData struct {
	Kind    string     `json:"kind"`
	Root    string     `json:"root"`
	Prefix  string     `json:"prefix"` // of the data files
	Shards  int        `json:"shards"`
	Rows    int        `json:"rows"`
	Columns []string   `json:"columns"`
	Regions [][]string `json:"regions"`
	Link    int        `json:"link"` // column that names an enterprise; -1: none

	Texts map[string]string `json:"texts,omitempty"`
}

func (s *site) listIndex(_ context.Context, p Period) (*page, error) {
	index := s.newPage("list", "lists.html", s.t("清单"), p, s.scope)
	t := &table{Caption: s.t("清单"), Open: true, Columns: []column{{Label: s.t("清单")}, {Label: s.t("条数"), Numeric: true}, {Label: s.t("要做什么")}}}
	for _, list := range s.lists {
		n := s.counts[list.Name+"/"+p.Name+"/"+s.countedAs()]
		t.Rows = append(t.Rows, []cell{ref(s.t(list.Title), "list-"+list.Name+".html"), num(Count(n), float64(n)), text(s.t(list.Todo))})
	}
	index.Blocks = []*block{{ID: "lists", Title: s.f("%d份清单", len(s.lists)), Table: t, Wide: true, Note: s.t("每份清单可检索、翻页、下载，并注明所依据数据行的来源文件、工作表和行号。")}}
	return index, nil
}

// countedAs is the key of the rendering's own place in counts: every line, those of a city, those of a county.
func (s *site) countedAs() string {
	if s.isPack() {
		return s.scope.Code
	}
	return "*"
}

func (s *site) listPage(ctx context.Context, at int, p Period) (*page, error) {
	list, isKept := s.lists[at], s.isPack() && p.Name == s.period.Name
	one := s.newPage("list", "list-"+list.Name+".html", s.t(list.Title), p, s.scope)
	one.Mode = "rows"
	one.Crumbs = []link{{Text: s.t("清单"), Href: "lists.html"}}
	limit := 1 << 62
	if p.Name != s.period.Name {
		limit = otherRows
	}
	prefix := "data/" + p.Name + "/" + list.Name + "-"
	var csv tableFile
	var shard []byte
	var lines [][]string
	shards, kept := 0, 0
	flush := func() error {
		if len(shard) == 0 {
			return nil
		}
		key := fmt.Sprintf("%s%d", prefix, shards)
		content := append(fmt.Appendf(nil, "tongbao(%q,[", key), shard...)
		shards++
		shard = shard[:0]
		return s.out.write(key+".js", append(content, "]);\n"...))
	}
	t, total, err := s.listRows(ctx, list, p, firstRows, func(region, uscc string, line []string) error {
		if kept == limit {
			return nil
		}
		kept++
		csv.add(line)
		if isKept {
			lines = append(lines, line)
		}
		encoded, err := json.Marshal(append([]string{region, s.enterpriseKey(uscc)}, line...))
		if err != nil {
			return fmt.Errorf("encoding %s: %w", list.Title, err)
		}
		if len(shard) > 0 {
			shard = append(shard, ',')
		}
		shard = append(shard, encoded...)
		if kept%shardRows == 0 {
			return flush()
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := flush(); err != nil {
		return nil, err
	}
	if isKept {
		t.lines, s.whole[at] = lines, t
	}
	t.CSV = "tables/list-" + list.Name + ".csv"
	if err := s.out.write(p.Name+"/"+t.CSV, csv.bytes(t.Columns)); err != nil {
		return nil, err
	}
	if total > limit {
		t.Note = s.f("早于所选季度的清单只列前%d条，共%d条；以该季度为所选季度生成时全部列出。", limit, total)
	}
	data := rowData{Kind: "rows", Root: "../", Prefix: prefix, Shards: shards, Rows: kept, Link: -1, Regions: s.regionChoices(), Texts: s.scriptTexts()}
	for i, c := range t.Columns {
		data.Columns = append(data.Columns, c.Label)
		if c.Hint == "enterprise_name" {
			data.Link = i
		}
	}
	encoded, err := json.Marshal(data)
	if err != nil {
		return nil, fmt.Errorf("encoding %s: %w", list.Title, err)
	}
	one.Script = string(encoded)
	title := s.f("共%d条", total)
	if total == 0 {
		title = s.t("本期没有")
	}
	note := s.t(list.Todo)
	if note != "" {
		note = s.t("要做什么：") + note + s.t("。")
	}
	one.Blocks = []*block{{ID: "rows", Title: title, Table: t, Wide: true, Note: note}}
	return one, nil
}

// enterpriseKey is what scripts need to lead to an enterprise and to find it: its page and its code.
func (s *site) enterpriseKey(uscc string) string {
	if i, ok := s.shelf.page[uscc]; ok {
		return s.shelf.pages[i].name() + "#" + uscc
	}
	return "#" + uscc
}

// sourceText says where a row came from: file, sheet, row.
func (s *site) sourceText(file, sheet, row string) string {
	text := s.files[file]
	if sheet != "" {
		text += " · " + sheet
	}
	if row != "" {
		text += s.f(" 第%s行", row)
	}
	return text
}

// listRows reads a list in its own order (a plain scan keeps it), worded for people. The table keeps the first rows; each
// sees all of them.
func (s *site) listRows(ctx context.Context, list listSpec, p Period, first int, each func(region, uscc string, line []string) error) (*table, int, error) {
	name := "list_" + list.Name
	t := &table{ID: "rows", Caption: s.t(list.Title), Open: true, Columns: []column{{Label: s.t("地区")}}}
	selected := ""
	hasName := s.m.HasColumn(name, "enterprise_name")
	for _, column := range list.columns {
		if column == "region_name" || column == "uscc" && hasName {
			continue
		}
		t.Columns = append(t.Columns, columnOf(s, column))
		selected += ", cast(l." + quoted(column) + " as varchar)"
	}
	kinds := t.Columns[1:]
	source, uscc := "'', '', ''", "''"
	hasSource := s.m.HasColumn(name, "file_id") && s.m.HasTable("file")
	if hasSource {
		t.Columns = append(t.Columns, column{Label: s.t("来源"), Long: true})
		source = "cast(l.file_id as varchar), l.sheet, cast(l.row_number as varchar)"
	}
	if s.m.HasColumn(name, "uscc") {
		uscc = "coalesce(l.uscc, '')"
	}
	where, args := s.listWhere(list, p, s.scope)
	rows, err := s.m.db.QueryContext(ctx, `select coalesce(l.region_code, ''), `+uscc+`, `+source+selected+` from mart.`+quoted(name)+` as l where `+where+s.listOrder(list), args...)
	if err != nil {
		return nil, 0, fmt.Errorf("reading %s: %w", list.Title, err)
	}
	defer rows.Close()
	values, into := make([]string, len(kinds)+5), make([]any, len(kinds)+5)
	for i := range values {
		into[i] = &nullable{&values[i]}
	}
	total := 0
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, 0, fmt.Errorf("reading %s: %w", list.Title, err)
		}
		total++
		line := append(make([]string, 0, len(t.Columns)), s.m.RegionName(values[0]))
		for i, kind := range kinds {
			line = append(line, s.fieldText(kind.Hint, values[5+i]))
		}
		if hasSource {
			line = append(line, s.sourceText(values[2], values[3], values[4]))
		}
		if total <= first {
			row := make([]cell, len(line))
			for i, x := range line {
				row[i] = text(x)
				if i > 0 && t.Columns[i].Hint == "enterprise_name" {
					if href := s.enterpriseHref(values[1]); href != "" {
						row[i].Href = "../" + href
					}
				}
			}
			t.Rows = append(t.Rows, row)
		}
		if each != nil {
			if err := each(values[0], values[1], line); err != nil {
				return nil, 0, err
			}
		}
	}
	if err := rows.Err(); err != nil {
		return nil, 0, fmt.Errorf("reading %s: %w", list.Title, err)
	}
	return t, total, nil
}

// regionChoices are the regions a list can be narrowed to: code, name, level.
func (s *site) regionChoices() [][]string {
	var all [][]string
	for _, r := range s.m.Regions {
		if s.isPack() && (r.City != s.scope.City || s.scope.Level == LevelCounty && r.Code != s.scope.Code) {
			continue
		}
		if r.Level != LevelProvince {
			all = append(all, []string{r.Code, r.Name, r.Level, r.City})
		}
	}
	return all
}

// fieldText words one field of a list: codes by their labels, yes and no, dates as they are.
func (s *site) fieldText(name, value string) string {
	if value == "" {
		return ""
	}
	switch {
	case strings.HasPrefix(name, "is_"), name == "was_visible", name == "holds":
		return map[string]string{"true": s.t("是"), "false": s.t("否")}[value]
	case strings.HasSuffix(name, "_at"):
		return strings.TrimSuffix(value, ":00")
	case strings.HasSuffix(name, "_levels"), name == "levels":
		return s.words.codes("level", value)
	case strings.HasSuffix(name, "_agencies"), name == "agency_name", name == "agencies", name == "regulators":
		return s.ownAgencies(value)
	case strings.HasSuffix(name, "_kind") && name != "pair_kind" && name != "class_kind":
		return s.m.Word("kind", value)
	case name == "triggers", name == "fault", name == "state", name == "pair_kind", name == "class_kind", name == "identity", name == "dataset":
		var words []string
		for _, code := range strings.Split(value, ";") {
			if s.words.english != nil { // the codes of lists are English
				words = append(words, strings.ReplaceAll(code, "_", " "))
				continue
			}
			words = append(words, s.orCode(s.listCodes[name+"/"+code], code))
		}
		return strings.Join(words, s.t("、"))
	}
	return s.m.Word(name, value)
}

func (w words) codes(column, list string) string {
	var named []string
	for _, code := range strings.Split(list, ";") {
		named = append(named, w.m.Word(column, code))
	}
	return strings.Join(named, w.t("、"))
}

// ownAgencies leaves out the names of other cities' agencies in a city's pack.
func (s *site) ownAgencies(list string) string {
	if !s.isPack() {
		return strings.ReplaceAll(list, ";", s.t("、"))
	}
	var named []string
	for _, name := range strings.Split(list, ";") {
		if s.foreign[strings.TrimSpace(name)] {
			name = s.t(ForeignAgency)
		}
		named = append(named, name)
	}
	return strings.Join(named, s.t("、"))
}

// tableFile collects the lines of a download.
type tableFile struct{ b strings.Builder }

func (f *tableFile) add(line []string) { writeCSV(&f.b, line) }

// bytes is the file: byte order mark, header, lines.
func (f *tableFile) bytes(columns []column) []byte {
	head := &table{Columns: columns}
	return append(head.csv(), f.b.String()...)
}
