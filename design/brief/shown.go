package brief

import (
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
)

// shownMost is how much is told of what records show.
const shownMost = 4

// shownItems are the threats of which records show that they are dealt with, after those of which they no longer do. Users are told of
// neither: what protects a system, and since when it does not, is no guidance for them.
func (m *material) shownItems() []Item {
	if m.Threats == nil || m.Role == lodemark.User {
		return nil
	}
	var all []Item
	for _, status := range []threat.Status{threat.Stale, threat.Evidenced} {
		for _, t := range m.Threats.Threats {
			if t.Status == status && len(all) < shownMost {
				all = append(all, shownItem(t))
			}
		}
	}
	return all
}

func shownItem(t threat.Threat) Item {
	var places, ids []string
	for _, p := range t.Places {
		places = append(places, p.At)
	}
	why := ""
	for _, m := range t.Mitigations {
		if m.Status != t.Status {
			continue
		}
		if ids = append(ids, m.ID); why == "" {
			why = strings.TrimSuffix(m.Title, ".") + ": " + m.Why
		}
	}
	words := "It is dealt with, and records show it. "
	if t.Status == threat.Stale {
		words = "What showed that it is dealt with no longer counts; show it anew. "
	}
	return Item{Mark: t.Severity, Text: words + t.Title + ". " + why + ".", Place: few(places), Note: t.ID + ", by " + few(ids)}
}
