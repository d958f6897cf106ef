package discover

import (
	"path"
	"strings"

	"github.com/lodemark/lodemark"
)

// beside finds what only its neighbours make a component: a README beside a model is its card, a table beside a data card
// is a dataset, a template below a chart belongs to Kubernetes.
func beside(components []lodemark.Component, seen []sighting) []lodemark.Component {
	models, data, cards, charts := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	for i := range components {
		c := &components[i]
		dir := path.Dir(c.Path)
		switch c.Kind {
		case lodemark.KindModel:
			models[dir] = true
		case lodemark.KindDataset:
			data[dir] = true
		case lodemark.KindDataCard:
			cards[dir] = true
		}
	}
	for i := range seen {
		if seen[i].hints.chart {
			charts[path.Dir(seen[i].file.Path)] = true
		}
	}
	var more []lodemark.Component
	for i := range seen {
		f, h := &seen[i].file, &seen[i].hints
		dir := path.Dir(f.Path)
		add := func(kind lodemark.Kind, format string) {
			more = append(more, lodemark.Component{Kind: kind, Name: path.Base(f.Path), Path: f.Path, Format: format, Origin: lodemark.OriginInferred, Test: f.Test || f.Vendored})
		}
		switch {
		case h.table != "" && (cards[dir] || path.Dir(dir) != "." && cards[path.Dir(dir)]) && !outcomeName.MatchString(strings.ToLower(path.Base(f.Path))):
			add(lodemark.KindDataset, h.table)
		case h.template && belowChart(dir, charts):
			add(lodemark.KindKubernetes, "helm-template")
		case h.readme && models[dir] && dir != "." && !isCard(&seen[i]):
			add(lodemark.KindModelCard, "markdown")
		case h.readme && data[dir] && dir != "." && !isCard(&seen[i]):
			add(lodemark.KindDataCard, "markdown")
		}
	}
	return more
}

func isCard(s *sighting) bool {
	for _, c := range s.components {
		if c.Kind == lodemark.KindModelCard || c.Kind == lodemark.KindDataCard {
			return true
		}
	}
	return false
}

func belowChart(dir string, charts map[string]bool) bool {
	for ; ; dir = path.Dir(dir) {
		if charts[dir] {
			return true
		}
		if dir == "." || dir == "/" {
			return false
		}
	}
}
