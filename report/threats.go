package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
)

// Threats is a threat model that was held against a library, with what is to be told of it.
type Threats struct {
	Tool    lodemark.Tool
	At      time.Time
	Target  string
	Drawn   bool // the model was drawn from what was discovered: there is no threats.yaml
	Model   *threat.Model
	Library *threat.Library
	Report  *threat.Report  // all of it; counts are over it
	Shown   []threat.Threat // those of its threats that are to be listed, in its order
}

// ThreatFormat is one way to tell the threats of a system.
type ThreatFormat struct {
	Name, About string
	Write       func(io.Writer, *Threats, Options) error
}

// ThreatFormats lists the formats, text first.
func ThreatFormats() []ThreatFormat {
	return []ThreatFormat{
		{"text", "for people at a terminal", writeThreatsText},
		{"json", "everything, for programs", writeThreatsJSON},
		{"sarif", "what is open, at its line of the threat model (SARIF 2.1.0)", writeThreatsSARIF},
		{"markdown", "a report to read and to keep", writeThreatsMarkdown},
		{"csv", "a row for each threat at each place", writeThreatsCSV},
		{"mermaid", "the data flows as a Mermaid flowchart, for a README", writeThreatsMermaid},
		{"svg", "the data flows as a picture", writeThreatsSVG},
		{"otm", "the model and its threats for other tools (Open Threat Model 0.2.0)", writeThreatsOTM},
	}
}

// threatSeverities are the severities by the words of the library, the worst first.
var threatSeverities = []string{"critical", "high", "medium", "low", "info"}

// threatSeverity is a severity of the library as reports draw it.
func threatSeverity(word string) lodemark.Severity {
	if s, err := lodemark.ParseSeverity(word); err == nil {
		return s
	}
	return lodemark.SeverityInfo
}

// ThreatOpen says whether nobody has dealt with a threat yet: it applies, may apply, or its evidence no longer counts.
func ThreatOpen(s threat.Status) bool {
	return s == threat.Applies || s == threat.Unconfirmed || s == threat.Stale
}

// statusWords say what a status means, once for all that have it.
var statusWords = map[threat.Status]string{
	threat.Applies:       "the structure says so, and nothing is claimed against it",
	threat.Unconfirmed:   "turns on what the model does not say",
	threat.Stale:         "what showed that it was dealt with no longer counts",
	threat.Claimed:       "the model names a mitigation; nothing shows it",
	threat.Accepted:      "a person bears it, until a day",
	threat.Evidenced:     "fresh evidence shows what is claimed",
	threat.NotApplicable: "a person decided that it cannot happen here",
}

// threatCounts counts threats by status and severity.
func threatCounts(all []threat.Threat) (byStatus map[threat.Status]int, bySeverity map[string]int) {
	byStatus, bySeverity = map[threat.Status]int{}, map[string]int{}
	for _, t := range all {
		byStatus[t.Status]++
		bySeverity[t.Severity]++
	}
	return byStatus, bySeverity
}

// statusCounts are the counts in words, the worst first: "12 applies, 3 unconfirmed".
func statusCounts(all []threat.Threat) string {
	n, _ := threatCounts(all)
	var parts []string
	for _, s := range threat.Statuses() {
		if n[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[s], spokenStatus(s, n[s])))
		}
	}
	return strings.Join(parts, ", ")
}

func spokenStatus(s threat.Status, n int) string {
	switch {
	case s == threat.Applies && n != 1:
		return "apply"
	case s == threat.NotApplicable:
		return "not applicable"
	}
	return string(s)
}

func severityCounts(all []threat.Threat) string {
	_, n := threatCounts(all)
	var parts []string
	for _, s := range threatSeverities {
		if n[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[s], s))
		}
	}
	return strings.Join(parts, ", ")
}

// arrows draws a way through the system.
func arrows(path []string) string { return strings.Join(path, " -> ") }

// places are the places of a threat, at most so many of them.
func threatPlaces(t threat.Threat, most int) string {
	var at []string
	for _, p := range t.Places {
		at = append(at, p.At)
	}
	if most > 0 && len(at) > most {
		return strings.Join(at[:most], ", ") + fmt.Sprintf(" and %d more", len(at)-most)
	}
	return strings.Join(at, ", ")
}

// proofOf says in words what would prove a mitigation, and for how long.
func proofOf(p threat.Proof) string {
	return fmt.Sprintf("%s: %s (good for %s)", p.By, p.Shows, count(p.MaxAgeDays, "day"))
}

// attack is one way through the system that threats use.
type attack struct {
	Path    []string
	Threats []string // their ids, the heaviest first
	Worst   string   // the severity of the worst
}

// attacks gathers the ways of what is open, those of the heaviest threats first.
func (t *Threats) attacks() []attack {
	at := map[string]int{}
	var all []attack
	for _, x := range t.Shown {
		if x.Status == threat.NotApplicable || x.Status == threat.Evidenced || x.Status == threat.Accepted {
			continue
		}
		for _, p := range x.Places {
			if len(p.Path) < 2 {
				continue
			}
			key := strings.Join(p.Path, "\x00")
			i, known := at[key]
			if !known {
				i = len(all)
				at[key] = i
				all = append(all, attack{Path: p.Path, Worst: x.Severity})
			}
			a := &all[i]
			if !slices.Contains(a.Threats, x.ID) {
				a.Threats = append(a.Threats, x.ID)
			}
			if slices.Index(threatSeverities, x.Severity) < slices.Index(threatSeverities, a.Worst) {
				a.Worst = x.Severity
			}
		}
	}
	slices.SortStableFunc(all, func(a, b attack) int { return len(b.Threats) - len(a.Threats) })
	slices.SortStableFunc(all, func(a, b attack) int {
		return slices.Index(threatSeverities, a.Worst) - slices.Index(threatSeverities, b.Worst)
	})
	return all
}

func (t *Threats) guessed() int { return Guesses(t.Model) }

// Guesses counts the parts and flows of a model that a draft put there and nobody has looked at.
func Guesses(m *threat.Model) int {
	n := 0
	for _, c := range m.Components {
		if c.Guess != "" {
			n++
		}
	}
	for _, f := range m.Flows {
		if f.Guess != "" {
			n++
		}
	}
	return n
}

// systemName is how reports call the system.
func (t *Threats) systemName() string {
	if t.Report.System != "" {
		return t.Report.System
	}
	return "System without a name"
}
