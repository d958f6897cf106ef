package report

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/design/threat"
	"github.com/lodemark/lodemark/internal/picture"
)

// laneOrder lists the trust boundaries from the outside in, as a picture draws them from top to bottom.
var laneOrder = []string{"internet", "user-device", "physical", "retrieved-content", "tenant", "serving", "agent-to-agent", "tool-runtime", "vendor", "training", "build", "operator"}

// threatPicture is the data-flow diagram of a threat model: trust boundaries as lanes, kinds as shapes, and what may carry on
// what strangers or users wrote dashed. Components at
// which a critical threat applies have a heavy frame.
func threatPicture(t *Threats) *picture.Graph {
	m := t.Model
	g := &picture.Graph{Title: "Data flows and trust boundaries of " + t.systemName()}
	used := map[string]bool{}
	hot, about := t.atComponents()
	for _, c := range m.Components {
		lane := c.Attributes["boundary"].Text
		used[lane] = true
		shape, class := threatShape(c)
		if hot[c.ID] {
			class = strings.TrimSpace(class + " warn")
		}
		tip := c.ID
		if n := len(about[c.ID]); n > 0 {
			tip += ": " + firstOf(about[c.ID], 12)
		}
		g.Nodes = append(g.Nodes, picture.Node{ID: c.ID, Label: c.Called(), Note: strings.ReplaceAll(c.Kind, "_", " "), Lane: lane, Shape: shape, Class: class, Tip: tip})
	}
	for _, b := range append(slices.Clone(laneOrder), threat.Boundaries()...) { // those that the order forgets come last
		if used[b] && !slices.ContainsFunc(g.Lanes, func(l picture.Lane) bool { return l.ID == b }) {
			g.Lanes = append(g.Lanes, picture.Lane{ID: b, Label: "Trust boundary: " + strings.ReplaceAll(b, "-", " ")})
		}
	}
	untrusted, dashed := threat.Untrusted(m), 0
	for i, f := range m.Flows {
		if f.From == f.To {
			continue
		}
		e := picture.Edge{From: f.From, To: f.To, Label: flowLabel(f)}
		if untrusted[i] {
			e.Class = "untrusted"
			dashed++
		}
		g.Edges = append(g.Edges, e)
	}
	g.Text = fmt.Sprintf("%s and %s. %d of the flows may carry on what strangers or users wrote; they are dashed.", count(len(m.Components), "component"), count(len(m.Flows), "flow"), dashed)
	if len(g.Lanes) > 0 {
		g.Text += " " + count(len(g.Lanes), "trust boundary lane") + "."
	}
	return g
}

// atComponents says at which components a critical threat is open, and which open threats there are at each.
func (t *Threats) atComponents() (hot map[string]bool, about map[string][]string) {
	hot, about = map[string]bool{}, map[string][]string{}
	for _, x := range t.Report.Threats {
		if !ThreatOpen(x.Status) {
			continue
		}
		for _, p := range x.Places {
			about[p.At] = append(about[p.At], x.ID)
			if x.Status == threat.Applies && x.Severity == "critical" {
				hot[p.At] = true
			}
		}
	}
	return hot, about
}

func threatShape(c *threat.Component) (picture.Shape, string) {
	switch c.Kind {
	case "agent", "coding_assistant":
		return picture.Process, "agent"
	case "web_source", "package_source":
		return picture.Entity, "outside"
	case "dataset", "feature_store", "model_registry", "artifact_store", "secret_store", "log_store", "evidence_store":
		return picture.Store, "store"
	case "crawler":
		return picture.Process, ""
	}
	switch threat.GroupOf(c.Kind) {
	case "people":
		return picture.Entity, "outside"
	case "model":
		return picture.Model, "model"
	case "knowledge":
		return picture.Store, "store"
	}
	return picture.Process, ""
}

// flowLabel is what a flow carries, in few words.
func flowLabel(f *threat.Flow) string {
	carries := f.Attributes["carries"].List
	var words []string
	for _, w := range carries[:min(len(carries), 2)] {
		words = append(words, strings.ReplaceAll(w, "_", " "))
	}
	label := strings.Join(words, ", ")
	if n := len(carries) - 2; n > 0 {
		label += fmt.Sprintf(" +%d", n)
	}
	return label
}

// drawnWith says in plain words that a picture cannot be drawn.
func drawnWith(err error, g *picture.Graph) error {
	if errors.Is(err, picture.ErrTooLarge) {
		return fmt.Errorf("draw %d components and %d flows: %w; draw parts of the system as threat models of their own", len(g.Nodes), len(g.Edges), err)
	}
	return err
}

func writeThreatsSVG(w io.Writer, t *Threats, _ Options) error {
	g := threatPicture(t)
	text, err := picture.SVG(g, true)
	if err != nil {
		return drawnWith(err, g)
	}
	_, err = w.Write(text)
	return err
}

func writeThreatsMermaid(w io.Writer, t *Threats, _ Options) error {
	g := threatPicture(t)
	text, err := picture.Mermaid(g)
	if err != nil {
		return drawnWith(err, g)
	}
	_, err = w.Write(text)
	return err
}
