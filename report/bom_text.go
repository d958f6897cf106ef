package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/lodemark/lodemark"
)

// How much is listed without --verbose.
const (
	bomFew        = 6 // of files that only stand beside a system
	bomUnresolved = 4 // references that are not resolved, of one kind
)

// writeBOMText draws an inventory for people at a terminal: one line for each thing, by kind.
func writeBOMText(w io.Writer, b *BOM, o Options) error {
	t := &bomText{page: newPage(o), bill: newBill(b), verbose: o.Verbose}
	t.head()
	var aside []part
	for i := 0; i < len(t.parts); {
		kind := t.parts[i].Kind
		var shown []part
		for ; i < len(t.parts) && t.parts[i].Kind == kind; i++ {
			if t.parts[i].Test {
				aside = append(aside, t.parts[i])
			} else {
				shown = append(shown, t.parts[i])
			}
		}
		t.group(kind, shown)
	}
	t.tests(aside)
	t.estimate()
	t.elementList()
	t.unread("Not read", t.Run.Gaps, t.verbose)
	return t.flush(w)
}

type bomText struct {
	*page
	*bill
	verbose bool
}

func (t *bomText) head() {
	r := t.Run
	t.line(t.paint(bold, t.cut(sentence(r.System.Name), t.width)))
	t.block(block{text: strings.Join([]string{clip(plain(r.Target), 120), day(r.At), count(r.Examined, "file") + " read"}, " · "), ink: dim})
	t.blank()
	t.block(block{text: bomSummary(t.parts), ink: bold})
	t.block(block{text: "Each line: name, first place and how many more, pin where there is one, and how it is known.", ink: dim})
}

// bomSummary counts the parts in one sentence.
func bomSummary(parts []part) string {
	n, tests, open, kinds := 0, 0, 0, map[lodemark.Kind]bool{}
	for _, p := range parts {
		switch {
		case p.Test:
			tests++
		case p.unresolved():
			open++
		default:
			n++
			kinds[p.Kind] = true
		}
	}
	if n+tests+open == 0 {
		return "Nothing was found."
	}
	text := fmt.Sprintf("%s of %s", count(n, "part"), count(len(kinds), "kind"))
	if open > 0 {
		text += fmt.Sprintf("; %s that files do not resolve", count(open, "reference"))
	}
	if tests > 0 {
		text += fmt.Sprintf("; %d more in tests and vendored folders", tests)
	}
	return text + "."
}

// bomColumns are the widths of the columns of a table: name, place, pin, how sure, and more about it where there is room.
type bomColumns struct{ name, place, pin, sure, about int }

func (t *bomText) columnsOf(parts []part) bomColumns {
	c := bomColumns{sure: len("unresolved")}
	pinned := false
	for _, p := range parts {
		c.name = max(c.name, columns(t.text(p.title())))
		c.place = max(c.place, columns(t.text(p.placeText()+p.more())))
		pinned = pinned || p.Pin != ""
	}
	if pinned {
		c.pin = len("commit")
	}
	room := t.width - bomIndent - 2 - c.sure - 2
	if pinned {
		room -= c.pin + 2
	}
	c.place = min(c.place, max(12, room-min(c.name, max(12, room*55/100))))
	c.name = min(max(c.name, 12), room-c.place)
	if left := room - c.name - c.place - 2; left >= 24 {
		c.about = left
	}
	return c
}

// bomIndent is how far rows stand in.
const bomIndent = 2

func (t *bomText) group(kind lodemark.Kind, parts []part) {
	if len(parts) == 0 {
		return
	}
	g, _ := groupOf(kind)
	places, open := 0, 0
	for _, p := range parts {
		places += len(p.Places)
		open += number(p.unresolved())
	}
	t.blank()
	title := t.cut(g.title(len(parts)-open), t.width)
	t.line(t.paint(bold, title), "  ", t.paint(dim, t.cut(groupNote(len(parts)-open, open, places), t.width-columns(title)-2)))
	c := t.columnsOf(parts)
	most, mostOpen := len(parts), len(parts)
	if !t.verbose {
		mostOpen = bomUnresolved
		if g.Few {
			most = bomFew
		}
	}
	shown, shownOpen := 0, 0
	for _, p := range parts {
		if p.unresolved() {
			if shownOpen++; shownOpen <= mostOpen {
				t.row(p, c)
			}
		} else if shown++; shown <= most {
			t.row(p, c)
		}
	}
	var rest []string
	if n := shown - most; n > 0 {
		rest = append(rest, fmt.Sprintf("%d more", n))
	}
	if n := shownOpen - mostOpen; n > 0 {
		rest = append(rest, fmt.Sprintf("%d more that are not resolved", n))
	}
	if len(rest) > 0 {
		t.block(block{indent: bomIndent, text: "and " + strings.Join(rest, ", ") + " (--verbose shows all)", ink: dim})
	}
}

func (g bomGroup) title(n int) string {
	if n == 1 {
		return g.One
	}
	return g.Many
}

// groupNote counts the things of a kind, their places, and the references that are not resolved.
func groupNote(n, open, places int) string {
	note := fmt.Sprint(n)
	if open > 0 {
		note += fmt.Sprintf(" and %d not resolved", open)
	}
	if places > n+open {
		note += fmt.Sprintf(", at %d places", places)
	}
	return note
}

func (t *bomText) row(p part, c bomColumns) {
	pad := func(s string, width int) string { return s + strings.Repeat(" ", max(0, width-columns(s))) }
	name, nameInk := t.cut(p.title(), c.name), noInk
	if p.isFile() {
		name = t.cutLeft(p.title(), c.name)
	}
	if p.unresolved() || p.Name == "" {
		nameInk = dim
	}
	line := strings.Repeat(" ", bomIndent) + t.paint(nameInk, name) + strings.Repeat(" ", max(0, c.name-columns(name))) + "  "
	line += t.paint(dim, pad(t.placeText(p, c.place), c.place)) + "  "
	if c.pin > 0 {
		pin := string(p.Pin)
		if p.unresolved() || p.providerOnly() {
			pin = "" // of what is not named nothing can be fixed
		}
		line += t.paint(pinInk(p.Pin), pad(pin, c.pin)) + "  "
	}
	sure := pad(string(p.Origin), c.sure)
	switch p.Origin {
	case lodemark.OriginDeclared:
		line += t.paint(word, sure)
	case lodemark.OriginUnresolved:
		line += t.paint(yellow, sure)
	default:
		line += sure
	}
	if about := p.about(); c.about > 0 && about != "" {
		line += "  " + t.paint(dim, t.cut(sentence(about), c.about))
	}
	t.line(line)
	if tie := p.tie(); tie != "" && c.about == 0 {
		t.block(block{indent: bomIndent + 2, text: tie, ink: dim})
	}
	if t.verbose && len(p.Places) > 1 {
		for _, s := range p.Places {
			t.block(block{indent: bomIndent + 2, text: place(s.Path, s.Line), ink: dim})
		}
	}
}

func pinInk(p lodemark.Pin) ink {
	switch p {
	case lodemark.PinCommit, lodemark.PinDigest:
		return green
	case lodemark.PinBranch, lodemark.PinNone:
		return yellow
	}
	return noInk
}

// title is the name of a part as a table has it, with the version that tells it from others.
func (p part) title() string {
	name := sentence(p.Name)
	switch {
	case name == "":
		name = "(no name)"
	case p.providerOnly():
		name += " (no model named)"
	case p.isFile() && p.Path != "":
		name = plain(clip(p.Path, longest))
	case p.Kind == lodemark.KindPackage && p.Version != "":
		name += " " + sentence(p.Version)
	case p.Version != "" && !strings.Contains(p.Name, p.Version) && p.Kind != lodemark.KindVectorStore && p.Kind != lodemark.KindServer:
		name += "@" + clip(sentence(p.Version), 20)
	}
	return name
}

// placeText is the first place of a part; for a file, which is named by its path, its format.
func (p part) placeText() string {
	s := p.Places[0]
	switch {
	case s.Path == "":
		return "declared"
	case p.isFile() && p.Path == s.Path:
		return sentence(p.Format)
	}
	return place(s.Path, s.Line)
}

// more counts the places after the first.
func (p part) more() string {
	if n := len(p.Places) - 1; n > 0 {
		return fmt.Sprintf(" +%d", n)
	}
	return ""
}

// placeText is the first place of a part and how many more there are, in so many columns.
func (t *bomText) placeText(p part, width int) string {
	return t.cutLeft(p.placeText(), max(4, width-len(p.more()))) + p.more()
}

// cutLeft leaves out the beginning of what is too wide: what stands at the end of a path says most.
func (p *page) cutLeft(s string, width int) string {
	s = p.text(s)
	if columns(s) <= width {
		return s
	}
	for over := columns(s) + 1 - width; over > 0 && s != ""; over = columns(s) + 1 - width {
		for range max(1, over/2) { // no character takes more than two columns
			_, size := utf8.DecodeRuneInString(s)
			s = s[size:]
		}
	}
	return p.glyph("…", "~") + s
}

// about is what else is worth a look in one line.
func (p part) about() string {
	var out []string
	add := func(v string) {
		if v != "" {
			out = append(out, clip(v, 120))
		}
	}
	switch p.Kind {
	case lodemark.KindModel, lodemark.KindEmbeddingModel:
		if p.Scan != nil {
			add(p.Scan.Format)
			add(p.Scan.Verdict)
			if n := p.fact("parameters"); n != "" {
				add(n + " parameters")
			}
			add(p.fact("licence"))
			add(p.tie())
			break
		}
		add(strings.Join(p.values("provider"), ", "))
		add(p.value("role"))
		add(p.tie())
	case lodemark.KindPrompt:
		add(p.value("role"))
		if v := p.values("variables"); len(v) > 0 {
			add("{" + strings.Join(v, ", ") + "}")
		}
	case lodemark.KindMCPServer:
		add(p.value("transport"))
		add(strings.TrimSpace(p.value("command") + " " + p.value("args") + p.value("url")))
	case lodemark.KindPackage:
		add(p.value("ecosystem"))
		add(strings.Join(p.values("role"), ", "))
		if p.Version == "" {
			add(p.value("range"))
		}
	case lodemark.KindModelCall, lodemark.KindAgent, lodemark.KindTool:
		add(strings.Join(p.values("provider"), ", "))
		add(strings.Join(p.values("model"), ", "))
		if v := p.value("tools"); v != "" {
			add("tools " + v)
		}
	default:
		for _, name := range []string{"provider", "technology", "engine", "role", "model", "resources", "about", "purpose"} {
			add(strings.Join(p.values(name), ", "))
		}
	}
	return strings.Join(out, ", ")
}

// tie says what ties a model file to the code that loads it, or a load to the file.
func (p part) tie() string {
	var out []string
	for _, d := range []struct{ name, word string }{{lodemark.LoadedAt, "loaded at "}, {lodemark.NamedAt, "named at "}, {lodemark.WrittenAt, "written at "}, {lodemark.Loads, "loads "}, {lodemark.Writes, "writes "}} {
		if v := p.values(d.name); len(v) > 0 {
			out = append(out, d.word+strings.Join(v, ", "))
		}
	}
	if len(p.values(lodemark.LoadsOutside)) > 0 {
		out = append(out, "no file of the tree")
	}
	return strings.Join(out, "; ")
}

// tests counts what stands in tests and vendored folders; it is no part of what runs.
func (t *bomText) tests(parts []part) {
	if len(parts) == 0 {
		return
	}
	t.blank()
	t.line(t.paint(bold, "In tests and vendored folders"), "  ", t.paint(dim, fmt.Sprint(len(parts))))
	if t.verbose {
		c := t.columnsOf(parts)
		for _, p := range parts {
			t.row(p, c)
		}
		return
	}
	t.block(block{indent: bomIndent, text: strings.Join(kindCounts(parts), ", ") + " (--verbose lists them)", ink: dim})
}

// estimate says how many models in code were probably missed. Where code names no model there is nothing to say.
func (t *bomText) estimate() {
	if text := estimateText(lodemark.EstimateModels(t.Run.System.Code)); text != "" {
		t.blank()
		t.line(t.paint(bold, "Models in code that may be missed"))
		t.block(block{indent: bomIndent, text: text})
	}
}

// estimateText is an estimate in words; empty: code names no model.
func estimateText(e lodemark.Estimate) string {
	if e.Found == 0 {
		return ""
	}
	text := fmt.Sprintf("%s with a name, once for each file: %d seen by the call that takes it, %d by a name that only models bear, %d by both.", count(e.Found, "model"), e.ByCall, e.ByName, e.Both)
	if !e.Enough() {
		return text + " Too few were seen by both to estimate what both missed."
	}
	return text + fmt.Sprintf(" Both missed about %.0f more, or more than that where both are blind to the same (95 %% interval %.0f to %.0f).", e.Missed, e.Low, e.High)
}

// kindCounts counts parts by kind, in the order of reports.
func kindCounts(parts []part) []string {
	by := map[lodemark.Kind]int{}
	for _, p := range parts {
		by[p.Kind]++
	}
	var out []string
	for _, p := range parts {
		if n := by[p.Kind]; n > 0 {
			out = append(out, groupCount(p.Kind, n))
			by[p.Kind] = 0
		}
	}
	return out
}

// elementList holds the inventory beside the minimum elements: counts, or one by one.
func (t *bomText) elementList() {
	rows := t.elements()
	t.blank()
	t.line(t.paint(bold, "Minimum elements of an SBOM for AI"))
	if !t.Elements {
		t.block(block{indent: bomIndent, text: elementCounts(rows) + " (--elements lists them, and where to add what is missing)"})
		return
	}
	t.block(block{indent: bomIndent, text: elementCounts(rows) + "."})
	t.block(block{indent: bomIndent, text: elementsSource + ". Elements in our words; the paper is not mandatory, and no element is weighed.", ink: dim})
	cluster := ""
	for _, r := range rows {
		if r.Cluster != cluster {
			cluster = r.Cluster
			t.blank()
			t.line(strings.Repeat(" ", bomIndent), t.paint(bold, cluster))
		}
		sign, signInk := t.elementSign(r.State)
		t.block(block{indent: bomIndent, mark: sign + " " + fmt.Sprintf("%-7s", r.ID), markInk: signInk, text: r.Name + ": " + string(r.State)})
		indent := bomIndent + 9
		if r.Where != "" {
			t.block(block{indent: indent, text: sentence(r.Where), ink: dim})
		}
		if add := r.todo(); add != "" {
			t.block(block{indent: indent, mark: "add  ", markInk: cyan, text: add})
		}
	}
}

func (p *page) elementSign(s elementState) (string, ink) {
	switch s {
	case elementPresent:
		return p.glyph("✓", "+"), green
	case elementMissing:
		return p.glyph("✗", "x"), red
	}
	return "-", dim
}
