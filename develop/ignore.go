package develop

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// ignoreRule is one line of a .gitignore file.
type ignoreRule struct {
	dir     string // of the file, "" at the root
	pattern *regexp.Regexp
	folders bool // the pattern ends with "/" and names folders only
	negated bool
	path    string
	line    int
}

// ignoreFileLimit bounds the rules that are read, so that paths times rules stays small.
const ignoreFileLimit = 2000

// ignoreRules reads the .gitignore files of the tree, those of outer folders first.
func ignoreRules(s *lodemark.Subject) []ignoreRule {
	var files []string
	for _, f := range s.System.Files {
		if path.Base(f.Path) == ".gitignore" && !f.Vendored && f.Link == "" {
			files = append(files, f.Path)
		}
	}
	slices.SortStableFunc(files, func(a, b string) int { return strings.Count(a, "/") - strings.Count(b, "/") })
	var rules []ignoreRule
	for _, f := range files {
		if data, err := s.Read(f); err == nil && len(rules) < ignoreFileLimit {
			rules = append(rules, parseIgnore(f, string(data))...)
		}
	}
	return rules[:min(len(rules), ignoreFileLimit)]
}

func parseIgnore(file, text string) []ignoreRule {
	dir := path.Dir(file)
	if dir == "." {
		dir = ""
	}
	var rules []ignoreRule
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, " \t\r\n")
		if line == "" || line[0] == '#' || len(line) > 500 {
			continue
		}
		r := ignoreRule{dir: dir, path: file, line: n}
		r.negated = line[0] == '!'
		line = strings.TrimPrefix(strings.TrimPrefix(line, "!"), `\`)
		r.folders = strings.HasSuffix(line, "/")
		line = strings.TrimSuffix(line, "/")
		if line == "" {
			continue
		}
		if p, err := regexp.Compile(ignorePattern(line)); err == nil {
			r.pattern = p
			rules = append(rules, r)
		}
	}
	return rules
}

// ignorePattern translates a pattern. One with a slash in it is anchored to the folder of its file, another fits at any depth.
func ignorePattern(line string) string {
	anchored := strings.Contains(line, "/")
	line = strings.TrimPrefix(line, "/")
	var b strings.Builder
	b.WriteString("^")
	if !anchored {
		b.WriteString("(?:.*/)?")
	}
	for i := 0; i < len(line); i++ {
		switch rest := line[i:]; {
		case strings.HasPrefix(rest, "**/"):
			b.WriteString("(?:.*/)?")
			i += 2
		case strings.HasPrefix(rest, "**"):
			b.WriteString(".*")
			i++
		case rest[0] == '*':
			b.WriteString("[^/]*")
		case rest[0] == '?':
			b.WriteString("[^/]")
		case rest[0] == '[' && strings.Contains(rest, "]"):
			end := strings.IndexByte(rest, ']')
			b.WriteString("[" + strings.ReplaceAll(strings.Replace(rest[1:end], "!", "^", 1), `\`, `\\`) + "]")
			i += end
		default:
			b.WriteString(regexp.QuoteMeta(rest[:1]))
		}
	}
	return b.String() + "$"
}

// ignoredBy gives the rule under which version control leaves a path out: its own, or that of a folder above, which no
// later rule can bring back.
func ignoredBy(rules []ignoreRule, p string) (ignoreRule, bool) {
	parts := strings.Split(p, "/")
	for i := 1; i <= len(parts); i++ {
		if r, ok := lastMatch(rules, strings.Join(parts[:i], "/"), i < len(parts)); ok {
			return r, true
		}
	}
	return ignoreRule{}, false
}

func lastMatch(rules []ignoreRule, p string, folder bool) (ignoreRule, bool) {
	for _, r := range slices.Backward(rules) {
		rel, under := p, true
		if r.dir != "" {
			rel, under = strings.CutPrefix(p, r.dir+"/")
		}
		if under && (folder || !r.folders) && r.pattern.MatchString(rel) {
			return r, !r.negated
		}
	}
	return ignoreRule{}, false
}
