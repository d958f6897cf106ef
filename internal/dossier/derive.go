package dossier

import (
	"fmt"
	"maps"
	"slices"

	"github.com/lodemark/lodemark"
)

// Difference is one thing that is not as the dossier says.
type Difference struct {
	What  string `json:"what"`  // verdict, file, record or finding
	Which string `json:"which"` // a clause's id, a path, a check's id
	Said  string `json:"said"`  // by the dossier
	Now   string `json:"now"`
}

// Derive derives the verdicts again from what the dossier holds, and tells where they are not those that it claims.
func (d Dossier) Derive() []Difference {
	return d.against(lodemark.Assess(d.Input(d.Current)))
}

// Overstated tells which records claim to bear on more, for longer or more strongly than the checks that are known here do.
func (d Dossier) Overstated(known []lodemark.Check) []Difference {
	checks := map[string]lodemark.Check{}
	for _, c := range known {
		checks[c.ID] = c
	}
	var out []Difference
	for _, e := range d.Evidence {
		c, ok := checks[e.Check]
		if !ok || c.Version != e.CheckVersion {
			out = append(out, Difference{"record", e.Check, fmt.Sprintf("version %d", e.CheckVersion), "not known here: " + absent})
			continue
		}
		for _, b := range e.Bears {
			i := slices.IndexFunc(c.Bears, func(x lodemark.Bearing) bool { return x.Clause == b.Clause })
			switch {
			case i < 0:
				out = append(out, Difference{"record", e.Check, "bears on " + b.Clause, "it does not"})
			case b.Settles && !c.Bears[i].Settles:
				out = append(out, Difference{"record", e.Check, "settles " + b.Clause, "it only supports it"})
			}
		}
		if e.Strength > c.Strength && e.Outcome == lodemark.Passed {
			out = append(out, Difference{"record", e.Check, e.Strength.String(), "at most " + c.Strength.String()})
		}
		if c.MaxAge > 0 && (e.MaxAge <= 0 || e.MaxAge > c.MaxAge) {
			out = append(out, Difference{"record", e.Check, fmt.Sprintf("lasts %v", e.MaxAge), fmt.Sprintf("at most %v", c.MaxAge)})
		}
	}
	return out
}

// Against holds the dossier against what is there now: files by their digests (current), and an assessment that was made anew of them.
func (d Dossier) Against(current map[string]string, again *lodemark.Run) []Difference {
	var out []Difference
	for _, path := range slices.Sorted(maps.Keys(d.Current)) {
		switch now, ok := current[path]; {
		case !ok:
			out = append(out, Difference{"file", path, short(d.Current[path]), "gone, or cannot be read"})
		case now != d.Current[path]:
			out = append(out, Difference{"file", path, short(d.Current[path]), short(now)})
		}
	}
	if again == nil {
		return append(out, d.against(lodemark.Assess(d.Input(current)))...)
	}
	out = append(append(out, d.records(again)...), d.findings(again)...)
	return append(out, d.against(again.Assessment)...)
}

// findings compares what was found, by fingerprint, with what each says and how severe it is.
func (d Dossier) findings(again *lodemark.Run) []Difference {
	words := func(f lodemark.Finding) string { return f.Severity.String() + ": " + f.Message }
	now := map[string]string{}
	for _, f := range again.Findings {
		now[f.Fingerprint] = words(f)
	}
	var out []Difference
	for _, f := range d.Findings {
		switch text, ok := now[f.Fingerprint]; {
		case !ok:
			out = append(out, Difference{"finding", f.ID + " " + f.Fingerprint, words(f), "not found"})
		case text != words(f):
			out = append(out, Difference{"finding", f.ID + " " + f.Fingerprint, words(f), text})
		}
		delete(now, f.Fingerprint)
	}
	for _, f := range again.Findings {
		if text, left := now[f.Fingerprint]; left {
			out = append(out, Difference{"finding", f.ID + " " + f.Fingerprint, "nothing", text})
		}
	}
	return out
}

// against compares verdicts. Reasons are compared too: who reads them decides by them.
func (d Dossier) against(a lodemark.Assessment) []Difference {
	now := map[string]Clause{}
	for _, c := range clausesOf(a) {
		now[c.ID] = c
	}
	var out []Difference
	for _, said := range d.Clauses {
		c, ok := now[said.ID]
		switch {
		case !ok:
			out = append(out, Difference{"verdict", said.ID, said.words(), "no clause of this catalogue"})
		case c != said:
			out = append(out, Difference{"verdict", said.ID, said.words(), c.words()})
		}
		delete(now, said.ID)
	}
	for _, id := range slices.Sorted(maps.Keys(now)) {
		out = append(out, Difference{"verdict", id, "nothing", now[id].words()})
	}
	return out
}

func (c Clause) words() string {
	text := c.Verdict.String()
	if c.Later {
		text = "later"
	}
	if c.Strength != lodemark.NoStrength {
		text += " (" + c.Strength.String() + ")"
	}
	if c.Waived != "" {
		text += ", waived by " + c.Waived
	}
	return text + ": " + c.Reason
}

// records compares what the checks of the run saw: the id of a record is made of all that it says.
func (d Dossier) records(again *lodemark.Run) []Difference {
	now := map[string]lodemark.Evidence{}
	for _, e := range again.Evidence {
		if e.Kept == nil {
			now[e.Check] = e
		}
	}
	var out []Difference
	for _, said := range d.Evidence {
		if said.Kept != nil {
			continue
		}
		e, ok := now[said.Check]
		switch {
		case !ok:
			out = append(out, Difference{"record", said.Check, outcome(said), "not made: " + absent})
		case e.ID != said.ID:
			out = append(out, Difference{"record", said.Check, outcome(said), outcome(e)})
		}
	}
	return out
}

const absent = "this program has no such check, or it was made with something of the signer's (advisories, rules)"

func outcome(e lodemark.Evidence) string {
	return fmt.Sprintf("%s (version %d): %s", e.Outcome, e.CheckVersion, e.Reason)
}

func short(hex string) string {
	if len(hex) > 12 {
		hex = hex[:12]
	}
	return "sha256 " + hex
}
