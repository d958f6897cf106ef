package otm

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/lodemark/lodemark/design/threat"
)

// mark is what the names of attributes of ours begin with.
const mark = "lodemark."

// Write gives a threat model as OTM, with how the threats stand. A nil report leaves the threats out. The same input gives the same bytes.
func Write(m *threat.Model, lib *threat.Library, r *threat.Report) ([]byte, error) {
	w := &writer{m: m, flows: map[string][]int{}, inside: map[string]string{}}
	w.project()
	w.parts()
	if r != nil {
		w.threats(lib, r)
	}
	w.noted()
	w.assets()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(w.d); err != nil {
		return nil, fmt.Errorf("write the threat model as OTM: %w", err)
	}
	return b.Bytes(), nil
}

type writer struct {
	m      *threat.Model
	d      document
	flows  map[string][]int  // indices of flows by their place
	inside map[string]string // the component around a component
	used   []string          // classes of data
}

func (w *writer) project() {
	m := w.m
	name := cmp.Or(m.System.Name, "System without a name")
	p := project{ID: cmp.Or(slug(name), "system"), Name: name, Attributes: &attributes{said: map[string]any{mark + "layout": 1}}}
	declared(p.Attributes, m.System.Attributes, threat.SystemAttributes())
	if len(m.Impact) > 0 {
		p.Attributes.said[mark+"impact"] = statements(m.Impact)
	}
	if a := m.Attractiveness; a != nil {
		p.Attributes.said[mark+"attractiveness"] = given(map[string]any{"level": a.Level, "who": a.Who, "reason": a.Reason.Text})
	}
	if len(m.Excluded) > 0 {
		all := map[string]string{}
		for _, x := range m.Excluded {
			all[x.Class] = x.Reason.Text
		}
		p.Attributes.said[mark+"excluded"] = all
	}
	if o := m.Outlook; o != nil {
		p.Attributes.said[mark+"outlook"] = given(map[string]any{"date": dayOf(o.Date), "review": dayOf(o.Review), "catalogue": o.Catalogue, "text": o.Text.Text})
	}
	w.d = document{Version: version, Project: p, Assets: []asset{}, Zones: []zone{}, Components: []component{}, Flows: []flow{}, Threats: []threatOf{}, Mitigations: []mitigation{}}
}

func statements(all threat.Impact) map[string]string {
	out := map[string]string{}
	for party, s := range all {
		out[party] = s.Text
	}
	return out
}

// given leaves out what is empty.
func given(all map[string]any) map[string]any {
	maps.DeleteFunc(all, func(_ string, v any) bool {
		list, isList := v.([]string)
		return v == "" || isList && len(list) == 0
	})
	return all
}

func dayOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// parts writes zones, components and flows.
func (w *writer) parts() {
	for _, c := range w.m.Components {
		for _, id := range c.Contains {
			if _, taken := w.inside[id]; !taken {
				w.inside[id] = c.ID // what lies in several lies in the first of them; the others keep it as an attribute
			}
		}
	}
	zones := map[string]bool{}
	for _, c := range w.m.Components {
		boundary, known := c.Attributes["boundary"]
		at := undeclared
		if known && !boundary.Unknown && boundary.Text != "" {
			at = boundary.Text
		}
		o := component{ID: c.ID, Name: c.Called(), Type: c.Kind, Tags: c.Technology, Attributes: &attributes{said: map[string]any{}}}
		skip := []string{}
		if around := w.inside[c.ID]; around != "" {
			o.Parent = &parent{Component: around}
		} else {
			o.Parent, zones[at] = &parent{Zone: at}, true
			if at != undeclared {
				skip = append(skip, "boundary")
			}
		}
		if v := c.Attributes["holds"]; len(v.List) > 0 && !v.Unknown {
			o.Assets = &instances{Stored: slices.Clone(v.List)}
			w.used = append(w.used, v.List...)
			skip = append(skip, "holds")
		}
		declared(o.Attributes, c.Attributes, threat.ComponentAttributes(), skip...)
		if c.Name == "" {
			o.Attributes.said[mark+"unnamed"] = true
		}
		keep(o.Attributes, "controls", c.Controls)
		keep(o.Attributes, "contains", c.Contains)
		if c.Guess != "" {
			o.Attributes.said[mark+"guess"] = c.Guess
		}
		for i, p := range c.Paths {
			o.Representations = append(o.Representations, shown{Representation: "tree", ID: fmt.Sprintf("%s-%d", c.ID, i+1), File: p})
		}
		w.d.Components = append(w.d.Components, o)
	}
	if slices.ContainsFunc(w.d.Components, func(c component) bool { return c.Representations != nil }) {
		w.d.Representations = []representation{{ID: "tree", Name: "The system's files", Type: "code"}}
	}
	for _, b := range append(threat.Boundaries(), undeclared) {
		if !zones[b] {
			continue
		}
		z := zone{ID: b, Name: strings.ReplaceAll(b, "-", " "), Risk: trust{trustRatings[b]}}
		if b == undeclared {
			z.Name, z.Description = "boundary not declared", "The threat model does not say in which trust boundary these lie. The rating is no opinion."
		}
		w.d.Zones = append(w.d.Zones, z)
	}
	for i, f := range w.m.Flows {
		o := flow{ID: fmt.Sprintf("flow-%d", i+1), Name: cmp.Or(f.Name, f.Place()), Source: f.From, Destination: f.To, Attributes: &attributes{said: map[string]any{}}}
		skip := []string{}
		if v := f.Attributes["carries"]; len(v.List) > 0 && !v.Unknown {
			o.Assets = slices.Clone(v.List)
			w.used = append(w.used, v.List...)
			skip = append(skip, "carries")
		}
		declared(o.Attributes, f.Attributes, threat.FlowAttributes(), skip...)
		keep(o.Attributes, "controls", f.Controls)
		if f.Name == "" {
			o.Attributes.said[mark+"unnamed"] = true
		}
		if f.Guess != "" {
			o.Attributes.said[mark+"guess"] = f.Guess
		}
		w.flows[f.Place()] = append(w.flows[f.Place()], i)
		w.d.Flows = append(w.d.Flows, o)
	}
	w.handled()
}

// handled says of each component what the flows bring to it and take from it.
func (w *writer) handled() {
	at := map[string]int{}
	for i, c := range w.d.Components {
		at[c.ID] = i
	}
	sees := map[string]map[string]bool{}
	for _, f := range w.d.Flows {
		for _, id := range []string{f.Source, f.Destination} {
			if sees[id] == nil {
				sees[id] = map[string]bool{}
			}
			for _, class := range f.Assets {
				sees[id][class] = true
			}
		}
	}
	for id, classes := range sees {
		i, ok := at[id]
		if !ok || len(classes) == 0 {
			continue
		}
		if w.d.Components[i].Assets == nil {
			w.d.Components[i].Assets = &instances{}
		}
		w.d.Components[i].Assets.Processed = slices.Sorted(maps.Keys(classes))
	}
}

// assets are the classes of data that are in use, in the vocabulary's order.
func (w *writer) assets() {
	bad := map[string]float64{"public": 0, "internal": 40, "model_output": 40, "telemetry": 40, "feedback": 40, "labels": 40}
	for _, class := range threat.DataClasses() {
		if !slices.Contains(w.used, class) {
			continue
		}
		n, ok := bad[class]
		if !ok {
			n = 80
		}
		if class == "credential" || class == "special" {
			n = 100
		}
		w.d.Assets = append(w.d.Assets, asset{ID: class, Name: strings.ReplaceAll(class, "_", " "), Description: "A class of data of the threat model.",
			Risk: rating{Confidentiality: n, Integrity: 50, Availability: 50, Comment: "By the class of data alone; integrity and availability are not rated, and stand in the middle."}})
	}
}

// declared puts attributes of the vocabulary under names of ours.
func declared(into *attributes, from threat.Attributes, table []threat.Attribute, skip ...string) {
	for _, a := range table {
		v, ok := from[a.Name]
		if !ok || slices.Contains(skip, a.Name) {
			continue
		}
		var out any
		switch {
		case v.Unknown && len(v.List) == 0:
			out = "unknown"
		case a.Type == threat.List:
			out = append([]string{}, v.List...)
		case a.Type == threat.Number:
			out = v.Number
		case a.Type == threat.Bool:
			out = v.Bool
		default:
			out = v.Text
		}
		into.said[mark+a.Name] = out
	}
}

func keep(into *attributes, name string, words []string) {
	if len(words) > 0 {
		into.said[mark+name] = words
	}
}

// slug makes an id of a name.
func slug(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= 60 {
			break
		}
	}
	return strings.Trim(b.String(), "-")
}

// cut keeps a text within bounds.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most -= len("…"); most > 0 && !utf8.RuneStart(s[most]); {
		most--
	}
	return s[:most] + "…"
}
