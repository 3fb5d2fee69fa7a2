package dashboards

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"tongbao/internal/inuse"
)

// PackOptions says which packs to make and what goes into them beside the figures.
type PackOptions struct {
	SiteOptions
	Regions []string // codes of cities or counties; empty: every city
	Returns string   // folder with <code>.xlsx, the rows a city has to correct (退回单); empty: none
	// Annex makes the annex workbook of one region, with its own rows only; nil: packs have none.
	Annex func(ctx context.Context, region Region) ([]byte, error)
}

// Pack is one written file.
type Pack struct {
	Region Region
	Path   string
	Files  int
	Bytes  int64
}

// Packs writes <code>.zip per region into outDir: its own pages, its indicators against the province's, what moved and why,
// its lists, what it has to correct and what is still to do. Only rows of that region are read for it, so that no other
// region's row can be in it. Same version, same bytes.
func Packs(ctx context.Context, db Queryer, period, outDir string, o PackOptions) ([]Pack, error) {
	m, err := o.mart(ctx, db)
	if err != nil {
		return nil, err
	}
	regions, err := packRegions(m, o.Regions)
	if err != nil {
		return nil, err
	}
	if o.Quarters == 0 {
		o.Quarters = 2
	}
	if err := os.MkdirAll(outDir, 0o755); err != nil {
		return nil, fmt.Errorf("making %s: %w", outDir, err)
	}
	var common *site // what packs have in common is read once
	packs := make([]Pack, len(regions))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(2)
	for i, r := range regions {
		s, err := newSite(m, period, r, o.SiteOptions)
		if err != nil {
			return nil, err
		}
		if common == nil {
			common = s
			if s.themes, err = readThemes(ctx, m, s.shown); err != nil {
				return nil, err
			}
			if s.counts, err = s.listCounts(ctx); err != nil {
				return nil, err
			}
		}
		s.themes, s.counts = common.themes, common.counts
		group.Go(func() error {
			if packs[i], err = writePack(ctx, s, outDir, o); err != nil {
				return fmt.Errorf("making the pack of %s %s: %w", r.Code, r.Name, err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return packs, nil
}

func packRegions(m *Mart, codes []string) ([]Region, error) {
	if len(codes) == 0 {
		return m.Cities(), nil
	}
	var regions []Region
	for _, code := range codes {
		r, ok := m.Region(code)
		if !ok || r.Level == LevelProvince {
			return nil, fmt.Errorf("%q is not the code of a city or county of this province", code)
		}
		regions = append(regions, r)
	}
	return regions, nil
}

func writePack(ctx context.Context, s *site, outDir string, o PackOptions) (Pack, error) {
	r := s.scope
	s.out.held = map[string][]byte{}
	if err := s.render(ctx); err != nil {
		return Pack{}, err
	}
	book, err := s.packBook()
	if err != nil {
		return Pack{}, err
	}
	files := map[string][]byte{"自评工作簿.xlsx": book, "说明.txt": []byte(s.readMe(o.Annex != nil))}
	for name, content := range s.out.held {
		files["网页/"+name] = content
	}
	if o.Annex != nil {
		if files["年度执法计划完成情况统计表.xlsx"], err = o.Annex(ctx, r); err != nil {
			return Pack{}, err
		}
	}
	if o.Returns != "" {
		content, err := os.ReadFile(filepath.Join(o.Returns, r.Code+".xlsx"))
		switch {
		case err == nil:
			files["退回单.xlsx"] = content
		case !os.IsNotExist(err):
			return Pack{}, fmt.Errorf("reading the rows to correct: %w", err)
		}
	}
	content, err := zipped(files)
	if err != nil {
		return Pack{}, err
	}
	target := filepath.Join(outDir, r.Code+".zip")
	if err := os.WriteFile(target+".next", content, 0o644); err != nil {
		return Pack{}, fmt.Errorf("writing %s: %w", target, err)
	}
	if err := inuse.Rename(target+".next", target); err != nil {
		return Pack{}, fmt.Errorf("moving %s in: %w", target, err)
	}
	return Pack{Region: r, Path: target, Files: len(files), Bytes: int64(len(content))}, nil
}

// packBook is the pack's workbook: indicators against the province, what moved, what is to be done, and every list.
func (s *site) packBook() ([]byte, error) {
	province := s.m.Province()
	blocks := slices.Clone(s.home.Blocks)
	head := &table{Caption: s.t("说明"), Columns: []column{{Label: s.t("项目")}, {Label: s.t("内容")}}}
	for _, line := range [][2]string{
		{"地区", s.scope.Name}, {"期间", s.periodLabel(s.period)}, {"数据截止", s.m.CutOffText}, {"数据版本", s.o.Version}, {"对照", s.totalName(province)},
	} {
		head.Rows = append(head.Rows, []cell{text(s.t(line[0])), text(line[1])})
	}
	for _, p := range s.m.Parameters {
		head.Rows = append(head.Rows, []cell{text(s.t("参数") + " " + p.Name), text(p.Value)})
	}
	tables := []*table{head}
	order := map[string]int{"against": 1, "moved": 2, "todo": 3}
	sort.SliceStable(blocks, func(i, j int) bool {
		a, b := order[blocks[i].ID], order[blocks[j].ID]
		if a == 0 {
			a = 9
		}
		if b == 0 {
			b = 9
		}
		return a < b
	})
	for _, b := range blocks {
		if b.Table != nil {
			tables = append(tables, b.Table)
		}
	}
	for _, t := range s.whole {
		if t != nil && len(t.lines) > 0 {
			tables = append(tables, t)
		}
	}
	return workbook(tables)
}

func (s *site) readMe(hasAnnex bool) string {
	annex := []string{}
	if hasAnnex {
		annex = append(annex, s.t("年度执法计划完成情况统计表.xlsx：与通报附件同一格式，只列本地区。"))
	}
	lines := slices.Concat([]string{
		s.f("%s %s 自评材料", s.scope.Name, s.periodLabel(s.period)), "",
		s.f("数据截止 %s，数据版本 %s", s.m.CutOffText, s.o.Version), "",
	}, s.answers(), []string{"",
		s.t("网页/index.html：用浏览器打开，不需要联网。"), s.t("自评工作簿.xlsx：指标与全省对照、变化及原因、待办事项、各类清单。"),
	}, annex, []string{
		s.t("退回单.xlsx：需要更正的行（没有退回的行时不附）。更正后原样交回即可。"), "", s.t("本材料只含本地区的数据行。"), "",
	})
	return strings.Join(lines, "\r\n")
}

// answers say in a line each what a city asks first: how it stands, what moved, which rows it must correct, what is still to do.
func (s *site) answers() []string {
	titles := map[string]string{}
	for _, b := range s.home.Blocks {
		titles[b.ID] = b.Title
	}
	var lines []string
	for _, line := range []struct{ id, text string }{
		{"against", s.t("本地区怎么样：%s。见自评工作簿“主要指标”。")},
		{"moved", s.t("为什么变化：%s。见“变化最大的指标”，末列为原因。")},
		{"todo", s.t("还要做什么：%s。见“待办事项”和其后的各类清单。")},
	} {
		if titles[line.id] != "" {
			lines = append(lines, fmt.Sprintf(line.text, titles[line.id]))
		}
	}
	rejected := s.t("要更正的行：没有。")
	for _, f := range s.fresh {
		if f.Region.Code == s.scope.Code && f.Rejected > 0 {
			rejected = s.f("要更正的行：累计退回%d行，其中待改%d行，见退回单。", f.Rejected, f.Pending)
			if f.Pending == f.Rejected {
				rejected = s.f("要更正的行：%d行，见退回单。", f.Rejected)
			}
		}
	}
	return append(lines, rejected)
}

// zipped packs files in the order of their names with a fixed time, so that the same files give the same bytes.
func zipped(files map[string][]byte) ([]byte, error) {
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	sort.Strings(names)
	var out bytes.Buffer
	z := newZip(&out)
	for _, name := range names {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return nil, fmt.Errorf("packing %s: %w", name, err)
		}
		if _, err := w.Write(files[name]); err != nil {
			return nil, fmt.Errorf("packing %s: %w", name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("packing: %w", err)
	}
	return out.Bytes(), nil
}
