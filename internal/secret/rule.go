package secret

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark"
)

// Rule is one kind of credential.
type Rule struct {
	ID         string            `yaml:"id" json:"id,omitempty"`
	Title      string            `yaml:"title" json:"title,omitempty"`
	Provider   string            `yaml:"provider" json:"provider,omitempty"` // who gives it out; empty where anybody may
	Severity   lodemark.Severity `yaml:"severity" json:"severity,omitempty"`
	Confidence string            `yaml:"confidence" json:"confidence,omitempty"` // high, medium, low: how often what is found turns out true
	Group      string            `yaml:"-" json:"group,omitempty"`               // the file that it is written in: ai, cloud, forge, service, forms
}

// rule is a Rule with what finds it. Exactly one of Pattern, Value and Method is given.
type rule struct {
	Rule `yaml:",inline"`

	// A key with a format of its own: a match of Pattern around one of Literals. Its first group, if it has one, is the secret. Before is
	// how far a match may begin before the literal; Near are words of which one has to stand close to it, and Unless are words of which none
	// may stand right before it.
	Literals []string `yaml:"literals" json:"literals,omitempty"`
	Pattern  string   `yaml:"pattern" json:"pattern,omitempty"`
	Before   int      `yaml:"before" json:"before,omitempty"`
	Near     []string `yaml:"near" json:"near,omitempty"`
	Unless   []string `yaml:"unless" json:"unless,omitempty"`
	Check    string   `yaml:"check" json:"check,omitempty"` // crc32, bech32: what the format has to make sure of itself
	Test     string   `yaml:"test" json:"test,omitempty"`   // why what is found opens nothing of worth
	Free     bool     `yaml:"free" json:"free,omitempty"`   // may begin in the middle of a word

	// A key without: a value that Value matches as a whole, assigned to a name that holds one of Names.
	Names []string `yaml:"names" json:"names,omitempty"`
	Value string   `yaml:"value" json:"value,omitempty"`

	// A form that is read and not matched: see methods. Forms are what of it belongs to this rule.
	Method string   `yaml:"method" json:"method,omitempty"`
	Forms  []string `yaml:"forms" json:"forms,omitempty"`

	Entropy float64  `yaml:"entropy" json:"entropy,omitempty"` // bits of one character that a drawn one has at least; 3 if not given, 2.5 for hexadecimal
	Bad     []string `yaml:"bad" json:"-"`
	Good    []string `yaml:"good" json:"-"`

	Expression string `yaml:"-" json:",omitempty"` // what is compiled
	Window     int    `yaml:"-" json:",omitempty"` // how many bytes it matches at most

	order int
	re    func() *regexp.Regexp
}

// methods are the forms that are read: what Method may say.
var methods = []string{"assigned", "password", "address", "block", "token"}

// unboundedBytes stands for the length of what a pattern does not bound.
const unboundedBytes = 600

// The rules are kept as JSON beside the YAML files that they are written in, as that is read many times faster.
//
//go:embed rules.json
var embedded []byte

// embeddedRules are the built-in rules without their examples.
func embeddedRules() (all []*rule, err error) {
	if err := json.Unmarshal(embedded, &all); err != nil {
		return nil, fmt.Errorf("read the built-in rules: %w", err)
	}
	return all, nil
}

// Rules are ready to look for credentials. They may be used by several goroutines at once.
type Rules struct {
	all   []*rule
	words *literals
	uses  [][]use          // by word
	named []*rule          // those with Value
	forms map[string]*rule // by method and form
}

// use is what an occurrence of a word sets off.
type use struct {
	does int // one of the constants of look.go
	rule *rule
	text string // the word as the rule has it, where case matters
}

// Load gives the built-in rules.
func Load() (*Rules, error) { return built() }

var built = sync.OnceValues(func() (*Rules, error) {
	all, err := embeddedRules()
	if err != nil {
		return nil, err
	}
	return compile(all)
})

// LoadWith gives the built-in rules and those of the YAML files of a file system's root, in the same format; one with the id of a built-in
// rule takes its place. Every example of them is tried: an error says which does not hold.
func LoadWith(own fs.FS) (*Rules, error) {
	all, err := embeddedRules()
	if err != nil {
		return nil, err
	}
	mine, err := read(own)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(r *rule) bool {
		return slices.ContainsFunc(mine, func(m *rule) bool { return m.ID == r.ID })
	})
	r, err := compile(append(mine, all...))
	if err != nil {
		return nil, err
	}
	for _, m := range mine {
		if err := r.try(m); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// List gives the rules in the order in which they are tried.
func (r *Rules) List() []Rule {
	var all []Rule
	for _, one := range r.all {
		all = append(all, one.Rule)
	}
	return all
}

// read takes the rules of all YAML files below a file system's root.
func read(files fs.FS) (all []*rule, err error) {
	seen := map[string]bool{}
	err = fs.WalkDir(files, ".", func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || path.Ext(p) != ".yaml" && path.Ext(p) != ".yml" {
			return err
		}
		text, err := fs.ReadFile(files, p)
		if err != nil {
			return err
		}
		var some []*rule
		decoder := yaml.NewDecoder(bytes.NewReader(text))
		decoder.KnownFields(true)
		if err := decoder.Decode(&some); err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("rules of %s: %w", p, err)
		}
		for _, r := range some {
			if r == nil {
				return fmt.Errorf("rules of %s: an entry is empty", p)
			}
			r.Group = strings.TrimSuffix(path.Base(p), path.Ext(p))
			if err := r.ready(); err != nil {
				return fmt.Errorf("rules of %s: %w", p, err)
			}
			if seen[r.ID] {
				return fmt.Errorf("rules of %s: two rules have the id %q", p, r.ID)
			}
			seen[r.ID] = true
		}
		all = append(all, some...)
		return nil
	})
	return all, err
}

// ready looks through a rule as it was written.
func (r *rule) ready() error {
	given := 0
	for _, s := range []string{r.Pattern, r.Value, r.Method} {
		if s != "" {
			given++
		}
	}
	switch {
	case r.ID == "" || r.Title == "":
		return fmt.Errorf("rule %q has no id or no title", r.ID)
	case given != 1:
		return fmt.Errorf("rule %s: exactly one of pattern, value and method has to be given", r.ID)
	case !slices.Contains([]string{"high", "medium", "low"}, r.Confidence):
		return fmt.Errorf("rule %s: confidence is high, medium or low, not %q", r.ID, r.Confidence)
	case r.Pattern != "" && len(r.Literals) == 0, r.Value != "" && len(r.Names) == 0:
		return fmt.Errorf("rule %s: a pattern needs literals and a value needs names", r.ID)
	case r.Method != "" && !slices.Contains(methods, r.Method):
		return fmt.Errorf("rule %s: method is one of %s, not %q", r.ID, strings.Join(methods, ", "), r.Method)
	case r.Check != "" && checks[r.Check] == nil:
		return fmt.Errorf("rule %s: there is no check %q", r.ID, r.Check)
	case r.Before < 0 || r.Before > 200:
		return fmt.Errorf("rule %s: before is 0 to 200", r.ID)
	}
	for _, w := range r.Literals {
		if len(w) < 2 {
			return fmt.Errorf("rule %s: the literal %q is too short to look for", r.ID, w)
		}
	}
	r.Expression = `^(?:` + r.Value + `)$`
	if r.Pattern != "" {
		tree, err := syntax.Parse(r.Pattern, syntax.Perl)
		if err != nil {
			return fmt.Errorf("rule %s: %w", r.ID, err)
		}
		r.Window = min(longest(tree), 4096)
		r.Expression = `^(?:` + r.Pattern + `)`
		if tree.MaxCap() == 0 {
			r.Expression = `^(` + r.Pattern + `)`
		}
		r.Expression += `(?:$|[^A-Za-z0-9_-])`
	}
	if r.Method == "" {
		if _, err := syntax.Parse(r.Expression, syntax.Perl); err != nil {
			return fmt.Errorf("rule %s: %w", r.ID, err)
		}
	}
	if r.Entropy == 0 {
		r.Entropy = 3
	}
	return nil
}

// longest is how many bytes a pattern matches at most.
func longest(re *syntax.Regexp) int {
	switch re.Op {
	case syntax.OpLiteral:
		return len(string(re.Rune))
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		if re.Op == syntax.OpCharClass && len(re.Rune) > 0 && re.Rune[len(re.Rune)-1] < 0x80 {
			return 1
		}
		return 4
	case syntax.OpStar, syntax.OpPlus:
		return unboundedBytes
	case syntax.OpQuest, syntax.OpCapture:
		return longest(re.Sub[0])
	case syntax.OpRepeat:
		if re.Max < 0 {
			return unboundedBytes
		}
		return re.Max * longest(re.Sub[0])
	case syntax.OpConcat:
		n := 0
		for _, s := range re.Sub {
			n += longest(s)
		}
		return n
	case syntax.OpAlternate:
		n := 0
		for _, s := range re.Sub {
			n = max(n, longest(s))
		}
		return n
	}
	return 0
}

// compile puts the words of all rules into one automaton.
func compile(all []*rule) (*Rules, error) {
	r := &Rules{all: all, forms: map[string]*rule{}}
	at := map[string]int{}
	var words []string
	add := func(word string, u use) {
		low := strings.ToLower(word)
		i, ok := at[low]
		if !ok {
			i = len(words)
			at[low] = i
			words, r.uses = append(words, low), append(r.uses, nil)
		}
		r.uses[i] = append(r.uses[i], u)
	}
	// What knows more about a secret comes first: a format of its own, a provider's name, a form, a telling name.
	slices.SortStableFunc(all, func(a, b *rule) int { return cmp.Compare(a.class(), b.class()) })
	for i, one := range all {
		one.order = i
		one.re = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(one.Expression) })
		for _, w := range one.Literals {
			add(w, use{doesKey, one, w})
		}
		if one.Value != "" {
			r.named = append(r.named, one)
		}
		if one.Method != "" {
			forms := one.Forms
			if len(forms) == 0 {
				forms = []string{""}
			}
			for _, f := range forms {
				if key := one.Method + " " + f; r.forms[key] == nil {
					r.forms[key] = one
				}
			}
		}
	}
	for _, some := range ownWords {
		for _, w := range some.words {
			add(w, use{does: some.does, text: w})
		}
	}
	for _, m := range methods {
		if r.forms[m+" "] == nil {
			return nil, fmt.Errorf("no rule has the method %s", m)
		}
	}
	r.words = newLiterals(words)
	return r, nil
}

func (r *rule) class() int {
	switch {
	case r.Pattern != "":
		return 0
	case r.Value != "":
		return 1
	case r.Method == "block" || r.Method == "token" || r.Method == "address":
		return 2
	}
	return 3
}

// form is the rule for a form of a method, or the one for any.
func (r *Rules) form(method, form string) *rule {
	if one := r.forms[method+" "+form]; one != nil {
		return one
	}
	return r.forms[method+" "]
}
