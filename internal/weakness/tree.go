package weakness

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/discover"
	"github.com/lodemark/lodemark/internal/source/rules"
)

// Code is what rules found in a tree, without a system, practices or clauses around it.
type Code struct {
	Findings []lodemark.Finding // by path and line
	Gaps     []lodemark.Gap
	Read     int  // files that were looked at
	Vendored int  // files in vendored folders that were not
	Cut      bool // a limit of the tree as a whole was reached: not everything was seen
}

// Tree runs rules over a tree. With only, a slash path, nothing but that file is looked at. progress may be nil.
func Tree(ctx context.Context, tree *bound.Tree, e *rules.Engine, only string, progress func(done, total int)) (*Code, error) {
	c := &Code{}
	paths, err := c.walk(ctx, tree, only)
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	seen := map[string]bool{}
	read := func(name string) ([]byte, error) {
		if progress != nil {
			mu.Lock()
			seen[name] = true
			progress(len(seen), len(paths))
			mu.Unlock()
		}
		return tree.ReadFile(name)
	}
	result := e.Run(ctx, paths, read)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for i := range result.Findings {
		c.Findings = append(c.Findings, Finding(&result.Findings[i]))
	}
	lodemark.Fingerprinted(c.Findings)
	told := map[string]bool{}
	for _, b := range result.Broken {
		c.Gaps = append(c.Gaps, lodemark.Gap{Path: b.Path, Line: b.Line, Reason: b.Reason})
		told[b.Path] = true
	}
	for _, g := range discover.Unread(tree) {
		if !told[g.Path] {
			c.Gaps = append(c.Gaps, g)
		}
	}
	slices.SortStableFunc(c.Gaps, func(a, b lodemark.Gap) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line))
	})
	for _, l := range tree.Limited() {
		c.Cut = c.Cut || !l.TooLarge()
	}
	return c, nil
}

// walk lists the files that rules look at.
func (c *Code) walk(ctx context.Context, tree *bound.Tree, only string) ([]string, error) {
	if only != "" {
		c.Read = 1
		return []string{only}, nil
	}
	var mu sync.Mutex
	var paths []string
	err := tree.Walk(ctx, func(f bound.File) error {
		if !f.Regular() || !rules.Reads(f.Path) {
			return nil
		}
		vendored, _ := discover.Aside(f.Path)
		mu.Lock()
		defer mu.Unlock()
		if vendored && !rules.AlwaysReads(f.Path) {
			c.Vendored++
			return nil
		}
		paths = append(paths, f.Path)
		return nil
	})
	slices.Sort(paths)
	c.Read = len(paths)
	return paths, err
}
