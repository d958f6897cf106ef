package report

import (
	"html/template"

	"github.com/lodemark/lodemark/internal/picture"
)

// htmlThreats is how the threats of the system stand, as far as a page shows them.
type htmlThreats struct {
	Model            string // its file; empty: it was drawn from the code
	Library          string
	Components, Flow int
	Counts           string // "12 apply, 3 unconfirmed"
	Rows             []htmlThreat
	Hidden           int
	Ways             []htmlThreatWay
	Picture          template.HTML
}

type htmlThreat struct {
	ID, Title, Severity, Status, Means string
	Reason, Where, Way, Do             string
}

type htmlThreatWay struct{ Path, Threats, Worst string }

// What a page shows of threats; lodemark threats tells all of it.
const (
	htmlThreatRows = 25
	htmlThreatWays = 6
)

// htmlThreatsOf draws the threats; nil where none were handed in.
func htmlThreatsOf(t *Threats) *htmlThreats {
	if t == nil {
		return nil
	}
	h := &htmlThreats{Library: sentence(t.Library.Name + " " + t.Library.Version), Components: len(t.Model.Components), Flow: len(t.Model.Flows), Counts: statusCounts(t.Report.Threats)}
	if !t.Drawn {
		h.Model = place(t.Model.Path, 0)
	}
	for _, x := range t.Shown {
		if !ThreatOpen(x.Status) {
			continue
		}
		if len(h.Rows) == htmlThreatRows {
			h.Hidden++
			continue
		}
		row := htmlThreat{ID: sentence(x.ID), Title: sentence(x.Title), Severity: sentence(x.Severity), Status: string(x.Status), Means: statusWords[x.Status],
			Reason: sentence(x.Reason), Where: sentence(threatPlaces(x, 6))}
		if len(x.Path) > 1 {
			row.Way = sentence(arrows(x.Path))
		}
		for _, m := range x.Mitigations {
			if m.Status == "" {
				row.Do = sentence(m.ID + " " + m.Title)
				break
			}
		}
		h.Rows = append(h.Rows, row)
	}
	for _, a := range t.attacks() {
		if len(h.Ways) == htmlThreatWays {
			break
		}
		ids := a.Threats
		h.Ways = append(h.Ways, htmlThreatWay{Path: sentence(arrows(a.Path)), Threats: sentence(firstOf(ids, 8)), Worst: sentence(a.Worst)})
	}
	if svg, err := picture.SVG(threatPicture(t), false); err == nil { // too large a picture: the tables stand, and lodemark threats says why
		h.Picture = template.HTML(svg)
	}
	return h
}
