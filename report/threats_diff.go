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

// ThreatDiff is what changed between two threat models.
type ThreatDiff struct {
	Tool          lodemark.Tool
	At            time.Time
	Before, After ThreatSide
	Difference    threat.Difference
}

// ThreatSide is one of the two.
type ThreatSide struct {
	Name   string        // of the file or revision
	Commit string        // of a revision; else empty
	Model  *threat.Model // nil: there was none
	Report *threat.Report
}

// ThreatDiffFormat is one way to tell it.
type ThreatDiffFormat struct {
	Name, About string
	Write       func(io.Writer, *ThreatDiff, Options) error
}

// ThreatDiffFormats lists the formats, text first.
func ThreatDiffFormats() []ThreatDiffFormat {
	return []ThreatDiffFormat{
		{"text", "for people at a terminal", writeThreatDiffText},
		{"json", "for programs", writeThreatDiffJSON},
		{"markdown", "for a comment under a pull request", writeThreatDiffMarkdown},
	}
}

// Worse says whether the change brings threats or lets some fall back. The first model that there is makes nothing worse.
func (d *ThreatDiff) Worse() bool {
	return d.After.Model == nil || d.Before.Model != nil && d.Difference.Worse()
}

// heading says in one line how it stands.
func (d *ThreatDiff) heading() string {
	switch c := d.Difference; {
	case d.After.Model == nil:
		return "The threat model was taken away."
	case d.Before.Model == nil:
		return fmt.Sprintf("There was no threat model before. The first one has %s: %s.", count(len(d.After.Report.Threats), "threat"), statusCounts(d.After.Report.Threats))
	case len(c.Added)+len(c.Removed)+len(c.Changed) == 0:
		return "No threat was added, none went away, and none has another status."
	default:
		word := "Nothing got worse"
		if d.Worse() {
			word = "Worse"
		}
		return fmt.Sprintf("%s: %d added, %d gone, %d with another status.", word, len(c.Added), len(c.Removed), len(c.Changed))
	}
}

// parts are the ids of components and flows.
func (s ThreatSide) parts() []string {
	if s.Model == nil {
		return nil
	}
	var all []string
	for _, c := range s.Model.Components {
		all = append(all, c.ID+" ("+strings.ReplaceAll(c.Kind, "_", " ")+")")
	}
	for _, f := range s.Model.Flows {
		all = append(all, f.Place())
	}
	return all
}

// drawnApart lists the parts and flows that are new in the model, and those that are gone.
func (d *ThreatDiff) drawnApart() (added, gone []string) {
	without := func(all, known []string) []string {
		is := map[string]bool{}
		for _, k := range known {
			is[k] = true
		}
		var out []string
		for _, a := range all {
			if !is[a] {
				is[a] = true
				out = append(out, a)
			}
		}
		return out
	}
	before, after := d.Before.parts(), d.After.parts()
	return without(after, before), without(before, after)
}

// changeLine tells one change in words.
func changeLine(c threat.Change) string {
	switch {
	case c.Before == "":
		return fmt.Sprintf("%s %s at %s", c.ID, c.Title, c.Place)
	case c.After == "":
		return fmt.Sprintf("%s %s at %s (was %s)", c.ID, c.Title, c.Place, c.Before)
	}
	return fmt.Sprintf("%s %s at %s: %s, was %s", c.ID, c.Title, c.Place, c.After, c.Before)
}

// sections are the kinds of change with their titles; the worst is first.
func (d *ThreatDiff) sections() []threatChanges {
	better, worse := threatChanges{Title: "Better", Sign: "+"}, threatChanges{Title: "Fell back", Sign: "!"}
	for _, c := range d.Difference.Changed {
		if (threat.Difference{Changed: []threat.Change{c}}).Worse() {
			worse.Changes = append(worse.Changes, c)
		} else {
			better.Changes = append(better.Changes, c)
		}
	}
	return []threatChanges{{"Added", "!", d.Difference.Added}, worse, better, {"Gone", "+", d.Difference.Removed}}
}

type threatChanges struct {
	Title, Sign string
	Changes     []threat.Change
}

// diffShown bounds one section of the text.
const diffShown = 40

func writeThreatDiffText(w io.Writer, d *ThreatDiff, o Options) error {
	p := newPage(o)
	headInk := green
	if d.Worse() {
		headInk = red
	}
	p.block(block{text: sentence(d.Before.label() + " -> " + d.After.label()), ink: dim})
	p.block(block{text: d.heading(), ink: headInk})
	for _, s := range d.sections() {
		if len(s.Changes) == 0 || d.Before.Model == nil && s.Title == "Added" && !o.Verbose {
			continue
		}
		p.heading(fmt.Sprintf("%s (%d)", s.Title, len(s.Changes)), "")
		for i, c := range s.Changes {
			if i == diffShown && !o.Verbose {
				p.block(block{indent: 2, text: fmt.Sprintf("and %d more: --verbose shows all", len(s.Changes)-i), ink: dim})
				break
			}
			ink := green
			if s.Sign == "!" {
				ink = severityInks[threatSeverity(c.Severity)]
			}
			p.block(block{mark: c.Severity, markInk: ink, hang: threatHang, text: sentence(changeLine(c))})
			if s.Title == "Added" {
				text := sentence(c.Reason)
				if c.After != threat.Applies {
					text = string(c.After) + ". " + text
				}
				p.block(block{indent: threatHang, text: text, ink: dim})
			}
		}
	}
	added, gone := d.drawnApart()
	if d.Before.Model != nil && d.After.Model != nil && len(added)+len(gone) > 0 {
		p.heading("In the model", "")
		for _, x := range []struct {
			mark string
			list []string
		}{{"new  ", added}, {"gone ", gone}} {
			if len(x.list) > 0 {
				p.block(block{indent: 2, mark: x.mark, markInk: dim, text: sentence(firstOf(x.list, 15))})
			}
		}
	}
	return p.flush(w)
}

func (s ThreatSide) label() string {
	if s.Commit != "" {
		return s.Name + " (" + s.Commit[:min(len(s.Commit), 12)] + ")"
	}
	return s.Name
}

// Shares of a comment under a pull request, which ends at 65,536 characters.
const markdownChanges = 13_000

func writeThreatDiffMarkdown(w io.Writer, d *ThreatDiff, _ Options) error {
	m := &markdown{}
	fmt.Fprintf(&m.b, "<!-- lodemark threats diff -->\n## Threats: %s\n\n%s to %s\n", escapeMarkdown(d.heading()), code(d.Before.label()), code(d.After.label()))
	for _, s := range d.sections() {
		if len(s.Changes) == 0 {
			continue
		}
		var rows []string
		for _, c := range s.Changes {
			status := string(c.After)
			switch {
			case c.After == "":
				status = "was " + string(c.Before)
			case c.Before != "":
				status = string(c.Before) + " → " + string(c.After)
			}
			rows = append(rows, fmt.Sprintf("| %s | %s %s | %s | %s | %s |\n", c.Severity, escapeMarkdown(c.ID), tableCell(c.Title, 160), tableCell(c.Place, 120), status, tableCell(c.Reason, 300)))
		}
		head := "| | threat | where | status | why here |\n|---|---|---|---|---|\n"
		if s.Sign == "!" && d.Before.Model != nil {
			fmt.Fprintf(&m.b, "\n### %s (%d)\n\n%s", s.Title, len(rows), head)
			m.listed(rows, markdownChanges, "threat")
		} else {
			rows[0] = head + rows[0]
			m.details(fmt.Sprintf("%s (%d)", s.Title, len(rows)), rows, markdownChanges, "threat")
		}
	}
	added, gone := d.drawnApart()
	var items []string
	for _, a := range added {
		items = append(items, "- new: "+code(a)+"\n")
	}
	for _, g := range gone {
		items = append(items, "- gone: "+code(g)+"\n")
	}
	if d.Before.Model != nil && d.After.Model != nil {
		m.details(fmt.Sprintf("In the model: %d new, %d gone", len(added), len(gone)), items, markdownChanges/2, "part")
	}
	fmt.Fprintf(&m.b, "\n<sub>%s %s, %s. %s</sub>\n", escapeMarkdown(d.Tool.Name), escapeMarkdown(d.Tool.Version), day(d.At), lodemark.Disclaimer)
	_, err := io.WriteString(w, m.b.String())
	return err
}

// threatDiffSchema names the layout; schema/threats-diff.schema.json describes it.
const threatDiffSchema = "lodemark.threats-diff/1"

type threatDiffJSON struct {
	Schema  string             `json:"schema"`
	Tool    lodemark.Tool      `json:"tool"`
	At      time.Time          `json:"at"`
	Before  threatSideJSON     `json:"before"`
	After   threatSideJSON     `json:"after"`
	Worse   bool               `json:"worse"`
	Added   []threatChangeJSON `json:"added"`
	Removed []threatChangeJSON `json:"removed"`
	Changed []threatChangeJSON `json:"changed"`
	Model   modelChangeJSON    `json:"model"`
}

type threatSideJSON struct {
	Name    string `json:"name"`
	Commit  string `json:"commit,omitempty"`
	Model   bool   `json:"model"` // there is one
	Threats int    `json:"threats"`
}

type threatChangeJSON struct {
	ID       string        `json:"id"`
	Title    string        `json:"title"`
	Severity string        `json:"severity"`
	Place    string        `json:"place"`
	Before   threat.Status `json:"before,omitempty"`
	After    threat.Status `json:"after,omitempty"`
	Reason   string        `json:"reason"`
}

type modelChangeJSON struct {
	New  []string `json:"new"`
	Gone []string `json:"gone"`
}

func writeThreatDiffJSON(w io.Writer, d *ThreatDiff, _ Options) error {
	side := func(s ThreatSide) threatSideJSON {
		out := threatSideJSON{Name: jsonName(s.Name), Commit: s.Commit, Model: s.Model != nil}
		if s.Report != nil {
			out.Threats = len(s.Report.Threats)
		}
		return out
	}
	rows := func(list []threat.Change) []threatChangeJSON {
		out := []threatChangeJSON{}
		for _, c := range list {
			out = append(out, threatChangeJSON(c))
		}
		return out
	}
	added, gone := d.drawnApart()
	return encode(w, threatDiffJSON{Schema: threatDiffSchema, Tool: d.Tool, At: d.At.UTC(), Before: side(d.Before), After: side(d.After), Worse: d.Worse(),
		Added: rows(d.Difference.Added), Removed: rows(d.Difference.Removed), Changed: rows(d.Difference.Changed), Model: modelChangeJSON{some(slices.Clone(added)), some(slices.Clone(gone))}})
}
