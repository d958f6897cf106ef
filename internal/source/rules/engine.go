package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/secret"
	"github.com/lodemark/lodemark/internal/source/flow"
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// Engine runs rules. It may be used by several goroutines at once.
type Engine struct {
	Watch         Watch // nil: nobody watches
	WatchSettings WatchSettings
	WatchCommands WatchCommands

	rules    []*Rule
	follower *flow.Follower
	secrets  *secret.Rules

	calls, imports, decorators, reads, functions resolve.Table[*matcher]
	keys                                         resolve.Table[*matcher]
	assigns, strings, handlers, loops            []*matcher
	settings, lines, detects                     []*matcher
	flows                                        []*matcher // by Hit.Ref

	tools, routes []flow.ParamSource // functions that models and that clients call
	models        resolve.Table[bool]
	platforms     Names               // libraries of programs that people send messages to
	wrappers      resolve.Table[bool] // functions of the target's own that ask a model, by their names
	speaks        map[string]bool     // see spoken

	inCode []detector
	inFile []fileDetector
}

// matcher is a Match made ready.
type matcher struct {
	rule          *Rule
	match         *Match
	text          *pattern.Pattern // of String and Line
	silent        *pattern.Pattern // of Flow
	where, unless []*condition
	inCode        func(*look, *matcher) // of Detect: the detector, in one of the two
	inFile        func(*file, *matcher)
}

// New makes rules ready. The rules must not change afterwards.
func New(all []*Rule, sources Sources) (*Engine, error) {
	e := &Engine{rules: all, speaks: spoken(all, &sources), inCode: detectors(), inFile: fileDetectors()}
	known, err := secret.Load()
	if err != nil {
		return nil, fmt.Errorf("rules for credentials: %w", err)
	}
	e.secrets = known
	spec, err := sources.spec()
	if err != nil {
		return nil, fmt.Errorf("sources of flows: %w", err)
	}
	e.callers(&sources)
	v := sources.vocabulary()
	seen := map[string]string{}
	for _, r := range all {
		if other, twice := seen[r.ID]; twice {
			return nil, fmt.Errorf("rule %s is defined twice (%s, %s)", r.ID, other, r.From)
		}
		seen[r.ID] = r.From
		for i := range r.Match {
			if err := e.add(r, &r.Match[i], spec, v); err != nil {
				return nil, fmt.Errorf("rule %s: match %d: %w", r.ID, i+1, err)
			}
		}
	}
	e.follower = flow.New(spec)
	return e, nil
}

func (e *Engine) add(r *Rule, m *Match, spec *flow.Spec, v vocabulary) error {
	x := &matcher{rule: r, match: m, where: compile(m.Where), unless: compile(m.Unless)}
	file := func(t *resolve.Table[*matcher], names Names) {
		for _, n := range names {
			t.Add(n, x)
		}
	}
	switch {
	case len(m.Call) > 0:
		file(&e.calls, m.Call)
	case len(m.Import) > 0:
		file(&e.imports, m.Import)
	case len(m.Decorator) > 0:
		file(&e.decorators, m.Decorator)
	case len(m.Read) > 0:
		file(&e.reads, m.Read)
	case len(m.Function) > 0:
		file(&e.functions, m.Function)
	case len(m.Key) > 0:
		file(&e.keys, m.Key)
	case len(m.Assign) > 0:
		e.assigns = append(e.assigns, x)
	case m.String != "":
		x.text = pattern.New(m.String)
		e.strings = append(e.strings, x)
	case m.Handler:
		e.handlers = append(e.handlers, x)
	case m.Loop:
		e.loops = append(e.loops, x)
	case len(m.Setting) > 0:
		e.settings = append(e.settings, x)
	case m.Line != "":
		x.text = pattern.New(m.Line)
		e.lines = append(e.lines, x)
	case m.Detect != "":
		if !x.detect(e.inCode, e.inFile) {
			return fmt.Errorf("detect %q is not known", m.Detect)
		}
		e.detects = append(e.detects, x)
	case m.Flow != nil:
		return e.addFlow(x, spec, v)
	}
	return nil
}

func (e *Engine) addFlow(x *matcher, spec *flow.Spec, v vocabulary) error {
	from, err := bits(v.labels, x.match.Flow.From)
	if err != nil {
		return fmt.Errorf("from: %w", err)
	}
	care, err := bits(v.care, x.match.Flow.Cleaned)
	if err != nil {
		return fmt.Errorf("cleaned: %w", err)
	}
	if text := x.match.Flow.Silent; text != "" {
		x.silent = pattern.New(text)
	}
	ref := len(e.flows)
	e.flows = append(e.flows, x)
	for i := range x.match.Flow.To {
		to := &x.match.Flow.To[i]
		sink := flow.Sink{Labels: flow.Labels(from), Cleaned: flow.Cleaned(care), Ref: ref, Call: to.Call, Argument: to.Argument, Assign: to.Assign,
			Variable: to.Variable, Attr: to.Attribute, Child: to.Child, Index: to.Index}
		for _, name := range to.Returned {
			bit, err := bits(v.labels, Names{name})
			if err != nil {
				return fmt.Errorf("returned: %w", err)
			}
			sink.Returns = append(sink.Returns, flow.Source{Label: flow.Labels(bit)})
		}
		where, unless := slices.Concat(x.where, compile(to.Where)), slices.Concat(x.unless, compile(to.Unless))
		if languages := x.match.Languages; len(where)+len(unless)+len(languages) > 0 {
			sink.When = func(f *resolve.File, id syntax.ID) bool {
				p := &place{f: f, id: id, value: id, engine: e}
				return speaks(languages, f.Tree.Language) && p.all(where) && !p.any(unless)
			}
		}
		keys := []string(to.Pair)
		if len(keys) == 0 {
			spec.Sinks = append(spec.Sinks, sink)
		}
		for _, key := range keys {
			s := sink
			s.Pair = key
			spec.Sinks = append(spec.Sinks, s)
		}
	}
	return nil
}

// speaks says whether a match is meant for a language.
func speaks(languages Names, l syntax.Language) bool {
	if len(languages) == 0 {
		return true
	}
	name := "python"
	if l == syntax.JavaScript {
		name = "script"
	}
	return slices.Contains(languages, name)
}

// Finding is one weakness at one place.
type Finding struct {
	Rule         *Rule
	Path         string
	Line, Column int // from 1
	EndLine      int
	Cell         int // of a notebook, from 1
	Message      string
	Code         string // the code at the place, its first line; what a fingerprint is made of
	Steps        []Step // the way of a value, from its source to the place; empty: there is none
	Suppressed   *Suppression

	placed bool // of a notebook: the place is one of the file already
}

// Step is one place on the way of a value.
type Step struct {
	Path         string
	Line, Column int
	Note         string
	Code         string
}

// Suppression is a comment in the target that asks for silence on a rule.
type Suppression struct {
	Line   int
	Reason string // empty: none is given, and the finding stands
}

// told fills in a message.
func told(text, call, value, source string) string {
	return strings.NewReplacer("{call}", call, "{value}", value, "{source}", source).Replace(text)
}
