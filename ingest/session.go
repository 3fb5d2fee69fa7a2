package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"tongbao/ingest/sheet"
	"tongbao/internal/warehouse"
)

// session is one file being taken in, inside its transaction.
type session struct {
	run        *Runner
	ctx        context.Context
	tx         *warehouse.Tx
	in         sheet.Input
	fileID     int
	origin     int // file whose rejected rows this one corrects; 0: none
	sinks      []*sink
	region     string   // whose file it is, as far as its name says
	within     []string // regions inside which names are looked for
	resolved   map[string]string
	counts     counts
	layouts    []string
	drift      []string
	matched    []Matched
	notes      []string
	sheets     []sheetLine
	replays    []replay
	halfWaived int // returned rows with a name or a reason for a waiver, but not both
	received   object
	extra      object
	bands      map[int][]band // of sheets with tables side by side
	stream     *stream        // the insert that is running; nil: none
	streaming  *sink
}

// counts are the fates of the rows read.
type counts struct {
	read, loaded, rejected, duplicate, ignored int64
}

// sheetLine is a row of raw.sheet.
type sheetLine struct {
	name      string
	hidden    bool
	headerRow int
	header    []string
	unknown   []string
	read      int64
}

// book takes every sheet in.
func (s *session) book(book sheet.Book) error {
	infos := book.Sheets()
	var unread []int
	var problems []string
	recognised := 0
	for i, info := range infos {
		if info.Skip != "" {
			s.notes = append(s.notes, fmt.Sprintf("工作表“%s”不含单元格:%s", info.Name, info.Skip))
			continue
		}
		found, problem, err := s.sheet(book, i)
		switch {
		case err != nil:
			return err
		case found:
			recognised++
		case problem != "":
			unread, problems = append(unread, i), append(problems, problem)
		}
	}
	if recognised == 0 {
		if len(problems) == 0 {
			return sheet.Refuse("send it again", "the file holds no rows")
		}
		return sheet.Refuse("name the contract with --contract, or teach the layout: `tongbao contract draft FILE`", "%s", problems[0])
	}
	for _, i := range unread {
		if err := s.ignoreSheet(book, i); err != nil {
			return err
		}
	}
	return nil
}

// sheet reads one sheet. found is false when it has no header that is known; problem then says why, or is empty for a sheet without rows.
func (s *session) sheet(book sheet.Book, i int) (found bool, problem string, err error) {
	found, problem, err = s.part(book, i, nil)
	for j := range s.bands[i] {
		if err != nil {
			break
		}
		found, problem, err = s.part(book, i, &s.bands[i][j])
	}
	return found, problem, err
}

// part reads a sheet, or one of the tables that stand side by side on it. When it finds such tables it only notes them.
func (s *session) part(book sheet.Book, i int, only *band) (found bool, problem string, err error) {
	rows, err := book.Rows(i)
	if err != nil {
		return false, "", err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	name := rows.Info().Name
	if only != nil {
		rows = &banded{Rows: rows, band: *only}
	}
	f := &feed{rows: rows, meter: s.run.Meter}
	held, err := f.peek(lookAhead)
	if err != nil {
		return false, "", err
	}
	if len(held) == 0 {
		return false, "", nil
	}
	info := rows.Info()
	at := place{names: fileNames(s.in.Name, s.in.Path), sheet: name, keyed: info.Keyed}
	back, err := s.findReturned(book, i, held)
	if err != nil {
		return false, "", err
	}
	if back != nil {
		at = s.assume(back, at)
	}
	m := s.run.finder.find(held, at)
	if m == nil {
		return false, s.unknownLayout(held, info.Name), nil
	}
	if !m.complete() {
		what := m.problem()
		if info.Name != "" {
			what = "sheet " + info.Name + " " + what
		}
		if m.matched < 3 && len(book.Sheets()) > 1 {
			return false, what, nil
		}
		return false, "", sheet.Refuse("add the column to the export, or teach the layout with a contract (docs/contracts.md)", "%s", what)
	}
	if sheetOnly := m.ref.sheet; sheetOnly != nil && !sheetOnly.MatchString(at.sheet) {
		return false, "", nil
	}
	if only == nil && back == nil && !info.Delimited && !info.Keyed {
		if bands := s.run.finder.beside(held, m, at); len(bands) > mostBeside {
			return false, "", sheet.Refuse("put every table on a sheet of its own", "sheet %s holds more than %d tables side by side", name, mostBeside)
		} else if bands != nil {
			s.bands[i] = bands
			s.noteBands(name, bands)
			return true, "", nil
		}
	}
	b := &body{session: s, feed: f, info: info, at: at, returned: back}
	if err := b.read(m); err != nil {
		return false, "", err
	}
	if back == nil { // the hidden column of a 退回单 is ours
		s.describe(rows.Info())
	}
	return true, "", nil
}

// describe adds a sheet's peculiarities to the notes.
func (s *session) describe(info sheet.Info) {
	name := "工作表“" + info.Name + "”"
	if info.Hidden {
		s.notes = append(s.notes, name+"是隐藏的,已读取")
	}
	if n := len(info.HiddenColumns); n > 0 {
		s.notes = append(s.notes, fmt.Sprintf("%s有%d个隐藏列,已读取", name, n))
	}
	if info.Note != "" {
		s.notes = append(s.notes, info.Note)
	}
}

// unknownLayout says what was found instead of a header.
func (s *session) unknownLayout(held []*sheet.Row, name string) string {
	where := "the file"
	if name != "" {
		where = "sheet " + name
	}
	var widest *sheet.Row
	most := 0
	for _, row := range held {
		filled := 0
		for i := range row.Cells {
			if row.Cells[i].Kind == sheet.Text {
				filled++
			}
		}
		if filled > most {
			widest, most = row, filled
		}
	}
	if widest == nil {
		return where + " has no header"
	}
	var texts []string
	for i := range widest.Cells {
		if text := cellText(widest, i); text != "" && len(texts) < 8 {
			texts = append(texts, glimpse(text))
		}
	}
	return fmt.Sprintf("%s has no header any contract knows; row %d reads: %s", where, widest.Number, strings.Join(texts, " | "))
}

// glimpse is the beginning of a text in one line, as a message shows it.
func glimpse(text string) string {
	const most = 40
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// ignoreSheet accounts for the rows of a sheet without a known header.
func (s *session) ignoreSheet(book sheet.Book, i int) (err error) {
	rows, err := book.Rows(i)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var read int64
	for {
		row, err := rows.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		read++
		if err := s.ignore(rows.Info().Name, row, ignoredSheet); err != nil {
			return err
		}
	}
	info := rows.Info()
	s.sheets = append(s.sheets, sheetLine{name: info.Name, hidden: info.Hidden, read: read})
	s.notes = append(s.notes, fmt.Sprintf("工作表“%s”没有可识别的表头,%d行未读取", info.Name, read))
	return nil
}

// ignore accounts for a row that is no data.
func (s *session) ignore(sheetName string, row *sheet.Row, reason string) error {
	s.counts.read++
	s.counts.ignored++
	s.run.ignore.add(s.fileID, sheetName, row.Number, reason, cellsJSON(row))
	return s.relieve(s.run.ignore)
}

// reject accounts for a row that cannot be loaded.
func (s *session) reject(sheetName string, row *sheet.Row, dataset, regionCode string, reasons []Reason) error {
	s.counts.rejected++
	// A file of which nothing fits is not of that layout, and correcting it row by row helps nobody.
	if most := int64(s.run.Limits.Rejected); most > 0 && s.counts.rejected == most && s.counts.loaded == 0 {
		return sheet.Refuse("see whether its columns are what the header says, or teach the layout: `tongbao contract try FILE`",
			"none of its first %d rows can be read as %s; %s: %s", most, dataset, rowName(sheetName, row.Number), reasons[0].Reason)
	}
	if regionCode == "" {
		regionCode = s.region
	}
	s.run.reject.add(s.fileID, sheetName, row.Number, textOr(dataset), textOr(regionCode), jsonReasons(reasons), cellsJSON(row), "pending")
	return s.relieve(s.run.reject)
}

// relieve writes a ledger's rows once there are many.
func (s *session) relieve(ledger *ledgerRows) error {
	if !ledger.batch.full() {
		return nil
	}
	if err := s.quiet(); err != nil {
		return err
	}
	return ledger.flush(s.ctx, s.tx)
}

// feed streams rows and can look ahead.
type feed struct {
	rows  sheet.Rows
	meter *Meter
	held  []*sheet.Row
	done  bool
}

// next returns the following row, nil after the last. It is valid until the next call.
func (f *feed) next() (*sheet.Row, error) {
	if len(f.held) > 0 {
		row := f.held[0]
		f.held = f.held[1:]
		return row, nil
	}
	if f.done {
		return nil, nil
	}
	f.meter.row()
	row, err := f.rows.Next()
	if err == io.EOF {
		f.done = true
		return nil, nil
	}
	return row, err
}

// peek returns up to n rows without taking them.
func (f *feed) peek(n int) ([]*sheet.Row, error) {
	for len(f.held) < n && !f.done {
		row, err := f.rows.Next()
		if err == io.EOF {
			f.done = true
			break
		}
		if err != nil {
			return nil, err
		}
		copied := *row
		copied.Cells = append([]sheet.Cell(nil), row.Cells...)
		f.held = append(f.held, &copied)
	}
	return f.held[:min(n, len(f.held))], nil
}

// unread puts a row back.
func (f *feed) unread(row *sheet.Row) {
	copied := *row
	copied.Cells = append([]sheet.Cell(nil), row.Cells...)
	f.held = append([]*sheet.Row{&copied}, f.held...)
}
