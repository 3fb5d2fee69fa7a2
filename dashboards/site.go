package dashboards

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"tongbao/internal/inuse"
)

// SiteOptions says what is printed on every page beside the figures.
type SiteOptions struct {
	Version  string       // the published version the figures come from
	Office   string       // who publishes
	Language string       // zh (default) or en: of the words around the figures
	Quarters int          // how many quarters the period switch offers, the asked one included; default 5
	Log      *slog.Logger // progress; may be nil
	Mart     *Mart        // of the same version, already open; nil: it is read
}

func (o SiteOptions) mart(ctx context.Context, db Queryer) (*Mart, error) {
	if o.Mart != nil {
		return o.Mart, nil
	}
	return OpenMart(ctx, db)
}

// SiteResult counts what was written.
type SiteResult struct {
	Dir           string
	Period        string
	Pages, Charts int
	Files         int
	Bytes         int64
	LargestPage   int64
}

// String is the result as one line for the terminal.
func (r SiteResult) String() string {
	return fmt.Sprintf("site %s: %d pages, %d charts, %d files, %.1f MB in %s", r.Period, r.Pages, r.Charts, r.Files, float64(r.Bytes)/1e6, r.Dir)
}

// Site renders the static site of one period ("" means the last ended quarter) into outDir. The folder is built beside and
// swapped in at the end: readers see the old site or the new one, and a failure leaves the old one.
func Site(ctx context.Context, db Queryer, period, outDir string, o SiteOptions) (SiteResult, error) {
	m, err := o.mart(ctx, db)
	if err != nil {
		return SiteResult{}, err
	}
	s, err := newSite(m, period, m.Province(), o)
	if err != nil {
		return SiteResult{}, err
	}
	next := outDir + ".next"
	if err := os.RemoveAll(next); err != nil {
		return SiteResult{}, fmt.Errorf("clearing %s: %w", next, err)
	}
	s.out.dir = next
	if err := s.render(ctx); err != nil {
		os.RemoveAll(next)
		return SiteResult{}, fmt.Errorf("rendering the site of %s: %w", s.period.Name, err)
	}
	if err := swap(next, outDir); err != nil {
		return SiteResult{}, err
	}
	s.result.Dir = outDir
	return s.result, nil
}

// site is one rendering: a region (the province, or one city in a pack) and everything under it.
type site struct {
	words
	m         *Mart
	o         SiteOptions
	scope     Region
	period    Period   // the asked one
	shown     []Period // the asked one and those before it, oldest first
	fresh     []freshness
	pages     *templates
	out       output
	themes    *themes
	shelf     shelf
	lists     []listSpec // of this version, in order
	result    SiteResult
	charts    atomic.Int64
	files     map[string]string // names of source files by id, as this rendering may print them
	counts    map[string]int64  // lines of a list: name/period/region
	labels    map[string]string // headers of list columns
	listCodes map[string]string // words of codes that only lists use: column/code
	foreign   map[string]bool   // names of other cities' agencies, in a pack
	home      *page             // of a pack: the asked period's page of its region, for the workbook
	whole     []*table          // of a pack: the asked period's lists with every line, in the order of lists
}

func newSite(m *Mart, period string, scope Region, o SiteOptions) (*site, error) {
	p, ok := m.LastEnded()
	if period != "" {
		p, ok = m.Period(period)
	}
	if !ok {
		return nil, fmt.Errorf("the published version has no figures for period %q; `tongbao figures --metric A1` shows which it has", period)
	}
	if o.Quarters < 1 {
		o.Quarters = 5
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Language == "en" {
		m = m.inEnglish()
	}
	pages, err := newTemplates()
	if err != nil {
		return nil, err
	}
	s := &site{m: m, o: o, scope: scope, period: p, pages: pages, words: words{m: m}, labels: columnLabels(), listCodes: listWords()}
	if o.Language == "en" {
		s.words.english = english()
	}
	for _, q := range m.Periods {
		if q.Index <= p.Index && q.Index > p.Index-o.Quarters {
			s.shown = append(s.shown, q)
		}
	}
	s.lists = s.knownLists()
	s.whole = make([]*table, len(s.lists))
	s.result.Period = p.Name
	return s, nil
}

// isPack says whether only one city's rows may be written.
func (s *site) isPack() bool { return s.scope.Level != LevelProvince }

func (s *site) render(ctx context.Context) error {
	var err error
	if s.fresh, err = s.readFreshness(ctx); err != nil {
		return err
	}
	if err := s.readFiles(ctx); err != nil {
		return err
	}
	if err := s.readForeign(ctx); err != nil {
		return err
	}
	if err := s.shelve(ctx); err != nil {
		return err
	}
	if s.counts == nil {
		if s.counts, err = s.listCounts(ctx); err != nil {
			return err
		}
	}
	if err := s.writeAssets(); err != nil {
		return err
	}
	if s.themes == nil {
		if s.themes, err = readThemes(ctx, s.m, s.shown); err != nil {
			return err
		}
	}
	// A page is made from what was read above and from nothing another page does, so that the order does not matter.
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(2, runtime.GOMAXPROCS(0)))
	group.Go(func() error { return s.writeEnterprises(ctx) })
	for _, p := range s.shown {
		for _, build := range s.buildersOf(p) {
			group.Go(func() error {
				one, err := build(ctx, p)
				if err != nil {
					return err
				}
				if s.isPack() && one.Kind == "home" && p.Name == s.period.Name {
					s.home = one // one page alone is this one
				}
				return s.finish(ctx, one)
			})
		}
	}
	if err := group.Wait(); err != nil {
		return err
	}
	s.result.Charts = int(s.charts.Load())
	s.result.Pages, s.result.Files, s.result.Bytes, s.result.LargestPage = s.out.counts()
	return nil
}

// builder makes one page of a period.
type builder func(context.Context, Period) (*page, error)

// buildersOf are the pages of one period; the asked period's first page is the site's own.
func (s *site) buildersOf(p Period) []builder {
	var all []builder
	if !s.isPack() {
		all = append(all, s.overviewPage, s.planPage, s.hazardPage, s.duplicatePage, s.qualityPage)
	}
	all = append(all, s.metricsPage, s.listIndex)
	for i := range s.lists {
		all = append(all, func(ctx context.Context, p Period) (*page, error) { return s.listPage(ctx, i, p) })
	}
	for _, r := range s.m.Regions {
		switch {
		case !s.mayShow(r):
		case r.Level == LevelCity:
			all = append(all, func(context.Context, Period) (*page, error) { return s.cityPage(r, p) })
		case r.Level == LevelCounty:
			all = append(all, func(context.Context, Period) (*page, error) { return s.countyPage(r, p) })
		}
	}
	return all
}

// mayShow says whether this rendering has a page of the region.
func (s *site) mayShow(r Region) bool {
	switch {
	case !s.isPack():
		return true
	case s.scope.Level == LevelCounty:
		return r.Code == s.scope.Code
	}
	return r.Level != LevelProvince && r.City == s.scope.City
}

// swap puts the folder next in the place of dir.
func swap(next, dir string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return fmt.Errorf("making %s: %w", filepath.Dir(dir), err)
	}
	old := dir + ".old"
	if err := os.RemoveAll(old); err != nil {
		return fmt.Errorf("clearing %s: %w", old, err)
	}
	if err := inuse.Rename(dir, old); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("moving the old %s aside: %w", dir, err)
	}
	if err := inuse.Rename(next, dir); err != nil {
		return fmt.Errorf("moving the new %s in: %w", dir, err)
	}
	if err := os.RemoveAll(old); err != nil {
		return fmt.Errorf("clearing %s: %w", old, err)
	}
	return nil
}

// readFiles learns the names of source files.
func (s *site) readFiles(ctx context.Context) error {
	s.files = map[string]string{}
	if !s.m.HasTable("file") {
		return nil
	}
	rows, err := s.query(ctx, "files", `select cast(f.file_id as varchar), `+s.fileName()+` from mart.file as f`)
	if err != nil {
		return err
	}
	for _, row := range rows {
		s.files[row[0]] = row[1]
	}
	return nil
}

// readForeign learns which agencies belong to other places: a pack may not name them.
func (s *site) readForeign(ctx context.Context) error {
	var err error
	s.foreign, err = s.m.ForeignAgencies(ctx, s.scope)
	return err
}
