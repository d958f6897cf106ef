// Package etsi writes a run as a conformance bundle for ETSI EN 304 223: what is claimed of each provision, what is left out and
// why, what an assessor has to know of the system, and one of the verdicts pass, fail and inconclusive for every provision. A
// provision that no clause covers is inconclusive; nothing passes by silence.
package etsi

import (
	"io"
	"slices"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/report/inert"
)

// WriteJSON writes the bundle for programs. schema/etsi.schema.json describes it.
func WriteJSON(w io.Writer, r *lodemark.Run) error {
	b, _, err := bundleOf(r)
	if err != nil {
		return err
	}
	return inert.JSON(w, b)
}

// WriteMarkdown writes the bundle for people.
func WriteMarkdown(w io.Writer, r *lodemark.Run) error {
	b, t, err := bundleOf(r)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, page(b, t))
	return err
}

// examinedMost is how many examined files a record lists.
const examinedMost = 1000

func bundleOf(r *lodemark.Run) (*bundle, table, error) {
	t, err := readTable(provisionsFile, lodemark.Guidelines())
	if err != nil {
		return nil, t, err
	}
	b := &bundle{Schema: schemaName, Tool: lodemark.Tool{Name: inert.Or(r.Tool.Name, "lodemark"), Version: inert.Or(r.Tool.Version, "unknown")}, At: timeOf(r.At), Target: inert.Line(r.Target),
		Disclaimer: lodemark.Disclaimer + " It is no statement of ETSI, of an assessor or of a laboratory.", Standard: standardJSON{Name: t.Standard, Basis: inert.Line(t.Basis), Method: inert.Line(t.Method)},
		System: systemOf(r), ICS: []claimJSON{}, Exclusions: []exclusion{}, IXIT: inventory(r), Evidence: []recordJSON{}, Verdicts: []verdictJSON{}, Gaps: []gapJSON{}}
	j := newJudge(r)
	rests := map[string][]string{} // id of a record to the provisions that rest on it
	for _, p := range t.Principles {
		for _, x := range p.Provisions {
			b.Standard.Provisions++
			v, out := j.judge(x)
			b.ICS = append(b.ICS, j.claim(p, x, v, out))
			sum := &b.Counts.Mandatory
			if x.Force == "should" {
				sum = &b.Counts.Recommended
			}
			if out != nil {
				sum.Excluded++
				b.Exclusions = append(b.Exclusions, *out)
				continue
			}
			sum.add(v.Verdict)
			b.Verdicts = append(b.Verdicts, v)
			for _, id := range v.Evidence {
				rests[id] = append(rests[id], x.ID)
			}
		}
	}
	b.Evidence = records(r, rests)
	for _, g := range r.Gaps {
		b.Gaps = append(b.Gaps, gapJSON{Place: place(g.Path, g.Line), Reason: inert.Line(g.Reason), Needed: g.Needed})
	}
	return b, t, nil
}

func (c *counts) add(verdict string) {
	switch verdict {
	case pass:
		c.Pass++
	case fail:
		c.Fail++
	default:
		c.Inconclusive++
	}
}

func systemOf(r *lodemark.Run) systemJSON {
	if r.System == nil {
		return systemJSON{Name: "the system", Users: []string{}, DataClasses: []string{}}
	}
	d := r.System.Declared
	return systemJSON{Name: inert.Or(r.System.Name, "the system"), Owner: person(d.Owner), Leader: person(d.Leader), Stage: string(d.Stage), Criticality: string(d.Criticality), Declaration: inert.Line(d.Path),
		Users: lines(d.Users), DataClasses: lines(d.DataClasses)}
}

func lines(all []string) []string {
	out := []string{}
	for _, s := range all {
		out = append(out, inert.Or(s))
	}
	return out
}

func person(p lodemark.Person) string {
	if p.Name != "" && p.Contact != "" {
		return inert.Line(p.Name + " <" + p.Contact + ">")
	}
	return inert.Line(p.Name + p.Contact)
}

// records are those on which verdicts rest, in the order of the run. One that nobody trusted signed is said to be the target's
// own word.
func records(r *lodemark.Run, rests map[string][]string) []recordJSON {
	titles := map[string]string{}
	for _, all := range [][]lodemark.Check{r.Checks, r.Recorded} {
		for _, c := range all {
			titles[c.ID] = c.Title
		}
	}
	out := []recordJSON{}
	seen := map[string]bool{}
	for _, e := range r.Evidence {
		on, ok := rests[e.ID]
		if !ok || seen[e.ID] {
			continue
		}
		seen[e.ID] = true
		x := recordJSON{ID: e.ID, Check: inert.Line(e.Check), Title: inert.Or(titles[e.Check], e.Check), Outcome: string(e.Outcome), Strength: e.Strength.String(), Reason: inert.Line(e.Reason), At: timeOf(e.At),
			Provisions: slices.Compact(on), Examined: []lodemark.Digest{}}
		if e.Kept != nil {
			x.SelfSigned, x.Signer, x.Why = !e.Kept.Trusted, inert.Line(e.Kept.Signer), inert.Line(e.Kept.Why)
		}
		for i, d := range e.Examined {
			if i == examinedMost {
				x.More = len(e.Examined) - i
				break
			}
			x.Examined = append(x.Examined, lodemark.Digest{Path: inert.Line(d.Path), SHA256: inert.Line(d.SHA256)})
		}
		out = append(out, x)
	}
	return out
}

func timeOf(t time.Time) time.Time {
	if t.Year() < 0 || t.Year() > 9999 {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Second)
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}
