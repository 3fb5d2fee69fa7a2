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
	lists     []listSpec // of this version, in order
	result    SiteResult
	charts    atomic.Int64
	files     map[string]string // names of source files by id, as this rendering may print them
	counts    map[string]int64  // lines of a list: name/period/region
	labels    map[string]string // headers of list columns
	listCodes map[string]string // words of codes that only lists use: column/code
	foreign   map[string]bool   // names of other cities' agencies, in a pack
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
	if s.counts, err = s.listCounts(ctx); err != nil {
		return err
	}
	if err := s.writeAssets(); err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(2, runtime.GOMAXPROCS(0)))
	for _, p := range s.shown {
		pages, err := s.pagesOf(ctx, p)
		if err != nil {
			// A page that could not be written stops the reading of the next ones: it is the cause, and nothing writes on after us.
			if first := group.Wait(); first != nil {
				return first
			}
			return err
		}
		for _, one := range pages {
			group.Go(func() error { return s.finish(ctx, one) })
		}
	}
	group.Go(func() error { return s.writeEnterprises(ctx) })
	if err := group.Wait(); err != nil {
		return err
	}
	s.result.Charts = int(s.charts.Load())
	s.result.Pages, s.result.Files, s.result.Bytes, s.result.LargestPage = s.out.counts()
	return nil
}

// pagesOf builds every page of one period; the asked period's first page is the site's own.
func (s *site) pagesOf(ctx context.Context, p Period) ([]*page, error) {
	var pages []*page
	add := func(one *page, err error) error {
		if err != nil {
			return err
		}
		pages = append(pages, one)
		return nil
	}
	builders := []func(context.Context, Period) (*page, error){s.planPage, s.hazardPage, s.duplicatePage, s.qualityPage}
	if !s.isPack() {
		if err := add(s.overviewPage(ctx, p)); err != nil {
			return nil, err
		}
		for _, build := range builders {
			if err := add(build(ctx, p)); err != nil {
				return nil, err
			}
		}
	}
	if err := add(s.metricsPage(ctx, p)); err != nil {
		return nil, err
	}
	for _, r := range s.m.Regions {
		if s.isPack() && r.City != s.scope.City {
			continue
		}
		switch r.Level {
		case LevelCity:
			if s.scope.Level == LevelCounty {
				continue
			}
			if err := add(s.cityPage(ctx, r, p)); err != nil {
				return nil, err
			}
		case LevelCounty:
			if s.isPack() && s.scope.Level == LevelCounty && r.Code != s.scope.Code {
				continue
			}
			if err := add(s.countyPage(ctx, r, p)); err != nil {
				return nil, err
			}
		}
	}
	lists, err := s.listPages(ctx, p)
	if err != nil {
		return nil, err
	}
	return append(pages, lists...), nil
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
	if err := os.Rename(dir, old); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("moving the old %s aside: %w", dir, err)
	}
	if err := os.Rename(next, dir); err != nil {
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
