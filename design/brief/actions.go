package brief

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
)

// actions is what people of the role should do about this system, the most useful first.
func (m *material) actions() []Item {
	var all []Item
	switch m.Role {
	case lodemark.Owner:
		all = slices.Concat(m.decide(), m.renew(), m.measures(2), m.ask(), m.draw())
	case lodemark.User:
		all = m.use()
	case lodemark.DataScientist:
		all = slices.Concat(m.measures(2), m.mend(2), m.settle(), m.draw())
	default:
		all = slices.Concat(m.measures(2), m.mend(2), m.draw(), m.settle())
	}
	if len(all) == 0 {
		all = append(all, Item{Text: "Hold the threat model against what was built since it was written: lodemark threats check."})
	}
	return all[:min(len(all), actionsMost)]
}

// measures are the mitigations that would change most for the threats of this page.
func (m *material) measures(most int) []Item {
	var all []Item
	if m.Threats == nil {
		return nil
	}
	shown := map[string]bool{}
	for _, t := range m.threats[:min(len(m.threats), threatsMost)] {
		shown[t.ID] = true
	}
	for _, g := range m.Threats.Gains {
		if len(all) == most {
			break
		}
		if m.Role != lodemark.Owner && !slices.ContainsFunc(g.Threats, func(id string) bool { return shown[id] }) {
			continue
		}
		all = append(all, Item{Text: fmt.Sprintf("Put in place, and show: %s. It bears on %s of this system at a cost that is %s.", strings.TrimSuffix(g.Title, "."), number(len(g.Threats), "threat"), g.Cost),
			Note: g.Mitigation + ", against " + few(g.Threats)})
	}
	return all
}

// mend are the first findings with what is to be done about each.
func (m *material) mend(most int) []Item {
	var all []Item
	told := map[string]bool{}
	for _, f := range m.findings {
		if len(all) == most || f.Severity < lodemark.SeverityMedium {
			break
		}
		if f.Fix == "" || told[f.ID] {
			continue
		}
		told[f.ID] = true
		all = append(all, Item{Text: capital(f.Fix), Place: placeOf(f), Note: f.ID})
	}
	return all
}

// settle names the attribute for which most threats wait.
func (m *material) settle() []Item {
	if m.Threats == nil || len(m.Threats.Open) == 0 {
		return nil
	}
	o := m.Threats.Open[0]
	verb := "threat waits"
	if len(o.Threats) > 1 {
		verb = "threats wait"
	}
	return []Item{{Text: fmt.Sprintf("Find out, and write into the threat model, what %s is: %d %s for it.", o.Attribute, len(o.Threats), verb), Note: few(o.Threats)}}
}

// draw asks for the threat model where there is none that anybody has looked at.
func (m *material) draw() []Item {
	switch {
	case m.Model == nil || m.Drawn:
		return []Item{{Text: "Write down the threat model: lodemark threats init drafts it from what was discovered, and you correct it."}}
	case m.Model.Draft:
		return []Item{{Text: "Go through the threat model, take the guesses out that are right, mend the others, and take its mark as a draft away.", Place: m.Model.Path}}
	}
	return nil
}

// decide asks for the decisions that are missing.
func (m *material) decide() []Item {
	if len(m.open) == 0 {
		return nil
	}
	var ids []string
	for _, t := range m.open {
		if !slices.Contains(ids, t.ID) {
			ids = append(ids, t.ID)
		}
	}
	return []Item{{Text: fmt.Sprintf("Decide about %s of high severity that nobody has decided about: mitigate by a day, accept for a time, transfer or avoid; who owns the risk asks, and another approves.",
		number(len(ids), "threat")), Note: few(ids) + ": lodemark decide --threat"}}
}

// renew names the decisions that no longer stand.
func (m *material) renew() []Item {
	var places []string
	for _, d := range m.Decisions {
		if d.Standing == lodemark.Expired || d.Standing == lodemark.Changed || d.Standing == lodemark.Orphaned {
			places = append(places, d.ID)
		}
	}
	if len(places) == 0 {
		return nil
	}
	return []Item{{Text: fmt.Sprintf("Look again at %s that no longer %s: decide anew, or let what was borne be mended.", number(len(places), "decision"), map[bool]string{true: "stands", false: "stand"}[len(places) == 1]),
		Place: few(places)}}
}

// ask is for the proof of what is claimed.
func (m *material) ask() []Item {
	if m.Threats == nil {
		return nil
	}
	n := 0
	for _, t := range m.Threats.Threats {
		if t.Status == threat.Claimed || t.Status == threat.Stale {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return []Item{{Text: fmt.Sprintf("Ask for the proof: against %s a mitigation is claimed and nothing shows it.", number(n, "threat")), Note: "lodemark threats lists what would show each"}}
}

// use is what users of this system should do, from what it is made of.
func (m *material) use() []Item {
	var all []Item
	if vendors := m.named("hosted_model_api"); len(vendors) > 0 {
		all = append(all, Item{Text: fmt.Sprintf("What you type may leave the organisation: it goes to %s. Enter no password, no key, and of people only what the task needs.", few(vendors))})
	} else {
		all = append(all, Item{Text: "Enter no password, no key, and of people only what the task needs."})
	}
	if acts := m.acting(); len(acts) > 0 {
		all = append(all, Item{Text: fmt.Sprintf("It acts, and not only answers: through %s it can do what is hard to take back. Read what it is about to do before you agree.", few(acts))})
	}
	if sources := m.strangers(); len(sources) > 0 {
		all = append(all, Item{Text: fmt.Sprintf("It reads what strangers write (%s): an answer that asks you to open a link, to hurry or to enter a password may be theirs. Do not follow it; report it.", few(sources))})
	}
	all = append(all, Item{Text: "An answer can be wrong or made up. Check what you pass on or act upon against its source."})
	report := "Report what seems odd, with the question and the answer"
	if d := m.Declared; d.Owner.Name != "" {
		report += ", to " + person(d.Owner.Name)
	}
	return append(all, Item{Text: report + "."})
}

func capital(s string) string {
	if s != "" && s[0] >= 'a' && s[0] <= 'z' {
		return strings.ToUpper(s[:1]) + s[1:]
	}
	return s
}
