package develop

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

// card is a document about a model or a dataset.
type card struct {
	document.Document
	path string
	raw  string
	body *cardText
}

// says is what the card has on a field.
func (c card) says(name string) said {
	return c.body.says(fieldNamed(name))
}

// doubt says where the card may say a field, and what would make it clear.
func (c card) doubt(field string, at said) string {
	if at.text == "" {
		return fmt.Sprintf("%s may say its %s in words that are not known here; say so under a heading", c.path, field)
	}
	return fmt.Sprintf("%s may say its %s at line %d; say so under a heading", c.path, field, max(at.line, 1))
}

// missing lists the fields that the card does not fill in, those included of which it is not clear.
func (c card) missing(names []string) []string {
	var lacks []string
	for _, n := range names {
		if c.says(n).state != filled {
			lacks = append(lacks, n)
		}
	}
	return lacks
}

var placeholder = pattern.New(`(?i)^(\[more information needed\]|\[.*\]|<.*>|\{\{.*\}\}|todo\b.*|tbd\b.*|tba\b.*|n/?a|none|unknown|not specified|fixme\b.*|xxx+|\.\.\.|…|-+|\?+|null|~)$`)

// cardBytes is the largest card that is read: real ones stay below a tenth of it.
const cardBytes = 512 << 10

// readCard reads a card, once in a run however many checks ask. ok is false for what is missing or too large.
func readCard(s *lodemark.Subject, p string) (card, bool) {
	type read struct {
		card
		ok bool
	}
	r := lodemark.Shared(s, "develop.card "+p, func() read {
		data, err := s.Read(p)
		if err != nil || len(data) > cardBytes {
			return read{}
		}
		d := document.Read(p, data)
		return read{card{d, p, string(data), newCardText(d)}, true}
	})
	return r.card, r.ok
}

// cardsFor gathers the cards that may speak of what lies in a folder: in the folder, in the one above it, where
// lodemark.yaml points, and any other card that names it.
func cardsFor(s *lodemark.Subject, x subject, kind string, component lodemark.Kind) []card {
	key := "develop.cards " + kind + " " + x.dir
	return lodemark.Shared(s, key, func() []card { return gatherCards(s, x, kind, component) })
}

func gatherCards(s *lodemark.Subject, x subject, kind string, component lodemark.Kind) []card {
	var found []card
	seen := map[string]bool{}
	add := func(p string) {
		if seen[p] {
			return
		}
		seen[p] = true
		if c, ok := readCard(s, p); ok {
			found = append(found, c)
		}
	}
	for _, f := range s.System.Files {
		if f.Link == "" && path.Dir(f.Path) == x.dir && cardName.MatchString(path.Base(f.Path)) {
			add(f.Path)
		}
	}
	others := cardPaths(s, kind, component)
	for _, p := range others {
		if d := path.Dir(p); d == x.dir || d == path.Dir(x.dir) && x.dir != "." {
			add(p)
		}
	}
	if p := s.System.Declared.Documents[kind]; p.Path != "" {
		add(p.Path)
	}
	names := x.names()
	for _, p := range others {
		if !seen[p] {
			if c, ok := readCard(s, p); ok && namesAny(c.raw, names) {
				add(p)
			}
		}
	}
	return found
}

// cardName is what a card beside its subject is called.
var cardName = pattern.New(`(?i)^(readme|model[_-]?card|data(set)?[_-]?(card|sheet)|card)([._-].*)?\.(md|markdown|rst|txt|adoc|ya?ml|html?)$`)

func cardPaths(s *lodemark.Subject, kind string, component lodemark.Kind) []string {
	return lodemark.Shared(s, "develop.cardPaths "+kind, func() []string {
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
	})
}

// namesAny says whether a text names one of the names, not as a part of another word.
func namesAny(text string, names []string) bool {
	lower := strings.ToLower(text)
	return slices.ContainsFunc(names, func(n string) bool { return len(n) >= 4 && standsIn(lower, strings.ToLower(n)) })
}

func standsIn(text, name string) bool {
	for from := 0; ; from++ {
		i := strings.Index(text[from:], name)
		if i < 0 {
			return false
		}
		from += i
		before, after := byte(' '), byte(' ')
		if from > 0 {
			before = text[from-1]
		}
		if end := from + len(name); end < len(text) {
			after = text[end]
		}
		if !wordByte(before) && !wordByte(after) {
			return true
		}
	}
}

func wordByte(b byte) bool {
	return b < 0x80 && (unicode.IsLetter(rune(b)) || unicode.IsDigit(rune(b)) || b == '_')
}

// fullest picks the card with the fewest missing fields.
func fullest(cards []card, names []string) (best card, missing []string) {
	for i, c := range cards {
		if m := c.missing(names); i == 0 || len(m) < len(missing) {
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

// names lists how a card elsewhere may name the subject: its folder and its files, with and without ending. A file called
// like thousands of others names nothing by itself, only together with its folder.
func (x subject) names() []string {
	var names []string
	folder := strings.ToLower(path.Base(x.dir))
	general := x.dir == "." || generalName.MatchString(folder)
	if !general {
		names = append(names, folder)
	}
	for _, f := range x.files {
		base := path.Base(f.Path)
		stem := strings.TrimSuffix(base, path.Ext(base))
		if generalName.MatchString(strings.ToLower(stem)) {
			if !general {
				names = append(names, folder+"/"+base)
			}
			continue
		}
		names = append(names, base, stem)
	}
	return names
}

// generalName matches names of folders and files that say nothing about which model or dataset it is.
var generalName = pattern.New(`^(?:(?:pytorch|tf|torch|flax|onnx|saved|trained|final|best|last|adapter|consolidated|keras|xgb|lgb|sklearn|my|the)?[_.-]?` +
	`(?:models?|weights?|checkpoints?|ckpt|state|params?|net|network|classifier|regressor|pipeline|vectorizer|tokenizer|encoder|scaler|embeddings?|index|best|last|final|latest)(?:[_.-].*)?|` +
	`data|datasets?|artifacts?|assets|files|train(?:ing)?|tests?|valid(?:ation)?|dev|eval(?:uation)?|public|static|resources|output|results?|raw|processed|python|pytorch|tensorflow|onnx|xgboost|sklearn|triton|` +
	`src|docs?|samples?|examples?|config|v?\d[\d.]*)$`)
