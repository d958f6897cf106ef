package inventory

import (
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/source/settings"
)

// rows notes the models that lists and tables of a file of settings offer: models: [{ "id": "...", "provider": "..." }], models: { "gpt-4o": {...} }.
func rows(n *settings.Node, depth int, tell teller) {
	if depth > 60 || n == nil || n.Scalar {
		return
	}
	list := n.Key
	if n.Parent == nil && n.Key == "" {
		list = "models" // a file that is nothing but such a list says so by its rows
	}
	named := (listModels.MatchString(list) || modelTable.MatchString(list)) && !notOffered.MatchString(list) && !ofProviders.MatchString(list)
	switch {
	case n.List && len(n.Children) > 0 && !n.Children[0].Scalar:
		offerRows(n, named && n.Key != "", tell)
	case named && n.Parent != nil && !n.List:
		for _, c := range n.Children {
			if !c.Scalar && len(c.Children) > 0 && !c.List && (hostedName.MatchString(c.Key) || isRouted(c.Key)) {
				tell(offerOf(c.Key), c)
			}
		}
	}
	for _, c := range n.Children {
		rows(c, depth+1, tell)
	}
}

// offerRows notes the ids in a list of tables, if its name tells that they are models or two of them are known to be.
func offerRows(list *settings.Node, named bool, tell teller) {
	ids := make([]*settings.Node, 0, len(list.Children))
	known := 0
	for _, row := range list.Children {
		if row.Scalar || row.List {
			continue
		}
		best, rank := (*settings.Node)(nil), 0
		for _, c := range row.Children {
			if r := idKey(c.Key); c.Scalar && r > rank {
				best, rank = c, r
			}
		}
		if best == nil {
			continue
		}
		if len(ids) < maxRows {
			ids = append(ids, best)
		}
		if hostedName.MatchString(best.Value) && sized.MatchString(best.Value) || isRouted(best.Value) {
			known++
		}
	}
	if !named && known < 2 {
		return
	}
	for _, id := range ids {
		value := orDefault(id.Value)
		if len(value) < 2 || !modelID.MatchString(value) || noModel.MatchString(value) {
			continue
		}
		if hostedName.MatchString(value) || isRouted(value) || family.MatchString(value) && sized.MatchString(value) || named && family.MatchString(value) && sideTraits(id) || bareHub.MatchString(value) {
			tell(offerOf(value), id)
		}
	}
}

// sideTraits says whether something stands beside an id that only models have.
func sideTraits(id *settings.Node) bool {
	for _, c := range id.Parent.Children {
		if c != id && modelTrait.MatchString(c.Key) {
			return true
		}
	}
	return false
}

// offerOf is the model of an id in a row.
func offerOf(id string) Asset {
	a := Asset{Kind: kindOfHosted(id), Name: id, Seen: ByName, Pin: lodemark.PinNone}
	switch {
	case embedWord.MatchString(id):
		a.Kind = lodemark.KindEmbeddingModel
	case !hostedName.MatchString(id) && !isRouted(id) && isHub(id) && !strings.HasPrefix(id, "accounts/"):
		a.Kind = lodemark.KindModel
	default:
		if m := dated.FindStringSubmatch(id); m != nil {
			a.Pin, a.Version = lodemark.PinTag, m[1]
		}
	}
	return a
}
