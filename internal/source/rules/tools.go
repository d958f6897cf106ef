package rules

import (
	"slices"

	"github.com/lodemark/lodemark/internal/source/flow"
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// callers notes how functions that models call (tools) and that clients call (routes) are known, and which calls ask a model.
func (e *Engine) callers(s *Sources) {
	sources := func(label string) []flow.ParamSource {
		var all []flow.ParamSource
		for _, p := range s.Labels[label].Parameters {
			all = append(all, flow.ParamSource{Decorators: p.Decorators, Bases: p.Bases, Methods: p.Methods, Classes: p.Classes, Callbacks: p.Callbacks, Named: p.Named, Keys: p.Keys, Except: p.Except,
				With: p.With, Described: p.Described, Dispatch: p.Dispatch})
		}
		return all
	}
	e.tools, e.routes = sources("tool"), sources("request")
	e.platforms = s.Labels["chat"].Within
	for _, c := range s.Labels["model"].Calls {
		e.models.Add(c, true)
	}
	for _, c := range s.Labels["model"].Wrappers {
		e.wrappers.Add(c, true)
	}
}

func (e *Engine) isTool(f *resolve.File, function syntax.ID) bool {
	return slices.ContainsFunc(e.tools, func(s flow.ParamSource) bool { return s.Calls(f, function) })
}

func (e *Engine) isRoute(f *resolve.File, function syntax.ID) bool {
	return slices.ContainsFunc(e.routes, func(s flow.ParamSource) bool { return s.Calls(f, function) })
}

// tools are the functions of a file that models call, in order.
func (l *look) tools() []syntax.ID {
	if l.toolsRead {
		return l.toolFunctions
	}
	l.toolsRead = true
	for id := syntax.ID(1); int(id) < len(l.t.Nodes); id++ {
		if l.t.Kind(id) == syntax.Function && l.e.isTool(l.f, id) {
			l.toolFunctions = append(l.toolFunctions, id)
		}
	}
	return l.toolFunctions
}

// callsIn gives the calls inside a node, in order.
func (l *look) callsIn(inside syntax.ID, yield func(call syntax.ID, name string) bool) {
	for id := firstInside(l.t, inside); id <= inside; id++ {
		if l.t.Kind(id) == syntax.Call && !yield(id, l.f.Callee(id)) {
			return
		}
	}
}

// body is the part of a function that runs: not its decorators and parameters.
func (l *look) body(function syntax.ID) syntax.ID { return l.t.Last(function) }
