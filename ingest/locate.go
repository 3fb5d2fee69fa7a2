package ingest

import (
	"path"
	"strings"
	"unicode"
)

// locate finds the region a file comes from by the words of its name and folders (哈尔滨_检查记录.csv, 230100/2020.xlsx), from the
// nearest outwards. Names in its rows are then looked for inside that region first.
func (s *session) locate() {
	s.within = []string{s.run.Province}
	if s.run.Regions == nil {
		return
	}
	stem := strings.TrimSuffix(s.in.Name, path.Ext(s.in.Name))
	parts := strings.Split(strings.ReplaceAll(s.in.Path, "\\", "/"), "/")
	candidates := []string{stem}
	for i := len(parts) - 2; i >= 0 && i >= len(parts)-4; i-- {
		candidates = append(candidates, parts[i])
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
