package assess

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/secret"
)

// mostUntrusted bounds the files that records by nobody trusted may name: whoever can write into the target can write any number.
const mostUntrusted = 20_000

// keptOf reads the records of earlier runs. What they bear on is what today's checks of the same id and version bear on, whatever
// the record says: whoever signs a record says what was seen, and not what it means.
func keptOf(ctx context.Context, o Options, system string) ([]lodemark.Evidence, []lodemark.Gap) {
	if o.Kept == nil {
		return nil, nil
	}
	read, gaps := o.Kept(ctx, Mask(system), o.At)
	known := map[string]lodemark.Check{}
	for _, p := range o.Practices {
		for _, c := range slices.Concat(p.Checks, p.Kept) {
			known[c.ID] = c
		}
	}
	kept := make([]lodemark.Evidence, 0, len(read))
	bound := 0 // what untrusted records are bound to
	for _, e := range read {
		if !e.Kept.Trusted {
			if bound += len(e.Examined); bound > mostUntrusted {
				gaps = append(gaps, lodemark.Gap{Path: ".lodemark/ledger", Reason: fmt.Sprintf("records by nobody whom you trust name more than %d files; the others were left out", mostUntrusted)})
				break
			}
		}
		c, ok := known[e.Check]
		if !ok {
			continue // a check of an organisation's own, made with --rules, say, that this run does not know
		}
		if e.CheckVersion != c.Version {
			continue // the same bytes might have another outcome now
		}
		e.Bears, e.Strength, e.Each = c.Bears, min(e.Strength, c.Strength), c.Each
		if c.MaxAge > 0 && (e.MaxAge <= 0 || e.MaxAge > c.MaxAge) {
			e.MaxAge = c.MaxAge
		}
		kept = append(kept, e)
	}
	return kept, gaps
}

// beside are the records that stand beside those of this run: of checks that it did not make. What is shown of them is cleaned
// like all else, since a ledger lies in the target's tree.
func beside(checks []lodemark.Check, kept []lodemark.Evidence, hide *secret.Hider) []lodemark.Evidence {
	made := map[string]bool{}
	for _, c := range checks {
		made[c.ID] = true
	}
	var out []lodemark.Evidence
	for _, e := range kept {
		if made[e.Check] {
			continue
		}
		e.Reason = Mask(hide.Text(e.Reason))
		e.Gaps = slices.Clone(e.Gaps)
		hideGaps(e.Gaps, hide)
		out = append(out, e)
	}
	return latest(out)
}

// latest keeps of each check the last record of each signer, in the order of the ledger: the newest decides, and a policy may ask for two
// people. Of a check that is made of one part of the system at a time it keeps the last about each part.
func latest(kept []lodemark.Evidence) []lodemark.Evidence {
	type key struct {
		check, signer string
		trusted       bool
	}
	newest := make([]int, len(kept))
	for i := range newest {
		newest[i] = i
	}
	slices.SortStableFunc(newest, func(a, b int) int {
		return cmp.Or(kept[b].At.Compare(kept[a].At), cmp.Compare(kept[b].Kept.Entry, kept[a].Kept.Entry))
	})
	seen, covered, stands := map[key]bool{}, map[key]map[string]bool{}, map[int]bool{}
	for _, i := range newest {
		e := kept[i]
		k := key{e.Check, e.Kept.Key, e.Kept.Trusted}
		stands[i] = !seen[k]
		if seen[k] = true; !e.Each {
			continue
		}
		if covered[k] == nil {
			covered[k] = map[string]bool{}
		}
		for _, d := range e.Examined {
			stands[i] = stands[i] || !covered[k][d.Path]
			covered[k][d.Path] = true
		}
	}
	var out []lodemark.Evidence
	for i, e := range kept {
		if stands[i] {
			out = append(out, e)
		}
	}
	return out
}

// wholly takes from records what they would settle where they leave out a part of the system that their check has to cover: that one model was
// verified shows nothing of another beside it.
func wholly(kept []lodemark.Evidence, recorded []lodemark.Check, sys *lodemark.System, now map[string]string, at time.Time) {
	for _, c := range recorded {
		if c.Covers == "" {
			continue
		}
		seen := map[string]bool{}
		for _, e := range kept {
			if e.Check == c.ID && e.Outcome == lodemark.Passed && e.Kept.Trusted && lodemark.Fresh(e, now, at) {
				for _, d := range e.Examined {
					seen[d.Path] = true
				}
			}
		}
		var left []string
		for _, x := range sys.Components {
			if x.Kind == c.Covers && x.Path != "" && !x.Test && !seen[x.Path] && !slices.Contains(left, x.Path) {
				left = append(left, x.Path)
			}
		}
		if len(left) == 0 {
			continue
		}
		why := "; no record of it is about " + left[0]
		if n := len(left) - 1; n > 0 {
			why += fmt.Sprintf(" and %d more", n)
		}
		for i, e := range kept {
			if e.Check != c.ID || e.Outcome != lodemark.Passed {
				continue
			}
			kept[i].Reason += why
			kept[i].Bears = slices.Clone(e.Bears)
			for k := range kept[i].Bears {
				kept[i].Bears[k].Settles = false
			}
		}
	}
}

// recordable says which commands make what would settle a clause.
func recordable(recorded []lodemark.Check, clause string) []string {
	var out []string
	for _, c := range recorded {
		if c.Command != "" && slices.ContainsFunc(c.Bears, func(b lodemark.Bearing) bool { return b.Clause == clause && b.Settles }) {
			out = append(out, c.Help)
		}
	}
	return out
}

// now is the hex digest of what is there now at a path: of a file, or of the names in a folder, whose path ends in a slash.
// A kept record is worth reading files of any size for: it was bound to all of their bytes.
func (s *source) now(path string, whole bool) string {
	if strings.HasSuffix(path, "/") {
		return s.names(path)
	}
	if !whole {
		return s.bound(path)
	}
	sum, err := s.Digest(path)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(sum, "sha256:")
}

// mostFolders bounds the folders whose names are listed for kept records.
const mostFolders = 200

func (s *source) names(folder string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sum, ok := s.listed[folder]; ok || len(s.listed) >= mostFolders {
		return sum
	}
	if s.listed == nil {
		s.listed = map[string]string{}
	}
	var names []string
	for p := range s.sizes {
		names = append(names, p)
	}
	s.listed[folder] = ListingDigest(names, folder)
	return s.listed[folder]
}

// Names are the paths of all files below a folder of a tree, whose path ends in a slash ("./" is the tree itself), without those that Lodemark
// keeps itself. A record that is bound to their ListingDigest falls back when a file is added or taken away.
func Names(ctx context.Context, tree *bound.Tree, folder string) ([]string, error) {
	var mu sync.Mutex
	var names []string
	err := tree.Walk(ctx, func(f bound.File) error {
		mu.Lock()
		defer mu.Unlock()
		names = append(names, f.Path)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", folder, err)
	}
	return slices.DeleteFunc(names, func(n string) bool {
		return !strings.HasPrefix(n, strings.TrimPrefix(folder, "./")) || strings.HasPrefix(n, ".lodemark/")
	}), nil
}

// ListingDigest is the SHA-256 (hex) of the sorted names below a folder, each relative to it and ended by a zero byte; empty where
// there are none. What Lodemark itself keeps under .lodemark is left out.
func ListingDigest(names []string, folder string) string {
	prefix := strings.TrimPrefix(folder, "./")
	var below []string
	for _, n := range names {
		if rest, ok := strings.CutPrefix(n, prefix); ok && !strings.HasPrefix(n, ".lodemark/") {
			below = append(below, rest)
		}
	}
	if len(below) == 0 {
		return ""
	}
	slices.Sort(below)
	h := sha256.New()
	for _, n := range below {
		h.Write([]byte(n + "\x00"))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Past is what earlier runs kept of a system, and what is there now of what they are bound to.
type Past struct {
	System   string
	Evidence []lodemark.Evidence
	Current  map[string]string // path to SHA-256 (hex)
	Gaps     []lodemark.Gap
}

// Earlier reads what earlier runs kept of the system under o.Target, and judges nothing anew. Of o, only Target, Practices, Limits, At
// and Kept are used.
func Earlier(ctx context.Context, o Options) (*Past, error) {
	tree, err := bound.Open(o.Target, o.Limits)
	if err != nil {
		return nil, &TargetError{o.Target, err}
	}
	defer tree.Close()
	if o.At.IsZero() {
		o.At = time.Now()
	}
	o.At = o.At.UTC().Truncate(time.Second)
	src := newSource(tree)
	declared, _ := readDeclaration(src)
	p := &Past{System: cmp.Or(declared.Name, o.Named, nameOf(o.Target))}
	p.Evidence, p.Gaps = keptOf(ctx, o, p.System)
	if slices.ContainsFunc(p.Evidence, namesFolder) {
		src.sizes = map[string]int64{}
		var mu sync.Mutex
		err := tree.Walk(ctx, func(f bound.File) error {
			mu.Lock()
			defer mu.Unlock()
			src.sizes[f.Path] = f.Size
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("list the files of %q: %w", o.Target, err)
		}
	}
	p.Current = current(p.Evidence, nil, src)
	return p, ctx.Err()
}

func namesFolder(e lodemark.Evidence) bool {
	return slices.ContainsFunc(e.Examined, func(d lodemark.Digest) bool { return strings.HasSuffix(d.Path, "/") })
}
