package survey

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

// The bounds of what is read.
const (
	mostFiles = 6_000
	mostBytes = 1 << 20  // of one file; a person writes less
	mostTotal = 96 << 20 // of all
)

// source is a file of code.
type source struct {
	path, lang string
	text       string   // without comments, same lines
	imports    []string // files of the tree that it brings in
}

// readCode reads the code that runs: no tests, no samples where there is anything else, nothing vendored.
func (d *drafter) readCode(s *lodemark.Subject) {
	for _, c := range d.sys.Components {
		switch c.Kind {
		case lodemark.KindAgent, lodemark.KindTool, lodemark.KindModelCall, lodemark.KindHostedModel, lodemark.KindModel, lodemark.KindTraining, lodemark.KindVectorStore:
			d.real = d.real || !c.Test && c.Path != "" && !lodemark.Sample(c.Path) && path.Ext(c.Path) != ".ipynb"
		}
	}
	d.code = map[string]*source{}
	total := 0
	for _, f := range d.sys.Files {
		lang := f.Language
		if lang == "vue" || lang == "svelte" || lang == "javascript" {
			lang = "typescript"
		}
		if lang != "python" && lang != "typescript" || f.Link != "" || f.Size > mostBytes || len(d.order) == mostFiles {
			continue
		}
		if d.aside(lodemark.Component{Path: f.Path, Test: f.Test || f.Vendored}) {
			continue
		}
		if total += int(f.Size); total > mostTotal {
			break
		}
		data, err := s.Read(f.Path)
		if err != nil || bytes.IndexByte(data, 0) >= 0 { // a program, or a lock file in a form of its own
			continue
		}
		if built(f.Path, data) {
			d.bundles[f.Path] = true
			continue
		}
		d.code[f.Path] = &source{path: f.Path, lang: lang, text: uncommented(string(data), lang)}
		d.order = append(d.order, f.Path)
	}
	d.link()
}

// uncommented blanks comments and leaves every line where it is. Texts that only look like comments lose a bit; nothing is
// concluded from them.
func uncommented(text, lang string) string {
	if lang == "python" {
		var b strings.Builder
		b.Grow(len(text))
		doc, within := "", "" // the quotes of a comment, or of a text, that goes on over lines
		for line := range strings.Lines(text) {
			trimmed := strings.TrimSpace(line)
			switch {
			case doc != "":
				if strings.Contains(trimmed, doc) {
					doc = ""
				}
				line = "\n"
			case within != "":
				if strings.Count(line, within)%2 == 1 {
					within = ""
				}
			case strings.HasPrefix(trimmed, "#"):
				line = "\n"
			case strings.HasPrefix(trimmed, `"""`), strings.HasPrefix(trimmed, `'''`), strings.HasPrefix(trimmed, `r"""`):
				quote := `"""`
				if strings.HasPrefix(trimmed, `'''`) {
					quote = `'''`
				}
				if strings.Count(trimmed, quote)%2 == 1 {
					doc = quote
				}
				line = "\n"
			default:
				if i := strings.Index(line, "  #"); i >= 0 {
					line = line[:i] + "\n"
				}
				for _, quote := range []string{`"""`, `'''`} {
					if strings.Count(line, quote)%2 == 1 {
						within = quote
					}
				}
			}
			b.WriteString(line)
		}
		return b.String()
	}
	var b strings.Builder
	b.Grow(len(text))
	within := false
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		switch {
		case within:
			if i := strings.Index(line, "*/"); i >= 0 {
				within, line = false, line[i+2:]
			} else {
				line = "\n"
			}
		case strings.HasPrefix(trimmed, "//"):
			line = "\n"
		case strings.HasPrefix(trimmed, "/*"), strings.HasPrefix(trimmed, "{/*"):
			if !strings.Contains(trimmed, "*/") {
				within = true
			}
			line = "\n"
		default:
			if i := strings.Index(line, " // "); i >= 0 {
				line = line[:i] + "\n"
			}
		}
		b.WriteString(line)
	}
	return b.String()
}

var (
	pyImport = pattern.New(`(?m)^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+(\([^)]{0,900}\)|[^\n]+)|import[ \t]+([\w., \t]+))`)
	tsImport = pattern.New(`(?:\bfrom|\bimport|\brequire)[ \t]*\(?[ \t]*['"]([^'"\n]{1,200})['"]`)
	typeOnly = pattern.New(`(?m)^[ \t]*import type\b[^'"]{0,900}['"][^'"\n]*['"]`)
	pkgName  = pattern.New(`(?m)^\s*"name"\s*:\s*"([^"\n]{1,120})"`)
	word     = pattern.New(`\w+`)
)

// link finds out which file brings in which.
func (d *drafter) link() {
	byTail := map[string][]string{} // the end of a path, without ending: files
	for _, p := range d.order {
		stem := strings.TrimSuffix(p, path.Ext(p))
		for _, s := range []string{strings.TrimSuffix(stem, "/__init__"), strings.TrimSuffix(stem, "/index"), stem} {
			for tail := s; ; {
				if !slices.Contains(byTail[tail], p) {
					byTail[tail] = append(byTail[tail], p)
				}
				_, rest, more := strings.Cut(tail, "/")
				if !more {
					break
				}
				tail = rest
			}
		}
	}
	packages := map[string]string{} // by name of a package of this tree: its folder
	for c := range d.sys.Of(lodemark.KindManifest) {
		if path.Base(c.Path) != "package.json" || c.Test {
			continue
		}
		if data, err := d.subject.Read(c.Path); err == nil && len(data) < mostBytes {
			if m := pkgName.FindSubmatch(data); m != nil {
				packages[string(m[1])] = path.Dir(c.Path)
			}
		}
	}
	for _, p := range d.order {
		s := d.code[p]
		add := func(to string) {
			if to != "" && to != p && !slices.Contains(s.imports, to) && len(s.imports) < 500 {
				s.imports = append(s.imports, to)
			}
		}
		if s.lang == "python" {
			for _, m := range pyImport.FindAllStringSubmatch(s.text, 500) {
				if m[1] == "" {
					for name := range strings.SplitSeq(m[3], ",") {
						add(d.module(p, strings.Fields(name + " ")[:min(1, len(strings.Fields(name)))], byTail))
					}
					continue
				}
				whole := false // names that are no modules are what the module itself holds
				for _, name := range word.FindAllString(m[2], 100) {
					to := ""
					if name != "as" {
						to = d.module(p, []string{strings.TrimSuffix(m[1], ".") + "." + name}, byTail)
						if strings.Trim(m[1], ".") == "" {
							to = d.module(p, []string{m[1] + name}, byTail)
						}
					}
					add(to)
					whole = whole || to == ""
				}
				if whole {
					add(d.module(p, []string{m[1]}, byTail))
				}
			}
			continue
		}
		for _, m := range tsImport.FindAllStringSubmatch(typeOnly.ReplaceAllString(s.text, ""), 500) {
			add(d.script(p, m[1], byTail, packages))
		}
	}
}

// module resolves a Python module to a file of the tree.
func (d *drafter) module(from string, names []string, byTail map[string][]string) string {
	if len(names) == 0 {
		return ""
	}
	name := names[0]
	dots := len(name) - len(strings.TrimLeft(name, "."))
	tail := strings.ReplaceAll(strings.Trim(name, "."), ".", "/")
	if dots > 0 {
		dir := path.Dir(from)
		for range dots - 1 {
			dir = path.Dir(dir)
		}
		return d.exact(path.Join(dir, tail), byTail)
	}
	if beside := d.exact(path.Join(path.Dir(from), tail), byTail); beside != "" {
		return beside
	}
	if !strings.Contains(tail, "/") {
		for _, dir := range []string{"", "src/", "app/", "backend/"} {
			if to := d.exact(dir+tail, byTail); to != "" {
				return to
			}
		}
		return ""
	}
	return nearest(from, byTail[tail], ".py")
}

// script resolves what a script brings in.
func (d *drafter) script(from, name string, byTail map[string][]string, packages map[string]string) string {
	name = strings.TrimSuffix(strings.TrimSuffix(name, ".js"), ".ts")
	if strings.HasPrefix(name, ".") {
		return d.exact(path.Join(path.Dir(from), name), byTail)
	}
	if dir, ok := packages[name]; ok {
		for _, entry := range []string{"src/index", "index", "src/main", "lib/index"} {
			if to := d.exact(path.Join(dir, entry), byTail); to != "" {
				return to
			}
		}
	}
	for _, alias := range []string{"@/", "~/", "$lib/", "src/", "#/", "@@/", "app/", "lib/", "components/"} {
		if rest, ok := strings.CutPrefix(name, alias); ok {
			if len(alias) > 3 {
				rest = name
			}
			return nearest(from, byTail[rest], ".ts")
		}
	}
	return ""
}

func (d *drafter) exact(stem string, byTail map[string][]string) string {
	for _, p := range byTail[strings.TrimPrefix(stem, "./")] {
		s := strings.TrimSuffix(p, path.Ext(p))
		if s == stem || s == stem+"/__init__" || s == stem+"/index" {
			return p
		}
	}
	return ""
}

// nearest picks the file that shares the longest way with another.
func nearest(from string, all []string, _ string) string {
	best, most := "", -1
	for _, p := range all {
		n := 0
		for n < len(p) && n < len(from) && p[n] == from[n] {
			n++
		}
		if n > most {
			best, most = p, n
		}
	}
	return best
}

// find gives the first line at which a pattern holds in a file.
func (s *source) find(re *pattern.Pattern) (int, bool) {
	at := re.FindStringIndex(s.text)
	if at == nil {
		return 0, false
	}
	return 1 + strings.Count(s.text[:at[0]], "\n"), true
}

// used gives the lines at which a pattern holds, at most 30, without those that only bring something in.
func (s *source) used(re *pattern.Pattern) []int {
	var lines []int
	line, from := 1, 0
	for _, at := range re.FindAllStringIndex(s.text, 60) {
		line += strings.Count(s.text[from:at[0]], "\n")
		from = at[0]
		begin := strings.LastIndexByte(s.text[:from], '\n') + 1
		if here := strings.TrimSpace(s.text[begin:from]); strings.HasPrefix(here, "import ") || strings.HasPrefix(here, "from ") || slices.Contains(lines, line) || len(lines) == 30 {
			continue
		}
		lines = append(lines, line)
	}
	return lines
}

// reach walks over what files bring in, without walking on from files that stop it; nearer files come first.
func (d *drafter) reach(from []string, stop func(string) bool) []string {
	seen := map[string]bool{}
	var all []string
	open := slices.Clone(from)
	for _, p := range open {
		seen[p] = true
	}
	for len(open) > 0 {
		p := open[0]
		open = open[1:]
		all = append(all, p)
		s := d.code[p]
		if s == nil || stop(p) && !slices.Contains(from, p) {
			continue
		}
		for _, to := range s.imports {
			if !seen[to] {
				seen[to] = true
				open = append(open, to)
			}
		}
	}
	return all
}
