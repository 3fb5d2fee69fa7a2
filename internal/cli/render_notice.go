package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"tongbao/dashboards"
	"tongbao/dashboards/annex"
	"tongbao/dashboards/docx"
	composing "tongbao/dashboards/notice"
	"tongbao/dashboards/preview"
	"tongbao/dashboards/reconcile"
	"tongbao/dashboards/returns"
)

// makeNotice writes the Word file and the page with the same text, and holds the Word file against itself.
func (r *rendering) makeNotice(ctx context.Context) (string, string, error) {
	days, err := r.p.Calendar()
	if err != nil {
		return "", "", err
	}
	office := r.p.Config.Office
	content, err := composing.Compose(ctx, composing.Input{DB: r.db, Mart: r.mart, Period: r.period, Version: r.version, Calendar: days, Office: composing.Office{
		Name: office.Name, Symbol: office.Symbol, Basis: office.Basis, Address: office.Address, Contact: office.Contact, Phone: office.Phone,
		CopyTo: office.CopyTo, Serial: r.flags.serial, Date: r.signed,
	}})
	if err != nil {
		return "", "", err
	}
	path := filepath.Join(r.p.Templates(), "notice.docx")
	template, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		template = nil
	} else if err != nil {
		return "", "", err
	}
	file, err := docx.Fill(template, content)
	if err != nil {
		return "", "", withHint(fmt.Errorf("%s: %w", path, err), "docs/notice-template.md says what a template holds; `tongbao render --write-template FILE` writes the default one")
	}
	report, err := reconcile.Check("notice.docx", file)
	if err != nil {
		return "", "", err
	}
	fault, inferred := &dashboards.FaultError{Output: "notice.docx"}, 0
	for _, finding := range report.Findings {
		if finding.Inferred {
			// In a small province a column may look like shares of another by chance. The figures behind it are held against the mart.
			inferred++
			continue
		}
		fault.Faults = append(fault.Faults, finding.String())
	}
	if len(fault.Faults) > 0 {
		return "", "", fault
	}
	if inferred > 0 {
		fmt.Fprintf(r.app.Stderr, "note: %d numbers of notice.docx do not fit what the rest of their table or sentence suggests; `tongbao check` lists them\n", inferred)
	}
	for name, text := range map[string][]byte{"notice.docx": file, "notice.html": preview.Render(content)} {
		if err := os.WriteFile(filepath.Join(r.stage, name), text, 0o644); err != nil {
			return "", "", err
		}
	}
	return "notice.docx", fmt.Sprintf("%d identities checked, all hold; also notice.html", report.Checked), nil
}

func (r *rendering) makeAnnex(ctx context.Context) (string, string, error) {
	file, err := r.annexOf(ctx, r.mart.Province())
	if err != nil {
		return "", "", err
	}
	return "annex.xlsx", fmt.Sprintf("%.1f MB", float64(len(file))/1e6), os.WriteFile(filepath.Join(r.stage, "annex.xlsx"), file, 0o644)
}

func (r *rendering) annexOf(ctx context.Context, region dashboards.Region) ([]byte, error) {
	return annex.Workbook(ctx, annex.Input{DB: r.db, Mart: r.mart, Period: r.period, Version: r.version, Office: r.p.Config.Office.Name, Region: region.Code})
}

func (r *rendering) makeReturns(ctx context.Context) (string, string, error) {
	written, err := r.writeReturns(ctx, filepath.Join(r.stage, "returns"))
	if err != nil {
		return "", "", err
	}
	rows := 0
	for _, w := range written {
		rows += w.Rows
	}
	return "returns", fmt.Sprintf("%d workbooks, %d rows to be corrected", len(written), rows), nil
}

func (r *rendering) writeReturns(ctx context.Context, dir string) ([]returns.Written, error) {
	set, err := r.p.ContractSet()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	return returns.Write(ctx, r.db, set, dir, r.cities...)
}

// makePacks gives each city its pack, with the rows it has to correct: those made by this run, or made for the pack alone.
func (r *rendering) makePacks(ctx context.Context) (string, string, error) {
	rows := filepath.Join(r.stage, "returns")
	if !slices.Contains(r.outputs, "returns") {
		rows = filepath.Join(r.stage, ".returns")
		if _, err := r.writeReturns(ctx, rows); err != nil {
			return "", "", err
		}
		defer os.RemoveAll(rows)
	}
	options := dashboards.PackOptions{SiteOptions: r.siteOptions(), Regions: r.cities, Returns: rows, Annex: r.annexOf}
	if options.Language == "en" { // the annex is Chinese
		options.Annex = nil
	}
	packs, err := dashboards.Packs(ctx, r.db, r.period.Name, filepath.Join(r.stage, "packs"), options)
	if err != nil {
		return "", "", err
	}
	bytes := int64(0)
	for _, pack := range packs {
		bytes += pack.Bytes
	}
	return "packs", fmt.Sprintf("%d packs, %.1f MB", len(packs), float64(bytes)/1e6), nil
}
