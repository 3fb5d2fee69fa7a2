package docx

// nearest is the word that fewest single changes lead to, if they leave at least half of it; the first of several.
func nearest(word string, words []string) (string, bool) {
	best, least := "", 0
	for _, other := range words {
		d := distance([]rune(word), []rune(other))
		if 2*d <= max(len([]rune(word)), len([]rune(other))) && (best == "" || d < least) {
			best, least = other, d
		}
	}
	return best, best != ""
}

// distance counts the characters to add, drop or replace to make b of a.
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			above := row[j+1]
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(above+1, row[j]+1, diagonal+cost)
			diagonal = above
		}
	}
	return row[len(b)]
}
