package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"tongbao/ingest/sheet"
	"tongbao/internal/warehouse"
)

// errDryRun rolls a transaction back that did everything asked of it.
var errDryRun = errors.New("dry run")

func (r *Runner) options() sheet.Options {
	return sheet.Options{Limits: r.Limits, TempDir: r.TempDir}
}

// Ingest takes one file in: all of it or, with Result.Err set, nothing. A container (ZIP, gzip) gives a result per member.
// use is called once per result; the error returned is one after which going on makes no sense.
func (r *Runner) Ingest(ctx context.Context, in sheet.Input, use func(Result)) error {
	return r.ingest(ctx, in, 0, use)
}

// maxNesting is how deep containers may lie in containers.
const maxNesting = 2

func (r *Runner) ingest(ctx context.Context, in sheet.Input, depth int, use func(Result)) error {
	fail := func(err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		use(Result{Path: in.Path, Err: err})
		return nil
	}
	plain := in
	hash, err := contentHash(r.Meter.measure(plain))
	in = r.Meter.measure(plain)
	if err != nil {
		return fail(fmt.Errorf("read: %w", err))
	}
	if id, ok := r.known[hash]; ok {
		use(Result{Path: in.Path, Known: true, FileID: id})
		return nil
	}
	book, format, err := openBook(ctx, r.Formats, in, r.options())
	if err != nil {
		return fail(err)
	}
	if book == nil {
		if depth >= maxNesting {
			return fail(sheet.Refuse("unpack it and send the files", "archives inside archives inside archives are not opened"))
		}
		members := 0
		err := format.Expand(ctx, in, r.options(), func(member sheet.Input) error {
			members++
			return r.ingest(ctx, member, depth+1, use)
		})
		switch {
		case err != nil:
			return fail(err)
		case members == 0:
			return fail(sheet.Refuse("send it again", "the archive holds no files"))
		}
		return nil
	}
	defer book.Close()
	result := Result{Path: in.Path, FileID: r.next, Format: book.Format()}
	err = r.DB.InTx(ctx, func(tx *warehouse.Tx) error {
		s := &session{run: r, ctx: ctx, tx: tx, in: in, fileID: r.next, resolved: map[string]string{}, bands: map[int][]band{}}
		s.locate()
		if err := s.take(book, hash, &result); err != nil {
			return err
		}
		if r.DryRun {
			return errDryRun
		}
		if r.keeper != nil {
			return r.keeper.keep(plain, Kept{Hash: hash, Name: in.Name, Path: in.Path, Received: r.Received, Only: r.Only})
		}
		return nil
	})
	r.reject.batch.reset()
	r.ignore.batch.reset()
	r.repeat.batch.reset()
	if err != nil && !errors.Is(err, errDryRun) {
		return fail(err)
	}
	if err == nil {
		r.known[hash] = r.next
		r.next++
	}
	use(result)
	return nil
}

// take reads the book, settles its keys, and writes the ledger, which must add up.
func (s *session) take(book sheet.Book, hash string, result *Result) error {
	s.run.reject.inserted, s.run.ignore.inserted = 0, 0
	defer s.abandon()
	if err := s.book(book); err != nil {
		return err
	}
	if err := s.settle(); err != nil {
		return err
	}
	for _, ledger := range []*ledgerRows{s.run.reject, s.run.ignore, s.run.repeat} {
		if err := ledger.flush(s.ctx, s.tx); err != nil {
			return err
		}
	}
	if err := s.settleReplays(); err != nil {
		return err
	}
	encoding := ""
	if decoded, ok := book.(sheet.Decoded); ok {
		encoding = decoded.Encoding()
		s.notes = append(s.notes, decoded.Notes()...)
	}
	if err := s.addsUp(); err != nil {
		return err
	}
	c := s.counts
	result.Encoding, result.Layout, result.Region = encoding, strings.Join(s.layouts, "+"), s.region
	result.Read, result.Loaded, result.Rejected, result.Duplicate, result.Ignored = c.read, c.loaded, c.rejected, c.duplicate, c.ignored
	result.Drift, result.Matched, result.Notes, result.Datasets = s.drift, s.matched, s.notes, map[string]int64{}
	for _, sink := range s.sinks {
		result.Datasets[sink.dataset.Name] = sink.inserted
	}
	return s.enter(hash, result)
}

// addsUp compares what was counted with what the database says it took. A file that does not add up fails as a whole.
func (s *session) addsUp() error {
	c := s.counts
	if c.read != c.loaded+c.rejected+c.duplicate+c.ignored {
		return fmt.Errorf("the file does not add up: %d read, but %d loaded + %d rejected + %d duplicate + %d ignored", c.read, c.loaded, c.rejected, c.duplicate, c.ignored)
	}
	if c.rejected != s.run.reject.inserted || c.ignored != s.run.ignore.inserted {
		return fmt.Errorf("the file does not add up: the ledger holds %d of %d rejected and %d of %d ignored rows",
			s.run.reject.inserted, c.rejected, s.run.ignore.inserted, c.ignored)
	}
	for _, sink := range s.sinks {
		if sink.inserted != sink.offered {
			return fmt.Errorf("the file does not add up: raw.%s took %d of %d rows", sink.dataset.Name, sink.inserted, sink.offered)
		}
	}
	if len(s.sinks) == 1 && s.sinks[0].inserted < c.loaded {
		return fmt.Errorf("the file does not add up: raw.%s holds %d of %d rows", s.sinks[0].dataset.Name, s.sinks[0].inserted, c.loaded)
	}
	return nil
}

// enter writes the file's own ledger lines.
func (s *session) enter(hash string, r *Result) error {
	stamp := s.run.Received.Format("2006-01-02 15:04:05.999999")
	quote := func(text string) string {
		if text == "" {
			return "null"
		}
		return warehouse.Literal(text)
	}
	origin := "null"
	if s.origin > 0 {
		origin = fmt.Sprint(s.origin)
	}
	statement := fmt.Sprintf("insert into raw.file values (%d, %s, %s, %s, %d, timestamp %s, %s, %s, %s, %s, %d, %d, %d, %d, %d, %s, %s)",
		s.fileID, quote(s.in.Name), quote(s.in.Path), quote(hash), s.in.Size, quote(stamp), quote(r.Format), quote(r.Encoding), quote(r.Layout), quote(r.Region),
		r.Read, r.Loaded, r.Rejected, r.Duplicate, r.Ignored, origin, quote(strings.Join(r.Notes, "\n")))
	var datasets []string
	for _, sink := range s.sinks {
		datasets = append(datasets, fmt.Sprintf("(%d, %s, %d)", s.fileID, warehouse.Literal(sink.dataset.Name), sink.inserted))
	}
	slices.Sort(datasets)
	statement += "; insert into raw.file_dataset values " + strings.Join(datasets, ", ")
	var sheets []string
	for _, line := range s.sheets {
		headerRow := "null"
		if line.headerRow > 0 {
			headerRow = fmt.Sprint(line.headerRow)
		}
		sheets = append(sheets, fmt.Sprintf("(%d, %s, %t, %s, %s, %s, %d)", s.fileID, warehouse.Literal(line.name), line.hidden, headerRow,
			warehouse.Literal(jsonTexts(line.header)), warehouse.Literal(jsonTexts(line.unknown)), line.read))
	}
	statement += "; insert into raw.sheet values " + strings.Join(sheets, ", ")
	if _, err := s.tx.ExecContext(s.ctx, statement); err != nil {
		return fmt.Errorf("enter the file: %w", err)
	}
	return nil
}

// contentHash names a file by its bytes.
func contentHash(in sheet.Input) (string, error) {
	sum := sha256.New()
	if _, err := io.CopyBuffer(struct{ io.Writer }{sum}, struct{ io.Reader }{in.Reader()}, make([]byte, 256<<10)); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
