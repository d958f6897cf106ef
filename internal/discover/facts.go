package discover

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/lodemark/lodemark"
)

// factNames are the names that clauses of the catalogue ask about. Nobody may change the list.
var factNames = sync.OnceValue(func() []string {
	var names []string
	for _, c := range lodemark.Guidelines().Clauses() {
		if c.AppliesWhen != "" {
			names = append(names, c.AppliesWhen)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
})

// maxPlaces is how many places a fact names.
const maxPlaces = 10

// shown is what the tree and the declaration's other entries tell about one fact.
type shown struct {
	yes     []string // places that show it
	because string   // what stands there, as a clause: "MCP servers are configured"
	stated  bool     // another entry of lodemark.yaml says yes; because says which
	// denied: another entry of lodemark.yaml says no, for the reason given.
	denied string
	// silence: what its absence would mean. Empty: the tree would not show it, so silence tells nothing.
	silence string
	// unsure: why neither may be concluded, although nothing shows it.
	unsure string
}

// facts answers each question once. The tree weighs more than a declared no, a declaration more than silence, and silence
// counts only where there was the occasion to declare.
func facts(s *lodemark.System, seen []sighting) []lodemark.Fact {
	e := evidenceOf(s, seen)
	var all []lodemark.Fact
	for _, name := range factNames() {
		all = append(all, conclude(s, name, e.about(name)))
	}
	return all
}

// waits says whether lodemark.yaml asks its owner about the fact and the answer, or the reason for it, is still a placeholder.
func waits(d lodemark.Declaration, name string) bool {
	return slices.ContainsFunc(d.Unfilled, func(key string) bool {
		return key == "facts."+name || strings.HasPrefix(key, "facts."+name+".")
	})
}

func conclude(s *lodemark.System, name string, w shown) lodemark.Fact {
	f := lodemark.Fact{Name: name, Origin: lodemark.OriginInferred, Places: w.yes[:min(len(w.yes), maxPlaces)]}
	declared := s.Declared.Facts[name]
	file := s.Declared.Path
	shows := len(w.yes) > 0
	switch {
	case declared.Answer == lodemark.No && shows:
		f.Answer = lodemark.Yes
		f.Reason = fmt.Sprintf("%s says no (%s), but %s", file, declared.Reason, w.because)
	case declared.Answer == lodemark.No && w.stated:
		f.Answer = lodemark.Yes
		f.Origin = lodemark.OriginDeclared
		f.Reason = fmt.Sprintf("%s says no (%s), but also %s", file, declared.Reason, w.because)
	case declared.Answer != lodemark.Unknown:
		f.Answer, f.Origin = declared.Answer, lodemark.OriginDeclared
		f.Reason = firstNonEmpty(declared.Reason, "declared in "+file)
	case shows:
		f.Answer, f.Reason = lodemark.Yes, w.because
	case w.stated:
		f.Answer, f.Origin, f.Reason = lodemark.Yes, lodemark.OriginDeclared, w.because
	case w.denied != "":
		f.Answer, f.Origin, f.Reason = lodemark.No, lodemark.OriginDeclared, w.denied
	case w.unsure != "":
		f.Origin, f.Reason = lodemark.OriginUnresolved, w.unsure
	case w.silence != "" && waits(s.Declared, name):
		f.Origin, f.Reason = lodemark.OriginUnresolved, w.silence+", and the answer in lodemark.yaml is not filled in"
	case w.silence == "":
		f.Origin, f.Reason = lodemark.OriginUnresolved, "files do not show it, and nothing is declared"
	case file == "":
		f.Origin, f.Reason = lodemark.OriginUnresolved, w.silence+", and there is no lodemark.yaml that could say otherwise"
	default:
		f.Answer, f.Reason = lodemark.No, w.silence+" and none is declared"
	}
	if f.Answer != lodemark.Yes {
		f.Places = nil
	}
	return f
}
