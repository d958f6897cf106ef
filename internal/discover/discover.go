package discover

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
)

// headBytes is how much of every file is looked at. The first member of a Torch or Keras archive, the header of every
// model format and a Git LFS pointer lie within it.
const headBytes = 1024

// Discover looks at every file of the tree and returns the system in a fixed order: files by path, components by kind,
// path, line and name, facts by name. The declaration adds what cannot be seen in files. The error is that of the walk or
// of a cancelled context; what could not be read or understood are gaps of the system. Code is not read for it: see Observe.
func Discover(ctx context.Context, tree *bound.Tree, declared lodemark.Declaration) (*lodemark.System, error) {
	d, err := Observe(ctx, tree, declared)
	if err != nil {
		return nil, err
	}
	return d.System, nil
}

// Discovery is a system of which more can be said once its code has been read.
type Discovery struct {
	System *lodemark.System
	seen   []sighting
}

// Code takes in what the code and settings show, and weighs the facts anew.
func (d *Discovery) Code(found []lodemark.Component) {
	d.System.Code = Code(d.System, found)
	linkLoads(d.System)
	d.System.Facts = facts(d.System, d.seen)
}

// Observe does what Discover does, and keeps what it has seen.
func Observe(ctx context.Context, tree *bound.Tree, declared lodemark.Declaration) (*Discovery, error) {
	var mu sync.Mutex
	var seen []sighting
	known := readers()
	err := tree.Walk(ctx, func(f bound.File) error {
		s := look(f, known)
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, s)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("discover the system: %w", err)
	}
	slices.SortFunc(seen, func(a, b sighting) int { return strings.Compare(a.file.Path, b.file.Path) })
	return &Discovery{assemble(tree, seen, declared), seen}, nil
}

// sighting is what one file shows by itself.
type sighting struct {
	file       lodemark.File
	components []lodemark.Component
	gaps       []lodemark.Gap
	hints      hints
	skipped    string // why it was not looked into, on purpose; empty: it was
}

// hints are what a file says about others or about the system: read while it is visited, judged when all are known.
type hints struct {
	manifest *manifest
	table    string               // format of a table that is a dataset if a data card stands beside it
	readme   bool                 // a card if a model or dataset stands beside it
	chart    bool                 // a Helm chart: what stands below its templates belongs to it
	template bool                 // a template of a chart, if there is one above
	choice   []setting            // providers that a file offers by key: name, variable
	baseURL  bool                 // an OpenAI client is told another address
	trains   bool                 // code that trains, by its name
	ships    bool                 // packaging of a product
	listed   []lodemark.Component // what only an inventory lists
}

func assemble(tree *bound.Tree, seen []sighting, declared lodemark.Declaration) *lodemark.System {
	s := &lodemark.System{Name: declared.Name, Declared: declared, Skipped: map[string]int{}}
	for i := range seen {
		one := &seen[i]
		s.Files = append(s.Files, one.file)
		s.Components = append(s.Components, one.components...)
		s.Gaps = append(s.Gaps, one.gaps...)
		if one.skipped != "" {
			s.Skipped[one.skipped]++
		}
		if code[one.file.Language] && !one.file.Vendored {
			s.Skipped[unreadLanguages]++
		}
	}
	if n := len(tree.Skipped()); n > 0 {
		s.Skipped["version-control folders"] = n
	}
	s.Components = append(s.Components, declaredModels(declared)...)
	s.Components = append(s.Components, beside(s.Components, seen)...)
	s.Components = lockManifests(s.Components, seen)
	s.Components = append(s.Components, behindPackages(s.Components, seen)...)
	slices.SortStableFunc(s.Components, order)
	s.Gaps = withUnread(s.Gaps, tree)
	s.Facts = facts(s, seen)
	return s
}

const unreadLanguages = "source files in languages that no rule reads"

// code are the languages in which AI systems are written too, and whose analysis is yet to come.
var code = set("cython", "vue", "svelte", "go", "rust", "java", "kotlin", "scala", "c", "c++", "c#", "cuda", "swift", "ruby", "php", "r", "julia")

func order(a, b lodemark.Component) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.Name, b.Name), cmp.Compare(a.Version, b.Version), cmp.Compare(a.Format, b.Format))
}

// withUnread adds what the tree itself could not read. A path that already has a gap here keeps both: the reasons differ.
func withUnread(gaps []lodemark.Gap, tree *bound.Tree) []lodemark.Gap {
	gaps = append(gaps, Unread(tree)...)
	slices.SortFunc(gaps, func(a, b lodemark.Gap) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Reason, b.Reason))
	})
	return gaps
}

// Unread lists what the tree could not read so far.
func Unread(tree *bound.Tree) []lodemark.Gap {
	tooLarge := map[string]bool{}
	for _, e := range tree.Limited() {
		tooLarge[e.Path] = tooLarge[e.Path] || e.TooLarge()
	}
	var gaps []lodemark.Gap
	for _, g := range tree.Gaps() {
		gap := lodemark.Gap{Path: g.Path, Reason: g.Reason}
		if tooLarge[g.Path] {
			gap.Kind = lodemark.TooLarge
		}
		gaps = append(gaps, gap)
	}
	return gaps
}
