package develop

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

// openIn lists all packages that a manifest leaves open, be they for AI or not: a build takes the code of each. counted is
// false for formats of which only the AI packages are known.
func openIn(s *lodemark.Subject, m lodemark.Component) (names []string, counted bool) {
	switch m.Format {
	case "requirements", "package.json", "pyproject", "poetry":
	default:
		return nil, false
	}
	data, err := s.Read(m.Path)
	if err != nil || len(data) > scriptBytes {
		return nil, false
	}
	switch m.Format {
	case "requirements":
		if strings.ContainsRune(string(data[:min(len(data), 64)]), 0) {
			return nil, false // UTF-16, as some shells write it
		}
		return openRequirements(string(data)), true
	case "package.json":
		p, err := parsePackageFile(data)
		return p.open(), err == nil
	}
	return openProject(string(data)), true
}

var (
	requirement  = pattern.New(`^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(.*)$`)
	exactRelease = pattern.New(`^\(?\s*={2,3}\s*[^*,\s]+\s*(?:,.*)?\)?$`)
	wholeRev     = pattern.New(`@[0-9a-f]{40}(?:$|[#&])`)
)

// openRequirements reads pip's format. Options, other files and paths name no package.
func openRequirements(text string) []string {
	var names []string
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\\\n", " ")
	for line := range strings.Lines(text) {
		if name, open := openRequirement(line); open {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func openRequirement(line string) (name string, open bool) {
	line = strings.TrimSpace(strings.TrimPrefix(line, "\ufeff"))
	if i := strings.Index(line, " #"); i >= 0 {
		line = line[:i]
	}
	if i := strings.Index(line, " --"); i >= 0 {
		if strings.Contains(line[i:], "--hash") {
			return "", false
		}
		line = line[:i]
	}
	line, _, _ = strings.Cut(line, ";")
	m := requirement.FindStringSubmatch(strings.TrimSpace(line))
	if m == nil || len(line) > 1000 {
		return "", false
	}
	spec := strings.TrimSpace(m[2])
	if at, ok := strings.CutPrefix(spec, "@"); ok { // an address: a revision, a digest, or a file of the tree fixes it
		at = strings.TrimSpace(at)
		return m[1], !wholeRev.MatchString(at) && !strings.Contains(at, "#sha256=") && !strings.HasPrefix(at, "file:") && strings.HasPrefix(at, "git+")
	}
	if spec != "" && !strings.ContainsAny(spec[:1], "=<>~!(") { // a path, or prose
		return "", false
	}
	return m[1], !exactRelease.MatchString(spec)
}

var (
	tableHead  = pattern.New(`^\s*\[\[?\s*([^\]]+?)\s*\]`)
	listBegins = pattern.New(`^\s*["']?([\w.-]+)["']?\s*=\s*\[(.*)$`)
	inQuotes   = pattern.New(`"([^"\n]*)"|'([^'\n]*)'`)
	poetryWant = pattern.New(`^\s*["']?([A-Za-z0-9][\w.-]*)["']?\s*=\s*(.+)$`)
	poetrySpec = pattern.New(`^(?:["']([^"']*)["']|\{.*?\bversion\s*=\s*["']([^"']*)["'])`)
	poetryOne  = pattern.New(`^(?:={1,3})?\s*\d+(?:\.\d+){1,3}[\w.+-]*$`)
)

// openProject reads the lists of pyproject.toml that name packages, line by line.
func openProject(text string) []string {
	var names []string
	table, inList := "", false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if trimmed := strings.TrimSpace(line); trimmed == "" || trimmed[0] == '#' || len(line) > 4096 {
			continue
		}
		if !inList {
			if m := tableHead.FindStringSubmatch(line); m != nil {
				table = m[1]
				continue
			}
		}
		if strings.HasPrefix(table, "tool.poetry.") && strings.HasSuffix(table, "dependencies") {
			names = append(names, openPoetry(line)...)
			continue
		}
		rest := line
		if !inList {
			m := listBegins.FindStringSubmatch(line)
			if m == nil || table != "project.optional-dependencies" && table != "dependency-groups" && !(table == "project" && m[1] == "dependencies") {
				continue
			}
			inList, rest = true, m[2]
		}
		outside := inQuotes.Regexp().ReplaceAllString(rest, "")
		for _, q := range inQuotes.FindAllStringSubmatch(rest, -1) {
			if name, open := openRequirement(q[1] + q[2]); open {
				names = append(names, name)
			}
		}
		outside, _, _ = strings.Cut(outside, "#")
		inList = !strings.Contains(outside, "]")
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func openPoetry(line string) []string {
	m := poetryWant.FindStringSubmatch(line)
	if m == nil || m[1] == "python" {
		return nil
	}
	spec := poetrySpec.FindStringSubmatch(strings.TrimSpace(m[2]))
	if spec == nil || poetryOne.MatchString(strings.TrimSpace(spec[1]+spec[2])) {
		return nil // a path or a repository, or one version
	}
	return []string{m[1]}
}

// packageName is a name in the form in which spellings of one package are equal.
func packageName(name string) string {
	return strings.NewReplacer("_", "-", ".", "-").Replace(strings.ToLower(name))
}

// distinct joins lists of packages, each package once.
func distinct(lists ...[]string) []string {
	var names []string
	seen := map[string]bool{}
	for _, list := range lists {
		for _, name := range list {
			if key := packageName(name); !seen[key] {
				seen[key] = true
				names = append(names, name)
			}
		}
	}
	return names
}
