package brief

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
)

func (m *material) threatItems() []Item {
	var all []Item
	for _, t := range m.threats[:min(len(m.threats), threatsMost)] {
		var places []string
		for _, p := range t.Places {
			places = append(places, p.At)
		}
		all = append(all, Item{Mark: t.Severity, Text: t.Reason, Place: few(places), Note: fmt.Sprintf("%s, %s", t.ID, statusOf(t))})
	}
	return all
}

func statusOf(t threat.Threat) string {
	switch t.Status {
	case threat.Unconfirmed:
		return "not confirmed: it turns on " + few(t.Settles)
	case threat.Claimed:
		return "a mitigation is claimed, and nothing shows it"
	case threat.Stale:
		return "what showed its mitigation no longer does"
	case threat.Accepted:
		if d := t.Decision; d != nil {
			return fmt.Sprintf("borne until %s by decision of %s", d.Until.Format(time.DateOnly), person(d.By))
		}
	}
	return string(t.Status)
}

// openFindings are those that count and that nobody bears, one of each kind, the worst first. Users are told of none: a list of
// weaknesses is no guidance.
func (m *material) openFindings() []lodemark.Finding {
	if m.Role == lodemark.User {
		return nil
	}
	var all []lodemark.Finding
	for _, f := range m.Findings {
		if f.Counts() && f.Accepted == "" {
			all = append(all, f)
		}
	}
	slices.SortStableFunc(all, func(a, b lodemark.Finding) int { return cmp.Compare(b.Severity, a.Severity) })
	if m.Role == lodemark.DataScientist {
		slices.SortStableFunc(all, func(a, b lodemark.Finding) int { return apart(ofModels(a), ofModels(b)) })
	}
	return all
}

// ofModels says whether a finding is about models, data or how they are made.
func ofModels(f lodemark.Finding) bool {
	text := strings.ToLower(f.Message + " " + f.Path)
	return slices.ContainsFunc([]string{"dataset", "training", "weights", "pickle", "notebook", "checkpoint", ".ipynb", "model file", "embedding", "from_pretrained", "load_dataset", "model card"},
		func(w string) bool { return strings.Contains(text, w) })
}

func (m *material) findingItems() []Item {
	var all []Item
	alike := map[string]int{}
	for _, f := range m.findings {
		alike[f.ID]++
	}
	told := map[string]bool{}
	for _, f := range m.findings {
		if told[f.ID] || len(all) == findingsMost {
			continue
		}
		told[f.ID] = true
		note := f.ID
		if n := alike[f.ID] - 1; n > 0 {
			note += fmt.Sprintf(", and %d more of the same kind", n)
		}
		all = append(all, Item{Mark: f.Severity.String(), Text: f.Message, Place: placeOf(f), Note: note})
	}
	return all
}

func placeOf(f lodemark.Finding) string {
	switch {
	case f.Path == "":
		return "the system as a whole"
	case f.Line > 0:
		return fmt.Sprintf("%s:%d", f.Path, f.Line)
	}
	return f.Path
}

func (m *material) lessonItems() []Item {
	lessons := slices.Concat(m.ended(), m.Lessons)
	slices.SortStableFunc(lessons, func(a, b Lesson) int { return b.When.Compare(a.When) })
	var all []Item
	for _, l := range lessons[:min(len(lessons), lessonsMost)] {
		when := ""
		if !l.When.IsZero() {
			when = l.When.Format(time.DateOnly)
		}
		all = append(all, Item{Text: l.Text, Place: l.Place, Note: when})
	}
	return all
}

// ended are the decisions that no longer stand.
func (m *material) ended() []Lesson {
	var all []Lesson
	for _, d := range m.Decisions {
		when := d.Ends
		switch d.Standing {
		case lodemark.Expired:
		case lodemark.Changed, lodemark.Orphaned:
			when = d.Date
		default:
			continue
		}
		about := cmp.Or(d.Clause, d.Threat, "a finding")
		all = append(all, Lesson{When: when, Place: d.ID, Text: fmt.Sprintf("The decision of %s to %s %s no longer stands: %s.", person(d.By), d.Kind, about, d.Why)})
	}
	return all
}

// person leaves the contact out.
func person(by string) string {
	name := lodemark.ParsePerson(by).Name
	var kept []string
	for _, w := range strings.Fields(name) {
		if !strings.Contains(w, "@") {
			kept = append(kept, w)
		}
	}
	return cmp.Or(strings.Join(kept, " "), "one person")
}

func few(names []string) string {
	switch n := len(names); {
	case n == 0:
		return ""
	case n > 3:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:3], ", "), n-3)
	case n == 1:
		return names[0]
	default:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
}
