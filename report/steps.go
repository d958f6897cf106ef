package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
)

// step is one next thing to do about clauses that are open: nothing is wrong there, but nothing shows that it is right.
type step struct {
	Do      string
	Command string   // what to type, where typing helps; flags stand apart by two spaces, so that it can be wrapped
	Clauses []string // that it would help
	Minor   bool     // one of many of its kind, so a short list may count it instead
}

// attestationOwed says that only a person's word is missing.
const attestationOwed = "a named person's attestation of what files cannot show"

// missing is what would help a clause, in words.
func missing(c lodemark.ClauseResult) []string {
	if c.AttestationOwed {
		return append([]string{attestationOwed}, c.Missing...)
	}
	return c.Missing
}

// nextSteps lists what would help the open clauses: the declaration, then the word that alone is missing, then what lets
// checks decide, then what only people know, then what nothing
// examined bears on.
func nextSteps(r *lodemark.Run) []step {
	var help []step
	var owed, spoken []string
	silent := map[sight][]string{}
	looks := sights(r)
	at := map[string]int{}
	helps := func(c clauseView) {
		for _, line := range c.Result.Missing {
			i, ok := at[line]
			if !ok {
				i = len(help)
				at[line] = i
				help = append(help, step{Do: capital(sentence(line)), Minor: true})
			}
			help[i].Clauses = append(help[i].Clauses, c.ID)
		}
	}
	for _, a := range areas(r) {
		for _, g := range a.Guidelines {
			for _, c := range g.Results {
				switch c.State {
				case stateInconclusive:
					if c.Result.AttestationOwed {
						owed = append(owed, c.ID)
					}
					helps(c)
				case stateUnassessed:
					if len(c.Result.Missing) > 0 {
						helps(c)
					} else if slices.Contains(c.Verify, lodemark.VerifyAttest) {
						spoken = append(spoken, c.ID)
					} else {
						silent[looks[c.ID]] = append(silent[looks[c.ID]], c.ID)
					}
				}
			}
		}
	}
	slices.SortStableFunc(help, func(a, b step) int { return -cmp.Compare(len(a.Clauses), len(b.Clauses)) })
	var out []step
	if r.System == nil || r.System.Declared.Path == "" {
		out = append(out, step{Do: "Write down what files cannot show: owner, stage, users, data, and where documents live. A draft is made from what was found here.",
			Command: "lodemark init " + shellWord(r.Target)})
	}
	if len(owed) > 0 {
		out = append(out, step{Do: "Have a named person vouch for what files cannot show: checks passed on their part, and this makes the clause met.",
			Command: attestCommand(r, owed[0]), Clauses: owed})
	}
	out = append(out, help...)
	if len(spoken) > 0 {
		out = append(out, step{Do: "Collect the evidence that only people have (lodemark guide lists it for each clause), and have a named person vouch for it. " +
			"Until something is examined that bears on it, this shows as declared and not as met.",
			Command: attestCommand(r, spoken[0]), Clauses: spoken})
	}
	return append(out, silentSteps(r, silent)...)
}

// silentSteps is what to do where nothing examined bears on a clause, and nobody may just vouch for it.
func silentSteps(r *lodemark.Run, silent map[sight][]string) []step {
	var out []step
	if ids := silent[lapsed]; len(ids) > 0 {
		out = append(out, step{Do: "Checks exist, and what they found does not count now (too old, its subject changed, or they did not run). Assess again.",
			Command: "lodemark assess " + shellWord(r.Target), Clauses: ids})
	}
	if ids := silent[unseen]; len(ids) > 0 {
		out = append(out, step{Do: nothingSeen + ". Read what counts as evidence: what lies elsewhere can be named in lodemark.yaml, " +
			"and what the system does not have can be recorded as not applicable.",
			Command: "lodemark guide " + ids[0], Clauses: ids})
	}
	if ids := silent[unchecked]; len(ids) > 0 {
		out = append(out, step{Do: noCheck + "these yet. Read what counts as evidence, and see to it yourself.",
			Command: "lodemark guide " + ids[0], Clauses: ids})
	}
	return out
}

// attestCommand is the command for one clause, bound to the file that its evidence is about.
func attestCommand(r *lodemark.Run, clause string) string {
	file := "lodemark.yaml"
	for _, e := range r.Evidence {
		bears := slices.ContainsFunc(e.Bears, func(b lodemark.Bearing) bool { return b.Clause == clause })
		if bears && len(e.Examined) > 0 {
			file = e.Examined[0].Path
			break
		}
	}
	path := ""
	if r.Target != "." {
		path = "  --path " + shellWord(r.Target)
	}
	return fmt.Sprintf("lodemark decide attest %s%s  --file %s  --by NAME  --until %s  --reason \"...\"",
		clause, path, shellWord(file), day(r.At.Add(180*24*time.Hour)))
}

// shellWord writes a word so that a shell takes it for one, and for nothing else: the reader may paste it.
func shellWord(s string) string {
	s = clip(plain(s), 200)
	safe := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+@%,:=", r)
	}
	if s != "" && s[0] != '-' && strings.IndexFunc(s, func(r rune) bool { return !safe(r) }) < 0 {
		return s
	}
	if strings.HasPrefix(s, "-") {
		s = "./" + s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	if word, _, _ := strings.Cut(s, " "); strings.ContainsAny(word, "./_") || word == "lodemark" {
		return s // names of files and of the command are written as they are
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// gapGroup is what was not read or not decided for one reason.
type gapGroup struct {
	Reason string
	Needed bool // verdicts rest on it
	Places []string
}

// unread groups the gaps by reason: what verdicts rest on first, then the most frequent.
func unread(gaps []lodemark.Gap) []gapGroup {
	var out []gapGroup
	at := map[string]int{}
	for _, g := range gaps {
		reason := gapReason(g)
		key := fmt.Sprint(g.Needed, reason)
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, gapGroup{Reason: sentence(reason), Needed: g.Needed})
		}
		if g.Path != "" {
			out[i].Places = append(out[i].Places, shortPlace(g.Path, g.Line))
		}
	}
	slices.SortStableFunc(out, func(a, b gapGroup) int {
		return cmp.Or(-cmp.Compare(number(a.Needed), number(b.Needed)), -cmp.Compare(len(a.Places), len(b.Places)))
	})
	return out
}

// gapReason is a gap's reason without the place before it: the place is said beside it.
func gapReason(g lodemark.Gap) string {
	reason := g.Reason
	for g.Path != "" {
		rest, ok := strings.CutPrefix(reason, g.Path+":")
		if !ok {
			break
		}
		if g.Line > 0 {
			rest = strings.TrimPrefix(rest, fmt.Sprintf("%d:", g.Line))
		}
		reason = strings.TrimSpace(rest)
	}
	return cmp.Or(reason, g.Reason)
}

// leftOut lists what was left out on purpose, with counts: "812 version-control objects".
func leftOut(skipped map[string]int) []string {
	var out []string
	for _, reason := range slices.Sorted(maps.Keys(skipped)) {
		if n := skipped[reason]; n != 1 {
			out = append(out, fmt.Sprintf("%d %s", n, sentence(reason)))
			continue
		}
		out = append(out, sentence(reason)+" (1)") // reasons are written in the plural
	}
	return out
}

// decisionsApart sorts decisions into what has no effect (expired, orphaned, changed, self-approved, not yet), what bears a
// risk for a time, and the other current ones. The first two are shown in every report.
func decisionsApart(r *lodemark.Run) (without, waivers, rest []lodemark.DecisionState) {
	for _, d := range r.Assessment.Decisions {
		switch {
		case d.Standing != lodemark.Current:
			without = append(without, d)
		case d.Kind == lodemark.Accept || d.Kind == lodemark.Defer || d.Kind == lodemark.NotApplicable || d.Kind == lodemark.Transfer:
			waivers = append(waivers, d)
		default:
			rest = append(rest, d)
		}
	}
	return without, waivers, rest
}

// about says what a decision is about.
func about(d lodemark.DecisionState) string {
	if d.Clause != "" {
		return plain(d.Clause)
	}
	if d.Threat != "" {
		return threatAt(plain(d.Threat), plain(d.Component))
	}
	return "finding " + clip(plain(d.Finding), 24)
}

// threatAt names a threat with its place, where it has one.
func threatAt(id, place string) string {
	if place == "" {
		return clip(id, 40)
	}
	return clip(id, 40) + " at " + clip(place, 80)
}

// aboutIn is about, with a finding named by its place, because nobody knows fingerprints by heart.
func aboutIn(findings map[string]lodemark.Finding, d lodemark.DecisionState) string {
	f, ok := findings[d.Finding]
	if d.Clause != "" || !ok {
		return about(d)
	}
	return plain(f.ID) + " at " + shortPlace(f.Path, f.Line)
}

// byFingerprint indexes the findings that a decision is about.
func byFingerprint(r *lodemark.Run) map[string]lodemark.Finding {
	decided := map[string]bool{}
	for _, d := range r.Assessment.Decisions {
		decided[d.Finding] = d.Finding != ""
	}
	out := map[string]lodemark.Finding{}
	for _, f := range r.Findings {
		if decided[f.Fingerprint] {
			out[f.Fingerprint] = f
		}
	}
	return out
}

// decided says what a decision does, in words: "accepted until DATE by NAME: reason".
func decided(d lodemark.DecisionState) string {
	verb := map[lodemark.DecisionKind]string{lodemark.Accept: "accepted", lodemark.Defer: "deferred", lodemark.Attest: "vouched for",
		lodemark.NotApplicable: "declared not applicable", lodemark.TradeOff: "traded off",
		lodemark.Mitigate: "to be mitigated", lodemark.Transfer: "transferred", lodemark.Avoid: "to be avoided"}[d.Kind]
	if verb == "" {
		verb = sentence(string(d.Kind))
	}
	again := ""
	if s := renewed(d); s != "" {
		again = " (" + s + ")"
	}
	return fmt.Sprintf("%s until %s by %s%s: %s", verb, day(endOf(d)), sentence(d.By), again, sentence(d.Reason))
}

// renewed says how often a risk was borne before; empty: it is borne for the first time.
func renewed(d lodemark.DecisionState) string {
	if d.Renewals == 0 {
		return ""
	}
	return fmt.Sprintf("renewed %s since %s", count(d.Renewals, "time"), day(d.Since))
}

// endOf is when a decision stops counting; reports of before this was told apart have only the day that the file names.
func endOf(d lodemark.DecisionState) time.Time {
	if d.Ends.IsZero() {
		return d.Until
	}
	return d.Ends
}
