package region

import (
	"slices"
	"strings"
	"time"
)

// Level is how high a region stands in the tree.
type Level string

// The levels a region can have. Townships have agencies, not regions.
const (
	Province Level = "province"
	City     Level = "city"
	County   Level = "county"
)

// Region is one node of the tree, a row of run.region.
type Region struct {
	Code   string // six digits
	Name   string // 哈尔滨市
	Level  Level
	Parent string // code of the region above; empty for a province
	Order  int    // administrative order in the whole tree, parents before their children
	Short  []string
}

// Alias is a code no longer in force, a row of run.region_alias.
type Alias struct {
	OldCode string
	OldName string
	Code    string    // the code in force now
	Since   time.Time // when it replaced the old one; the first of January when only the year is known
}

// Tree is a set of regions. It is never changed after loading, so it can be shared.
type Tree struct {
	regions  []Region // in administrative order
	readings []reading
	byCode   map[string]int
	children map[string][]string
	aliases  map[string]Alias
}

// reading is what a region may be called, worked out once.
type reading struct {
	end   int      // a subtree is regions[i:end]
	full  string   // the path from the province down
	names []string // the name and its short forms, squeezed
	old   []string // names of what was merged into it
	stem  string
}

// Lookup returns the region of a code in force.
func (t *Tree) Lookup(code string) (Region, bool) {
	i, ok := t.byCode[code]
	if !ok {
		return Region{}, false
	}
	return t.regions[i], true
}

// Canonical returns the region of a code, following codes no longer in force to the one that replaced them.
func (t *Tree) Canonical(code string) (Region, bool) {
	if alias, ok := t.aliases[code]; ok {
		code = alias.Code
	}
	return t.Lookup(code)
}

// Under returns a region and everything below it in administrative order: the rows of run.region for a province.
// It is empty when the code is unknown.
func (t *Tree) Under(code string) []Region {
	i, ok := t.byCode[code]
	if !ok {
		return nil
	}
	return slices.Clone(t.regions[i:t.readings[i].end])
}

// Children returns the regions directly below, in administrative order.
func (t *Tree) Children(code string) []Region {
	found := make([]Region, 0, len(t.children[code]))
	for _, child := range t.children[code] {
		found = append(found, t.regions[t.byCode[child]])
	}
	return found
}

// Provinces returns the tops of the tree, in administrative order.
func (t *Tree) Provinces() []Region { return t.Children("") }

// CityOf returns the city a city or county code lies in; false for a province and for an unknown code.
func (t *Tree) CityOf(code string) (Region, bool) {
	found, ok := t.Canonical(code)
	for ok && found.Level == County {
		found, ok = t.Lookup(found.Parent)
	}
	return found, ok && found.Level == City
}

// Aliases returns the codes no longer in force that lead to a region under the given one, by old code.
func (t *Tree) Aliases(under string) []Alias {
	top, ok := t.byCode[under]
	if !ok {
		return nil
	}
	var found []Alias
	for _, alias := range t.aliases {
		if i := t.byCode[alias.Code]; i >= top && i < t.readings[top].end {
			found = append(found, alias)
		}
	}
	slices.SortFunc(found, func(a, b Alias) int { return strings.Compare(a.OldCode, b.OldCode) })
	return found
}

// FullName is the path from the province down: 黑龙江省佳木斯市向阳区.
func (t *Tree) FullName(code string) string {
	i, ok := t.byCode[code]
	if !ok {
		return ""
	}
	return t.readings[i].full
}

// Prefix is the part of a code every code below it shares: 23, 2301, 230102. Scope `all` of a figure is that prefix.
func Prefix(code string) string {
	switch {
	case len(code) != 6:
		return code
	case code[2:] == "0000":
		return code[:2]
	case code[4:] == "00":
		return code[:4]
	}
	return code
}
