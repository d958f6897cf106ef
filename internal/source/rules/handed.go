package rules

import (
	"hash/maphash"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/resolve"
)

// hand puts together what files export, for all to see. worth are the hashes of names that make another look worth its while where they
// are imported; alias leads from the names under which functions are handed on to those of the functions.
func (e *Engine) hand(files []seen, whole *target, seed maphash.Seed) (worth map[uint64]bool, alias map[uint64]uint64) {
	known := map[string]resolve.Export{}
	for i := range files {
		for name, x := range files[i].exports {
			if _, twice := known[name]; !twice {
				known[name] = x
			}
		}
		files[i].exports = nil
	}
	worth, alias = map[uint64]bool{}, map[uint64]uint64{}
	for name, x := range known {
		h := maphash.String(seed, name)
		end := x
		for range 4 {
			next, more := known[end.Name]
			if !more || end.Folds {
				break
			}
			end = next
		}
		if end.Name != "" {
			alias[h] = maphash.String(seed, end.Name)
		}
		if !e.tells(end) && !(e.Watch != nil && end.Folds && end.Constant.String && watchedName.MatchString(name[strings.LastIndexByte(name, '.')+1:])) {
			continue
		}
		worth[h] = true
		for range 3 { // of app.config.Settings.model, importing Settings or config is enough
			i := strings.LastIndexByte(name, '.')
			if i < 0 {
				break
			}
			name = name[:i]
			worth[maphash.String(seed, name)] = true
		}
	}
	whole.around.Known = known
	return worth, alias
}

// watchedName is of a constant that says, whatever its text, of which model, tool or data something is: who watches wants to know it.
var watchedName = pattern.New(`(?i)model|tool|dataset|embedding|collection|deployment`)

// tells says whether rules may see more in a file that knows of an export: names that they speak of, and texts. Numbers, switches and
// single words are left alone: nearly every file imports some.
func (e *Engine) tells(x resolve.Export) bool {
	if x.Folds {
		text := x.Constant.Text
		return x.Constant.String && len(text) >= 4 && strings.ContainsAny(text, "-/: {")
	}
	first := x.Name
	if i := strings.IndexAny(first, "./"); i > 0 {
		first = first[:i]
	}
	return e.speaks[first]
}

// spoken are the first segments of the names that rules and sources speak of.
func spoken(all []*Rule, sources *Sources) map[string]bool {
	first := map[string]bool{}
	add := func(names Names) {
		for _, n := range names {
			if i := strings.IndexAny(n, "./"); i > 0 {
				n = n[:i]
			}
			if n != "?" && !strings.Contains(n, "*") {
				first[n] = true
			}
		}
	}
	for _, r := range all {
		for _, m := range r.Match {
			add(m.Call)
			add(m.Read)
			if m.Flow != nil {
				for _, to := range m.Flow.To {
					add(to.Call)
				}
			}
		}
	}
	for _, l := range sources.Labels {
		add(l.Calls)
		add(l.Attributes)
	}
	return first
}

// imported are the names of the target's own modules, by their hashes, that a file imports.
func imported(f *resolve.File, own map[string]bool, seed maphash.Seed) []uint64 {
	var all []uint64
	for _, name := range f.Imports() {
		first := name
		if i := strings.IndexAny(name, "./"); i > 0 {
			first = name[:i]
		}
		if own[first] {
			all = append(all, maphash.String(seed, name))
		}
	}
	return all
}
