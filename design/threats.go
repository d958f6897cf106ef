package design

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
)

// SD-2: model the threats to your system.
func threats() lodemark.Practice {
	return lodemark.Practice{
		Guideline: "SD-2",
		Checks: []lodemark.Check{threatModelled(), inventoryCovered(), threatsDecided(), impactStated(), malfunctionStated(), attackClasses(),
			dataClassified(), outlookKept()},
	}
}

func threatModelled() lodemark.Check {
	return lodemark.Check{
		ID: "sd-2-threat-model", Version: 2,
		Title:    "A threat model of the system exists and is filled in",
		Bears:    lodemark.Supports("SD-2.1"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Whoever has not written down what can go wrong with a model that reads untrusted text and calls tools defends " +
			"against whatever was in the news last.",
		Fix:  "Write threats.yaml at the root: the system, its components and the flows between them; or a document with threats and mitigations.",
		Help: "write threats.yaml at the root (system, components, flows), or point to a document from lodemark.yaml (documents: threat-model; lodemark new threat-model drafts it)",
		Bad:  threatModelBad(), Good: threatModelGood(),
		Run: runThreatModelled,
	}
}

func runThreatModelled(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	m, ok, problem := readThreatModel(s)
	switch {
	case problem != nil:
		return *problem
	case !ok:
		return document.Find(s, "threat-model").Judged(ctx, s, "a threat model with threats and mitigations", judgeThreatDocument)
	}
	var findings []lodemark.Finding
	finding := func(line int, key, message, fix string) {
		findings = append(findings, lodemark.Finding{ID: "sd-2-threat-model", Severity: lodemark.SeverityMedium, Path: m.path,
			Line: line, Message: message, Fix: fix, Key: key})
	}
	switch {
	case len(m.parts) == 0:
		finding(0, "components", "The threat model names no component, so no threat can be derived from it.", "list the components of the system with id and kind")
	case len(m.flows) == 0:
		finding(0, "flows", "The threat model has no flow, so nothing says where untrusted data goes.", "list which component sends what to which")
	case !m.treated:
		finding(0, "threats", "The threat model draws components and flows and says nothing of threats or controls: it was begun and left.",
			"write down the threats with what is done about each (threats), and which controls the components claim (controls)")
	}
	known := map[string]bool{}
	for _, p := range m.parts {
		known[p.id] = true
		if p.id == "" || p.kind == "" {
			finding(p.line, "part "+p.id+p.name, fmt.Sprintf("The component %q of the threat model has no id or no kind, so nothing can be said about it.", p.id+p.name),
				"give the component an id and a kind")
		}
	}
	for _, f := range m.flows {
		for _, end := range []string{f.from, f.to} {
			if !known[end] {
				finding(f.line, "flow "+f.from+" "+f.to+" "+end, fmt.Sprintf("A flow of the threat model names %q, which is none of its components.", end),
					"name a component by its id")
			}
		}
	}
	r := lodemark.Conclude([]lodemark.Component{{Kind: lodemark.KindThreatModel, Path: m.path}}, findings, nil, "threat models")
	if r.Outcome == lodemark.Passed {
		r.Reason = fmt.Sprintf("%s models %d components and %d flows", m.path, len(m.parts), len(m.flows))
	}
	return r
}

// readThreatModel reads the threat model as code: the one that lodemark.yaml points to, else threats.yaml. ok is false where
// there is none, and where it is still a draft; a file that cannot be read decides nothing, and verdicts rest on it.
func readThreatModel(s *lodemark.Subject) (m threatModel, ok bool, problem *lodemark.Result) {
	at := threatPath(s)
	if at == "" {
		return m, false, nil
	}
	data, err := s.Read(at)
	if errors.Is(err, fs.ErrNotExist) || err == nil && document.Read(at, data).Draft {
		return m, false, nil
	}
	if err == nil {
		m, err = parseThreatModel(data)
	}
	if m.path = at; err == nil {
		return m, true, nil
	}
	line, reason := 0, err.Error()
	if te := (*threatError)(nil); errors.As(err, &te) {
		line, reason = te.Line, te.Message
	}
	return m, false, &lodemark.Result{Outcome: lodemark.Undecided, Reason: at + " cannot be read: " + reason, Examined: []string{at},
		Gaps: []lodemark.Gap{{Path: at, Line: line, Reason: reason, Needed: true}}}
}

// threatPath is where the threat model as code lies; empty: nowhere. What lodemark.yaml points to counts as one where it is
// data, under whatever ending, that holds components together with flows or threats.
func threatPath(s *lodemark.Subject) string {
	here := func(p string) bool {
		return slices.ContainsFunc(s.System.Files, func(f lodemark.File) bool { return f.Path == p && f.Link == "" })
	}
	if p := s.System.Declared.Documents["threat-model"].Path; p != "" && p != threatFile && here(p) {
		if d, err := document.Of(s, p); err == nil && d.Format == document.YAML {
			top := map[string]bool{}
			for _, sec := range d.Sections {
				top[sec.Heading] = top[sec.Heading] || sec.Level == 1
			}
			if top["components"] && (top["flows"] || top["threats"]) {
				return p
			}
		}
	}
	if here(threatFile) {
		return threatFile
	}
	return ""
}

// judgeThreatDocument judges by what was written: comments, and headings with nothing below them, name no threat.
func judgeThreatDocument(d document.Document, _ string) []document.Shortfall {
	raw := writtenIn(d)
	if raw == "" {
		return []document.Shortfall{document.Unfilled("write down the system's threats and what is done about each")}
	}
	var lacks []document.Shortfall
	if !holds(raw, "threat", "attack", "abuse", "risk", "stride") {
		lacks = append(lacks, document.Shortfall{Message: "names no threat", Fix: "add what can go wrong, by whom and with what effect"})
	}
	if !holds(raw, "mitigat", "control", "counter", "treatment", "response", "defence", "defense", "safeguard", "prevent") {
		lacks = append(lacks, document.Shortfall{Message: "names no mitigation", Fix: "add what is done about each threat, or who accepts it"})
	}
	return lacks
}

func inventoryCovered() lodemark.Check {
	return lodemark.Check{
		ID: "sd-2-inventory-covered", Version: 3,
		Title:    "The threat model names every model, store, server, tool, agent and prompt that was found",
		Bears:    lodemark.Supports("SD-2.2"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: settingsAge,
		Why: "A component that the threat model does not know has no threats, no mitigations and nobody who looks after it. " +
			"Systems grow by one more tool server or one more model at a time.",
		Fix:  "Add each component to threats.yaml with its kind and a path, name or technology by which it is found again.",
		Help: "write threats.yaml at the root; only a threat model as code can be compared with what is in the tree; take out the guesses of a draft that are right",
		Bad:  inventoryBad(), Good: inventoryGood(),
		Run: runInventoryCovered,
	}
}

func runInventoryCovered(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	files := modelled(s.System)
	code := inCode(ctx, s, files)
	inventory := slices.Concat(files, code)
	m, ok, problem := readThreatModel(s)
	switch {
	case problem != nil:
		return *problem
	case len(inventory) == 0:
		return lodemark.Result{Outcome: lodemark.NothingToSee, Reason: "no model, prompt, tool server or store was found that a threat model should name"}
	case !ok:
		found := document.Find(s, "threat-model")
		if len(found.Documents) == 0 {
			return found.Missing(fmt.Sprintf("a threat model with which the %d components found could be compared", len(inventory)))
		}
		return undecided(found.Documents[0].Path, fmt.Sprintf("only a threats.yaml can be compared with the %d components found", len(inventory)))
	}
	findings := m.leavesOut(files, code)
	r := lodemark.Conclude(inventory, findings, nil, "components")
	r.Examined = append(r.Examined, m.path)
	switch n := m.guesses(); {
	case r.Outcome != lodemark.Passed:
	case n > 0:
		r.Outcome, r.Reason = lodemark.Undecided, fmt.Sprintf("%s names all %d components found, and %s of it %s still a guess of the draft that nobody has looked at", m.path, len(inventory), number(n, "part"), isAre(n))
	default:
		r.Reason = fmt.Sprintf("%s names all %d components found", m.path, len(inventory))
	}
	return r
}

// leavesOut tells of what was found, in files and in code, and is not in the threat model.
func (m threatModel) leavesOut(files, code []lodemark.Component) []lodemark.Finding {
	var findings []lodemark.Finding
	missing := func(c lodemark.Component, what, key string) {
		findings = append(findings, lodemark.Finding{ID: "sd-2-inventory-covered", Severity: lodemark.SeverityMedium, Path: c.Path, Line: c.Line,
			Message: fmt.Sprintf("The threat model does not name %s, so its threats are not considered.", what),
			Fix:     fmt.Sprintf("add a component of kind %s to threats.yaml with a path, name or technology that matches", modelledAs[c.Kind][0]),
			Key:     string(c.Kind) + " " + key})
	}
	for _, c := range files {
		if !m.covers(c, files) {
			missing(c, called(c), c.Name)
		}
	}
	for _, c := range code {
		if left := m.coversCode(c, append(slices.Clip(files), each(code)...)); len(left) > 0 {
			missing(c, calledInCode(c, left), c.Name)
		}
	}
	return findings
}

// covers says whether the threat model names a component of the inventory.
func (m threatModel) covers(c lodemark.Component, inventory []lodemark.Component) bool {
	same := 0
	for _, o := range inventory {
		if o.Kind == c.Kind {
			same++
		}
	}
	alike := 0
	for _, p := range m.parts {
		if p.kind == modelledAs[c.Kind][0] {
			alike++
		}
	}
	for _, p := range m.parts {
		// A single unnamed part of the kind can only mean the single component of the kind.
		alone := same == 1 && alike == 1 && p.kind == modelledAs[c.Kind][0] && len(p.technology) == 0 && p.name == "" &&
			(len(p.paths) == 0 || c.Kind == lodemark.KindVectorStore || c.Kind == lodemark.KindServer)
		if p.covers(c, alone) {
			return true
		}
	}
	return false
}
