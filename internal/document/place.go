package document

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

// place is where a document stands and what its name tells.
type place struct {
	stem, ext string // the name without endings, as words joined by "-"; the ending in lower case
	folders   []string
	depth     int      // folders above it that are no folders of documents
	aside     []string // words that say that it is a template, an example or about something else
	other     bool     // in a language that the folder or name says
}

// documentFolders hold documents about the whole of what they stand in.
var documentFolders = set("docs", "doc", "documentation", ".github", ".gitlab", ".well-known", "security", "policies", "policy", "compliance", "governance", "legal", "privacy",
	"trust", "handbook", "runbooks", "runbook", "playbooks", "operations", "ops", "design", "architecture", "adr", "adrs", "decisions", "records", "reports", "evaluation",
	"evaluations", "evals", "cards", "model-cards", "data-cards", "modelcards", "dokumentation", "sicherheit", "documentacion", "docs-site", "wiki", "risk", "responsible-ai", "ai-governance",
	"guides", "advisories", "postmortems", "post-mortems", "incident-reviews", "lessons-learned", "library-reviews", "threat-model", "threat-models", "threat-modeling", "threatmodel", "threatdragonmodels", "public", "static", "user-guide", "provider-reviews", "vendor-reviews")

// aside are words of folders and names that make a document one about something else.
var aside = set("template", "templates", "issue-template", "pull-request-template", "cookiecutter", "example", "examples", "sample", "samples", "demo", "demos", "tutorial", "tutorials",
	"fixture", "fixtures", "test", "tests", "testdata", "mock", "mocks", "archive", "archived", "old", "deprecated",

	"vorlage", "vorlagen", "modele-vierge", "plantilla", "plantillas", "テンプレート", "模板")

// asideFolders do the same as folders only.
var asideFolders = set("node-modules", "vendor", "third-party", "blog", "posts", "prompts", "skills", "workflows", "how-to", "howto", "guides", "package-reference", "api-reference")

var (
	languageCode   = pattern.New(`^(?:ar|bn|cs|de|el|en|es|fa|fr|he|hi|hu|id|it|ja|jp|kr|ko|nl|pl|pt|ro|ru|sv|th|tr|uk|ur|vi|zh|cn|tw)(?:-(?:[a-z]{2}|hans|hant))?$`)
	languageEnding = pattern.New(`[-.](?:ar|bn|cs|de|el|en|es|fa|fr|he|hi|hu|id|it|ja|jp|kr|ko|nl|pl|pt|ro|ru|sv|th|tr|uk|ur|vi|zh|cn|tw)(?:-(?:[a-z]{2}|hans|hant))?$`)
)

func placeOf(p string) place {
	base := path.Base(p)
	pl := place{ext: strings.ToLower(path.Ext(base))}
	if pl.ext == base {
		pl.ext = ""
	}
	_, ending := formatOfEnding[pl.ext]
	if !ending && !slices.Contains(unreadEndings, pl.ext) && len(pl.ext) < 2 {
		pl.ext = ""
	}
	pl.stem = flatPath(strings.TrimSuffix(base, path.Ext(base)))
	if pl.ext == "" {
		pl.stem = flatPath(base)
	}
	if at := languageEnding.FindStringIndex(pl.stem); at != nil && at[0] > 0 {
		pl.other = !strings.HasPrefix(pl.stem[at[0]+1:], "en")
		pl.stem = pl.stem[:at[0]]
	}
	if dir := path.Dir(p); dir != "." {
		for _, f := range strings.Split(dir, "/") {
			flat := flatPath(f)
			if strings.HasPrefix(f, ".") {
				flat = "." + flat
			}
			pl.folders = append(pl.folders, flat)
			switch {
			case languageCode.MatchString(flat):
				pl.other = pl.other || !strings.HasPrefix(flat, "en")
			case !documentFolders[flat]:
				pl.depth++
			}
			if aside[flat] || asideFolders[flat] || strings.Contains(f, "{{") {
				pl.aside = append(pl.aside, flat)
			}
		}
	}
	for _, word := range strings.Split(pl.stem, "-") {
		if aside[word] {
			pl.aside = append(pl.aside, word)
		}
	}
	return pl
}

// foreign says whether the document is about something else than the system, as far as names tell.
func (p place) foreign(names kindNames) bool {
	return slices.ContainsFunc(p.aside, func(w string) bool { return !slices.Contains(names.allow, w) })
}

// near counts the folders above a document; where hosting sites look for documents of the repository there is none.
func (p place) near() int {
	if len(p.folders) == 1 && (p.folders[0] == ".github" || p.folders[0] == ".gitlab" || p.folders[0] == ".well-known") {
		return 0
	}
	return len(p.folders)
}

// flatPath writes a name in lower case, without accents, its words joined by "-".
func flatPath(name string) string { return strings.ReplaceAll(flatWords(name), " ", "-") }

// flatWords writes a text in lower case, without accents and punctuation.
func flatWords(text string) string {
	var b strings.Builder
	var last rune
	for _, r := range text {
		if unicode.IsUpper(r) && unicode.IsLower(last) && last < 0x80 {
			b.WriteByte(' ') // "ThreatModel"
		}
		last = r
		r = unicode.ToLower(r)
		switch plain, ok := unaccented[r]; {
		case ok:
			b.WriteString(plain)
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

var unaccented = map[rune]string{'ä': "a", 'á': "a", 'à': "a", 'â': "a", 'ã': "a", 'å': "a", 'ç': "c", 'é': "e", 'è': "e", 'ê': "e", 'ë': "e", 'í': "i", 'ì': "i", 'î': "i", 'ï': "i",
	'ñ': "n", 'ó': "o", 'ò': "o", 'ô': "o", 'ö': "o", 'õ': "o", 'ú': "u", 'ù': "u", 'û': "u", 'ü': "u", 'ý': "y", 'ß': "ss", 'œ': "oe", 'æ': "ae"}

// candidate is a file that may be a document of the kind.
type candidate struct {
	file  lodemark.File
	place place
	weak  bool
	rank  int // of the name in its list: English first
}

// placed lists the files of a system that people may have written documents in, with their places: looked at once in a run,
// for all kinds.
func placed(s *lodemark.Subject) []candidate {
	return lodemark.Shared(s, "document.placed", func() []candidate {
		var all []candidate
		for _, f := range s.System.Files {
			if !f.Test && !f.Vendored && hasDocumentEnding(f.Path) {
				all = append(all, candidate{file: f, place: placeOf(f.Path)})
			}
		}
		return all
	})
}

// byName gathers the files whose names say that they are of the kind, nearest to the root first.
func byName(s *lodemark.Subject, names kindNames) []candidate {
	var all []candidate
	most := reach(names)
	for _, c := range placed(s) {
		if c.place.depth > most || c.place.foreign(names) {
			continue
		}
		ok := false
		if c.rank, c.weak, ok = names.match(c.place); ok {
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.place.depth, b.place.depth), compareBool(a.place.other, b.place.other), cmp.Compare(a.place.near(), b.place.near()),
			compareBool(a.weak, b.weak), cmp.Compare(a.rank, b.rank), cmp.Compare(a.file.Path, b.file.Path))
	})
	return all
}

// reach is how many folders that are none of documents may stand above a document: beside what it is about, three; else one
// at most, since what lies deeper belongs to another product.
func reach(names kindNames) int {
	if names.anywhere {
		return 4
	}
	return 0
}

// wordsMore is how many words a name may have beside those of the kind: "helpdesk-incident-plan-v2".
const wordsMore = 3

func (k kindNames) match(p place) (rank int, weak, ok bool) {
	if i := slices.Index(k.exact, p.stem); i >= 0 {
		return i, false, true
	}
	words := len(strings.Split(p.stem, "-"))
	for i, n := range k.within {
		if phraseIn(strings.ReplaceAll(p.stem, "-", " "), strings.ReplaceAll(n, "-", " ")) && words <= len(strings.Split(n, "-"))+wordsMore {
			return i, false, true
		}
	}
	if i := slices.Index(k.weak, p.stem); i >= 0 && p.ext != ".yaml" && p.ext != ".yml" && p.ext != ".json" {
		return len(k.within) + i, true, true
	}
	for _, f := range p.folders {
		if slices.Contains(k.folders, f) && p.ext != ".html" {
			return len(k.within), false, true
		}
	}
	return 0, false, false
}

// hasDocumentEnding says whether people write documents in files of that name: with the ending of a format, or with none
// and in capitals (CHANGES, SECURITY).
func hasDocumentEnding(p string) bool {
	base := path.Base(p)
	ext := strings.ToLower(path.Ext(base))
	if _, ok := formatOfEnding[ext]; ok || slices.Contains(unreadEndings, ext) {
		return true
	}
	return ext == "" && len(base) > 2 && base == strings.ToUpper(base)
}

// proseEndings are those of the files whose titles are looked at.
var proseEndings = set(".md", ".markdown", ".mdx", ".rst", ".adoc", ".asciidoc", ".txt", ".html", ".htm")

// nearest lists the documents near the root, those in folders of documents and, beside what cards are about, introductions.
func nearest(s *lodemark.Subject, names kindNames) []candidate {
	var all []candidate
	for _, c := range placed(s) {
		if c.place.depth > 0 && !(names.anywhere && c.place.stem == "readme" && c.place.depth <= 3) {
			continue
		}
		f := c.file
		if f.Link != "" || !proseEndings[strings.ToLower(path.Ext(f.Path))] || c.place.other || len(c.place.folders) > 4 || c.place.foreign(names) {
			continue
		}
		all = append(all, c)
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.place.depth, b.place.depth), cmp.Compare(len(a.place.folders), len(b.place.folders)), cmp.Compare(a.file.Path, b.file.Path))
	})
	return all
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
