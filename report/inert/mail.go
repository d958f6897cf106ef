package inert

import "strings"

// Mail says whether a contact is an address as every reader of a standard takes it, and not a channel, a number or something
// else that somebody wrote there.
func Mail(s string) bool {
	name, domain, ok := strings.Cut(s, "@")
	plainly := func(s, more string) bool {
		for i := range len(s) {
			if s[i] >= 0x80 || !isWordByte(s[i]) && (i == 0 || i == len(s)-1 || strings.IndexByte(more, s[i]) < 0) {
				return false
			}
		}
		return s != "" && len(s) <= 64 && !strings.Contains(s, "..")
	}
	return ok && plainly(name, ".+_-") && plainly(domain, ".-") && strings.Contains(domain, ".")
}
