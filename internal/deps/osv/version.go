package osv

import (
	"cmp"
	"slices"
	"strings"

	"deps.dev/util/semver"
)

// The ecosystems whose advisories are kept, as the format names them. Others have no lock files that we read.
const (
	PyPI  = "PyPI"
	NPM   = "npm"
	Go    = "Go"
	Cargo = "crates.io"
	Maven = "Maven"
)

// Ecosystems lists them in order.
func Ecosystems() []string { return []string{Go, Maven, PyPI, Cargo, NPM} }

func systemOf(ecosystem string) (semver.System, bool) {
	switch ecosystem {
	case PyPI:
		return semver.PyPI, true
	case NPM:
		return semver.NPM, true
	case Go:
		return semver.Go, true
	case Cargo:
		return semver.Cargo, true
	case Maven:
		return semver.Maven, true
	}
	return semver.DefaultSystem, false
}

// versionBytes is more than any version has.
const versionBytes = 256

// version is one that its ecosystem can compare.
type version struct{ parsed *semver.Version }

// parseVersion reads a version by the rules of its ecosystem; ok is false for what those rules refuse.
func parseVersion(ecosystem, s string) (v version, ok bool) {
	system, known := systemOf(ecosystem)
	if s = strings.TrimSpace(s); !known || s == "" || len(s) > versionBytes {
		return v, false
	}
	switch ecosystem {
	case Go: // advisories leave the letter out
		if s = strings.TrimPrefix(s, "v"); strings.HasPrefix(s, "v") {
			return v, false
		}
		s = "v" + s
	case PyPI:
		spelled, valid := pythonSpelled(s)
		if !valid {
			return v, false
		}
		s = spelled
	case NPM:
		s = strings.TrimPrefix(s, "=")
	}
	parsed, err := system.Parse(s)
	if err != nil || parsed.IsWildcard() {
		return v, false
	}
	return version{parsed}, true
}

func (v version) compare(other version) int { return v.parsed.Compare(other.parsed) }

// key is the spelling by which listed versions are compared: 1.0, 1.0.0 and v1.0 are one release of a Python package.
func versionKey(ecosystem, s string) string {
	if ecosystem != PyPI {
		return strings.TrimPrefix(s, "v")
	}
	p, ok := readPython(s)
	if !ok {
		return s
	}
	for len(p.release) > 1 && p.release[len(p.release)-1] == "0" {
		p.release = p.release[:len(p.release)-1]
	}
	return p.String()
}

// PackageKey is the form in which an ecosystem compares names.
func PackageKey(ecosystem, name string) string {
	if ecosystem == PyPI {
		return pythonName(name)
	}
	return name
}

// pythonName: lower case, runs of "-", "_" and "." as one "-".
func pythonName(name string) string {
	var b strings.Builder
	mark := false
	for i := range len(name) {
		switch c := name[i]; {
		case c == '-' || c == '_' || c == '.':
			mark = true
			continue
		default:
			if mark && b.Len() > 0 {
				b.WriteByte('-')
			}
			mark = false
			if c >= 'A' && c <= 'Z' {
				c += 'a' - 'A'
			}
			b.WriteByte(c)
		}
	}
	return b.String()
}

// SortVersions puts versions in their ecosystem's order, each once; what cannot be ordered comes last.
func SortVersions(ecosystem string, all []string) []string {
	type one struct {
		text string
		at   version
		ok   bool
	}
	list := make([]one, 0, len(all))
	for _, s := range all {
		at, ok := parseVersion(ecosystem, s)
		list = append(list, one{s, at, ok})
	}
	slices.SortStableFunc(list, func(a, b one) int {
		switch {
		case a.ok && b.ok:
			return cmp.Or(a.at.compare(b.at), strings.Compare(a.text, b.text))
		case a.ok:
			return -1
		case b.ok:
			return 1
		}
		return strings.Compare(a.text, b.text)
	})
	var out []string
	for i, o := range list {
		if i == 0 || o.text != list[i-1].text && !(o.ok && list[i-1].ok && o.at.compare(list[i-1].at) == 0) {
			out = append(out, o.text)
		}
	}
	return out
}

// SameVersion says whether two texts name one version, by the rules of the ecosystem where both can be read.
func SameVersion(ecosystem, a, b string) bool {
	x, ok := parseVersion(ecosystem, a)
	y, also := parseVersion(ecosystem, b)
	if ok && also {
		return x.compare(y) == 0
	}
	return a == b
}
