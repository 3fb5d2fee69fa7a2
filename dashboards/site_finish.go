package dashboards

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"path"
	"strings"

	"tongbao/dashboards/chart"
)

// freshness is how new one city's data is.
type freshness struct {
	Region            Region
	Received          string // minute of the last file, local
	Files             int64
	Rejected, Pending int64
}

// view is what the page template sees: the page and what stands on every page.
type view struct {
	*page
	Site      *site
	Root      string // from this page to the site's folder: "" or "../"
	Nav       []link
	Switch    []link
	CutOff    string
	Version   string
	Fresh     []freshness
	Params    []Parameter
	Workbook  string
	Language  string
	HasCharts bool
}

// finish draws a page's charts, writes its downloads and the page itself.
func (s *site) finish(ctx context.Context, p *page) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	root := strings.Repeat("../", strings.Count(p.Path, "/"))
	v := view{page: p, Site: s, Root: root, Nav: s.navigation(p), Switch: s.periodSwitch(p), Version: s.o.Version, Fresh: s.fresh, Params: s.m.Parameters, Language: "zh-CN"}
	v.CutOff = s.m.CutOffText
	if s.words.english != nil {
		v.Language = "en"
		v.Params = nil
		for _, x := range s.m.Parameters { // their notes are Chinese
			v.Params = append(v.Params, Parameter{Name: x.Name, Value: x.Value})
		}
	}
	var tables []*table
	for i, b := range p.Blocks {
		if b.ID == "" {
			b.ID = fmt.Sprintf("b%d", i+1)
		}
		if !b.Chart.IsZero() {
			s.charts.Add(1)
			b.Picture = template.HTML(b.Chart.Picture) // texts are escaped where it is drawn
			if p.Region.Level != LevelCounty {         // a county's pages have no live charts: there are too many of them
				option, err := b.Chart.Option()
				if err != nil {
					return fmt.Errorf("%s: %w", p.Path, err)
				}
				b.Option = template.JS(option) // JSON with <, > and & escaped
				v.HasCharts = true
			}
		}
		for _, t := range []*table{b.Table, b.Extra} {
			if t == nil {
				continue
			}
			t.MarkFirst = true
			if t.ID == "" {
				t.ID = b.ID
				if t == b.Extra {
					t.ID += "x"
				}
			}
			if t.CSV == "" {
				name := strings.TrimSuffix(path.Base(p.Path), ".html") + "-" + t.ID + ".csv"
				t.CSV = "tables/" + name
				if err := s.out.write(path.Join(path.Dir(p.Path), t.CSV), t.csv()); err != nil {
					return err
				}
			}
			tables = append(tables, t)
		}
	}
	if len(tables) > 0 && p.Mode == "" {
		v.Workbook = "tables/" + strings.TrimSuffix(path.Base(p.Path), ".html") + ".xlsx"
		book, err := workbook(tables)
		if err != nil {
			return fmt.Errorf("%s: %w", p.Path, err)
		}
		if err := s.out.write(path.Join(path.Dir(p.Path), v.Workbook), book); err != nil {
			return err
		}
	}
	var b bytes.Buffer
	if err := s.pages.page.Execute(&b, v); err != nil {
		return fmt.Errorf("%s: %w", p.Path, err)
	}
	if err := s.out.write(p.Path, b.Bytes()); err != nil {
		return err
	}
	if p.Kind == "home" && p.Period.Name == s.period.Name {
		return s.out.write("index.html", []byte(s.pages.start(p.Path, p.Title)))
	}
	return nil
}

func (s *site) navigation(p *page) []link {
	entries := []struct{ kind, text, file string }{
		{"home", "总览", "index.html"}, {"plan", "计划执行", "plan.html"}, {"hazard", "隐患与复发", "hazards.html"},
		{"duplicate", "重复检查", "duplicates.html"}, {"quality", "数据质量", "quality.html"}, {"list", "清单", "lists.html"},
		{"enterprise", "企业", "../enterprises.html"}, {"metric", "指标口径", "metrics.html"},
	}
	var nav []link
	for _, e := range entries {
		if s.isPack() {
			switch e.kind {
			case "plan", "hazard", "duplicate", "quality":
				continue
			case "home":
				e.file = s.homeFile()
			}
		}
		href := e.file
		if !strings.Contains(p.Path, "/") { // a page of the whole site
			href = path.Join(s.period.Name, e.file)
		}
		nav = append(nav, link{Text: s.t(e.text), Href: href, Current: e.kind == p.Kind})
	}
	return nav
}

// homeFile is the first page below a period's folder.
func (s *site) homeFile() string {
	switch s.scope.Level {
	case LevelCity:
		return "city-" + s.scope.Code + ".html"
	case LevelCounty:
		return "county-" + s.scope.Code + ".html"
	}
	return "index.html"
}

func (s *site) periodSwitch(p *page) []link {
	if !strings.Contains(p.Path, "/") {
		return nil
	}
	var links []link
	for i := len(s.shown) - 1; i >= 0; i-- {
		q := s.shown[i]
		links = append(links, link{Text: s.periodLabel(q), Href: "../" + q.Name + "/" + path.Base(p.Path), Current: q.Name == p.Period.Name})
	}
	return links
}

func (s *site) periodLabel(p Period) string {
	if s.words.english != nil {
		return fmt.Sprintf("%d Q%d", p.Year, p.Quarter)
	}
	return p.Label()
}

func (s *site) readFreshness(ctx context.Context) ([]freshness, error) {
	byCity := map[string]freshness{}
	if s.m.HasTable("file") {
		pending := `select file_id, 1 as rows from mart.file where false`
		if s.m.HasTable("rejected") { // what was corrected or waived is no longer to be done
			pending = `select file_id, count(*) as rows from mart.rejected where state = 'pending' group by file_id`
		}
		rows, err := s.m.db.QueryContext(ctx, `with pending as (`+pending+`)
			select coalesce(f.region_code, ''), strftime(max(f.received_at), '%Y-%m-%d %H:%M'), count(*), coalesce(sum(f.rows_rejected), 0), coalesce(sum(p.rows), 0)
			from mart.file as f left join pending as p on p.file_id = f.file_id group by all order by 1`)
		if err != nil {
			return nil, fmt.Errorf("reading how new each city's data is: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			var code string
			var f freshness
			if err := rows.Scan(&code, &f.Received, &f.Files, &f.Rejected, &f.Pending); err != nil {
				return nil, fmt.Errorf("reading how new each city's data is: %w", err)
			}
			if r, ok := s.m.Region(code); ok && r.City != "" {
				code = r.City
			}
			known := byCity[code]
			known.Received = max(known.Received, f.Received)
			known.Files += f.Files
			known.Rejected += f.Rejected
			known.Pending += f.Pending
			byCity[code] = known
		}
		if err := rows.Err(); err != nil {
			return nil, fmt.Errorf("reading how new each city's data is: %w", err)
		}
	}
	var all []freshness
	if general := byCity[s.m.Province().Code]; !s.isPack() {
		if other, ok := byCity[""]; ok {
			general.Received, general.Files = max(general.Received, other.Received), general.Files+other.Files
			general.Rejected, general.Pending = general.Rejected+other.Rejected, general.Pending+other.Pending
		}
		if general.Files > 0 {
			general.Region = s.m.Province()
			all = append(all, general)
		}
	}
	for _, city := range s.m.Cities() {
		if s.isPack() && city.Code != s.scope.City {
			continue
		}
		f := byCity[city.Code]
		f.Region = city
		all = append(all, f)
	}
	return all, nil
}

// writeAssets writes the style sheet, the scripts and their licences.
func (s *site) writeAssets() error {
	assets := map[string]string{"assets/site.css": siteCSS, "assets/site.js": siteJS}
	if s.scope.Level != LevelCounty { // a county's pages have no live charts
		assets["assets/echarts.min.js"], assets["assets/echarts.LICENSE.txt"] = chart.Library(), chart.LibraryLicence()
	}
	for name, content := range assets {
		if err := s.out.write(name, []byte(content)); err != nil {
			return err
		}
	}
	return nil
}
