package ingest

import (
	"path"
	"strings"
	"unicode"
)

// locate finds the region a file comes from by the words of its name and folders (哈尔滨_检查记录.csv, 230100/2020.xlsx), from the
// nearest outwards, through the archives it lay in. Names in its rows are then looked for inside that region first.
func (s *session) locate() {
	s.within = []string{s.run.Province}
	if s.run.Regions == nil {
		return
	}
	stem := strings.TrimSuffix(s.in.Name, path.Ext(s.in.Name))
	candidates := []string{stem}
	archives := strings.Split(strings.ReplaceAll(s.in.Path, "\\", "/"), "!")
	for i := len(archives) - 1; i >= 0; i-- {
		parts := strings.Split(archives[i], "/")
		if i < len(archives)-1 { // the archive's own name
			name := parts[len(parts)-1]
			candidates = append(candidates, strings.TrimSuffix(name, path.Ext(name)))
		}
		for j := len(parts) - 2; j >= 0 && j >= len(parts)-4; j-- {
			candidates = append(candidates, parts[j])
		}
	}
	for _, candidate := range candidates {
		for _, word := range strings.FieldsFunc(candidate, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if code, ok := s.regionOf(word); ok {
				s.region, s.within = code, []string{code, s.run.Province}
				return
			}
		}
	}
}

func (s *session) regionOf(word string) (string, bool) {
	if len(word) == 6 && onlyDigits(word) {
		if found, ok := s.run.Regions.Canonical(word); ok && found.Code != s.run.Province {
			return found.Code, true
		}
		return "", false
	}
	if len([]rune(word)) < 2 || onlyDigits(word) {
		return "", false
	}
	if found, err := s.run.Regions.Resolve(word, s.run.Province); err == nil && found.Code != s.run.Province {
		return found.Code, true
	}
	return "", false
}

// fileNames lists a file's name and those of the archives it lay in (their path ends where the next begins behind a !), nearest first.
func fileNames(name, shown string) []string {
	names := []string{name}
	archives := strings.Split(strings.ReplaceAll(shown, "\\", "/"), "!")
	for i := len(archives) - 2; i >= 0; i-- {
		if outer := path.Base(archives[i]); outer != names[len(names)-1] {
			names = append(names, outer)
		}
	}
	return names
}
