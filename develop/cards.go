package develop

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
)

// card is a document about a model or a dataset.
type card struct {
	document.Document
	path string
	raw  string
}

// field is something a card must say. A section with one of the words in its heading, or a line of the front matter, says it.
type oldField struct {
	name     string
	headings []string
	front    []string
}

var modelFields = []oldField{
	{"intended use", []string{"intended use", "intended scope", "use case", "uses", "scope", "purpose", "what it is for"}, nil},
	{"limitations", []string{"limitation", "out-of-scope", "out of scope", "known issue", "weakness", "bias", "caveat", "risks"}, nil},
	{"training or creation", []string{"training", "creation", "how it was made", "how it was built", "provenance", "origin", "model details", "finetun", "fine-tun", "quantiz", "conversion", "development"}, nil},
	{"evaluation", []string{"evaluation", "performance", "metric", "benchmark", "results", "testing", "quality"}, nil},
}

var dataFields = []oldField{
	{"source", []string{"source", "origin", "provenance", "data collection", "where it comes from"}, []string{"source", "sources", "source_datasets", "origin", "url"}},
	{"collection and processing", []string{"collection", "processing", "preprocess", "creation", "curation", "cleaning", "annotation", "how it was made", "method"}, nil},
	{"licence", []string{"licen", "terms of use", "rights", "legal"}, []string{"license", "licence", "license_name", "licenses"}},
	{"owner", []string{"owner", "maintainer", "contact", "curator", "responsible", "steward", "author"}, []string{"owner", "maintainer", "maintainers", "contact", "steward", "authors", "curators"}},
}

// missing lists the fields that a card does not fill in.
func (c card) missing(fields []oldField) []string {
	var names []string
	for _, f := range fields {
		if !c.saysOld(f) {
			names = append(names, f.name)
		}
	}
	return names
}

func (c card) saysOld(f oldField) bool {
	for _, s := range c.Sections {
		heading := strings.ToLower(s.Heading)
		if s.Filled() && slices.ContainsFunc(f.headings, func(w string) bool { return strings.Contains(heading, w) }) {
			return true
		}
	}
	return slices.ContainsFunc(append(f.front, f.headings...), func(w string) bool { return labelled(c.raw, w) })
}

// labelled says whether a line gives the label a value: "Licence: CC-BY-4.0", "| Owner | Data team |", "**Source:** ...".
func labelled(raw, label string) bool {
	for line := range strings.Lines(raw) {
		line = strings.Trim(line, " \t\r\n|*-+>")
		lower := strings.ToLower(line)
		if !strings.HasPrefix(lower, label) {
			continue
		}
		at := strings.IndexAny(line, ":|")
		if at < 0 || at > len(label)+25 {
			continue
		}
		value := strings.Trim(line[at+1:], " \t*|:\"'_")
		if value != "" && !placeholder.MatchString(value) {
			return true
		}
	}
	return false
}

var placeholder = regexp.MustCompile(`(?i)^(\[more information needed\]|\[.*\]|<.*>|\{\{.*\}\}|todo\b.*|tbd\b.*|tba\b.*|n/?a|none|unknown|fixme\b.*|xxx+|\.\.\.|…|-+|\?+|null|~)$`)

// cardsFor gathers the cards that may speak of what lies in a folder: in the folder, in the one above it, where
// lodemark.yaml points, and any other card that names it.
func cardsFor(s *lodemark.Subject, dir string, names []string, kind string, component lodemark.Kind) []card {
	var found []card
	seen := map[string]bool{}
	add := func(p string) {
		if seen[p] {
			return
		}
		seen[p] = true
		data, err := s.Read(p)
		if err != nil || len(data) > scriptBytes {
			return
		}
		found = append(found, card{document.Read(p, data), p, string(data)})
	}
	for _, f := range s.System.Files {
		if f.Link == "" && path.Dir(f.Path) == dir && cardName.MatchString(path.Base(f.Path)) {
			add(f.Path)
		}
	}
	others := cardPaths(s, kind, component)
	for _, p := range others {
		if d := path.Dir(p); d == dir || d == path.Dir(dir) && dir != "." {
			add(p)
		}
	}
	if p := s.System.Declared.Documents[kind]; p.Path != "" {
		add(p.Path)
	}
	for _, p := range others {
		if seen[p] {
			continue
		}
		if data, err := s.Read(p); err == nil && len(data) <= scriptBytes && namesAny(string(data), names) {
			add(p)
		}
	}
	return found
}

// cardName is what a card beside its subject is called.
var cardName = regexp.MustCompile(`(?i)^(readme|model[_-]?card|data(set)?[_-]?(card|sheet)|card)([._-].*)?\.(md|markdown|rst|txt|adoc|ya?ml|html?)$`)

func cardPaths(s *lodemark.Subject, kind string, component lodemark.Kind) []string {
	var paths []string
	for c := range s.System.Of(component) {
		if !c.Test {
			paths = append(paths, c.Path)
		}
	}
	for _, d := range document.Find(s, kind).Documents {
		paths = append(paths, d.Path)
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

func namesAny(text string, names []string) bool {
	lower := strings.ToLower(text)
	return slices.ContainsFunc(names, func(n string) bool { return len(n) >= 4 && strings.Contains(lower, strings.ToLower(n)) })
}

// fullest picks the card with the fewest missing fields.
func fullest(cards []card, fields []oldField) (best card, missing []string) {
	for i, c := range cards {
		if m := c.missing(fields); i == 0 || len(m) < len(missing) {
			best, missing = c, m
		}
	}
	return best, missing
}

// subject is what one card should speak of: the files of one kind in one folder.
type subject struct {
	dir   string
	files []lodemark.Component
}

// subjects groups files by folder. What stands in tests and vendored folders is left out.
func subjects(s *lodemark.System, kind lodemark.Kind) []subject {
	var all []subject
	for c := range s.Of(kind) {
		if c.Test || c.Path == "" {
			continue
		}
		dir := path.Dir(c.Path)
		i := slices.IndexFunc(all, func(x subject) bool { return x.dir == dir })
		if i < 0 {
			i = len(all)
			all = append(all, subject{dir: dir})
		}
		all[i].files = append(all[i].files, c)
	}
	return all
}

// names lists how a card elsewhere may name the subject: its folder and its files, with and without ending.
func (x subject) names() []string {
	var names []string
	if x.dir != "." && !generalFolder[strings.ToLower(path.Base(x.dir))] {
		names = append(names, path.Base(x.dir))
	}
	for _, f := range x.files {
		base := path.Base(f.Path)
		names = append(names, base)
		if stem := strings.TrimSuffix(base, path.Ext(base)); !generalFolder[strings.ToLower(stem)] {
			names = append(names, stem)
		}
	}
	return names
}

// generalFolder names say nothing about what lies in them.
var generalFolder = map[string]bool{"models": true, "model": true, "weights": true, "checkpoints": true, "data": true, "dataset": true, "datasets": true,
	"artifacts": true, "assets": true, "files": true, "train": true, "test": true, "valid": true, "public": true, "static": true, "resources": true}
