package dashboards

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
)

const enterpriseShard = 4000 // enterprises in one file of the search index

// enterpriseData is what site.js needs to search enterprises and show one of them.
type enterpriseData struct {
	Kind    string              `json:"kind"`
	Root    string              `json:"root"`
	Shards  []enterpriseFile    `json:"shards"`
	Regions [][]string          `json:"regions"`
	Words   map[string][]string `json:"words"` // code lists: code, word, code, word …
	Period  string              `json:"period"`
	CutOff  string              `json:"cutOff"`
	Total   int                 `json:"total"`

	Texts map[string]string `json:"texts,omitempty"`
}

type enterpriseFile struct {
	Key  string `json:"key"`
	City string `json:"city"`
	Rows int    `json:"rows"`
}

// writeEnterprises writes the search page, its index and the pages of enterprises behind it. The number of files grows with the
// number of enterprises, the size of each does not: a browser loads the index of one city at a time.
func (s *site) writeEnterprises(ctx context.Context) error {
	one := &page{Path: "enterprises.html", Kind: "enterprise", Mode: "enterprises", Heading: s.t("企业"), Title: s.f("企业 · %s", s.scope.Name), Period: s.period, Region: s.scope}
	data := enterpriseData{Kind: "enterprises", Regions: s.regionChoices(), Words: map[string][]string{}, Texts: s.scriptTexts(), Period: s.period.Name, CutOff: s.m.CutOff.Format("2006-01-02")}
	t := &table{ID: "rows", Caption: s.t("企业"), Open: true, Columns: []column{{Label: s.t("企业名称"), Long: true}, {Label: s.t("统一社会信用代码"), Date: true}, {Label: s.t("地区")}, {Label: s.t("监管领域")}, {Label: s.t("风险等级")}, {Label: s.t("近12个季度")}}}
	if s.m.HasTable("enterprise") {
		if err := s.writeEnterpriseIndex(ctx, &data, t); err != nil {
			return err
		}
		if err := s.writeEnterprisePages(ctx); err != nil {
			return err
		}
	}
	for _, column := range []string{"sector"} {
		data.Words[column] = s.m.codeList(column)
	}
	encoded, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("encoding the enterprise index: %w", err)
	}
	one.Script = string(encoded)
	t.CSV = "tables/enterprises.csv"
	one.Indexed, one.IndexLabel = s.shelfLinks(), s.t("企业各页")
	one.Blocks = []*block{{ID: "rows", Title: s.f("监管对象名录共%d家", data.Total), Table: t, Wide: true,
		Note: s.t("近12个季度：每格一季，左旧右新。未检、检无隐患、一般隐患、重大隐患、复发、处罚，取当季最重的一种。")}}
	return s.finish(ctx, one)
}

// inScope is the condition on mart.enterprise for what this rendering may show.
func (s *site) inScope(alias string) (string, []any) {
	switch s.scope.Level {
	case LevelCity:
		return alias + ".city_code = ?", []any{s.scope.Code}
	case LevelCounty:
		return alias + ".region_code = ?", []any{s.scope.Code}
	}
	return "true", nil
}

func (s *site) writeEnterpriseIndex(ctx context.Context, data *enterpriseData, t *table) error {
	where, args := s.inScope("e")
	strip, join := "''", ""
	if s.m.HasTable("enterprise_strip") {
		strip, join = "coalesce(x.strip, '')", " left join mart.enterprise_strip as x on x.uscc = e.uscc"
		if s.m.HasColumn("enterprise_strip", "period") {
			join += " and x.period = '" + s.period.Name + "'"
		}
	}
	rows, err := s.m.db.QueryContext(ctx, `select coalesce(e.city_code, ''), e.uscc, coalesce(e.enterprise_name, ''), coalesce(e.region_code, ''), coalesce(e.sector, ''), coalesce(e.risk_grade, ''),
			coalesce(e.is_key_unit, false), coalesce(e.status, ''), `+strip+`
		from mart.enterprise as e`+join+` where `+where+` order by 1, 2`, args...)
	if err != nil {
		return fmt.Errorf("reading enterprises: %w", err)
	}
	defer rows.Close()
	var csv tableFile
	var shard []byte
	city, n := "", 0
	flush := func() error {
		if len(shard) == 0 {
			return nil
		}
		key := fmt.Sprintf("data/enterprise-%d", len(data.Shards))
		data.Shards = append(data.Shards, enterpriseFile{Key: key, City: city, Rows: n})
		content := append([]byte(fmt.Sprintf("tongbao(%q,[", key)), shard...)
		shard, n = shard[:0], 0
		return s.out.write(key+".js", append(content, "]);\n"...))
	}
	for rows.Next() {
		var at, uscc, name, region, sector, grade, status, strip string
		var isKey bool
		if err := rows.Scan(&at, &uscc, &name, &region, &sector, &grade, &isKey, &status, &strip); err != nil {
			return fmt.Errorf("reading enterprises: %w", err)
		}
		if at != city || n == enterpriseShard {
			if err := flush(); err != nil {
				return err
			}
			city = at
		}
		data.Total++
		line := []string{name, uscc, s.m.RegionName(region), s.m.Word("sector", sector), grade, strip}
		csv.add(line)
		if data.Total <= firstRows {
			t.Rows = append(t.Rows, []cell{{Text: name, Href: s.enterpriseHref(uscc)}, text(uscc), text(line[2]), text(line[3]), text(grade), {Text: strip, Markup: s.stripMarkup(strip)}})
		}
		encoded, err := json.Marshal([]any{uscc, name, region, sector, grade, isKey, status, strip, s.shelf.pages[s.shelf.page[uscc]].name()})
		if err != nil {
			return fmt.Errorf("encoding enterprises: %w", err)
		}
		if n > 0 {
			shard = append(shard, ',')
		}
		shard = append(shard, encoded...)
		n++
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("reading enterprises: %w", err)
	}
	if err := flush(); err != nil {
		return err
	}
	return s.out.write("tables/enterprises.csv", csv.bytes(t.Columns))
}

// shelfLinks lead to every page of enterprises without scripts: the first of each city by its name, the others by number.
func (s *site) shelfLinks() []link {
	var links []link
	for _, p := range s.shelf.pages {
		city := s.t("未归属地区")
		if r, ok := s.m.Region(p.City); ok {
			city = r.Name
		}
		one := link{Text: strconv.Itoa(p.Number), Href: p.name() + ".html", Label: city + " " + strconv.Itoa(p.Number)}
		if p.Number == 1 {
			one.Text, one.Label = city, ""
		}
		links = append(links, one)
	}
	return links
}
