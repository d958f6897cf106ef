package design

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
)

// aspect is one thing that a model record has to weigh, with how records speak of it.
type aspect struct {
	check, clause string
	what          string   // "the size of the model"
	headings      []string // of sections, labels and columns that treat it
	words         []string // that show anywhere that it is treated; those of headings are not repeated
	also          []string // further kinds of documents in which it may stand
	// weigh judges the text on one model. lack: what is wrong or missing, for a finding; weak: what is not said, for a
	// result that stays open.
	weigh func(text string, m modelPart) (lack, weak string)
	fix   string
}

// modelPart is what the records say about one model.
type modelPart struct {
	name    string // empty: the records are not divided by model, or no model is known
	local   *lodemark.Component
	hosted  bool
	version string // declared for a hosted model
	parts   []document.Document
}

func (m modelPart) of() string {
	if m.name == "" {
		return ""
	}
	return " of " + m.name
}

// judge compares the model records with the aspect, model by model.
func (a aspect) judge(s *lodemark.Subject) lodemark.Result {
	f := document.Find(s, "model-record")
	models := len(usedModels(s.System))
	if len(f.Documents) == 0 {
		if models == 0 {
			return lodemark.Result{Outcome: lodemark.NothingToSee, Reason: "no model was found and none is declared"}
		}
		return f.Missing("a model record that weighs " + a.what)
	}
	records := gathered(s, "model-record")
	r := lodemark.Result{Examined: f.Examined}
	if len(records) == 0 {
		return f.Unfilled(a.fix)
	}
	others := gathered(s, a.also...)
	open := ""
	for _, m := range partsByModel(s.System, records, others) {
		p := a.look(m, records[0])
		switch {
		case p.lack != "" && p.soft:
			if silent := silentOn(s, p.document, p.line, a.what+m.of(), p.lack, a.fix); silent.Outcome == lodemark.Failed {
				r.Findings = append(r.Findings, silent.Findings...)
			} else if open == "" {
				open = silent.Reason
			}
		case p.lack != "":
			f := document.Shortfalls(p.document.Path, document.Shortfall{Line: p.line, Message: p.lack, Fix: a.fix})
			f[0].Key = a.what + m.of()
			r.Findings = append(r.Findings, f...)
		case p.weak != "" && open == "":
			open = p.document.Path + " " + p.weak
		}
	}
	switch {
	case len(r.Findings) > 0:
		r.Outcome, r.Reason = lodemark.Failed, r.Findings[0].Message
	case open != "":
		r.Outcome, r.Reason = lodemark.Undecided, open
	default:
		r.Outcome, r.Reason = lodemark.Passed, fmt.Sprintf("%s weighs %s", records[0].Path, a.what)
		for _, d := range others {
			r.Examined = append(r.Examined, d.Path)
		}
	}
	return r
}

// opinion is what one look at the text on a model gave.
type opinion struct {
	document   document.Document
	line       int
	lack, weak string
	soft       bool // lack is silence, which may mean that it stands elsewhere
}

func (a aspect) look(m modelPart, record document.Document) opinion {
	o := opinion{document: record}
	text := ""
	var empty *passage
	for _, d := range m.parts {
		all := passages(d, a.headings...)
		for i, p := range all {
			if p.filled {
				if text == "" {
					o.document, o.line = d, p.line
				}
				text += p.text + "\n"
			} else if empty == nil {
				empty = &all[i]
				if text == "" {
					o.document, o.line = d, p.line
				}
			}
		}
	}
	if text == "" && empty != nil {
		o.lack, o.line = fmt.Sprintf("leaves %s%s open", a.what, m.of()), empty.line
		return o
	}
	if text == "" {
		for _, d := range m.parts {
			for _, p := range mentioning(d, slices.Concat(a.words, a.headings)...) {
				if text == "" {
					o.document, o.line = d, p.line
				}
				text += p.text
			}
		}
	}
	if text == "" {
		o.lack, o.soft = fmt.Sprintf("says nothing about %s%s", a.what, m.of()), true
		return o
	}
	o.lack, o.weak = a.weigh(text, m)
	return o
}

// usedModel is a model of the system with the names under which a record may speak of it.
type usedModel struct {
	names  []string
	local  *lodemark.Component
	hosted bool
	// version as lodemark.yaml declares it
	version string
}

// called names a model for people: a file by its path, a hosted model by its name.
func (m usedModel) called() string {
	if m.local != nil {
		return m.local.Path
	}
	return cmp.Or(m.names[len(m.names)-1], m.names[0])
}

func usedModels(s *lodemark.System) []usedModel {
	var all []usedModel
	for _, h := range hostedModels(s) {
		m := usedModel{names: []string{h.String(), h.model}, hosted: true}
		if h.model == "" {
			m.names = []string{h.provider}
		}
		for _, d := range s.Declared.Models {
			if alike(d.Provider, h.provider) && d.Model == h.model {
				m.version = d.Version
			}
		}
		all = append(all, m)
	}
	for _, c := range localModels(s) {
		folder := c.Path[:max(0, strings.LastIndexByte(c.Path, '/'))]
		folder = folder[strings.LastIndexByte(folder, '/')+1:]
		local := c
		all = append(all, usedModel{names: []string{c.Name, stem(c.Path), folder}, local: &local})
	}
	return all
}

// partsByModel divides the records: to each model belong the sections under a heading that names it, and those under no
// model's heading. Records whose headings name no model are about all of them at once.
func partsByModel(s *lodemark.System, records, others []document.Document) []modelPart {
	used := usedModels(s)
	owner := func(heading string) int {
		for i, m := range used {
			if mentions(heading, m.names) {
				return i
			}
		}
		return -1
	}
	divided := map[int]bool{}
	for _, d := range records {
		for _, sec := range d.Sections {
			if i := owner(sec.Heading); i >= 0 && sec.Heading != d.Title {
				divided[i] = true
			}
		}
	}
	if len(divided) == 0 {
		all := modelPart{parts: slices.Concat(records, others)}
		if len(used) == 1 {
			all.local, all.hosted, all.version = used[0].local, used[0].hosted, used[0].version
		}
		return []modelPart{all}
	}
	var all []modelPart
	for i, m := range used {
		if !divided[i] {
			continue // sd-4-model-record tells that the record does not name it
		}
		p := modelPart{name: m.called(), local: m.local, hosted: m.hosted, version: m.version}
		for _, d := range records {
			p.parts = append(p.parts, portion(d, func(heading string) bool {
				o := owner(heading)
				return heading == d.Title || o < 0 || o == i
			}))
		}
		for _, d := range others {
			if mentions(d.Title+" "+d.Path, m.names) || len(used) == 1 || m.local != nil && !m.hosted {
				p.parts = append(p.parts, d)
			}
		}
		all = append(all, p)
	}
	return all
}

// portion keeps the sections whose nearest heading that speaks of a model is one that is kept.
func portion(d document.Document, keep func(heading string) bool) document.Document {
	out := d
	out.Sections, out.Front = nil, nil
	dropped := 0 // level of the heading under which everything is left out; 0: none
	for _, s := range d.Sections {
		if dropped > 0 && s.Level > dropped && s.Heading != "" {
			continue
		}
		dropped = 0
		if s.Heading != "" && !keep(s.Heading) {
			dropped = s.Level
			continue
		}
		out.Sections = append(out.Sections, s)
	}
	return out
}
