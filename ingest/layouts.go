package ingest

import (
	"regexp"
	"sort"

	"tongbao/internal/contract"
)

// layoutRef is a layout as the header finder sees it; a dataset without a layout of its own is one with a single part.
type layoutRef struct {
	name   string
	layout *contract.Layout // nil: a dataset read by its own labels
	parts  []partRef
	file   *regexp.Regexp
	sheet  *regexp.Regexp
}

type partRef struct {
	part    contract.Part
	dataset *contract.Dataset
	words   dictionary
}

// dictionary finds the column a header means.
type dictionary map[string]meaning

// meaning is a column and how sure the header is: 0 label, 1 name, 2… aliases.
type meaning struct {
	column, rank int
}

func newDictionary(d *contract.Dataset) dictionary {
	words := dictionary{}
	put := func(text string, column, rank int) {
		key := headerKey(text)
		if old, ok := words[key]; !ok || rank < old.rank {
			words[key] = meaning{column, rank}
		}
	}
	for i := range d.Columns {
		c := &d.Columns[i]
		put(c.Label, i, 0)
		put(c.Name, i, 1)
		for j, alias := range c.Aliases {
			put(alias, i, 2+j)
		}
	}
	return words
}

// lookup finds the column of a header key, with or without its unit, and the unit.
func (d dictionary) lookup(key string) (m meaning, unit string, ok bool) {
	base, unit, bracket := headerUnit(key)
	if m, ok := d[key]; ok {
		return m, unit, true
	}
	if bracket {
		if m, ok := d[base]; ok {
			m.rank += 100
			return m, unit, true
		}
	}
	return meaning{}, "", false
}

// finder recognises headers against every layout and dataset of a project.
type finder struct {
	refs  []layoutRef
	known map[string]bool // every header key any of them knows
	exact map[string]bool // the same headers as the contracts write them
}

// newFinder compiles the contracts; they are validated already.
func newFinder(set *contract.Set) *finder {
	f := &finder{known: map[string]bool{}, exact: map[string]bool{}}
	words := map[string]dictionary{}
	for _, dataset := range set.Datasets {
		words[dataset.Name] = newDictionary(dataset)
		for key := range words[dataset.Name] {
			f.known[key] = true
		}
		for i := range dataset.Columns {
			c := &dataset.Columns[i]
			for _, text := range append([]string{c.Label, c.Name}, c.Aliases...) {
				f.exact[text] = true
			}
		}
	}
	for _, layout := range set.Layouts {
		ref := layoutRef{name: layout.Name, layout: layout}
		if layout.Match.File != "" {
			ref.file = regexp.MustCompile(layout.Match.File)
		}
		if layout.Sheet != "" {
			ref.sheet = regexp.MustCompile(layout.Sheet)
		}
		for _, part := range layout.Parts {
			ref.parts = append(ref.parts, partRef{part, set.Dataset(part.Dataset), words[part.Dataset]})
			for _, source := range part.Columns {
				for _, name := range names(source) {
					f.known[headerKey(name)], f.exact[name] = true, true
				}
			}
		}
		for _, name := range layout.Match.Headers {
			f.known[headerKey(name)] = true
		}
		f.refs = append(f.refs, ref)
	}
	for _, dataset := range set.Datasets {
		f.refs = append(f.refs, layoutRef{name: dataset.Name, parts: []partRef{{contract.Part{Dataset: dataset.Name}, dataset, words[dataset.Name]}}})
	}
	return f
}

// only restricts the finder to one layout or dataset; nil when there is none of that name.
func (f *finder) only(name string) *finder {
	for _, ref := range f.refs {
		if ref.name == name {
			return &finder{refs: []layoutRef{ref}, known: f.known, exact: f.exact}
		}
	}
	return nil
}

// names lists the layouts and datasets.
func (f *finder) names() []string {
	var all []string
	for _, ref := range f.refs {
		all = append(all, ref.name)
	}
	sort.Strings(all)
	return all
}

var braces = regexp.MustCompile(`\{([^{}]+)\}`)

// names lists the headers and other sources a Source speaks of.
func names(s contract.Source) []string {
	all := append([]string{}, s.From...)
	all = append(all, s.Hash...)
	for _, m := range braces.FindAllStringSubmatch(s.Template, -1) {
		all = append(all, m[1])
	}
	for _, test := range s.When {
		all = append(all, test.Header)
	}
	if s.AddDays != "" && !isInteger(s.AddDays) {
		all = append(all, s.AddDays)
	}
	return all
}

func isInteger(s string) bool {
	for i := range len(s) {
		if (s[i] < '0' || s[i] > '9') && (i > 0 || s[i] != '-') {
			return false
		}
	}
	return s != ""
}
