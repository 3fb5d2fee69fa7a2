package synth

import (
	"slices"
	"strings"
)

// dirty is a file's rows with what life does to them. The rows it spoils are remembered: they come again, corrected.
type dirty struct {
	chance  chance
	table   table
	truth   *FileTruth
	spoiled []string // keys
}

// spoil damages some rows, repeats some, and lets a few contradict themselves.
func (d *dirty) spoil(rows [][]cell) [][]cell {
	if len(rows) < 8 || d.table.name == "quarterly_return" {
		d.count(len(rows), 0, 0)
		return rows
	}
	var out [][]cell
	rejected, repeated := 0, 0
	for i, row := range rows {
		switch {
		case d.chance.hit(.004) || i == len(rows)/2 && d.chance.hit(.4):
			if bad, reason := d.damage(slices.Clone(row)); reason != "" {
				out, rejected = append(out, bad), rejected+1
				d.truth.Reasons[reason]++
				d.spoiled = append(d.spoiled, keyOf(d.table, row))
				continue
			}
		case d.chance.hit(.002):
			out, repeated = append(out, row), repeated+1
		case d.chance.hit(.0004) && d.contradict(row) != nil:
			out, rejected = append(out, d.contradict(row)), rejected+2
			d.truth.Reasons["conflict"] += 2
			d.spoiled = append(d.spoiled, keyOf(d.table, row))
		}
		out = append(out, row)
	}
	d.count(len(out), rejected, repeated)
	return out
}

func (d *dirty) count(rows, rejected, repeated int) {
	d.truth.Rows += rows
	d.truth.Rejected += rejected
	d.truth.Duplicate += repeated
	d.truth.Datasets[d.table.name] += rows - rejected - repeated
}

// damage spoils one cell; the reason is empty when the row has nothing to spoil.
func (d *dirty) damage(row []cell) ([]cell, string) {
	switch d.chance.weighted([]float64{35, 30, 15, 20}) {
	case 0:
		if i := d.someDate(row); i >= 0 {
			row[i] = textCell(d.impossible(day(row[i].n)))
			return row, "date"
		}
	case 1:
		if i := d.table.index("uscc"); i >= 0 && isDigits(row[i].text) && len(row[i].text) == 18 {
			code := row[i].text
			row[i] = cell{kind: damaged, text: code[:1] + "." + strings.TrimRight(code[1:6], "0") + "E+17"}
			return row, "code"
		}
	case 2:
		for _, name := range []string{"kind", "sector", "severity", "class"} {
			if i := d.table.index(name); i >= 0 {
				row[i] = textCell(map[string]string{"kind": "专向检察", "sector": "危险化学", "severity": "较大", "class": "重点捡查"}[name])
				return row, "word"
			}
		}
	}
	for i := len(d.table.columns) - 1; i > 0; i-- {
		if d.table.columns[i].required && row[i].kind != empty && d.table.columns[i].name != "planned_visits" {
			row[i] = cell{}
			return row, "required"
		}
	}
	return row, ""
}

func (d *dirty) someDate(row []cell) int {
	var dates []int
	for i, c := range row {
		if c.kind == date {
			dates = append(dates, i)
		}
	}
	if len(dates) == 0 {
		return -1
	}
	return pick(d.chance, dates)
}

// impossible is a day that does not exist, in the year of the one meant.
func (d *dirty) impossible(meant day) string {
	wrong := pick(d.chance, []string{"-02-30", "-04-31", "-13-05", "-06-31"})
	text := strings.Split(wrong, "-")
	return string(appendPadded(nil, meant.year(), 4)) + "." + strings.TrimLeft(text[1], "0") + "." + strings.TrimLeft(text[2], "0")
}

// contradict is the row again with another date or word in it; nil when it has none that matters.
func (d *dirty) contradict(row []cell) []cell {
	for i := len(row) - 1; i > 0; i-- {
		if row[i].kind == date {
			other := slices.Clone(row)
			other[i].n--
			return other
		}
	}
	return nil
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// keyOf is what makes a row the same row in a later export.
func keyOf(t table, row []cell) string {
	width := 1
	switch t.name {
	case "enterprise":
		width = 2
	case "quarterly_return", "frequency_cap":
		width = 3
	}
	key := make([]byte, 0, 48)
	for _, c := range row[:width] {
		key = append(style{}.append(key, c), 0)
	}
	return string(key)
}
