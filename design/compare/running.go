package compare

import (
	"strings"
	"time"
)

// privacy asks what the model could give away, and what was agreed about data sent to it.
func privacy(c *Candidate, in *asked) []Signal {
	var out []Signal
	if v, ok := c.said("privacy.personal_data_in_training"); ok {
		s := Signal{Name: "training data", At: c.described.at(v), Declared: true}
		switch v.Text {
		case "no":
			s.Value, s.State = "holds no personal data", Good
		case "filtered":
			s.Value, s.State = "was filtered for personal data", Good
		case "yes":
			s.Value, s.State = "holds personal data", Poor
		default:
			s.Value = "whether it holds personal data is not known"
		}
		out = append(out, s)
	}
	if v, ok := c.said("privacy.memorisation"); ok {
		out = append(out, Signal{"memorisation", v.Text, c.described.at(v), Good, true})
	}
	if v, ok := c.said("privacy.agreement"); ok {
		out = append(out, Signal{"agreement", v.Text, c.described.at(v), Good, true})
	} else if c.Kind == Hosted && (in.Need.Data == "personal" || in.Need.Data == "special") {
		out = append(out, Signal{"agreement", "none on processing the " + in.Need.Data + " data that the task sends", "", Poor, false})
	}
	if line, at, ok := c.lineOf(personal); ok {
		out = append(out, Signal{"card", "says: " + clipped(line, 160), at, Unknown, false})
	}
	if len(out) == 0 {
		out = append(out, Signal{"training data", "whether it holds personal data is not said", "", Unknown, false})
	}
	return out
}

// operations asks who runs, watches and updates the model. Files do not show it.
func operations(c *Candidate, _ *asked) []Signal {
	var out []Signal
	for _, k := range []struct{ field, name, missing string }{
		{"operations.owner", "owner", "nobody here is named"},
		{"operations.monitoring", "monitoring", "not said"},
		{"operations.updates", "updates", "how a new version comes in is not said"},
		{"operations.contact", "faults", "where they are reported is not said"},
	} {
		if v, ok := c.said(k.field); ok {
			out = append(out, Signal{k.name, v.Text, c.described.at(v), Good, true})
		} else {
			out = append(out, Signal{k.name, k.missing, "", Unknown, false})
		}
	}
	return out
}

// fallback asks what answers instead. One at the same provider fails with it.
func fallback(c *Candidate, in *asked) []Signal {
	v, ok := c.said("fallback.to")
	if !ok {
		return []Signal{{"fallback", "none is named", "", Unknown, false}}
	}
	s := Signal{"fallback", v.Text, c.described.at(v), Good, true}
	for _, other := range in.candidates {
		if other == c || !strings.EqualFold(other.Name, v.Text) && (other.Model == "" || !strings.EqualFold(other.Model, v.Text)) {
			continue
		}
		if other.Kind == Hosted && c.Kind == Hosted && strings.EqualFold(other.Provider, c.Provider) {
			s.Value, s.State = v.Text+", which fails with the same provider", Poor
		}
	}
	out := []Signal{s}
	tested, ok := c.said("fallback.tested")
	if !ok {
		return append(out, Signal{"tried", "not said when", "", Unknown, false})
	}
	at, _ := time.Parse(time.DateOnly, tested.Text)
	t := Signal{"tried", "on " + tested.Text, c.described.at(tested), Good, true}
	if in.At.Sub(at) > 365*24*time.Hour {
		t.Value, t.State = t.Value+", more than a year ago", Poor
	}
	return append(out, t)
}

// clipped is the beginning of a text.
func clipped(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > n {
		return string(runes[:n-1]) + "…"
	}
	return s
}
