package inventory

import (
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// Programs offer models to choose from: in enumerations, lists, tables and the options of a page. A row of those is a model at its line, also
// where no pattern knows its name, if the table is named after models or the rows beside it are known.

var (
	// modelTable are names of enumerations, lists and tables whose values are ids of models.
	modelTable = pattern.New(`(?i)(?:^|_|[a-z])(?:models?|llms?|embeddings?|rerankers?)(?:_?(?:ids?|names?|enums?|lists?|options?|choices|types?|map|mapping|aliases|slugs?|registry|catalog(?:ue)?|table|keys?|available|supported|by_\w+))?$|^(?:available|supported|all|default)_?(?:llms?|models?)|^engines?$`)
	// ofProviders are those that hold what is about models and is none.
	ofProviders = pattern.New(`(?i)provider|vendor|famil|version|prefix|url|key_?env|api|path|class|type_?map|status|state|event|error|field|column`)
	// routeOf are providers and gateways in front of the name of a model; notRoute publish on a hub under the names of others' models.
	routed   = pattern.New(`(?i)(?:^|/)(?:gpt-[345][\w.:-]*|gpt-3-5[\w.-]*|chatgpt-[\w.-]+|o[134](?:-(?:mini|preview|pro))?|claude-[\w.:@-]*\d[\w.:@-]*|claude-(?:instant|opus|sonnet|haiku)[\w.:-]*|gemini-[\w.:-]*\d[\w.:-]*|text-embedding-[\w.-]+|grok-\d[\w.-]*|command-[ra][\w.+-]*|sonar(?:-[\w-]+)?|nova-(?:pro|lite|micro)[\w.-]*)$`)
	notRoute = pattern.New(`(?i)^(?:xenova|onnx-community|dqbd|unsloth|community|lmstudio-community|niieani)/`)
	sized    = pattern.New(`\d`)
)

// offered is what an id names that stands where only ids of models stand; empty: none that is known.
func (l *look) offered(text string) lodemark.Kind {
	if len(text) < 2 || len(text) > 120 || !modelID.MatchString(text) || noModel.MatchString(text) {
		return ""
	}
	switch {
	case hostedName.MatchString(text), isRouted(text):
		return kindOfHosted(text)
	case bareHub.MatchString(text), isHub(text) && (family.MatchString(text) || surelyHub.MatchString(text)):
		if embedWord.MatchString(text) {
			return lodemark.KindEmbeddingModel
		}
		return lodemark.KindModel
	case family.MatchString(text) && sized.MatchString(text) && (!strings.Contains(text, "_") || strings.ContainsAny(text, "-/:.") || strings.HasPrefix(text, "eleven_")):
		if label.MatchString(text) {
			return ""
		}
		if embedWord.MatchString(text) {
			return lodemark.KindEmbeddingModel
		}
		return kindOfHosted(text)
	}
	return ""
}

// label is how people write the names of models that are never called so.
var label = pattern.New(`^(?:GPT|Claude|Gemini|ChatGPT)[\s-]`)

// isRouted says whether a name is that of a model behind an API with the way to it in front: openai-main/gpt-4o, openrouter/anthropic/claude-3-opus.
func isRouted(text string) bool {
	return strings.Contains(text, "/") && modelID.MatchString(text) && !notRoute.MatchString(text) && !strings.HasPrefix(text, "/") && !strings.Contains(text, "//") && routed.MatchString(text)
}

// inTests are files whose tables stand for anything.
var inTests = pattern.New(`(?i)(?:^|/)(?:__tests__|__mocks__|tests?|specs?|e2e|fixtures|mocks)/|(?:^|[/_.-])(?:test|spec|mock|conftest)s?(?:[_.-][^/]*)?\.\w+$`)

// mocked says whether the file is one of tests.
func (l *look) mocked() bool {
	if l.tests == 0 {
		if l.tests = 1; inTests.MatchString(l.f.Path) {
			l.tests = 2
		}
	}
	return l.tests == 2
}

// offer notes a row of a table of models.
func (l *look) offer(text string, at syntax.ID) bool {
	if l.mocked() {
		return false
	}
	kind := l.offered(text)
	if kind == "" {
		return false
	}
	a := Asset{Kind: kind, Name: text, Seen: ByName, at: at}
	l.judge(&Entry{}, &a, 0)
	l.add(a)
	return true
}

// enumeration notes the values of a class of Python that enumerates models: class ModelName(StrEnum): FAST = "…".
func (l *look) enumeration(class syntax.ID) {
	t := l.t
	enum := false
	block := syntax.ID(0)
	for c := range t.Children(class) {
		switch t.Kind(c) {
		case syntax.Ident, syntax.Attribute:
			enum = enum || strings.HasSuffix(t.Name(c), "Enum")
		case syntax.Block:
			block = c
		}
	}
	if !enum || block == 0 {
		return
	}
	named := modelTable.MatchString(t.Name(class)) && !ofProviders.MatchString(t.Name(class))
	for s := range t.Children(block) {
		if t.Kind(s) != syntax.Assign {
			continue
		}
		v := l.f.Value(s)
		if t.Kind(v) == syntax.Tuple {
			v = t.Child(v, 0)
		}
		if t.Kind(v) != syntax.Str {
			continue
		}
		text, ok := t.Text(v)
		if !ok {
			continue
		}
		text, _, _ = strings.Cut(text, " (") // "gpt-5 (no thinking)"
		if named || hostedName.MatchString(text) && sized.MatchString(text) {
			l.offer(text, v)
		}
	}
}

// givesModel are names of functions that say which model is taken.
var givesModel = pattern.New(`(?i)(?:model|llm)(?:_?(?:name|id|for|api_name|slug|key)\w*)?$|api_?name$|^(?:get|pick|choose|select|resolve|default|route)_?\w*(?:model|llm)`)

// givenModel notes the id that such a function gives back.
func (l *look) givenModel(ret syntax.ID) {
	t := l.t
	v := t.Child(ret, 0)
	if t.Kind(v) != syntax.Str {
		return
	}
	text, ok := t.Text(v)
	if !ok || !(hostedName.MatchString(text) && sized.MatchString(text) || isRouted(text)) {
		return
	}
	if fn := t.Enclosing(ret, syntax.Function); fn != 0 && givesModel.MatchString(l.functionName(fn)) {
		l.offer(text, v)
	}
}

// offeredBy notes the values of a list or a table that a name tells to hold models.
func (l *look) offeredBy(name string, v syntax.ID, depth int) {
	t := l.t
	for t.Kind(v) == syntax.Cast {
		v = t.Child(v, 0)
	}
	if depth == 0 || v == 0 || !modelTable.MatchString(name) || ofProviders.MatchString(name) || notOffered.MatchString(name) {
		return
	}
	switch t.Kind(v) {
	case syntax.List, syntax.Tuple, syntax.Set:
		for c := range t.Children(v) {
			switch t.Kind(c) {
			case syntax.Str:
				if text, ok := t.Text(c); ok {
					l.offer(text, c)
				}
			case syntax.Tuple, syntax.List: // (id, label)
				if first := t.Child(c, 0); t.Kind(first) == syntax.Str {
					if text, ok := t.Text(first); ok {
						l.offer(text, first)
					}
				}
			}
		}
	case syntax.Dict:
		for pair := range t.Children(v) {
			if t.Kind(pair) != syntax.Pair {
				continue
			}
			value := t.Last(pair)
			for t.Kind(value) == syntax.Cast {
				value = t.Child(value, 0)
			}
			key, _ := t.Text(t.Child(pair, 0))
			if key == "" && t.Kind(t.Child(pair, 0)) != syntax.Str {
				key = t.Code(t.Child(pair, 0))
			}
			switch t.Kind(value) {
			case syntax.Str:
				if text, ok := t.Text(value); ok && !described.MatchString(key) {
					text, _, _ = strings.Cut(text, " (")
					l.offer(text, value)
				}
			case syntax.List, syntax.Tuple, syntax.Set:
				if !described.MatchString(key) {
					l.offeredBy(name, value, depth-1)
				}
			case syntax.Dict:
				if !ofProviders.MatchString(key) {
					l.offeredBy(name, value, depth-1)
				}
			}
		}
	}
}

// described are keys of what is said of a model and does not name one.
var described = pattern.New(`(?i)^(?:label|title|description|display_?name|provider|vendor|family|type|tokenizer|url|link|href|icon|logo|image|category|group|template|encoding|note|owned_?by|created|license|capabilities|features|tags|modalit\w+|stop|pricing\w*)$`)

// company notes what a list offers of which some rows are known to be models: the others are, too. The rows are texts, pairs of an id and a
// label, or tables that hold the id under one key.
func (l *look) company(list syntax.ID) {
	t := l.t
	switch p := t.Parent(list); t.Kind(p) {
	case syntax.Compare, syntax.Attribute: // x in [...], [...].includes(x)
		return
	case syntax.Call:
		if callee := t.Child(p, 0); callee == list || !offers.MatchString(t.Name(callee)) {
			return
		}
	}
	if name := l.variable(list); notOffered.MatchString(name) || l.mocked() {
		return
	}
	var rows [maxRows]syntax.ID
	n, known, texts := 0, 0, 0
	for c := range t.Children(list) {
		if n == maxRows {
			break
		}
		v, ok := l.row(c)
		if !ok {
			continue
		}
		if text, ok := t.Text(v); ok {
			if hostedName.MatchString(text) && sized.MatchString(text) || isRouted(text) {
				known++
			}
			if t.Kind(c) == syntax.Str {
				texts++
			}
			rows[n] = v
			n++
		}
	}
	if known < 2 || texts > 0 && known*2 < n {
		return
	}
	for _, v := range rows[:n] {
		text, _ := t.Text(v)
		l.offer(text, v)
	}
}

// maxRows is how many rows of one list are looked at.
const maxRows = 400

// offers are calls that let people or programs choose from a list.
var offers = pattern.New(`(?i)select|choice|dropdown|radio|option|literal|enum|combo|picker|list|parametrize|menu|prompt|ask|tuple|set$|freeze|of$`)

// row is the id in a row of a list.
func (l *look) row(c syntax.ID) (syntax.ID, bool) {
	t := l.t
	for t.Kind(c) == syntax.Cast {
		c = t.Child(c, 0)
	}
	switch t.Kind(c) {
	case syntax.Str:
		return c, true
	case syntax.Tuple, syntax.List:
		if first := t.Child(c, 0); t.Kind(first) == syntax.Str {
			return first, true
		}
	case syntax.Dict:
		best, rank := syntax.ID(0), 0
		for pair := range t.Children(c) {
			if t.Kind(pair) != syntax.Pair || t.Kind(t.Last(pair)) != syntax.Str {
				continue
			}
			key, _ := t.Text(t.Child(pair, 0))
			if r := idKey(key); r > rank {
				best, rank = t.Last(pair), r
			}
		}
		return best, best != 0
	}
	return 0, false
}

// idKey says how likely a key of a row holds the id of a model: 0, it does not.
func idKey(key string) int {
	switch key {
	case "modelId", "model_id":
		return 4
	case "model", "slug":
		return 3
	case "id", "value", "key":
		return 2
	case "modelName", "model_name", "name":
		return 1
	}
	return 0
}

// chosen are the elements of a page in which one thing is chosen.
var chosen = pattern.New(`(?i)^(?:option|\w*\.?(?:Option|Item|Radio)|\w*(?:SelectItem|MenuItem|RadioItem|RadioGroupItem|ListboxItem|CommandItem|DropdownItem|ToggleGroupItem|ComboboxItem))$`)

// pageOption notes a model that a page lets people choose: <option value="gpt-4o">.
func (l *look) pageOption(attr syntax.ID) {
	t := l.t
	if name := t.Name(attr); name != "value" && name != "model" && name != "modelId" {
		return
	}
	v := t.Child(attr, 0)
	if t.Kind(v) == syntax.Interp {
		v = t.Child(v, 0)
	}
	if t.Kind(v) != syntax.Str || !chosen.MatchString(t.Name(t.Parent(attr))) {
		return
	}
	if text, ok := t.Text(v); ok && (hostedName.MatchString(text) && sized.MatchString(text) || isRouted(text)) {
		l.offer(text, v)
	}
}

// literals notes the members of a type that names models: Literal["gpt-4o", "gpt-4o-mini"].
func (l *look) literals(id syntax.ID) {
	t := l.t
	if name := t.Name(t.Child(id, 0)); name != "Literal" || t.Kind(t.Parent(id)) == syntax.Compare {
		return
	}
	known, n := 0, 0
	visit := func(do func(text string, at syntax.ID)) {
		for c := t.Next(t.Child(id, 0)); c != 0; c = t.Next(c) {
			each := []syntax.ID{c}
			if t.Kind(c) == syntax.Tuple {
				each = each[:0]
				for i := range t.Children(c) {
					each = append(each, i)
				}
			}
			for _, i := range each {
				if text, ok := t.Text(i); ok && t.Kind(i) == syntax.Str {
					do(text, i)
				}
			}
		}
	}
	visit(func(text string, _ syntax.ID) {
		n++
		if hostedName.MatchString(text) && sized.MatchString(text) || isRouted(text) {
			known++
		}
	})
	if known == 0 || known*2 < n {
		return
	}
	visit(func(text string, at syntax.ID) { l.offer(text, at) })
}
