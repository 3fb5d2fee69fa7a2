package docx

import "tongbao/internal/spelling"

// nearest is the word that fewest single changes lead to, if they leave at least half of it; the first of several.
func nearest(word string, words []string) (string, bool) {
	best, least := "", 0
	for _, other := range words {
		d := spelling.Distance(word, other)
		if 2*d <= max(len([]rune(word)), len([]rune(other))) && (best == "" || d < least) {
			best, least = other, d
		}
	}
	return best, best != ""
}
