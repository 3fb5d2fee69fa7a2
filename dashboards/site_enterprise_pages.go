package dashboards

import (
	"context"
	"database/sql"
	"fmt"
	"html/template"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	pageEnterprises = 100 // enterprises on one page
	pageVisits      = 700 // visits on one page, unless one enterprise alone has more
	shownVisits     = 300 // visits shown of one enterprise, the latest
)

// shelf says which page each enterprise is on. Pages hold enterprises of one city in the order of their codes, so that a page is
// read, printed and found without scripts, and none grows with the province.
type shelf struct {
	page  map[string]int32 // by uscc, into pages
	pages []shelfPage
}

type shelfPage struct {
	City        string
	Number      int // within the city, from 1
	Enterprises int
}

// name is the page's file without its ending.
func (p shelfPage) name() string {
	city := p.City
	if city == "" {
		city = "none"
	}
	return "enterprise-" + url.PathEscape(city) + "-" + strconv.Itoa(p.Number)
}

// enterpriseHref leads to one enterprise from the site's folder; empty when no page has it.
func (s *site) enterpriseHref(uscc string) string {
	i, ok := s.shelf.page[uscc]
	if !ok {
		return ""
	}
	return s.shelf.pages[i].name() + ".html#" + url.PathEscape(uscc)
}

// shelve puts every enterprise of this rendering on a page.
func (s *site) shelve(ctx context.Context) error {
	s.shelf = shelf{page: map[string]int32{}}
	if !s.m.HasTable("enterprise") {
		return nil
	}
	where, args := s.inScope("e")
	visits := "0"
	if s.m.HasTable("enterprise_timeline") {
		visits = "(select count(*) from mart.enterprise_timeline as v where v.uscc = e.uscc)"
	}
	rows, err := s.m.db.QueryContext(ctx, `select e.uscc, coalesce(e.city_code, ''), `+visits+` from mart.enterprise as e where `+where+` order by 2, 1`, args...)
	if err != nil {
		return fmt.Errorf("reading enterprises: %w", err)
	}
	defer rows.Close()
	held := 0
	for rows.Next() {
		var uscc, city string
		var visits int
		if err := rows.Scan(&uscc, &city, &visits); err != nil {
			return fmt.Errorf("reading enterprises: %w", err)
		}
		visits = min(visits, shownVisits)
		last := len(s.shelf.pages) - 1
		switch {
		case last < 0 || s.shelf.pages[last].City != city:
			s.shelf.pages = append(s.shelf.pages, shelfPage{City: city, Number: 1})
			held = 0
		case s.shelf.pages[last].Enterprises == pageEnterprises || held+visits > pageVisits && held > 0:
			s.shelf.pages = append(s.shelf.pages, shelfPage{City: city, Number: s.shelf.pages[last].Number + 1})
			held = 0
		}
		held += visits
		last = len(s.shelf.pages) - 1
		s.shelf.pages[last].Enterprises++
		s.shelf.page[uscc] = int32(last)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("reading enterprises: %w", err)
	}
	return nil
}

// visitRow is one visit as shown.
type visitRow struct {
	started, ended                       time.Time
	hasEnd                               bool
	kind, levels, agencies, fines        string
	hazards, majors, recurrence, penalty int64
	source                               string
}

// heldEnterprise is one enterprise with its latest visits, newest first.
type heldEnterprise struct {
	uscc, name, region, sector, grade, strip string
	isKey                                    bool
	visits                                   []visitRow
	all                                      int // how many visits there are
}

// writeEnterprisePages streams enterprises with their visits in the order of their pages: one query, one page in memory.
func (s *site) writeEnterprisePages(ctx context.Context) error {
	if len(s.shelf.pages) == 0 {
		return nil
	}
	where, args := s.inScope("e")
	strip, joined := "''", ""
	if s.m.HasTable("enterprise_strip") {
		strip, joined = "coalesce(x.strip, '')", " left join mart.enterprise_strip as x on x.uscc = e.uscc"
	}
	visit := "cast(null as date), cast(null as date), '', '', '', 0, 0, 0, 0, 0, 0, '', 0"
	order := ""
	if s.m.HasTable("enterprise_timeline") {
		visit = `v.started_on, v.ended_on, coalesce(v.kind, ''), coalesce(v.levels, ''), coalesce(v.agency_names, ''), coalesce(v.hazards, 0), coalesce(v.majors, 0),
			coalesce(v.recurrences, 0), coalesce(v.penalties, 0), cast(coalesce(v.fines_yuan, 0) as varchar), coalesce(cast(v.file_id as varchar), ''), coalesce(v.sheet, ''), coalesce(cast(v.row_number as varchar), '')`
		joined += " left join mart.enterprise_timeline as v on v.uscc = e.uscc"
		order = ", v.started_on desc, v.visit_id desc"
	}
	rows, err := s.m.db.QueryContext(ctx, `select e.uscc, coalesce(e.enterprise_name, ''), coalesce(e.region_code, ''), coalesce(e.sector, ''), coalesce(e.risk_grade, ''), coalesce(e.is_key_unit, false), `+strip+`, `+visit+`
		from mart.enterprise as e`+joined+` where `+where+` order by coalesce(e.city_code, ''), e.uscc`+order, args...)
	if err != nil {
		return fmt.Errorf("reading visits: %w", err)
	}
	defer rows.Close()
	var one heldEnterprise
	var body strings.Builder
	on := int32(0)
	place := func() error { // one is whole: it goes onto its page
		if one.uscc == "" {
			return nil
		}
		if at := s.shelf.page[one.uscc]; at != on {
			if err := s.enterprisePage(ctx, on, body.String()); err != nil {
				return err
			}
			body.Reset()
			on = at
		}
		s.enterpriseMarkup(&body, one)
		return nil
	}
	for rows.Next() {
		var e heldEnterprise
		var v visitRow
		var started, ended sql.NullTime
		var file, sheet, row string
		if err := rows.Scan(&e.uscc, &e.name, &e.region, &e.sector, &e.grade, &e.isKey, &e.strip,
			&started, &ended, &v.kind, &v.levels, &v.agencies, &v.hazards, &v.majors, &v.recurrence, &v.penalty, &v.fines, &file, &sheet, &row); err != nil {
			return fmt.Errorf("reading visits: %w", err)
		}
		if e.uscc != one.uscc {
			if err := place(); err != nil {
				return err
			}
			one = e
		}
		if !started.Valid {
			continue
		}
		one.all++
		if len(one.visits) < shownVisits {
			v.started, v.ended, v.hasEnd, v.source = started.Time, ended.Time, ended.Valid, s.sourceText(file, sheet, row)
			one.visits = append(one.visits, v)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("reading visits: %w", err)
	}
	if err := place(); err != nil {
		return err
	}
	return s.enterprisePage(ctx, on, body.String())
}

// enterprisePage writes one page of enterprises with links to the ones before and after it.
func (s *site) enterprisePage(ctx context.Context, at int32, body string) error {
	p := s.shelf.pages[at]
	region, ok := s.m.Region(p.City)
	if !ok {
		region = s.scope
	}
	heading := s.f("%s企业（第%d页）", region.Name, p.Number)
	one := &page{Path: p.name() + ".html", Kind: "enterprise", Heading: heading, Title: heading + " · " + s.scope.Name, Period: s.period, Region: region,
		Crumbs: []link{{Text: s.t("企业"), Href: "enterprises.html"}}, Lead: s.f("本页%d家企业，按统一社会信用代码排列；检查由新到旧。", p.Enterprises)}
	for _, step := range []struct {
		to   int32
		text string
	}{{at - 1, "上一页"}, {at + 1, "下一页"}} {
		if step.to >= 0 && int(step.to) < len(s.shelf.pages) && s.shelf.pages[step.to].City == p.City {
			one.Indexed = append(one.Indexed, link{Text: s.t(step.text), Href: s.shelf.pages[step.to].name() + ".html"})
		}
	}
	one.IndexLabel = s.t("翻页")
	one.Body = template.HTML(`<p class="only"><a href="#main">` + template.HTMLEscapeString(s.t("显示本页全部企业")) + `</a></p>` + s.markKey() + s.yearGrid() + body)
	return s.finish(ctx, one)
}

// markKey says what the letters and grounds of quarters and visits mean.
func (s *site) markKey() string {
	var b strings.Builder
	b.WriteString(`<p class="key">`)
	for _, k := range [][3]string{{"-", "·", "未检"}, {"0", "0", "检无隐患"}, {"g", "一", "一般隐患"}, {"m", "重", "重大隐患"}, {"r", "复", "复发"}, {"p", "罚", "处罚"}} {
		b.WriteString(`<span class="strip12"><i class="q` + k[0] + `">` + template.HTMLEscapeString(s.t(k[1])) + `</i></span> ` + template.HTMLEscapeString(s.t(k[2])) + ` `)
	}
	b.WriteString(`</p>`)
	return b.String()
}

// The timeline's measures: years run from the first figure's year to the cut-off's, the same on every page, so that one grid
// serves them all.
const (
	laneLeft, laneWide, laneHigh, yearHigh = 44, 660, 22, 18
)

func (s *site) timeSpan() (from, to time.Time) {
	from = time.Date(s.m.Periods[0].Year, 1, 1, 0, 0, 0, 0, time.UTC)
	to = time.Date(s.m.CutOff.Year()+1, 1, 1, 0, 0, 0, 0, time.UTC)
	return from, to
}

func (s *site) dayX(day time.Time) float64 {
	from, to := s.timeSpan()
	share := day.Sub(from).Hours() / to.Sub(from).Hours()
	return laneLeft + 6 + max(0, min(1, share))*(laneWide-12)
}

// yearGrid is drawn once a page and used by every timeline on it.
func (s *site) yearGrid() string {
	var b strings.Builder
	b.WriteString(`<svg class="grid" width="0" height="0" aria-hidden="true"><defs><g id="years">`)
	from, to := s.timeSpan()
	for year := from.Year(); year < to.Year(); year++ {
		x := coordinate(s.dayX(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)))
		fmt.Fprintf(&b, `<path d="M%s 0V110" class="year"/><text class="yr" x="%s" y="12">%d</text>`, x, coordinate(s.dayX(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC))+4), year)
	}
	b.WriteString(`</g></defs></svg>`)
	return b.String()
}

// enterpriseMarkup is one enterprise: what it is, its twelve quarters, its visits as a line of time and as a table.
func (s *site) enterpriseMarkup(b *strings.Builder, e heldEnterprise) {
	put := func(parts ...string) {
		for _, part := range parts {
			b.WriteString(part)
		}
	}
	id := template.HTMLEscapeString(url.PathEscape(e.uscc))
	put(`<section class="firm" id="`, id, `" aria-labelledby="`, id, `-h"><h2 id="`, id, `-h">`, template.HTMLEscapeString(e.name), `</h2><p class="meta">`, template.HTMLEscapeString(e.uscc),
		" · ", template.HTMLEscapeString(s.m.RegionName(e.region)), " · ", template.HTMLEscapeString(s.m.Word("sector", e.sector)))
	if e.grade != "" {
		put(template.HTMLEscapeString(s.t(" · 风险等级") + e.grade))
	}
	if e.isKey {
		put(template.HTMLEscapeString(s.t(" · 重点单位")))
	}
	put(`</p>`)
	if e.strip != "" {
		put(`<p>`, template.HTMLEscapeString(s.f("近12个季度（至%s）", s.period.Name)), ` `, string(s.stripMarkup(e.strip)), `</p>`)
	}
	if len(e.visits) == 0 {
		put(`<p>`, template.HTMLEscapeString(s.t("没有检查记录")), `</p></section>`)
		return
	}
	s.timeline(b, e)
	caption := s.f("检查记录，共%d次", e.all)
	if e.all > len(e.visits) {
		caption = s.f("检查记录，共%d次，列最近%d次", e.all, len(e.visits))
	}
	put(`<div class="scroll" role="group" tabindex="0" aria-label="`, template.HTMLEscapeString(e.name+" "+caption), `"><table><caption>`, template.HTMLEscapeString(caption), `</caption><thead><tr>`)
	for i, label := range []string{"开始", "结束", "类型", "层级", "机构", "隐患", "重大", "复发", "处罚", "罚款（元）", "来源"} {
		class := ""
		if i >= 5 && i < 10 {
			class = ` class="n"`
		}
		put(`<th scope="col"`, class, `>`, template.HTMLEscapeString(s.t(label)), `</th>`)
	}
	put(`</tr></thead><tbody>`)
	for _, v := range e.visits {
		ended := ""
		if v.hasEnd {
			ended = v.ended.Format(time.DateOnly)
		}
		put(`<tr><th scope="row">`, v.started.Format(time.DateOnly), `</th><td class="d">`, ended, `</td>`)
		for _, text := range []string{s.m.Word("kind", v.kind), s.words.codes("level", v.levels), s.ownAgencies(v.agencies)} {
			put(`<td>`, template.HTMLEscapeString(text), `</td>`)
		}
		for _, n := range []int64{v.hazards, v.majors, v.recurrence, v.penalty} {
			put(`<td class="n">`, Count(n), `</td>`)
		}
		put(`<td class="n">`, template.HTMLEscapeString(v.fines), `</td><td>`, template.HTMLEscapeString(v.source), `</td></tr>`)
	}
	put(`</tbody></table></div></section>`)
}

// timeline draws a dot per visit on the line of each level that took part, filled by the worst that was found.
func (s *site) timeline(b *strings.Builder, e heldEnterprise) {
	var lanes []string
	lane := map[string]int{}
	for _, level := range []string{"province", "city", "county", "township"} {
		for _, v := range e.visits {
			if strings.Contains(";"+v.levels+";", ";"+level+";") {
				lane[level] = len(lanes)
				lanes = append(lanes, level)
				break
			}
		}
	}
	high := yearHigh + laneHigh*len(lanes)
	fmt.Fprintf(b, `<svg class="timeline" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s"><use href="#years"/>`, laneLeft+laneWide, high, laneLeft+laneWide, high,
		template.HTMLEscapeString(s.f("%s：各层级检查时间线，明细见下表", e.name)))
	for i, level := range lanes {
		y := yearHigh + laneHigh*i + laneHigh/2
		fmt.Fprintf(b, `<path d="M%d %dH%d" class="lane"/><text x="0" y="%d">%s</text>`, laneLeft, y, laneLeft+laneWide, y+4, template.HTMLEscapeString(s.m.Word("level", level)))
	}
	for i := len(e.visits) - 1; i >= 0; i-- { // later visits lie on earlier ones
		v := e.visits[i]
		mark := "0"
		switch {
		case v.penalty > 0:
			mark = "p"
		case v.recurrence > 0:
			mark = "r"
		case v.majors > 0:
			mark = "m"
		case v.hazards > 0:
			mark = "g"
		}
		x := coordinate(s.dayX(v.started))
		for _, level := range strings.Split(v.levels, ";") {
			if at, ok := lane[level]; ok {
				fmt.Fprintf(b, `<circle class="v%s" cx="%s" cy="%d" r="5"/>`, mark, x, yearHigh+laneHigh*at+laneHigh/2)
			}
		}
	}
	b.WriteString(`</svg>`)
}

// stripMarkup is twelve quarters, each a letter on a ground: never the colour alone.
func (s *site) stripMarkup(strip string) template.HTML {
	names := map[rune]string{'-': "未检", '0': "检无隐患", 'g': "一般隐患", 'm': "重大隐患", 'r': "复发", 'p': "处罚"}
	marks := map[rune]string{'-': "·", '0': "0", 'g': "一", 'm': "重", 'r': "复", 'p': "罚"}
	var said []string
	var b strings.Builder
	for _, r := range strip {
		name, ok := names[r]
		if !ok {
			continue
		}
		said = append(said, s.t(name))
		b.WriteString(`<i class="q` + string(r) + `">` + template.HTMLEscapeString(s.t(marks[r])) + `</i>`)
	}
	return template.HTML(`<span class="strip12" role="img" aria-label="` + template.HTMLEscapeString(s.t("近12个季度：")+strings.Join(said, s.t("、"))) + `">` + b.String() + `</span>`)
}
