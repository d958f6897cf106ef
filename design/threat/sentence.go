package threat

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/lodemark/lodemark/internal/pattern"
)

// parts are the words in braces that a sentence may name.
var parts = []string{"it", "source", "way", "user", "from", "to", "effects", "tools", "strong_tools", "outside_tools", "keyed_tools", "holds", "trained", "asset", "technology", "system", "data", "authn", "isolation", "pinned", "format", "writers", "parents"}

var brace = pattern.New(`\{([a-z_]*)\}`)

// placeholders are the names in braces of a sentence.
func placeholders(s string) []string {
	var all []string
	for _, m := range brace.FindAllStringSubmatch(s, -1) {
		all = append(all, m[1])
	}
	return all
}

// teller fills sentences with the parts of one model.
type teller struct {
	d    *derived
	near map[int]string // sources of untrusted content by component, once told
}

// tell fills the sentence of a rule for a component (flow < 0), a flow, or the system (both < 0).
func (t *teller) tell(r *Rule, component, flow int, way []int) string {
	return upperFirst(t.fill(r, component, flow, way))
}

// maybe tells of a threat that turns on what is not known: as what may be, since nobody said that it is.
func (t *teller) maybe(r *Rule, component, flow int, way []int) string {
	s := t.fill(r, component, flow, way)
	if !strings.HasPrefix(r.Sentence, "{") { // a name keeps its letters
		s = lowerFirst(s)
	}
	return "It may be that " + s
}

func (t *teller) fill(r *Rule, component, flow int, way []int) string {
	g := t.d.g
	s := brace.ReplaceAllStringFunc(r.Sentence, func(word string) string {
		name := word[1 : len(word)-1]
		if v := t.part(name, component, flow, way); v != "" {
			return v
		}
		return fallback(name)
	})
	if g.System.Name != "" && component < 0 && flow < 0 && !strings.Contains(s, g.System.Name) {
		s = strings.TrimSuffix(s, ".") + " (" + g.System.Name + ")."
	}
	return s
}

// named is a component's name in a sentence; a name that is itself half a sentence stands in quotes.
func named(c *Component) string {
	name := c.Called()
	if strings.Count(name, " ") > 3 || strings.ContainsAny(name, ".,;:") {
		return strconv.Quote(name)
	}
	return name
}

func fallback(name string) string {
	words := map[string]string{"source": "an outside source", "user": "a user", "effects": "act", "tools": "its tools", "strong_tools": "its tools", "outside_tools": "its tools", "keyed_tools": "its tools", "holds": "what it holds", "trained": "what it was trained on",
		"asset": "what lies behind it", "technology": "the engine", "system": "the system", "data": "data", "authn": "unknown authentication", "isolation": "isolation that nobody stated",
		"pinned": "a reference that nobody stated", "format": "in a format that nobody stated", "writers": "others", "parents": "what it was made from", "way": "the flows"}
	if w := words[name]; w != "" {
		return w
	}
	return "it"
}

func (t *teller) part(name string, component, flow int, way []int) string {
	g := t.d.g
	var c *Component
	if component >= 0 {
		c = g.Components[component]
	}
	if flow >= 0 {
		f := g.Flows[flow]
		switch name {
		case "from":
			return named(g.Components[g.from[flow]])
		case "to", "it":
			return named(g.Components[g.to[flow]])
		case "data":
			return spoken(f.of("carries").List)
		case "authn":
			return said(f.of("authn"), "no authentication")
		}
		component = g.from[flow]
		c = g.Components[component]
	}
	switch name {
	case "system":
		return g.System.Name
	case "source", "user":
		if from := t.sources(component, name); name == "source" && from != "" {
			return from
		}
		if len(way) > 1 {
			return named(g.Components[way[0]])
		}
		if from := t.sources(component, name); len(from) > 0 {
			return from
		}
		return ""
	case "way":
		return strings.Join(t.d.names(way), " -> ")
	}
	if c == nil {
		return ""
	}
	switch name {
	case "it":
		return named(c)
	case "effects":
		effects := t.d.effects[component]
		if len(effects) == 0 {
			effects = t.d.approvedEffects[component]
		}
		if GroupOf(c.Kind) == "tools" {
			effects = c.of("effects").List
		}
		return verbs(effects)
	case "tools":
		return t.list(slices.Concat(t.d.tools[component], t.d.written[component]))
	case "strong_tools":
		return t.list(t.toolsWhich(t.d.heaviest(component), func(c *Component) bool {
			return isWritable(c) || slices.ContainsFunc(c.of("effects").List, func(e string) bool { return e != "read" })
		}))
	case "outside_tools":
		if sure := t.toolsWhich(t.d.tools[component], func(c *Component) bool { return isForeign(c) || t.d.readsOutside(g.index[c.ID]) }); len(sure) > 0 {
			return t.list(sure)
		}
		return t.list(t.toolsWhich(t.d.tools[component], returnsExternal))
	case "keyed_tools":
		return t.list(t.toolsWhich(t.d.tools[component], keepsKey))
	case "holds":
		return spoken(c.of("holds").List)
	case "trained":
		return spoken(c.of("trained_on").List)
	case "data":
		return spoken(c.of("holds").List)
	case "technology":
		return strings.Join(c.Technology, ", ")
	case "authn":
		return said(c.of("authn"), "no authentication")
	case "isolation":
		return map[string]string{"none": "no isolation", "process": "only a process of its own", "container": "only a container around it", "microvm": "a small virtual machine", "wasm": "a WebAssembly sandbox"}[c.text("isolation")]
	case "pinned":
		return map[string]string{"none": "no pin at all", "tag": "a tag that can move", "digest": "a digest"}[c.text("pinned")]
	case "format":
		if f := c.text("format"); f != "" {
			return "as " + f
		}
	case "writers":
		return spokenWriters(c.of("writers").List)
	case "parents":
		var all []int
		for _, id := range c.of("derived_from").List {
			if i, ok := g.index[id]; ok {
				all = append(all, i)
			}
		}
		return t.list(all)
	case "asset":
		return t.list(t.d.assets(component))
	}
	return ""
}

func (t *teller) toolsWhich(tools []int, holds func(*Component) bool) []int {
	var all []int
	for _, i := range tools {
		if holds(t.d.g.Components[i]) {
			all = append(all, i)
		}
	}
	return all
}

func said(v Value, none string) string {
	if v.Text == "none" {
		return none
	}
	return v.Text
}

// sources names where what reaches a component comes from.
func (t *teller) sources(component int, name string) string {
	if component < 0 {
		return ""
	}
	if name == "user" {
		return t.list(t.d.users.sources(component))
	}
	if near := t.near[component]; near != "" {
		return near
	}
	all := t.d.nearestSources(component)
	if len(all) == 0 {
		all = t.d.untrustedReach(component).sources(component)
	}
	t.near[component] = t.list(all)
	return t.near[component]
}

// list names at most three components.
func (t *teller) list(which []int) string {
	var names []string
	for _, i := range which {
		names = append(names, named(t.d.g.Components[i]))
	}
	if len(names) > 3 {
		names = append(names[:2:2], "others")
	}
	return and(names)
}

func and(words []string) string {
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// kindsOfData are the classes that are said before the word data; the others stand for themselves.
var kindsOfData = []string{"public", "internal", "confidential", "personal", "special", "copyright"}

// classWords are the classes of data and writers as people say them, where that is not the word itself.
var classWords = map[string]string{"hidden_context": "hidden context", "model_output": "model output", "special": "specially protected", "third_party": "third parties",
	"crawler": "a crawler", "user": "users", "public": "public", "labeller": "labellers", "copyright": "copyrighted", "credential": "credentials", "training": "training data", "prompt": "prompts"}

// spoken says classes of data: "personal and confidential data, prompts and hidden context".
func spoken(words []string) string {
	var before, all []string
	for _, w := range words {
		s := w
		if said := classWords[w]; said != "" {
			s = said
		}
		switch {
		case w == "unknown":
		case slices.Contains(kindsOfData, w):
			before = append(before, s)
		default:
			all = append(all, s)
		}
	}
	if len(before) > 0 {
		all = append([]string{and(before) + " data"}, all...)
	}
	return and(all)
}

// spokenWriters says who writes: "the public and users".
func spokenWriters(words []string) string {
	var all []string
	for _, w := range words {
		switch said := classWords[w]; {
		case w == "own" || w == "unknown":
		case w == "public":
			all = append(all, "the public")
		case said != "":
			all = append(all, said)
		}
	}
	return and(all)
}

var effectVerbs = []struct{ effect, verb string }{{"spend", "spend money"}, {"irreversible", "do what cannot be undone"}, {"code", "run code"}, {"send", "send messages"},
	{"write", "change data"}, {"computer_use", "drive a computer"}, {"network", "reach other hosts"}, {"read", "read data"}}

func verbs(effects []string) string {
	var all []string
	for _, e := range effectVerbs {
		if slices.Contains(effects, e.effect) && len(all) < 3 {
			all = append(all, e.verb)
		}
	}
	return and(all)
}

// lowerFirst makes the first letter small where it does not begin a word of capitals.
func lowerFirst(s string) string {
	r := []rune(s)
	if len(r) > 1 && (unicode.IsLower(r[1]) || r[1] == ' ') {
		r[0] = unicode.ToLower(r[0])
	}
	return string(r)
}

func upperFirst(s string) string {
	for i, c := range s {
		return strings.ToUpper(string(c)) + s[i+len(string(c)):]
	}
	return s
}

// names are the names of components by number.
func (d *derived) names(which []int) []string {
	all := make([]string, 0, len(which))
	for _, i := range which {
		all = append(all, d.g.Components[i].ID)
	}
	return all
}
