package lock

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/lodemark/lodemark"
)

// Change is one thing that is no longer as it was locked.
type Change struct {
	What string `json:"change"` // added, removed, changed
	Old  Entry  `json:"old,omitzero"`
	New  Entry  `json:"new,omitzero"`
}

// The ways in which things change.
const (
	Added   = "added"
	Removed = "removed"
	Changed = "changed"
)

// Compare gives what changed between a lock and what is there now, in order of kind, path and name. What went and what came at the same kind
// and path is one change where it is the only one there.
func Compare(old, now Lock) []Change {
	var all []Change
	gone, come := minus(old.Entries, now.Entries), minus(now.Entries, old.Entries)
	for _, key := range []func(Entry) Entry{
		func(e Entry) Entry { return Entry{Kind: e.Kind, Name: e.Name, Path: e.Path} },
		func(e Entry) Entry { return Entry{Kind: e.Kind, Name: e.Name, Digest: e.Digest, Version: e.Version} }, // moved
		func(e Entry) Entry { return Entry{Kind: e.Kind, Path: e.Path} },
	} {
		gone, come, all = pair(gone, come, all, key)
	}
	for _, e := range gone {
		all = append(all, Change{What: Removed, Old: e})
	}
	for _, e := range come {
		all = append(all, Change{What: Added, New: e})
	}
	slices.SortStableFunc(all, func(a, b Change) int {
		x, y := a.at(), b.at()
		return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Path, y.Path), cmp.Compare(x.Name, y.Name), cmp.Compare(a.What, b.What))
	})
	return all
}

// pair takes out those that share a key with exactly one partner.
func pair(gone, come []Entry, all []Change, key func(Entry) Entry) (left, still []Entry, changes []Change) {
	old, now := map[Entry]int{}, map[Entry]int{}
	partner := map[Entry]Entry{}
	for _, e := range gone {
		old[key(e)]++
	}
	for _, e := range come {
		now[key(e)]++
		partner[key(e)] = e
	}
	one := func(e Entry) bool { return old[key(e)] == 1 && now[key(e)] == 1 }
	for _, e := range gone {
		if one(e) {
			all = append(all, Change{What: Changed, Old: e, New: partner[key(e)]})
			continue
		}
		left = append(left, e)
	}
	for _, e := range come {
		if !one(e) {
			still = append(still, e)
		}
	}
	return left, still, all
}

// minus gives the entries of a that b does not hold, each as often as it is missing.
func minus(a, b []Entry) []Entry {
	count := map[Entry]int{}
	for _, e := range b {
		e.Line = 0
		count[e]++
	}
	var out []Entry
	for _, e := range a {
		k := e
		k.Line = 0
		if count[k] > 0 {
			count[k]--
			continue
		}
		out = append(out, e)
	}
	return out
}

func (c Change) at() Entry {
	if c.What == Removed {
		return c.Old
	}
	return c.New
}

// Place is where the change is seen now; of what is gone, where it was.
func (c Change) Place() (path string, line int) { return c.at().Path, c.at().Line }

// Text tells the change in a sentence.
func (c Change) Text() string {
	e := c.at()
	switch {
	case c.What == Added:
		return fmt.Sprintf("%s %q was not there when the lock was written", noun(e.Kind), e.Name)
	case c.What == Removed:
		return fmt.Sprintf("%s %q is gone", noun(e.Kind), e.Name)
	case c.Old.Name != c.New.Name:
		return fmt.Sprintf("%s %q has become %q", noun(e.Kind), c.Old.Name, c.New.Name)
	case c.Old.Path != c.New.Path:
		return fmt.Sprintf("%s %q has moved here from %s", noun(e.Kind), e.Name, c.Old.Path)
	case c.Old.Pin != c.New.Pin || c.Old.Version != c.New.Version:
		return fmt.Sprintf("%s %q was pinned by %s %s and is by %s %s", noun(e.Kind), e.Name, cmp.Or(c.Old.Pin, lodemark.PinNone), c.Old.Version, cmp.Or(c.New.Pin, lodemark.PinNone), c.New.Version)
	case e.Kind == lodemark.KindTool:
		return fmt.Sprintf("what models are told of the tool %q has changed", e.Name)
	case e.Kind == lodemark.KindMCPServer:
		return fmt.Sprintf("how the MCP server %q is reached has changed", e.Name)
	}
	return fmt.Sprintf("the content of %s %q has changed", noun(e.Kind), e.Name)
}

// Severity of a change: what steers a model without anybody reading it weighs most.
func (c Change) Severity() lodemark.Severity {
	switch c.at().Kind {
	case lodemark.KindTool, lodemark.KindMCPServer, lodemark.KindAgentConfig, lodemark.KindModel:
		if c.What == Removed || c.Old.Path != c.New.Path && c.What == Changed && c.Old.Digest == c.New.Digest {
			return lodemark.SeverityLow
		}
		return lodemark.SeverityHigh
	case lodemark.KindPrompt, lodemark.KindHostedModel, lodemark.KindEmbeddingModel, lodemark.KindDataset:
		if c.What == Removed {
			return lodemark.SeverityLow
		}
		return lodemark.SeverityMedium
	}
	return lodemark.SeverityLow
}

func noun(k lodemark.Kind) string {
	switch k {
	case lodemark.KindHostedModel:
		return "hosted model"
	case lodemark.KindEmbeddingModel:
		return "embedding model"
	case lodemark.KindMCPServer:
		return "MCP server"
	case lodemark.KindAgentConfig:
		return "rules file"
	}
	return string(k)
}
