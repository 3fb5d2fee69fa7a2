package region

import (
	"fmt"
	"slices"
	"strings"
)

// AmbiguousError says that a name fits several regions. A name is never guessed.
type AmbiguousError struct {
	Name       string
	Within     string   // name of the region it was looked for in
	Candidates []string // full names with codes: 黑龙江省鹤岗市向阳区(230402)
}

// Error lists the candidates, in Chinese: it stands in rejected rows.
func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%s内有%d个“%s”:%s;请写全称或区划代码", e.Within, len(e.Candidates), e.Name, strings.Join(e.Candidates, "、"))
}

// UnknownError says that a name fits no region.
type UnknownError struct {
	Name   string
	Within string
}

// Error names the name and where it was looked for, in Chinese: it stands in rejected rows.
func (e *UnknownError) Error() string {
	return fmt.Sprintf("%s内没有地区“%s”", e.Within, e.Name)
}

// Resolve finds the region a name means inside another region (a province, or the city an export came from). It takes
// full names, names without their ending (哈尔滨), names of what was abolished (伊春区), paths (佳木斯市向阳区,
// 黑龙江省/佳木斯), codes, and 市本级 for the region itself. The error is an AmbiguousError or an UnknownError.
func (t *Tree) Resolve(name, within string) (Region, error) {
	scope, ok := t.Canonical(within)
	if !ok {
		return Region{}, fmt.Errorf("%q is no region of the tree", within)
	}
	word := strings.TrimSpace(name)
	if codeShape.MatchString(word) {
		if r, ok := t.Canonical(word); ok && t.isUnder(r, scope) {
			return r, nil
		}
		return Region{}, &UnknownError{name, scope.Name}
	}
	word = squeeze(word)
	if word == "" || len(word) > longestName {
		return Region{}, &UnknownError{name, scope.Name}
	}
	found := t.match(word, scope)
	switch len(found) {
	case 0:
		return Region{}, &UnknownError{name, scope.Name}
	case 1:
		return found[0], nil
	}
	ambiguous := &AmbiguousError{Name: name, Within: scope.Name}
	for _, r := range found {
		ambiguous.Candidates = append(ambiguous.Candidates, fmt.Sprintf("%s(%s)", t.FullName(r.Code), r.Code))
	}
	return Region{}, ambiguous
}

// longestName is more bytes than any path of names has; a longer text is not looked for.
const longestName = 240

// squeeze takes out what people put between the parts of a name.
func squeeze(word string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \u3000\u00a0\t/-·>", r) {
			return -1
		}
		return r
	}, word)
}

func (t *Tree) isUnder(r, scope Region) bool {
	top := t.byCode[scope.Code]
	i := t.byCode[r.Code]
	return i >= top && i < t.readings[top].end
}

// match tries ever looser ways to read a word and returns all regions of the first that fits any.
func (t *Tree) match(word string, scope Region) []Region {
	if trimmed, own := trimOwn(word); own {
		if trimmed == "" {
			return []Region{scope}
		}
		return t.match(trimmed, scope)
	}
	for _, fits := range []func(reading) bool{
		func(r reading) bool { return r.full == word },
		func(r reading) bool { return slices.Contains(r.names, word) },
		func(r reading) bool { return slices.Contains(r.old, word) },
		func(r reading) bool { return r.stem == word },
	} {
		if found := t.filter(scope, fits); len(found) > 0 {
			return found
		}
	}
	return t.matchPath(word, scope)
}

// matchPath reads a word as a region's name followed by that of something below it: 佳木斯市向阳区. The first part may
// also name a region above the scope.
func (t *Tree) matchPath(word string, scope Region) []Region {
	heads := t.filter(scope, func(reading) bool { return true })
	for at := scope; at.Parent != ""; {
		parent, ok := t.Lookup(at.Parent)
		if !ok {
			break
		}
		heads, at = append(heads, parent), parent
	}
	found := map[string]Region{}
	for _, head := range heads {
		if head.Level == County {
			continue
		}
		for _, name := range append([]string{t.readings[t.byCode[head.Code]].stem}, t.readings[t.byCode[head.Code]].names...) {
			rest, ok := strings.CutPrefix(word, name)
			if !ok || rest == "" {
				continue
			}
			for _, match := range t.match(rest, head) {
				if t.isUnder(match, scope) {
					found[match.Code] = match
				}
			}
		}
	}
	unique := make([]Region, 0, len(found))
	for _, r := range found {
		unique = append(unique, r)
	}
	slices.SortFunc(unique, func(a, b Region) int { return a.Order - b.Order })
	return unique
}

func (t *Tree) filter(scope Region, fits func(reading) bool) []Region {
	var kept []Region
	top := t.byCode[scope.Code]
	for i := top; i < t.readings[top].end; i++ {
		if fits(t.readings[i]) {
			kept = append(kept, t.regions[i])
		}
	}
	return kept
}

// trimOwn takes 市本级 and its like off the end of a name.
func trimOwn(word string) (string, bool) {
	for _, own := range []string{"市本级", "省本级", "县本级", "区本级", "地区本级", "本级", "市直", "省直"} {
		if rest, ok := strings.CutSuffix(word, own); ok {
			return rest, true
		}
	}
	return word, false
}

// stem is a name without its kind: 哈尔滨市 → 哈尔滨, 杜尔伯特蒙古族自治县 → 杜尔伯特. A stem has at least two characters.
func stem(name string) string {
	for _, kind := range []string{"特别行政区", "自治区", "自治州", "自治县", "自治旗", "地区", "林区", "省", "市", "区", "县", "盟", "旗"} {
		if rest, ok := strings.CutSuffix(name, kind); ok {
			rest = trimPeoples(rest)
			if len([]rune(rest)) >= 2 {
				return rest
			}
			return name
		}
	}
	return name
}

func trimPeoples(word string) string {
	peoples := []string{"维吾尔", "壮族", "回族", "蒙古族", "达斡尔族", "满族", "藏族", "羌族", "彝族", "苗族", "土家族", "侗族", "布依族", "黎族", "白族",
		"傣族", "景颇族", "哈尼族", "瑶族", "朝鲜族", "哈萨克", "蒙古", "柯尔克孜", "傈僳族", "佤族", "拉祜族", "纳西族", "独龙族", "怒族", "普米族", "仡佬族",
		"水族", "仫佬族", "毛南族", "各族", "畲族", "土族", "撒拉族", "保安族", "东乡族", "裕固族", "锡伯", "塔吉克", "布朗族", "鄂温克族", "鄂伦春"}
	for trimmed := true; trimmed; {
		trimmed = false
		for _, people := range peoples {
			if rest, ok := strings.CutSuffix(word, people); ok && rest != "" {
				word, trimmed = rest, true
			}
		}
	}
	return word
}
