package config

// Suggest is the known word that a misspelt one most likely means; "" when none is near.
func Suggest(word string, known []string) string {
	best, least := "", 3 // edits that still count as a slip
	for _, k := range known {
		if d := distance(word, k); d < least && d < min(len(word), len(k)) {
			best, least = k, d
		}
	}
	return best
}

// distance is the number of insertions, deletions, substitutions and swaps of neighbours that make a into b.
func distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	var previous, last []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		previous, last, row = last, row, make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], previous[j-2]+1)
			}
		}
	}
	return row[len(b)]
}
