package compare

// distance counts the letters to change, add, leave out or swap with their neighbour to make one text of the other; what is more than most
// is most+1. Texts are names, and longer ones than 200 bytes are taken for different.
func distance(a, b string, most int) int {
	x, y := []rune(a), []rune(b)
	if len(a) > 200 || len(b) > 200 || len(x)-len(y) > most || len(y)-len(x) > most {
		return most + 1
	}
	before, last, now := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		now[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			now[j] = min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
		before, last, now = last, now, before
	}
	return min(last[len(y)], most+1)
}
