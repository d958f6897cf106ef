package gate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/lodemark/lodemark"
)

// seals are the records by which a check counts as signed: kept, trusted, passed, speaking of what is there now, and not older
// than the last time somebody trusted, or this run, saw it fail.
func (s *state) seals(check string) []lodemark.Evidence {
	var failed time.Time
	for _, e := range slices.Concat(s.kept, s.evidence) {
		if e.Check == check && trusted(e) && e.Outcome == lodemark.Failed && e.At.After(failed) {
			failed = e.At
		}
	}
	var out []lodemark.Evidence
	for _, e := range s.kept {
		if e.Check == check && e.Kept.Trusted && e.Kept.Signer != "" && e.Outcome == lodemark.Passed && e.Canary && s.stale(e) == "" && e.At.After(failed) {
			out = append(out, e)
		}
	}
	for _, e := range s.speaking(check) { // one model that failed, or was changed, is not outvoted by another
		if e.Kept != nil && (e.Outcome == lodemark.Failed || s.stale(e) != "") {
			return nil
		}
	}
	return out
}

func callSignedBy(s *state, args []ref.Val) answer {
	check, who := textOf(args[0]), textOf(args[1])
	seals := s.seals(check)
	if slices.ContainsFunc(seals, func(e lodemark.Evidence) bool { return e.Kept.Signer == who }) {
		return answer{value: types.True}
	}
	p := s.unsealed(check, seals)
	p.Failed = fmt.Sprintf("%s is asked to be signed by %s; %s", check, who, p.Failed)
	return answer{types.False, []Part{p}}
}

func callSigners(s *state, args []ref.Val) answer {
	check := textOf(args[0])
	seals := s.seals(check)
	p := s.unsealed(check, seals)
	p.Failed = check + ": " + p.Failed
	return answer{types.Int(len(signersOf(seals))), []Part{p}}
}

func signersOf(seals []lodemark.Evidence) []string {
	set := map[string]bool{}
	for _, e := range seals {
		set[e.Kept.Signer] = true
	}
	return keys(set)
}

// unsealed says who signed records of a check, and why others do not count.
func (s *state) unsealed(check string, seals []lodemark.Evidence) Part {
	p := Part{Satisfy: s.makes(check)}
	if c := s.checks[check]; c.Command == "" {
		p.Satisfy = []string{"lodemark assess --record --key YOURS keeps what was seen, signed"}
	}
	if by := signersOf(seals); len(by) > 0 {
		p.Failed = "it is signed by " + strings.Join(by, " and ") + " alone"
		for _, e := range seals {
			p.Rests = append(p.Rests, s.rest(e))
		}
		return p
	}
	p.Failed = "no record of it that still holds was signed by anybody whom you trust"
	for _, e := range s.kept {
		if e.Check == check {
			p.Rests = append(p.Rests, s.rest(e))
		}
	}
	if n := len(p.Rests); n > 0 {
		last := p.Rests[n-1]
		switch {
		case last.Stale != "" && last.Signer != "":
			p.Failed = fmt.Sprintf("its record, signed by %s, no longer holds: %s", last.Signer, last.Stale)
		case last.Signer == "":
			p.Failed = "its record is signed by nobody whom you trust"
		}
	}
	return p
}

// callCovers holds the components of a kind against what records examined: the newest record of a check may be about one model of two.
func callCovers(s *state, args []ref.Val) answer {
	check, kind := textOf(args[0]), textOf(args[1])
	covered, stale := map[string]bool{}, map[string]Part{}
	for _, e := range slices.Concat(s.kept, s.evidence) {
		if e.Check != check || e.Outcome != lodemark.Passed || !trusted(e) || !e.Canary {
			continue
		}
		why := s.stale(e)
		for _, d := range e.Examined {
			if why == "" {
				covered[d.Path] = true
			} else {
				stale[d.Path] = Part{Failed: fmt.Sprintf("the record of %s about it no longer holds: %s%s", check, why, signedBy(e)), Rests: []Rest{s.rest(e)}}
			}
		}
	}
	var parts []Part
	seen := map[string]bool{}
	for _, c := range s.in.Run.System.Components {
		if string(c.Kind) != kind || c.Test || c.Path == "" || covered[c.Path] || seen[c.Path] {
			continue
		}
		seen[c.Path] = true
		p := Part{Failed: c.Path + " is not among what a trusted record of " + check + " examined"}
		if old, ok := stale[c.Path]; ok {
			p = old
			p.Failed = c.Path + ": " + p.Failed
		}
		p.Satisfy = s.makes(check)
		parts = append(parts, p)
	}
	return yes(parts)
}

func callFindings(s *state, args []ref.Val) answer {
	least, err := lodemark.ParseSeverity(textOf(args[0]))
	if err != nil {
		return answer{value: types.WrapErr(err)}
	}
	var parts []Part
	n := 0
	for _, f := range s.in.Run.Findings {
		if f.Severity < least || !s.open(f) {
			continue
		}
		n++
		if len(parts) >= mostParts { // those are counted alone
			parts = append(parts, Part{Failed: f.Fingerprint})
			continue
		}
		p := Part{Failed: told(f)}
		if by := f.Accepted + f.Muted; by != "" {
			p.Failed += fmt.Sprintf(" (let through by %s, which this policy does not count)", by)
		}
		if f.Fix != "" {
			p.Satisfy = []string{f.Fix}
		}
		for _, e := range s.evidence {
			if slices.Contains(e.Findings, f.Fingerprint) {
				p.Rests = append(p.Rests, s.rest(e))
			}
		}
		parts = append(parts, p)
	}
	return answer{types.Int(n), parts}
}

func callAccepted(s *state, args []ref.Val) answer {
	least := lodemark.SeverityInfo
	if len(args) > 0 {
		var err error
		if least, err = lodemark.ParseSeverity(textOf(args[0])); err != nil {
			return answer{value: types.WrapErr(err)}
		}
	}
	var parts []Part
	mend := []string{"mend it, and take the decision away"}
	for _, f := range s.in.Run.Findings {
		if f.Accepted != "" && f.Severity >= least {
			parts = append(parts, Part{Failed: fmt.Sprintf("%s is accepted by %s", told(f), f.Accepted), Satisfy: mend})
		}
	}
	for _, c := range s.in.Run.Assessment.Clauses {
		if c.Waived != "" {
			parts = append(parts, Part{Failed: fmt.Sprintf("%s is not met and borne by %s", c.ID, c.Waived), Satisfy: mend})
		}
	}
	for _, t := range s.in.Threats {
		if t.Status == "accepted" && t.Severity >= least {
			parts = append(parts, Part{Failed: fmt.Sprintf("the threat %s (%s) is accepted: %s", t.ID, t.Severity, t.Title), Satisfy: mend})
		}
	}
	return answer{types.Int(len(parts)), parts}
}

func callThreats(s *state, args []ref.Val) answer {
	least, err := lodemark.ParseSeverity(textOf(args[0]))
	if err != nil {
		return answer{value: types.WrapErr(err)}
	}
	if s.in.Threats == nil {
		return answer{value: types.NewErr("%s", s.noThreats()), parts: []Part{{Failed: s.noThreats(), Satisfy: []string{"lodemark threats init writes one down from what is there"}}}}
	}
	var parts []Part
	for _, t := range s.in.Threats {
		if t.open(s.strict) && t.Severity >= least {
			parts = append(parts, Part{Failed: fmt.Sprintf("the threat %s (%s) %s: %s", t.ID, t.Severity, stands(t.Status), t.Title),
				Satisfy: []string{"lodemark threats explain " + t.ID + " says what would deal with it"}})
		}
	}
	return answer{types.Int(len(parts)), parts}
}

func (s *state) noThreats() string {
	if s.in.NoThreats != "" {
		return s.in.NoThreats
	}
	return "there is no threat model"
}

func stands(status string) string {
	if status == "applies" {
		return status
	}
	return "is " + status
}

func callSelfSigned(s *state, _ []ref.Val) answer {
	var parts []Part
	for _, e := range s.evidence {
		if !trusted(e) && s.stale(e) == "" {
			why := e.Kept.Why
			if why != "" {
				why = ": " + why
			}
			parts = append(parts, Part{Failed: fmt.Sprintf("the record of %s is signed by nobody whom you trust%s", e.Check, why), Rests: []Rest{s.rest(e)},
				Satisfy: []string{"name the key with --trust, if it is yours; else make the record anew"}})
		}
	}
	return answer{types.Int(len(parts)), parts}
}

// callParts counts components. A model is one whose file lies in the tree: what code names is fetched from elsewhere.
func callParts(s *state, args []ref.Val) answer {
	all := s.in.Run.System.Components
	if textOf(args[0]) != string(lodemark.KindModel) {
		all = slices.Concat(all, s.in.Run.System.Code)
	}
	n := 0
	for _, c := range all {
		if string(c.Kind) == textOf(args[0]) && !c.Test {
			n++
		}
	}
	return answer{value: types.Int(n)}
}

func callRate(s *state, args []ref.Val) answer {
	probe := textOf(args[0])
	worst, found := 0.0, false
	var rests []Rest
	for _, e := range s.evidence {
		for _, r := range s.in.Rates[e.ID] {
			if r.Probe == probe && trusted(e) && s.stale(e) == "" {
				worst, found = max(worst, r.Upper()), true
				rests = append(rests, s.rest(e))
			}
		}
	}
	if !found {
		why := "nothing measured: no record that still holds says how often " + probe + " did harm"
		return answer{types.NewErr("%s", why), []Part{{Failed: why}}}
	}
	return answer{types.Double(worst), []Part{{Failed: fmt.Sprintf("%s does harm in at most %.1f %% of attempts", probe, 100*worst), Rests: rests}}}
}
