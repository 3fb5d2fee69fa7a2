package contract

import (
	"strings"
	"testing"
	"testing/fstest"
)

const visit = `dataset: visit
label: 走访
key: [visit_id]
date: seen_on
empty: ["-"]
columns:
  - {name: visit_id, label: 编号, type: text, required: true, aliases: [单号]}
  - {name: seen_on, label: 日期, type: date, required: true}
  - name: kind
    label: 类型
    type: code
    codes:
      - {code: a, word: 甲}
      - {code: b, word: 乙}
`

func files(pairs ...string) fstest.MapFS {
	folder := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		folder[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return folder
}

// TestOverlay lays a project's file over a shipped one: aliases are added, codes merged by code, columns by name.
func TestOverlay(t *testing.T) {
	set, err := Load(files("visit.yaml", visit), files("mine.yaml", `dataset: visit
conflict: last
columns:
  - {name: visit_id, aliases: [No]}
  - {name: seen_on, required: false}
  - {name: kind, codes: [{code: b, word: B, aliases: [bb]}, {code: c, word: 丙}]}
  - {name: note, label: 备注, type: text}
---
layout: mine_old
match: {headers: [old_no]}
datasets:
  - dataset: visit
    columns:
      visit_id: old_no
      kind: {from: t, map: [{words: x, to: a}]}
`))
	if err != nil {
		t.Fatal(err)
	}
	d := set.Dataset("visit")
	if d.Conflict != Last || d.Export != Delta || len(d.Columns) != 4 {
		t.Errorf("conflict %s, export %s, %d columns", d.Conflict, d.Export, len(d.Columns))
	}
	if got := strings.Join(d.Column("visit_id").Aliases, " "); got != "单号 No" {
		t.Errorf("aliases %q", got)
	}
	if d.Column("seen_on").Required || d.Column("seen_on").Label != "日期" {
		t.Errorf("seen_on %+v", d.Column("seen_on"))
	}
	if got := d.Column("kind").Codes; len(got) != 3 || got[1].Word != "B" || got[2].Code != "c" {
		t.Errorf("codes %+v", got)
	}
	source := set.Layout("mine_old").Parts[0].Columns["kind"]
	if source.From[0] != "t" || source.Map[0].Words[0] != "x" {
		t.Errorf("source %+v", source)
	}
	if got := len(set.Codes()); got != 3 {
		t.Errorf("%d rows of codes", got)
	}
}

// TestMistakes names file, line and key of each.
func TestMistakes(t *testing.T) {
	for _, c := range []struct{ name, project, want string }{
		{"unknown key", "dataset: visit\nlabell: x\n", "contracts/p.yaml:2: labell: is no key of a dataset"},
		{"unknown key of a column", "dataset: visit\ncolumns:\n  - {name: kind, kode: 1}\n", "contracts/p.yaml:3: kode: is no key of a column"},
		{"bad type", "dataset: visit\ncolumns:\n  - {name: x, label: x, type: txt}\n", `contracts/p.yaml:3: columns.3.type: "txt" is none of`},
		{"key not a column", "dataset: visit\nkey: [nope]\n", "key: nope is no column"},
		{"neither", "name: visit\n", "contracts/p.yaml:1: neither a dataset nor a layout"},
		{"unknown key of a source", "layout: l\nmatch: {headers: [a]}\ndatasets:\n  - dataset: visit\n    columns:\n      kind: {fro: a}\n", "contracts/p.yaml:6: fro: is no key of a"},
		{"unknown column of a layout", "layout: l\nmatch: {headers: [a]}\ndatasets:\n  - dataset: visit\n    columns:\n      nope: a\n", "contracts/p.yaml:6: datasets.0.columns.nope: is no column of visit"},
		{"bad regex", "layout: l\nmatch: {file: '('}\ndatasets:\n  - dataset: visit\n", "contracts/p.yaml:2: match.file: error parsing regexp"},
		{"bad yaml", "dataset: visit\n  x: [\n", "contracts/p.yaml:2"},
		{"word with two codes", "dataset: visit\ncolumns:\n  - {name: kind, codes: [{code: c, word: 甲}]}\n", "the word 甲 already means a"},
	} {
		_, err := Load(files("visit.yaml", visit), files("p.yaml", c.project))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}

// TestKeysHaveEffect: what would change nothing is refused, with the line it stands on.
func TestKeysHaveEffect(t *testing.T) {
	for given, want := range map[string]string{
		"{name: seen_on, formats: [ymd]}":                    "ymd is read anyhow",
		"{name: seen_on, formats: [serial]}":                 "serial is read anyhow",
		"{name: seen_on, formats: [period]}":                 "period is no date",
		"{name: seen_on, formats: [DD/MM]}":                  "does not name year, month and day",
		"{name: seen_on, formats: [DD/MM/YYYY YY]}":          "names YY twice",
		"{name: seen_on, formats: [day/month/year]}":         "no date pattern",
		"{name: seen_on, unit: 万元}":                          "does nothing for the date column",
		"{name: seen_on, min: 3}":                            "does nothing for the date column",
		"{name: visit_id, formats: [mdy]}":                   "does nothing for the text column",
		"{name: visit_id, open: true}":                       "does nothing for the text column",
		"{name: kind, pattern: 'a'}":                         "does nothing for the code column",
		"{name: extra_no, label: 数, type: int, check: code}": "does nothing for the int column",
	} {
		_, err := Load(files("visit.yaml", visit), files("mine.yaml", "dataset: visit\ncolumns:\n  - "+given+"\n"))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "mine.yaml:3") {
			t.Errorf("%s: %v, want %q", given, err, want)
		}
	}
	for given, want := range map[string]string{
		"{from: a, constant: x}":               "more than one origin",
		"{from: a, template: '{b}'}":           "more than one origin",
		"{from: a, formats: [mdy]}":            "does nothing for the text column",
		"{from: a, unit: 万元}":                  "does nothing for the text column",
		"{from: a, part: 2}":                   "need each other",
		"{from: a, split: ','}":                "need each other",
		"{from: a, join: '-'}":                 "need several headers",
		"{from: [a, b], first: true, join: x}": "nothing to join",
	} {
		_, err := Load(files("visit.yaml", visit), files("mine.yaml", "layout: old\nmatch: {headers: [a]}\ndatasets:\n  - dataset: visit\n    columns:\n      visit_id: "+given+"\n"))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", given, err, want)
		}
	}
	for _, pattern := range []string{"D/M/YYYY", "MM-DD-YY", "YYYY年M月D日", "DD MMM YYYY h:mm a", "YYYY-MM-DDThh:mm:ss"} {
		if _, err := Load(files("visit.yaml", visit), files("mine.yaml", "dataset: visit\ncolumns:\n  - {name: seen_on, formats: ['"+pattern+"']}\n")); err != nil {
			t.Errorf("%s: %v", pattern, err)
		}
	}
}
