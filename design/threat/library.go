package threat

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	"go.yaml.in/yaml/v3"
)

//go:embed data/*.yaml data/atlas.txt
var embedded embed.FS

// Library is a set of threats and mitigations.
type Library struct {
	Name, Version string
	Released      time.Time // the day of the version; zero: not said
	Rules         []*Rule   // in order of their ids
	Mitigations   []*Mitigation
	mitigation    map[string]*Mitigation
}

// Rule is one threat of the library: when it holds, and what is to be said and done about it.
type Rule struct {
	ID, Title   string
	Stage       string // design, develop, deploy, operate
	Scope       string // component, flow, system
	When        string // a condition in CEL over c, f and s
	Sentence    string // with the parts of a system in braces: "Pages that {source} holds reach {it}."
	Severity    string
	Class       []string // classes of attacks on AI that it belongs to; empty: none of them
	Cause       []string // attack, malfunction or both
	STRIDE, CIA []string
	ATLAS       []string
	OWASP       []string // with the year: "LLM01:2025"
	Mitigations []string
	Bad, Good   []*Model // on which it holds, and on which it does not
	Path        string   // of the file
	Line        int
	program     cel.Program
}

// Mitigation is something that can be done, and what would prove that it was.
type Mitigation struct {
	ID, Title      string
	ATLAS          []string
	Cost, TradeOff string
	Evidence       []Proof
	Path           string
	Line           int
}

// Proof is what would show that a mitigation is in place, and for how long.
type Proof struct {
	By         string // config, scan, probe, gateway, sign, code-rule, ci, doc
	Shows      string
	MaxAgeDays int
	Checks     []string // of Lodemark's own, which show it when all of them pass: dep-2-models-verified
}

// Mitigation finds one by its id; nil where there is none.
func (l *Library) Mitigation(id string) *Mitigation { return l.mitigation[id] }

// Rule finds a threat by its id; nil where there is none.
func (l *Library) Rule(id string) *Rule {
	for _, r := range l.Rules {
		if r.ID == id {
			return r
		}
	}
	return nil
}

// File is one file of a library: its name for problems, and all of its bytes.
type File struct {
	Name string
	Data []byte
}

// LoadLibrary reads the embedded library and an organisation's own files in the same format. All problems come at once, each
// with file, line and, in a condition, column; a rule with a problem is left out.
func LoadLibrary(more ...File) (*Library, Problems) {
	var files []File
	names, err := fs.Glob(embedded, "data/*.yaml")
	if err != nil {
		return nil, Problems{{Path: "data", Message: err.Error()}}
	}
	for _, name := range names {
		data, err := embedded.ReadFile(name)
		if err != nil {
			return nil, Problems{{Path: name, Message: err.Error()}}
		}
		files = append(files, File{name, data})
	}
	return read(append(files, more...))
}

// Catalogue is the version of the embedded library; no condition is compiled for it.
func Catalogue() string {
	var head struct {
		Library struct{ Version string }
	}
	data, err := embedded.ReadFile("data/mitigations.yaml")
	if err == nil {
		err = yaml.Unmarshal(data, &head)
	}
	if err != nil || head.Library.Version == "" {
		panic(fmt.Sprint("the embedded library does not say its version: ", err)) // it is compiled in
	}
	return head.Library.Version
}

// mostRules bounds a library; each condition costs its compilation.
const mostRules = 2000

func read(files []File) (*Library, Problems) {
	k, err := newCompiler()
	if err != nil {
		return nil, Problems{{Message: err.Error()}}
	}
	l := &Library{mitigation: map[string]*Mitigation{}}
	var problems Problems
	b := &libraryReader{lib: l, compiler: k, atlas: atlasIDs(), rules: map[string]*Rule{}}
	for _, f := range files {
		b.reader = &reader{path: f.Name}
		if top := b.parse(f.Data); top != nil {
			b.file(top)
		}
		problems = append(problems, b.done()...)
	}
	b.reader = &reader{}
	b.refer()
	problems = append(problems, b.done()...)
	slices.SortStableFunc(l.Rules, func(a, b *Rule) int { return byID(a.ID, b.ID) })
	slices.SortStableFunc(l.Mitigations, func(a, b *Mitigation) int { return byID(a.ID, b.ID) })
	return l, problems
}

// byID orders ids as people count: LDM-T99 before LDM-T100.
func byID(a, b string) int {
	letters := func(s string) string { return strings.TrimRight(s, "0123456789") }
	return cmp.Or(strings.Compare(letters(a), letters(b)), len(a)-len(b), strings.Compare(a, b))
}

// libraryReader reads the files of a library.
type libraryReader struct {
	*reader
	lib      *Library
	compiler *compiler
	atlas    map[string]bool
	rules    map[string]*Rule
}

func (b *libraryReader) file(top *yaml.Node) {
	b.fields(top, "the file", func(key string, k, v *yaml.Node) bool {
		switch key {
		case "library":
			b.fields(v, "the library", func(key string, k, v *yaml.Node) bool {
				switch key {
				case "name":
					b.lib.Name = b.text(v, key)
				case "version":
					b.lib.Version = b.text(v, key)
				case "released":
					b.lib.Released = b.day(v, key)
				case "licence", "atlas_version", "about":
					b.text(v, key)
				default:
					return false
				}
				return true
			})
		case "mitigations":
			b.each(v, key, mostRules, func(_, e *yaml.Node) { b.mitigation(e) })
		case "threats":
			b.each(v, key, mostRules, func(_, e *yaml.Node) { b.rule(e) })
		default:
			return false
		}
		return true
	})
}

func (b *libraryReader) mitigation(n *yaml.Node) {
	m := &Mitigation{Path: b.path, Line: n.Line}
	b.fields(n, "the mitigation", func(key string, k, v *yaml.Node) bool {
		switch key {
		case "id":
			m.ID = b.text(v, key)
		case "title":
			m.Title = b.text(v, key)
		case "atlas":
			m.ATLAS = b.known(v, "atlas")
		case "cost":
			m.Cost = b.word(v, key, "low", "medium", "high")
		case "trade_off":
			m.TradeOff = b.text(v, key)
		case "evidence":
			b.each(v, key, 20, func(_, e *yaml.Node) { m.Evidence = append(m.Evidence, b.proof(e)) })
		default:
			return false
		}
		return true
	})
	switch {
	case m.ID == "" || m.Title == "" || m.Cost == "" || m.TradeOff == "" || len(m.Evidence) == 0:
		b.say(n.Line, "the mitigation %q needs id, title, cost, trade_off and evidence", short(m.ID))
	case b.lib.mitigation[m.ID] != nil:
		b.say(n.Line, "the id %q is taken by the mitigation at %s:%d", short(m.ID), b.lib.mitigation[m.ID].Path, b.lib.mitigation[m.ID].Line)
	default:
		b.lib.Mitigations = append(b.lib.Mitigations, m)
		b.lib.mitigation[m.ID] = m
	}
}

func (b *libraryReader) proof(n *yaml.Node) Proof {
	var p Proof
	b.fields(n, "the evidence", func(key string, k, v *yaml.Node) bool {
		switch key {
		case "by":
			p.By = b.word(v, key, "config", "scan", "probe", "gateway", "sign", "code-rule", "ci", "doc")
		case "shows":
			p.Shows = b.text(v, key)
		case "checks":
			b.each(v, key, 8, func(_, e *yaml.Node) { p.Checks = append(p.Checks, b.text(e, key)) })
		case "max_age_days":
			a := Attribute{Name: key, Type: Number}
			value, ok := b.value(&a, v)
			if p.MaxAgeDays = value.Number; !ok || p.MaxAgeDays < 1 || p.MaxAgeDays > 3650 {
				b.say(v.Line, "max_age_days is to be between 1 and 3650")
			}
		default:
			return false
		}
		return true
	})
	if p.By == "" || p.Shows == "" || p.MaxAgeDays == 0 {
		b.say(n.Line, "evidence needs by, shows and max_age_days")
	}
	return p
}

func (b *libraryReader) rule(n *yaml.Node) {
	r := &Rule{Path: b.path, Line: n.Line}
	var when *yaml.Node
	before := len(b.problems) + b.more
	b.fields(n, "the threat", func(key string, k, v *yaml.Node) bool {
		switch key {
		case "id":
			r.ID = b.text(v, key)
		case "title":
			r.Title = b.text(v, key)
		case "stage":
			r.Stage = b.word(v, key, "design", "develop", "deploy", "operate")
		case "scope":
			r.Scope = b.word(v, key, "component", "flow", "system")
		case "when":
			when = v
		case "sentence":
			r.Sentence = b.text(v, key)
			for _, name := range placeholders(r.Sentence) {
				if !slices.Contains(parts, name) {
					b.say(v.Line, "the sentence names {%s}; there are %s", short(name), strings.Join(parts, ", "))
				}
			}
		case "severity":
			r.Severity = b.word(v, key, "critical", "high", "medium", "low", "info")
		case "class":
			r.Class = b.words(v, key, AttackClasses()...)
		case "cause":
			r.Cause = b.words(v, key, Causes()...)
		case "stride":
			r.STRIDE = b.words(v, key, "spoofing", "tampering", "repudiation", "information-disclosure", "denial-of-service", "elevation-of-privilege")
		case "cia":
			r.CIA = b.words(v, key, "confidentiality", "integrity", "availability")
		case "atlas":
			r.ATLAS = b.known(v, "atlas")
		case "owasp":
			r.OWASP = b.known(v, "owasp")
		case "mitigations":
			r.Mitigations = b.texts(v, key)
		case "bad":
			r.Bad = b.examples(v, r.ID+" bad")
		case "good":
			r.Good = b.examples(v, r.ID+" good")
		default:
			return false
		}
		return true
	})
	if r.ID == "" || r.Title == "" || r.Stage == "" || r.Scope == "" || r.Severity == "" || r.Sentence == "" || when == nil || len(r.Mitigations) == 0 {
		b.say(n.Line, "the threat %q needs id, title, stage, scope, severity, when, sentence and mitigations", short(r.ID))
	}
	if first := b.rules[r.ID]; first != nil && r.ID != "" {
		b.say(n.Line, "the id %q is taken by the threat at %s:%d", short(r.ID), first.Path, first.Line)
	}
	if len(r.Cause) == 0 {
		r.Cause = []string{CauseAttack}
	}
	if when != nil && r.Scope != "" {
		r.When, r.program = b.condition(r.Scope, when)
	}
	if len(b.problems)+b.more == before && r.program != nil {
		b.rules[r.ID] = r
		b.lib.Rules = append(b.lib.Rules, r)
	}
}

// condition compiles a condition; what is wrong with it is said at its place in the file.
func (b *libraryReader) condition(scope string, n *yaml.Node) (string, cel.Program) {
	if n.Kind != yaml.ScalarNode || len(n.Value) > 4000 {
		b.say(n.Line, "a condition is a text of at most 4000 bytes")
		return "", nil
	}
	program, all := b.compiler.compile(scope, n.Value)
	for _, w := range all {
		line, column := n.Line+max(w.line-1, 0), w.column+1
		switch {
		case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
			line, column = line+1, 0
		case n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
			column += n.Column
		default:
			column += n.Column - 1
		}
		if b.say(line, "when: %s", w.message); b.more == 0 {
			b.problems[len(b.problems)-1].Column = column
		}
	}
	return n.Value, program
}

func (b *libraryReader) examples(n *yaml.Node, name string) []*Model {
	list := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		list = n.Content
	}
	var all []*Model
	for _, e := range list {
		m := &Model{Path: name}
		b.model(e, m)
		all = append(all, m)
	}
	return all
}

func (b *libraryReader) word(n *yaml.Node, what string, words ...string) string {
	if w := b.text(n, what); b.oneOf(n, what, w, words) {
		return w
	}
	return ""
}

func (b *libraryReader) words(n *yaml.Node, what string, words ...string) []string {
	all := b.texts(n, what)
	for _, w := range all {
		b.oneOf(n, what, w, words)
	}
	return all
}

// known holds the ids of other bodies against what is known of them: ATLAS by its table, OWASP by list and year.
func (b *libraryReader) known(n *yaml.Node, what string) []string {
	all := b.texts(n, what)
	for _, id := range all {
		if what == "atlas" && !b.atlas[id] {
			b.say(n.Line, "%q is no id of the ATLAS table", short(id))
		}
		if what == "owasp" && !owaspID(id) {
			b.say(n.Line, "%q is no id of an OWASP list with its year, such as LLM01:2025", short(id))
		}
	}
	return all
}

// refer holds the mitigations that threats name against those that there are.
func (b *libraryReader) refer() {
	b.lib.Rules = slices.DeleteFunc(b.lib.Rules, func(r *Rule) bool {
		bad := false
		for _, id := range r.Mitigations {
			if b.lib.mitigation[id] == nil {
				b.problems = append(b.problems, Problem{Path: r.Path, Line: r.Line, Message: fmt.Sprintf("the threat %q names the mitigation %q, which is not there", short(r.ID), short(id))})
				bad = true
			}
		}
		return bad
	})
}

// owaspLists are the lists that the library cites, with their years and how many entries they have.
var owaspLists = map[string]int{"LLM 2025": 10, "LLM 2026": 10, "ASI 2026": 10, "ML 2023": 10, "API 2023": 10}

func owaspID(id string) bool {
	name, year, ok := strings.Cut(id, ":")
	letters := strings.TrimRight(name, "0123456789")
	number := name[len(letters):]
	most, known := owaspLists[letters+" "+year]
	var n int
	if _, err := fmt.Sscanf(number, "%d", &n); err != nil {
		return false
	}
	width := 2
	if letters == "API" {
		width = len(number)
	}
	return ok && known && n >= 1 && n <= most && len(number) == width
}

// atlasIDs is the table of MITRE ATLAS: a line for each technique and mitigation, its id first.
func atlasIDs() map[string]bool {
	data, err := embedded.ReadFile("data/atlas.txt")
	if err != nil {
		panic("the embedded ATLAS table cannot be read: " + err.Error()) // it is compiled in
	}
	ids := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		if id, _, ok := strings.Cut(strings.TrimSpace(line), " "); ok && strings.HasPrefix(id, "AML.") {
			ids[id] = true
		}
	}
	return ids
}
