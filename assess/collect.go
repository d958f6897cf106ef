package assess

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
)

// digestBytes is the largest file whose digest is computed only to bind evidence to it. A model of many gigabytes is
// bound by name unless a check had a reason of its own to read it whole.
const digestBytes = 64 << 20

// collect gathers the findings of all checks, gives them their lasting identity and sorts them for people. It tells for each check
// which findings it failed for, by their fingerprints: those that only advise or are muted are not among them.
func collect(checks []lodemark.Check, results []checked, src *source) (all []lodemark.Finding, owned [][]string) {
	var told []claim
	for i, r := range results {
		for _, f := range r.Findings {
			f.Fix = cmp.Or(f.Fix, checks[i].Fix)
			if len(f.Clauses) == 0 { // a check that bears on several may know which of them a finding touches
				f.Clauses = clausesOf(checks[i])
			}
			for k := range f.Flow {
				f.Flow[k].Code = Mask(f.Flow[k].Code)
			}
			told = append(told, claim{f, []int{i}})
		}
	}
	told = toldOnce(told, checks)
	// The ordinal of a fingerprint follows the place in the file, so this order comes first.
	slices.SortStableFunc(told, func(a, b claim) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Message, b.Message))
	})
	for _, c := range told {
		all = append(all, c.Finding)
	}
	lodemark.Fingerprinted(all)
	owned = make([][]string, len(checks))
	for k, c := range told {
		for _, i := range c.by {
			if c.Counts() {
				owned[i] = append(owned[i], all[k].Fingerprint)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b lodemark.Finding) int {
		return cmp.Or(-cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.ID, b.ID))
	})
	addExcerpts(all, src)
	return all, owned
}

func clausesOf(c lodemark.Check) []string {
	out := make([]string, 0, len(c.Bears))
	for _, b := range c.Bears {
		out = append(out, b.Clause)
	}
	return out
}

// records makes one evidence record for each check, bound to the digests of what it looked at.
func records(checks []lodemark.Check, results []checked, owned [][]string, src *source, at time.Time) []lodemark.Evidence {
	out := make([]lodemark.Evidence, 0, len(checks))
	for i, c := range checks {
		r := results[i]
		examined := []lodemark.Digest{}
		for _, path := range slices.DeleteFunc(uniquePaths(r.Examined), lodemark.OfTheLedger) {
			examined = append(examined, lodemark.Digest{Path: path, SHA256: src.bound(path)})
		}
		e := c.Evidence(r.Result, examined, r.canary, at)
		e.Findings = owned[i]
		slices.Sort(e.Findings)
		out = append(out, e.Sealed())
	}
	return out
}

func uniquePaths(paths []string) []string {
	paths = slices.Clone(paths)
	slices.Sort(paths)
	paths = slices.Compact(paths)
	return slices.DeleteFunc(paths, func(p string) bool { return p == "" })
}

// bound returns the hex digest that binds a path, empty for what is too large or cannot be read.
func (s *source) bound(path string) string {
	s.mu.Lock()
	_, known := s.digests[path]
	size, sized := s.sizes[path]
	s.mu.Unlock()
	if !known && sized && size > digestBytes {
		return ""
	}
	sum, err := s.Digest(path)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(sum, "sha256:")
}

// addDigests gives the model files among the components the digests that were taken of them, whoever wanted them. That of a
// pointer to large file storage is not the model's.
func addDigests(sys *lodemark.System, src *source) {
	for i := range sys.Components {
		if c := &sys.Components[i]; c.Kind == lodemark.KindModel && c.Digest == "" && c.Detail["lfs_pointer"] == "" {
			c.Digest = src.taken(c.Path)
		}
	}
}

// current says what is there now of everything that evidence and decisions are bound to.
func current(evidence []lodemark.Evidence, decisions []lodemark.Decision, src *source) map[string]string {
	now := map[string]string{}
	for _, e := range evidence {
		for _, d := range e.Examined {
			if e.Kept != nil && d.SHA256 == "" || now[d.Path] != "" {
				continue
			}
			if sum := src.now(d.Path, e.Kept != nil); sum != "" {
				now[d.Path] = sum
			}
		}
	}
	for _, d := range decisions {
		for _, b := range d.Bound {
			// Whatever its size: a person bound the decision to these bytes, and only they can tell whether it stands.
			if sum, err := src.Digest(b.Path); err == nil {
				now[b.Path] = strings.TrimPrefix(sum, "sha256:")
			}
		}
	}
	return now
}

// meanings says what the threat models mean now that decisions are bound to. One that cannot be read means nothing.
func meanings(decisions []lodemark.Decision, src *source) map[string]string {
	now := map[string]string{}
	for _, d := range decisions {
		if d.Model.Path == "" || now[d.Model.Path] != "" {
			continue
		}
		if data, err := src.Read(d.Model.Path); err == nil {
			if sum, err := lodemark.ModelMeaning(data); err == nil {
				now[d.Model.Path] = sum
			}
		}
	}
	return now
}

// fillMissing tells each open clause what would help it: the help of the checks that could not decide.
func fillMissing(run *lodemark.Run) {
	help := map[string][]string{}
	for i, c := range run.Checks {
		if run.Evidence[i].Outcome != lodemark.Undecided || c.Help == "" {
			continue
		}
		for _, b := range c.Bears {
			help[b.Clause] = append(help[b.Clause], c.Help)
		}
	}
	for i := range run.Assessment.Clauses {
		r := &run.Assessment.Clauses[i]
		if r.Verdict == lodemark.Inconclusive {
			r.Missing = append(r.Missing, help[r.ID]...)
		}
		if r.Verdict == lodemark.Inconclusive || r.Verdict == lodemark.NotAssessed {
			r.Missing = append(r.Missing, recordable(run.Recorded, r.ID)...)
		}
	}
}
