package lodemark

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Which records count: those of this run, and of earlier ones what is fresh, trusted, and not made anew since.

// gone says whether nothing is left of what a record is about: then it says nothing of what is there.
func gone(e Evidence, current map[string]string) bool {
	return !slices.ContainsFunc(e.Examined, func(d Digest) bool { return current[d.Path] != "" })
}

// standingRecords are the places of the records that count, by check: the newest that was made by the assessment's time, and of a check that is
// made of one part at a time every record that no newer one covers. One that the operator does not trust never
// stands before one that they do, so that nobody can write a failure away who cannot sign.
func standingRecords(in Input) map[string][]int {
	byCheck := map[string][]int{}
	for i, e := range in.Evidence {
		if !e.At.After(in.At) { // else it did not exist at that time
			byCheck[e.Check] = append(byCheck[e.Check], i)
		}
	}
	for check, places := range byCheck {
		slices.SortStableFunc(places, func(a, b int) int { return newestFirst(in.Evidence[a], in.Evidence[b]) })
		byCheck[check] = stand(places, in.Evidence)
	}
	return byCheck
}

// stand picks of the records of one check, which are sorted, those that count. A failure gives way to a pass only that is later in the log and in
// time: neither a pass that is dated back nor one that was dated ahead takes it away.
func stand(places []int, all []Evidence) []int {
	first := all[places[0]]
	if first.Kept == nil {
		return places[:1]
	}
	covered := map[string]time.Time{} // path to the newest time of a record about it
	var out []int
	for _, at := range places {
		e := all[at]
		if e.own() != first.own() {
			break
		}
		news := len(out) == 0
		if first.Each {
			for _, d := range e.Examined {
				newest, ok := covered[d.Path]
				news = news || !ok || e.Outcome == Failed && e.At.After(newest)
			}
		} else if e.Outcome == Failed && len(out) == 1 && all[out[0]].Outcome != Failed && e.At.After(all[out[0]].At) {
			out, news = nil, true
		}
		for _, d := range e.Examined {
			if e.At.After(covered[d.Path]) {
				covered[d.Path] = e.At
			}
		}
		if news {
			out = append(out, at)
		}
	}
	return out
}

// newestFirst orders the records of one check: what is trusted before what is not, and what was seen now before what was kept. Kept ones stand in
// the order of their log, which nobody who signs can write; a date anybody can.
func newestFirst(a, b Evidence) int {
	entry := func(e Evidence) int64 {
		if e.Kept == nil {
			return 1 << 62
		}
		return e.Kept.Entry
	}
	own := func(e Evidence) int {
		if e.own() {
			return 1
		}
		return 0
	}
	return cmp.Or(own(a)-own(b), cmp.Compare(entry(b), entry(a)), b.At.Compare(a.At))
}

// own says whether a record is the target's own word.
func (e Evidence) own() bool { return e.Kept != nil && !e.Kept.Trusted }

// keptAtMost is how long a kept record speaks whose check names no age: a signature makes nothing true for ever.
const keptAtMost = 180 * day

// counts is for how long a pass counts; zero: until something changes.
func (e Evidence) counts() time.Duration {
	if e.Kept != nil && (e.MaxAge <= 0 || e.MaxAge > keptAtMost) {
		return keptAtMost
	}
	return e.MaxAge
}

// Fresh says whether a record still speaks of what is there now: every digest the same, and its age not run out. One that was
// kept and is bound to nothing speaks of nothing.
func Fresh(e Evidence, current map[string]string, at time.Time) bool {
	return Stale(e, current, at) == ""
}

// Stale says why a record no longer speaks of what is there now, in words; empty where it does.
func Stale(e Evidence, current map[string]string, at time.Time) string {
	ages := e.counts()
	switch {
	case at.Before(e.At):
		return "it is dated ahead, " + e.At.Format(time.DateOnly)
	case ages > 0 && !at.Before(e.At.Add(ages)):
		return fmt.Sprintf("it is of %s and counts for %d days", e.At.Format(time.DateOnly), ages/day)
	case e.Kept != nil && len(e.Examined) == 0:
		return "it is bound to no file"
	}
	for _, d := range e.Examined {
		// What could not be bound to bytes is as good as the run it was made in.
		now, ok := current[d.Path]
		switch {
		case d.SHA256 == "" && e.At.Before(at):
			return d.Path + " was not bound to its bytes"
		case now != d.SHA256 && !ok:
			return d.Path + " is gone, or cannot be read"
		case now != d.SHA256:
			return d.Path + " has changed since " + e.At.Format(time.DateOnly)
		}
	}
	return ""
}
