package infra

import "strings"

// Words splits a command line as a shell does, quotes taken off. Operators are words only where they stand alone, and
// variables stay as they are written.
func Words(line string) []string {
	var words []string
	var b strings.Builder
	in := false
	end := func() {
		if in {
			words = append(words, b.String())
			b.Reset()
			in = false
		}
	}
	for i := 0; i < len(line); i++ {
		switch c := line[i]; c {
		case ' ', '\t', '\n', '\r':
			end()
		case '\'', '"':
			in = true
			for i++; i < len(line) && line[i] != c; i++ {
				if c == '"' && line[i] == '\\' && i+1 < len(line) && strings.IndexByte("\"\\$`\n", line[i+1]) >= 0 {
					i++
				}
				b.WriteByte(line[i])
			}
		case '\\':
			if i++; i < len(line) && line[i] != '\n' {
				in = true
				b.WriteByte(line[i])
			}
		default:
			in = true
			b.WriteByte(c)
		}
	}
	end()
	return words
}
