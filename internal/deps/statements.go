package deps

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/deps/vex"
)

// Declared reads the statements about vulnerabilities that a tree brings along. They are shown as its own word. What cannot be read
// costs nothing but the statement, and is told.
func Declared(ctx context.Context, tree *bound.Tree) ([]vex.Statement, []lodemark.Gap, error) {
	var mu sync.Mutex
	var all []vex.Statement
	var gaps []lodemark.Gap
	err := tree.Walk(ctx, func(f bound.File) error {
		if !f.Regular() || !mayState(f.Path) {
			return nil
		}
		data, err := f.Read()
		if err != nil {
			return nil // the tree keeps the gap
		}
		statements, err := vex.Read(f.Path, data, vex.Options{Declared: true})
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			gaps = append(gaps, lodemark.Gap{Path: f.Path, Reason: "statements about vulnerabilities: " + err.Error()})
		}
		all = append(all, statements...)
		return nil
	})
	slices.SortStableFunc(all, func(a, b vex.Statement) int { return strings.Compare(a.File, b.File) })
	slices.SortFunc(gaps, func(a, b lodemark.Gap) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Reason, b.Reason))
	})
	return all, gaps, err
}

// mayState knows the names under which such files are published.
func mayState(name string) bool {
	name = strings.ToLower(name)
	if strings.Contains("/"+name, "/node_modules/") {
		return false
	}
	return strings.HasSuffix(name, "vex.json") || strings.HasSuffix(name, ".cdx.json") || strings.Contains("/"+name, "/.vex/") && strings.HasSuffix(name, ".json")
}
