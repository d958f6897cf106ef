package discover

import (
	"strings"

	"github.com/lodemark/lodemark"
)

// parseRequirement reads one requirement as PEP 508 writes it: a name with extras, versions or an address, and a marker.
// ok is false for what is none.
func parseRequirement(s string) (d dependency, ok bool) {
	s = strings.TrimSpace(s)
	end := 0
	for end < len(s) && isNameByte(s[end]) {
		end++
	}
	if end == 0 || strings.IndexByte("._-", s[0]) >= 0 {
		return d, false
	}
	d.name, d.spelled = pythonName(s[:end]), s[:end]
	rest := strings.TrimSpace(s[end:])
	if strings.HasPrefix(rest, "[") {
		i := strings.IndexByte(rest, ']')
		if i < 0 {
			return d, false
		}
		rest = strings.TrimSpace(rest[i+1:])
	}
	if address, ok := strings.CutPrefix(rest, "@"); ok {
		address, _, _ = strings.Cut(strings.TrimSpace(address), " ;")
		d.written = "@ " + address
		d.setAddress(strings.TrimSpace(address))
		return d, true
	}
	rest, _, _ = strings.Cut(rest, ";")
	rest = strings.TrimSpace(rest)
	if strings.HasPrefix(rest, "(") {
		rest = strings.TrimSpace(strings.TrimSuffix(rest[1:], ")"))
	}
	if !areClauses(rest) {
		return d, false
	}
	d.written = rest
	d.version, d.pin = pythonVersion(rest)
	return d, true
}

// areClauses says whether a text is version clauses: an operator and a version, several of them with commas between.
func areClauses(s string) bool {
	if s == "" {
		return true
	}
	for clause := range strings.SplitSeq(strings.TrimSuffix(s, ","), ",") {
		version := strings.TrimLeft(strings.TrimSpace(clause), "=<>!~")
		switch operator := strings.TrimSpace(clause)[:len(strings.TrimSpace(clause))-len(version)]; operator {
		case "==", "===", ">=", "<=", "~=", "!=", ">", "<":
		default:
			return false
		}
		if version = strings.TrimSpace(version); version == "" || strings.ContainsAny(version, " \"'[]()=<>") {
			return false
		}
	}
	return true
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-'
}

// pythonName is the form in which the Python index compares names: lower case, runs of "-", "_" and "." as one "-".
func pythonName(name string) string {
	plain := true
	for i := range len(name) {
		if c := name[i]; c >= 'A' && c <= 'Z' || c == '_' || c == '.' || c == '-' && i > 0 && name[i-1] == '-' {
			plain = false
			break
		}
	}
	if plain {
		return name
	}
	var b strings.Builder
	mark := false
	for i := range len(name) {
		switch c := name[i]; {
		case c == '-' || c == '_' || c == '.':
			mark = true
			continue
		case mark && b.Len() > 0:
			b.WriteByte('-')
			fallthrough
		default:
			mark = false
			if c >= 'A' && c <= 'Z' {
				c += 'a' - 'A'
			}
			b.WriteByte(c)
		}
	}
	return b.String()
}

// pythonVersion says whether version clauses leave only one release: "==1.2.3" or "===1.2.3", alone or beside others.
func pythonVersion(clauses string) (string, lodemark.Pin) {
	for clause := range strings.SplitSeq(clauses, ",") {
		clause = strings.TrimSpace(clause)
		if v, ok := strings.CutPrefix(clause, "=="); ok {
			v = strings.TrimSpace(strings.TrimPrefix(v, "="))
			if v != "" && !strings.Contains(v, "*") {
				return v, lodemark.PinTag
			}
		}
	}
	return "", lodemark.PinNone
}

// setAddress reads a direct reference: an archive, a folder, or a repository at a commit, tag or branch.
func (d *dependency) setAddress(address string) {
	d.address = address
	d.pin = lodemark.PinNone
	url, fragment, _ := strings.Cut(address, "#")
	for part := range strings.SplitSeq(fragment, "&") {
		if sum, ok := strings.CutPrefix(part, "sha256="); ok && len(sum) == 64 {
			d.digest, d.pin = "sha256:"+sum, lodemark.PinDigest
		}
	}
	scheme, rest, found := strings.Cut(url, "://")
	if scheme == "file" || strings.HasPrefix(url, "file:") {
		d.pin = lodemark.PinCommit // part of this tree, or beside it on the disk
		return
	}
	if !strings.HasPrefix(scheme, "git+") && scheme != "git" && scheme != "git+ssh" {
		return
	}
	at := strings.LastIndexByte(rest, '@')
	if !found || at < 0 || at < strings.IndexByte(rest, '/') {
		d.pin = lodemark.PinBranch // the default branch, wherever it is then
		return
	}
	d.version = rest[at+1:]
	d.pin = pinOfRevision(d.version)
}

// pinOfRevision tells a commit from a tag and a branch by its looks. A short hash is not unique for ever and still a commit.
func pinOfRevision(rev string) lodemark.Pin {
	hex := len(rev) >= 7 && len(rev) <= 64
	letter := false
	for i := 0; hex && i < len(rev); i++ {
		c := rev[i]
		hex = c >= '0' && c <= '9' || c >= 'a' && c <= 'f'
		letter = letter || c >= 'a'
	}
	switch {
	case rev == "":
		return lodemark.PinBranch
	case hex && (letter || len(rev) >= 12):
		return lodemark.PinCommit
	case looksLikeVersion(rev):
		return lodemark.PinTag
	}
	return lodemark.PinBranch
}

func looksLikeVersion(s string) bool {
	s = strings.TrimPrefix(s, "refs/tags/")
	if i := strings.LastIndexAny(s, "/@"); i >= 0 {
		s = s[i+1:]
	}
	s = strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(s, "release-"), "v"), "V")
	i := strings.LastIndexByte(s, '-')
	if i >= 0 && i+1 < len(s) && (s[0] < '0' || s[0] > '9') { // name-1.2.3
		s = strings.TrimPrefix(s[i+1:], "v")
	}
	return s != "" && s[0] >= '0' && s[0] <= '9'
}
