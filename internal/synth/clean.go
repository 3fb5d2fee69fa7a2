package synth

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
)

// Counts are rows per dataset.
type Counts map[string]int

// WriteClean streams one clean CSV file per dataset into dir: UTF-8, or GBK when encoding is "gbk". It holds one enterprise
// in memory at a time. progress is called now and then with the number of enterprises done; it may be nil.
func WriteClean(ctx context.Context, dir string, options Options, encoding string, progress func(done int)) (Counts, error) {
	w, err := newWorld(options)
	if err != nil {
		return nil, err
	}
	out, err := newCleanFiles(dir, encoding)
	if err != nil {
		return nil, err
	}
	err = w.stream(ctx, out, progress)
	if closeErr := out.close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return nil, fmt.Errorf("write exports to %s: %w", dir, err)
	}
	return out.counts, nil
}

func (w *world) stream(ctx context.Context, out *cleanFiles, progress func(int)) error {
	var row []cell
	for _, a := range w.agencies {
		out.write("agency", a.cells(row[:0]))
	}
	for _, o := range w.officers {
		out.write("officer", o.cells(row[:0]))
	}
	for _, c := range w.caps() {
		out.write("frequency_cap", c.cells(row[:0]))
	}
	sums := w.newLedger()
	var l life
	for number := range w.options.Enterprises {
		w.live(number, &l)
		sums.add(&l)
		row = w.writeLife(out, &l, row)
		if number%1000 == 999 {
			if progress != nil {
				progress(number + 1)
			}
			if err := ctx.Err(); err != nil {
				return err
			}
		}
	}
	for _, r := range w.returns(sums) {
		out.write("quarterly_return", r.cells(row[:0]))
	}
	return out.err
}

// writeLife writes one enterprise's rows as they are known on the last day.
func (w *world) writeLife(out *cleanFiles, l *life, row []cell) []cell {
	for _, r := range l.claims {
		row = w.claimCells(row[:0], r)
		out.write("enterprise", row)
	}
	for _, r := range l.items {
		if r, ok := r.seen(w.last); ok {
			row = r.cells(row[:0])
			out.write("plan_item", row)
		}
	}
	for _, r := range l.changes {
		if r, ok := r.seen(w.last); ok {
			row = r.cells(row[:0])
			out.write("plan_change", row)
		}
	}
	for _, r := range l.inspections {
		r.ended, r.disclosed = r.ended.until(w.last), r.disclosed.until(w.last)
		row = r.cells(row[:0])
		out.write("inspection", row)
	}
	for _, r := range l.hazards {
		if r, ok := r.seen(w.last); ok {
			row = r.cells(row[:0])
			out.write("hazard", row)
		}
	}
	for _, r := range l.penalties {
		if r, ok := r.seen(w.last); ok {
			row = r.cells(row[:0])
			out.write("penalty", row)
		}
	}
	for _, r := range l.accidents {
		if r, ok := r.seen(w.last); ok {
			row = r.cells(row[:0])
			out.write("accident", row)
		}
	}
	for _, r := range l.credit {
		if r, ok := r.seen(w.last); ok {
			row = r.cells(row[:0])
			out.write("credit_event", row)
		}
	}
	return row
}

// cleanFiles are the open files, one per dataset. The first error stays.
type cleanFiles struct {
	files  map[string]*cleanFile
	line   []byte
	counts Counts
	err    error
}

type cleanFile struct {
	file    *os.File
	encoder io.Closer // writes what the encoder holds back; nil for UTF-8
	*bufio.Writer
}

func newCleanFiles(dir, encoding string) (*cleanFiles, error) {
	if encoding != "utf-8" && encoding != "gbk" {
		return nil, fmt.Errorf("encoding %q is neither utf-8 nor gbk", encoding)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	out := &cleanFiles{files: map[string]*cleanFile{}, counts: Counts{}}
	for _, t := range tables() {
		file, err := os.Create(filepath.Join(dir, t.name+".csv"))
		if err != nil {
			out.err = err
			return nil, out.close()
		}
		clean := &cleanFile{file: file}
		var target io.Writer = file
		if encoding == "gbk" {
			encoder := transform.NewWriter(file, simplifiedchinese.GB18030.NewEncoder())
			clean.encoder, target = encoder, encoder
		}
		clean.Writer = bufio.NewWriterSize(target, 1<<18)
		out.files[t.name] = clean
		header := make([]cell, 0, len(t.columns))
		for i := range t.columns {
			header = append(header, textCell(t.header(i, 0)))
		}
		out.write(t.name, header)
		out.counts[t.name] = 0
	}
	return out, nil
}

func (out *cleanFiles) write(dataset string, row []cell) {
	out.line = appendLine(out.line[:0], row, style{}, ',')
	out.counts[dataset]++
	if _, err := out.files[dataset].Write(out.line); err != nil && out.err == nil {
		out.err = err
	}
}

func (out *cleanFiles) close() error {
	keep := func(err error) {
		if err != nil && out.err == nil {
			out.err = err
		}
	}
	for _, t := range tables() {
		file := out.files[t.name]
		if file == nil {
			continue
		}
		keep(file.Flush())
		if file.encoder != nil {
			keep(file.encoder.Close())
		}
		keep(file.file.Close())
	}
	return out.err
}
