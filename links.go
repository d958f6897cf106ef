package lodemark

import (
	"cmp"
	"path"
	"slices"
	"strings"
)

// Link says that one part of a system uses another, and what tells so.
type Link struct {
	From, To int // indexes into the components asked about
	Kind     LinkKind
	Certain  bool // the code names the part; else both stand in one file and nothing else there could be meant
}

// LinkKind is how a part uses another.
type LinkKind string

// The kinds of links.
const (
	LinkAsks   LinkKind = "asks"   // an agent or a call asks a model
	LinkCalls  LinkKind = "calls"  // an agent or a call offers a tool or a server of tools to its model
	LinkHands  LinkKind = "hands"  // an agent hands over to another
	LinkReads  LinkKind = "reads"  // an agent, a call or a job reads data
	LinkGuards LinkKind = "guards" // a guardrail stands beside an agent or a call
)

// Links finds what uses what among components: from the names that agents, calls and jobs give (their details tools, handoffs, model and
// dataset), else from standing in one file. Tests and what could not be resolved are left out. The result is in order, without doubles.
//
// A name that is borne by things in several files ties to those of its own file, then of its folder, then to all; a loose tie to more than
// eight things of one file is none.
func Links(components []Component) []Link {
	l := linker{all: components, byName: map[nameKey][]int{}, byFile: map[string][]int{}}
	for i, c := range components {
		if c.Test || c.Origin == OriginUnresolved && c.Kind != KindModelCall {
			continue
		}
		l.byName[nameKey{c.Kind.Group(), c.Name}] = append(l.byName[nameKey{c.Kind.Group(), c.Name}], i)
		l.byFile[c.Path] = append(l.byFile[c.Path], i)
	}
	for i, c := range components {
		if c.Test {
			continue
		}
		switch c.Kind {
		case KindAgent, KindModelCall:
			if !l.named(i, LinkCalls, c.Detail["tools"], KindTool, KindMCPServer) {
				l.beside(i, LinkCalls, KindTool, KindMCPServer)
			}
			l.named(i, LinkHands, c.Detail["handoffs"], KindAgent)
			if !l.named(i, LinkAsks, c.Detail["model"], KindHostedModel) {
				l.beside(i, LinkAsks, KindHostedModel, KindModel, KindEmbeddingModel)
			}
			l.beside(i, LinkReads, KindVectorStore, KindDataset)
			l.beside(i, LinkGuards, KindGuardrail)
		case KindTraining, "finetune_job", KindEvaluation, KindServer:
			if !l.named(i, LinkAsks, c.Detail["model"], KindHostedModel) {
				l.beside(i, LinkAsks, KindHostedModel, KindModel)
			}
			if !l.named(i, LinkReads, c.Detail["dataset"], KindDataset) {
				l.beside(i, LinkReads, KindDataset)
			}
		}
	}
	slices.SortFunc(l.out, func(a, b Link) int {
		return cmp.Or(a.From-b.From, a.To-b.To, cmp.Compare(a.Kind, b.Kind), looser(a)-looser(b))
	})
	return slices.CompactFunc(l.out, func(a, b Link) bool { return a.From == b.From && a.To == b.To && a.Kind == b.Kind })
}

func looser(l Link) int {
	if l.Certain {
		return 0
	}
	return 1
}

type nameKey struct {
	group Kind
	name  string
}

type linker struct {
	all    []Component
	byName map[nameKey][]int
	byFile map[string][]int
	out    []Link
}

// named ties a part to those that a list of names speaks of, and says whether there were any.
func (l *linker) named(from int, kind LinkKind, names string, kinds ...Kind) bool {
	found := false
	for name := range strings.SplitSeq(names, ",") {
		name = strings.Trim(strings.TrimSpace(name), `"'`)
		if name == "" {
			continue
		}
		for _, k := range kinds {
			for _, to := range l.nearest(from, l.byName[nameKey{k.Group(), name}]) {
				if to != from {
					l.out = append(l.out, Link{from, to, kind, true})
					found = true
				}
			}
		}
	}
	return found
}

// nearest keeps those of one file with a part, else those of its folder, else all.
func (l *linker) nearest(from int, to []int) []int {
	own := l.all[from].Path
	for _, same := range []func(string) bool{
		func(p string) bool { return p == own },
		func(p string) bool { return path.Dir(p) == path.Dir(own) },
	} {
		var near []int
		for _, i := range to {
			if same(l.all[i].Path) {
				near = append(near, i)
			}
		}
		if len(near) > 0 {
			return near
		}
	}
	return to
}

// beside ties a part to what of some kinds stands in its file.
func (l *linker) beside(from int, kind LinkKind, kinds ...Kind) {
	const most = 8 // a table of models is no statement about one call
	var near []int
	all := l.byFile[l.all[from].Path]
	if len(all) > 1000 { // no program; and to look at each for each would take long
		return
	}
	for _, i := range all {
		if i != from && slices.Contains(kinds, l.all[i].Kind) {
			near = append(near, i)
		}
	}
	names := map[string]bool{}
	for _, i := range near {
		names[l.all[i].Name] = true
	}
	if len(names) > most {
		return
	}
	for _, i := range near {
		l.out = append(l.out, Link{from, i, kind, false})
	}
}
