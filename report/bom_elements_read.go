package report

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// elementState says how an element stands in an inventory.
type elementState string

const (
	elementPresent elementState = "present"
	elementMissing elementState = "missing"
	elementNA      elementState = "not applicable" // there is nothing of which it could be known, and Where says so
)

// reading is what an inventory knows of an element: of how many of the things that it is asked of, and from where.
type reading struct {
	Known, Of int
	Where     string
}

// elementRow is an element with what is known of it. It is present only where it is known of everything that it is asked of.
type elementRow struct {
	element
	reading
	State elementState
}

// todo says where what is missing can be added.
func (e elementRow) todo() string {
	if e.State == elementMissing {
		return e.Add
	}
	return ""
}

// bill is an inventory while it is written: folded, and with what is looked up more than once.
type bill struct {
	*BOM
	parts    []part
	models   []part // those that are resolved and not in tests
	datasets []part
	cards    map[spotOf]string // the card in a folder
	learned  map[string]bool   // names of datasets that models are made from
}

type spotOf struct {
	kind   lodemark.Kind
	folder string
}

func newBill(b *BOM) *bill {
	out := &bill{BOM: b, parts: partsOf(b.Run.System), cards: map[spotOf]string{}, learned: map[string]bool{}}
	for _, p := range out.parts {
		switch {
		case p.Kind == lodemark.KindModelCard, p.Kind == lodemark.KindDataCard:
			if at := (spotOf{p.Kind, path.Dir(p.Path)}); out.cards[at] == "" {
				out.cards[at] = p.Path
			}
		case p.Test, p.unresolved(), p.providerOnly():
		case p.Kind.IsModel():
			out.models = append(out.models, p)
			for _, name := range trainedOn(p) {
				out.learned[name] = true
			}
		case p.Kind == lodemark.KindDataset:
			out.datasets = append(out.datasets, p)
		}
	}
	return out
}

// elementsOf holds an inventory beside the minimum elements.
func elementsOf(b *BOM) []elementRow { return newBill(b).elements() }

func (b *bill) elements() []elementRow {
	out := make([]elementRow, 0, len(bomElements))
	for _, e := range bomElements {
		r := e.Read(b)
		row := elementRow{element: e, reading: r, State: elementMissing}
		switch {
		case r.Of == 0:
			row.State = elementNA
		case r.Known == r.Of:
			row.State = elementPresent
		}
		out = append(out, row)
	}
	return out
}

// elementCounts is one line: how many elements are there, missing, and not asked for.
func elementCounts(rows []elementRow) string {
	n := map[elementState]int{}
	for _, r := range rows {
		n[r.State]++
	}
	text := fmt.Sprintf("%d of %d present, %d missing", n[elementPresent], len(rows), n[elementMissing])
	if n[elementNA] > 0 {
		text += fmt.Sprintf(", %d not applicable", n[elementNA])
	}
	return text
}

// said is an element that one text answers.
func said(text, where string) reading {
	if text == "" {
		return reading{Of: 1}
	}
	return reading{1, 1, where}
}

// writes is an element that every inventory of ours has.
func writes(where string) func(*bill) reading {
	return func(*bill) reading { return reading{1, 1, where} }
}

// notRead is an element of which no file that is read says anything.
func notRead(*bill) reading { return reading{Of: 1} }

func never(*bill, part) bool { return false }

func ofModels(known func(*bill, part) bool) func(*bill) reading {
	return func(b *bill) reading { return b.each(b.models, "models", known) }
}

// ofWeights asks only of models whose weights are the system's to keep: those of a provider cannot be hashed by who calls it.
func ofWeights(known func(*bill, part) bool) func(*bill) reading {
	return func(b *bill) reading {
		own := slices.DeleteFunc(slices.Clone(b.models), hosted)
		return b.each(own, "models whose weights the system loads", known)
	}
}

func ofDatasets(known func(*bill, part) bool) func(*bill) reading {
	return func(b *bill) reading { return b.each(b.datasets, "datasets", known) }
}

// each asks the same of all of some parts, which noun names in the plural.
func (b *bill) each(parts []part, noun string, known func(*bill, part) bool) reading {
	if len(parts) == 0 {
		return reading{Where: "no " + noun + " were found, and none are declared"}
	}
	r := reading{Of: len(parts)}
	for _, p := range parts {
		if known(b, p) {
			r.Known++
		}
	}
	r.Where = fmt.Sprintf("known of %d of %d %s", r.Known, r.Of, noun)
	return r
}

func (b *bill) toolVersion() string {
	if v := b.Run.Tool.Version; v != "devel" {
		return v
	}
	return ""
}

func (b *bill) systemName() reading {
	s := b.Run.System
	switch {
	case s.Declared.Name != "":
		return said(s.Declared.Name, "name: of "+s.Declared.Path)
	case s.Name != "":
		return said(s.Name, "the name of the folder; lodemark.yaml declares none")
	}
	return reading{Of: 1}
}

func (b *bill) components() reading {
	n := 0
	for _, p := range b.parts {
		n += number(!p.unresolved())
	}
	if n == 0 {
		return reading{Of: 1}
	}
	return reading{1, 1, count(n, "part")}
}

func (b *bill) producer() reading {
	d := b.Run.System.Declared
	return said(d.Owner.Name+d.Owner.Contact, "owner: of "+d.Path)
}

func (b *bill) dataFlow() reading {
	for _, p := range b.parts {
		if p.Kind == lodemark.KindThreatModel && !p.Test {
			return reading{1, 1, p.Path}
		}
	}
	return b.document("threat-model")
}

func (b *bill) dataUsage() reading {
	if d := b.Run.System.Declared; len(d.DataClasses) > 0 {
		return reading{1, 1, "data_classes: of " + d.Path}
	}
	return b.document("data-use", "privacy-assessment")
}

func (b *bill) sensitivity() reading {
	if len(b.datasets) == 0 {
		return b.each(nil, "datasets", nil)
	}
	d := b.Run.System.Declared
	if f := d.Facts["sensitive_training_data"]; f.Answer != lodemark.Unknown {
		return reading{1, 1, "facts.sensitive_training_data of " + d.Path}
	}
	return reading{Of: 1}
}

func (b *bill) software() reading {
	by := map[lodemark.Kind]int{}
	for _, p := range b.parts {
		if !p.Test {
			by[p.Kind]++
		}
	}
	var seen []string
	for _, k := range []lodemark.Kind{lodemark.KindPackage, lodemark.KindServer, lodemark.KindContainer} {
		if n := by[k]; n > 0 {
			seen = append(seen, groupCount(k, n))
		}
	}
	return said(strings.Join(seen, ", "), strings.Join(seen, ", "))
}

func (b *bill) controls() reading {
	n := 0
	for _, p := range b.parts {
		n += number(p.Kind == lodemark.KindGuardrail && !p.Test)
	}
	if n > 0 {
		return reading{1, 1, groupCount("guardrail", n)}
	}
	return b.document("guardrails", "access-matrix")
}

func (b *bill) policy() reading {
	for _, p := range b.parts {
		if p.Kind == lodemark.KindDocument && p.value("about") == "security-policy" && !p.Test {
			return reading{1, 1, p.Path}
		}
	}
	return b.document("security-policy")
}

// document is the first of some kinds of documents that lodemark.yaml points to. What it says is not read.
func (b *bill) document(kinds ...string) reading {
	for _, k := range kinds {
		if d := b.Run.System.Declared.Documents[k]; d.Path+d.Address != "" {
			return reading{1, 1, "documents." + k + ": " + d.Path + d.Address}
		}
	}
	return reading{Of: 1}
}

// card is the path of the card that lies beside a file or in a folder above it, nearest first; the tree's own README is none of one file.
func (b *bill) card(p part, kind lodemark.Kind) string {
	if !p.isFile() {
		return ""
	}
	for dir := path.Dir(p.Path); dir != "." && dir != "/"; dir = path.Dir(dir) {
		if card := b.cards[spotOf{kind, dir}]; card != "" {
			return card
		}
	}
	return ""
}

func (b *bill) identified(p part) bool {
	if hosted(p) {
		return len(providersOf(p)) > 0 || strings.Contains(p.Name, "/")
	}
	return p.Digest != "" || purlOf(p) != ""
}

func (b *bill) described(p part) bool {
	return p.fact("description") != "" || p.value("purpose") != "" || b.card(p, lodemark.KindModelCard) != ""
}

// groupCount writes a number of parts with the name of their kind.
func groupCount(k lodemark.Kind, n int) string {
	g, _ := groupOf(k)
	if n == 1 {
		return "1 " + lowerFirst(g.One)
	}
	return fmt.Sprintf("%d %s", n, lowerFirst(g.Many))
}

func lowerFirst(s string) string {
	if strings.HasPrefix(s, "MCP") || strings.HasPrefix(s, "CI ") || s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
