package ingest

import (
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tongbao/ingest/sheet"
	"tongbao/ingest/value"
	"tongbao/internal/warehouse"
)

// Headers by which a sheet of a 退回单 is known, whatever its file is called and whichever program saved it.
const (
	returnReason       = "退回原因"
	returnSuggestion   = "修改建议"
	returnWaivedBy     = "豁免人"
	returnWaivedReason = "豁免理由"
	returnOrigin       = "退回标识"
)

// isReturnMark says whether a header is one a 退回单 adds behind the original ones.
func isReturnMark(header string) bool {
	switch header {
	case returnReason, returnSuggestion, returnWaivedBy, returnWaivedReason, returnOrigin:
		return true
	}
	return false
}

// origin names a row that was rejected: the beginning of its file's hash, its number, its sheet.
type origin struct {
	hash  string
	row   int
	sheet string
}

func parseOrigin(text string) (o origin, ok bool) {
	parts := strings.SplitN(value.Trim(text), ":", 4)
	if len(parts) != 4 || parts[0] != "TB1" || len(parts[1]) != 16 || strings.Trim(parts[1], "0123456789abcdef") != "" {
		return origin{}, false
	}
	row, err := strconv.Atoi(parts[2])
	return origin{parts[1], row, parts[3]}, err == nil && row >= 0
}

// originFile is the file a returned sheet's rows came in.
type originFile struct {
	ID         int // 0: not here
	Name, Path string
	sheet      string
}

// returned is a sheet of a 退回单 being read.
type returned struct {
	marks map[string]int // header → cell
	from  originFile
	rows  *pendingRows // to find rows that bear no origin any more
}

// replay is a row that came back.
type replay struct {
	origin
	sheet    string // where it stands now
	row      int
	by, why  string // both set: it is waived
	isWaived bool
}

// titleNumber is what the title of a returned sheet calls the file its rows are from.
var titleNumber = regexp.MustCompile(`TB1-([0-9a-f]{16})`)

// findReturned recognises a sheet of a 退回单 among the rows at its top, and finds the file its rows came in: by the origin one of its rows
// bears, else by its title, else by a property of the workbook. Rows of a file this warehouse has never received are rows like any other.
func (s *session) findReturned(book sheet.Book, i int, held []*sheet.Row) (*returned, error) {
	marks, origins := map[string]int{}, []origin(nil)
	title := ""
	for at, row := range held {
		for j := range row.Cells {
			text := cellText(row, j)
			if isReturnMark(text) {
				marks[text] = j
			} else if found := titleNumber.FindStringSubmatch(text); found != nil && at < 5 && title == "" && strings.HasPrefix(text, "退回单") {
				title = found[1]
			}
		}
		if at, ok := marks[returnOrigin]; ok && len(origins) == 0 {
			if o, ok := parseOrigin(cellText(row, at)); ok {
				origins = append(origins, o)
			}
		}
	}
	if title != "" {
		origins = append(origins, origin{hash: title, sheet: titleSheet(held)})
	}
	_, hasOrigin := marks[returnOrigin]
	_, hasReason := marks[returnReason]
	if _, ok := marks[returnSuggestion]; !ok {
		hasReason = false
	}
	if described, ok := book.(sheet.Described); ok {
		if o, ok := propertyOrigin(described.Properties(), book.Sheets()[i].Name); ok {
			origins = append(origins, o)
		}
	}
	if len(origins) == 0 && !hasReason && !hasOrigin {
		return nil, nil
	}
	for _, o := range origins {
		file, err := s.originFile(o)
		if err != nil {
			return nil, err
		}
		if file.ID != 0 {
			file.sheet = o.sheet
			rows, err := s.pendingRows(file.ID)
			return &returned{marks, file, rows}, err
		}
	}
	if len(origins) == 0 && hasReason { // rows copied into another workbook, with the header
		if rows, err := s.pendingRows(0); err != nil || len(rows.all) > 0 {
			return &returned{marks: marks, rows: rows}, err
		}
	}
	s.notes = append(s.notes, "该文件含有“"+returnReason+"”“"+returnOrigin+"”等列,但所指的原文件不在本库中,按普通文件读取")
	return &returned{marks: marks}, nil
}

// titleSheet is the sheet a title names; empty where it names none.
func titleSheet(held []*sheet.Row) string {
	for _, row := range held[:min(5, len(held))] {
		for j := range row.Cells {
			if _, rest, ok := strings.Cut(cellText(row, j), "　工作表："); ok {
				name, _, _ := strings.Cut(rest, "　编号：")
				return name
			}
		}
	}
	return ""
}

// propertyOrigin finds the property that belongs to a sheet: by the number its name begins with, or the only one there is.
func propertyOrigin(properties map[string]string, name string) (o origin, ok bool) {
	number, _, _ := strings.Cut(name, "_")
	if o, ok = parseOrigin(properties["退回单"+number]); ok {
		return o, true
	}
	found := 0
	for property, text := range properties {
		if single, good := parseOrigin(text); good && strings.HasPrefix(property, "退回单") {
			o, found = single, found+1
		}
	}
	return o, found == 1
}

func (s *session) originFile(o origin) (found originFile, err error) {
	rows, err := s.tx.QueryContext(s.ctx, "select file_id, name, path from raw.file where starts_with(content_hash, ?) order by file_id limit 1", o.hash)
	if err != nil {
		return found, err
	}
	defer rows.Close()
	for rows.Next() {
		var path sql.NullString
		if err := rows.Scan(&found.ID, &found.Name, &path); err != nil {
			return found, err
		}
		found.Path = path.String
	}
	return found, rows.Err()
}

// assume makes a sheet be read as if it stood in the file its rows came from: layouts and regions go by that file's name.
func (s *session) assume(r *returned, at place) place {
	if r.from.ID == 0 {
		return at
	}
	if s.origin == 0 {
		s.origin = r.from.ID
	}
	mine, region := s.in, s.region
	s.in.Name, s.in.Path, s.region = r.from.Name, r.from.Path, ""
	s.locate()
	s.in = mine
	if s.region == "" {
		s.region = region
	}
	at.names, at.sheet, at.returned = fileNames(r.from.Name, r.from.Path), r.from.sheet, true
	return at
}

// replay gives a returned row its fate, and remembers which rejected row it stands for.
func (b *body) replay(row *sheet.Row) error {
	r := b.returned
	text := func(header string) string {
		if j, ok := r.marks[header]; ok {
			return cellText(row, j)
		}
		return ""
	}
	o, known := parseOrigin(text(returnOrigin))
	if !known && r.rows != nil {
		o, known = r.rows.find(b.reading.header, row, r.marks)
	}
	back := replay{origin: o, sheet: b.info.Name, row: row.Number, by: text(returnWaivedBy), why: text(returnWaivedReason)}
	for _, j := range r.marks {
		if j < len(row.Cells) {
			row.Cells[j] = sheet.Cell{}
		}
	}
	if known && back.by != "" && back.why != "" {
		back.isWaived = true
		b.replays = append(b.replays, back)
		return b.ignore(b.info.Name, row, ignoredWaived)
	}
	if known && (back.by != "") != (back.why != "") {
		b.halfWaived++
	}
	before := b.counts
	if err := b.row(row); err != nil {
		return err
	}
	if known && (b.counts.loaded > before.loaded || b.counts.rejected > before.rejected || b.counts.duplicate > before.duplicate) {
		b.replays = append(b.replays, back)
	}
	return nil
}

// settleReplays carries over to the rejected rows what became of their corrections: waived, corrected, or superseded by a row that was
// rejected again. It runs when everything of this file is in the ledger.
func (s *session) settleReplays() error {
	for chunk := range slices.Chunk(s.replays, 500) {
		var values []string
		for _, r := range chunk {
			by, why := "null", "null"
			if r.isWaived {
				by, why = warehouse.Literal(clip(r.by)), warehouse.Literal(clip(r.why))
			}
			values = append(values, fmt.Sprintf("(%s, %s, %d, %s, %d, %s, %s)", warehouse.Literal(r.hash), warehouse.Literal(r.origin.sheet), r.origin.row,
				warehouse.Literal(r.sheet), r.row, by, why))
		}
		statement := fmt.Sprintf(`
update raw.rejected as old
set state = back.state, state_by = back.waived_by, state_reason = back.why, corrected_file_id = %[1]d
from (
    select f.file_id, v.old_sheet, v.old_row, min(v.waived_by) as waived_by, min(v.why) as why,
        case when min(v.waived_by) is not null then 'waived' when count(again.row_number) > 0 then 'superseded' else 'corrected' end as state
    from (values %[2]s) as v(hash, old_sheet, old_row, new_sheet, new_row, waived_by, why)
    inner join raw.file as f on starts_with(f.content_hash, v.hash)
    left join raw.rejected as again on again.file_id = %[1]d and again.sheet = v.new_sheet and again.row_number = v.new_row
    group by f.file_id, v.old_sheet, v.old_row
) as back
where old.file_id = back.file_id and old.file_id <> %[1]d and old.sheet = back.old_sheet and old.row_number = back.old_row
    and old.state in ('pending', 'waived')`, s.fileID, strings.Join(values, ", "))
		if _, err := s.tx.ExecContext(s.ctx, statement); err != nil {
			return fmt.Errorf("settle the returned rows: %w", err)
		}
	}
	return s.noteReplays()
}

// noteReplays says in the ledger what the file settled.
func (s *session) noteReplays() error {
	if len(s.replays) == 0 {
		return nil
	}
	rows, err := s.tx.QueryContext(s.ctx, `
select count(*) filter (where state = 'corrected'), count(*) filter (where state = 'waived'), count(*) filter (where state = 'superseded')
from raw.rejected where corrected_file_id = ?`, s.fileID)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var corrected, waived, superseded int
		if err := rows.Scan(&corrected, &waived, &superseded); err != nil {
			return err
		}
		note := fmt.Sprintf("退回单:改正%d行,豁免%d行,再次退回%d行", corrected, waived, superseded)
		if s.halfWaived > 0 {
			note += fmt.Sprintf(";另有%d行只填了豁免人和豁免理由之一,不算豁免", s.halfWaived)
		}
		s.notes = append(s.notes, note)
	}
	return rows.Err()
}
