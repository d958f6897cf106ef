package compare

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// weightFormat asks what loading can do. Where weights lie in a form that holds data alone, the others are not needed, and what they could
// do is no property of the choice: the advice is to leave them out.
func weightFormat(c *Candidate, _ *asked) []Signal {
	if c.Kind == Hosted {
		return []Signal{{"weights", "are loaded by the provider alone", "", Inapplicable, false}}
	}
	f := c.files
	if len(f.weights) == 0 {
		return []Signal{{"weights", "no file of weights was found", "", Unknown, false}}
	}
	by := map[risk][]weight{}
	for _, w := range f.weights {
		by[class(w.format)] = append(by[class(w.format)], w)
	}
	var out []Signal
	say := func(name string, r risk, state State, note string) {
		if all := by[r]; len(all) > 0 {
			out = append(out, Signal{name, fmt.Sprintf("%s: %s%s", formatsOf(all), r, note), all[0].path, state, false})
		}
	}
	say("weights", dataOnly, Good, "")
	state, note := Poor, ""
	if len(by[dataOnly]) > 0 {
		state, note = Good, "; not needed beside the data-only form, so leave it out of your copy"
	}
	say("other weights", runsCode, state, note)
	say("graph", runsGraph, state, note)
	say("program", runsNative, Poor, "")
	say("container", unclear, Unknown, "")
	if at, what := f.remoteCode(); at != "" {
		out = append(out, Signal{"code beside the weights", what, at, Poor, false})
	}
	return out
}

// formatsOf names formats and how many files there are of each.
func formatsOf(all []weight) string {
	counts := map[string]int{}
	var order []string
	for _, w := range all {
		if counts[w.format]++; counts[w.format] == 1 {
			order = append(order, w.format)
		}
	}
	slices.Sort(order)
	for i, name := range order {
		if n := counts[name]; n > 1 {
			order[i] = fmt.Sprintf("%s (%d files)", name, n)
		}
	}
	return strings.Join(order, ", ")
}

// remoteCode says whether the usual loader has to be told to trust code that comes with the model; at is empty where not.
func (f *files) remoteCode() (at, what string) {
	if f == nil {
		return "", ""
	}
	for _, w := range f.around {
		if w.code != "" {
			return w.path, w.code
		}
	}
	return "", ""
}

// remoteCodeSaid says whether a reason of the scan is about such code.
func remoteCodeSaid(id string) bool {
	switch id {
	case "config-local-code", "config-remote-code", "config-fetches-code", "config-trusts", "config-code-path", "config-code-text", "config-code-missing":
		return true
	}
	return false
}

// maliciousContent takes the verdicts of the scan. What is dangerous in weights keeps them from being used as they are; what is dangerous
// in files around them, such as code that has to be trusted, speaks against them.
func maliciousContent(c *Candidate, _ *asked) []Signal {
	if c.Kind == Hosted {
		return []Signal{{"scan", "there are no files of it here", "", Inapplicable, false}}
	}
	var out []Signal
	clean := 0
	all := slices.Concat(c.files.weights, c.files.around)
	for _, w := range all {
		state := Unknown
		switch w.verdict {
		case inspect.Clean:
			clean++
			continue
		case inspect.Malicious:
			state = Disqualifying
		case inspect.Dangerous:
			if state = Poor; isWeight(w.format) {
				state = Disqualifying
			}
		}
		out = append(out, Signal{w.verdict.String(), w.reason, w.path, state, false})
	}
	out = append(out, c.files.unreadOther()...)
	switch {
	case len(all) == 0:
		return append(out, Signal{"scan", "no file of a model was found", "", Unknown, false})
	case len(c.files.weights) == 0:
		return append(out, Signal{"scan", "no file of weights was found; what lies around them is not the model", "", Unknown, false})
	case clean == len(all) && len(out) == 0:
		return []Signal{{"scan", fmt.Sprintf("%d of %d files clean", clean, len(all)), "", Good, false}}
	case clean > 0:
		out = append(out, Signal{"scan", fmt.Sprintf("%d of %d files clean", clean, len(all)), "", Good, false})
	}
	return out
}

// unreadOther are gaps that are about no document.
func (f *files) unreadOther() (out []Signal) {
	for _, s := range f.unread {
		if s.Name != "card" && s.Name != "terms" {
			out = append(out, s)
		}
	}
	return out
}

// adapters counts adapters that come with the copy.
func (f *files) adapters() int {
	n := 0
	for _, w := range f.around {
		if path.Base(w.path) == "adapter_config.json" {
			n++
		}
	}
	return n
}
