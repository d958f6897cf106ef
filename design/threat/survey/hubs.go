package survey

import (
	"slices"

	"github.com/lodemark/lodemark/design/threat"
)

// hubs draws where models come from that others published: whoever can change them there changes the system.
func (d *drafter) hubs() {
	looser := []string{"digest", "tag", "none"}
	for _, m := range d.kinds("model", "embedding_model", "guard_model") {
		if m.attributes["origin"].Text != "hub" || m.attributes["hosting"].Text == "vendor" || m.boundary == "vendor" {
			continue
		}
		hub := d.add("hub huggingface", "package_source", "model hub", "internet", "code loads models of others from there", m.at)
		hub.tech("huggingface-hub")
		hub.text("hosting", "vendor", "")
		hub.text("origin", "hub", "")
		pinned, had := m.attributes["pinned"], hub.attributes["pinned"]
		switch {
		case pinned.Text == "" && had.Text != "none":
			hub.attributes["pinned"] = threat.Value{Unknown: true}
		case pinned.Text != "" && (had.Text == "" && !had.Unknown || slices.Index(looser, pinned.Text) > slices.Index(looser, had.Text)) && (!had.Unknown || pinned.Text == "none"):
			hub.attributes["pinned"] = threat.Value{Text: pinned.Text}
			hub.because["pinned"] = "as " + m.name + " is, the loosest of those from there"
		}
		d.flow(hub, m, "code loads it from there", "weights")
	}
}
