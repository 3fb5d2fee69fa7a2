package dashboards

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
)

const (
	enterpriseShard = 4000 // enterprises in one file of the search index
	visitShard      = 250  // enterprises in one file of visits
)

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

// writeEnterprises writes the search page, its index and the visits behind it. The number of files grows with the number of
// enterprises, the size of each does not: a browser loads the index of one city and the visits of 250 enterprises at a time.
func (s *site) writeEnterprises(ctx context.Context) error {
	one := &page{Path: "enterprises.html", Kind: "enterprise", Mode: "enterprises", Heading: s.t("企业"), Title: s.f("企业 · %s", s.scope.Name), Period: s.period, Region: s.scope}
	data := enterpriseData{Kind: "enterprises", Regions: s.regionChoices(), Words: map[string][]string{}, Texts: s.scriptTexts(), Period: s.period.Name, CutOff: s.m.CutOff.Format("2006-01-02")}
	t := &table{ID: "rows", Caption: s.t("企业"), Open: true, Columns: []column{{Label: s.t("企业名称"), Long: true}, {Label: s.t("统一社会信用代码"), Date: true}, {Label: s.t("地区")}, {Label: s.t("监管领域")}, {Label: s.t("风险等级")}, {Label: s.t("近12个季度")}}}
	if s.m.HasTable("enterprise") {
		if err := s.writeEnterpriseIndex(ctx, &data, t); err != nil {
			return err
		}
		if s.m.HasTable("enterprise_timeline") {
			if err := s.writeVisits(ctx); err != nil {
				return err
			}
		}
	}
	for _, column := range []string{"kind", "level", "sector"} {
		data.Words[column] = s.m.codeList(column)
	}
	encoded, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("encoding the enterprise index: %w", err)
	}
	one.Script = string(encoded)
	t.CSV = "tables/enterprises.csv"
	one.Blocks = []*block{{ID: "rows", Title: s.f("监管对象名录共%d家", data.Total), Table: t, Wide: true,
		Note: s.t("近12个季度:每格一季,左旧右新。未检、检无隐患、一般隐患、重大隐患、复发、处罚,取当季最重的一种。")}}
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
			coalesce(e.is_key_unit, false), coalesce(e.status, ''), `+strip+`,
			(row_number() over (partition by e.city_code order by e.uscc) - 1) // `+fmt.Sprint(visitShard)+`
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
		var visits int
		if err := rows.Scan(&at, &uscc, &name, &region, &sector, &grade, &isKey, &status, &strip, &visits); err != nil {
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
			t.Rows = append(t.Rows, []cell{{Text: name, Href: "#" + url.PathEscape(uscc)}, text(uscc), text(line[2]), text(line[3]), text(grade), {Text: strip, Class: "strip"}})
		}
		encoded, err := json.Marshal([]any{uscc, name, region, sector, grade, isKey, status, strip, fmt.Sprintf("data/visits-%s-%d", at, visits)})
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

// writeVisits writes the visits of each enterprise, put into JSON by the database: one text per file.
func (s *site) writeVisits(ctx context.Context) error {
	where, args := s.inScope("e")
	agencies := "coalesce(v.agency_names, '')"
	if s.isPack() {
		agencies = `case when exists (select 1 from mart.agency as a where ` + foreignPlace(s.scope, "a.region_code", "a.city_code") + ` and list_contains(string_split(v.agencies, ';'), a.agency_code))
			then '` + s.t("外地机构") + `' else ` + agencies + ` end`
	}
	source := "''"
	join := ""
	if s.m.HasTable("file") {
		source, join = s.fileName(), " left join mart.file as f on f.file_id = v.file_id"
	}
	rows, err := s.m.db.QueryContext(ctx, `with placed as (
			select e.uscc, coalesce(e.city_code, '') as city, (row_number() over (partition by e.city_code order by e.uscc) - 1) // `+fmt.Sprint(visitShard)+` as shard
			from mart.enterprise as e where `+where+`
		), lines as (
			select p.city, p.shard, p.uscc, string_agg(cast(json_array(cast(v.started_on as varchar), cast(v.ended_on as varchar), v.kind, coalesce(v.levels, ''), `+agencies+`, v.hazards, v.majors, v.recurrences,
				v.penalties, cast(coalesce(v.fines_yuan, 0) as varchar), `+source+`, coalesce(v.sheet, ''), v.row_number) as varchar), ',' order by v.started_on, v.visit_id) as visits
			from placed as p join mart.enterprise_timeline as v on v.uscc = p.uscc`+join+`
			group by p.city, p.shard, p.uscc
		)
		select city, shard, string_agg(cast(to_json(uscc) as varchar) || ':[' || visits || ']', ',' order by uscc) from lines group by city, shard order by city, shard`, args...)
	if err != nil {
		return fmt.Errorf("reading visits: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var city, visits string
		var shard int
		if err := rows.Scan(&city, &shard, &visits); err != nil {
			return fmt.Errorf("reading visits: %w", err)
		}
		key := fmt.Sprintf("data/visits-%s-%d", city, shard)
		if err := s.out.write(key+".js", []byte(fmt.Sprintf("tongbao(%q,{%s});\n", key, visits))); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("reading visits: %w", err)
	}
	return nil
}
