package compare

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lodemark/lodemark/internal/pattern"
)

// terms is what a licence means for a choice.
type terms struct {
	state State
	about string
	// commercial is false where commercial use is forbidden.
	commercial bool
}

// knownLicences are identifiers as cards write them: SPDX in lower case, and the hub's names for licences of models.
var knownLicences = sync.OnceValue(func() map[string]terms {
	all := map[string]terms{}
	add := func(names string, t terms) {
		for _, n := range strings.Fields(names) {
			all[n] = t
		}
	}
	add("apache-2.0 mit mit-0 bsd bsd-2-clause bsd-3-clause bsd-3-clause-clear isc zlib unlicense cc0-1.0 cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 cdla-permissive-1.0 cdla-permissive-2.0 pddl odc-by ofl-1.1 artistic-2.0 ecl-2.0 postgresql ncsa wtfpl bsl-1.0 afl-3.0 ms-pl openmdw-1.0 openmdw-1.1",
		terms{Good, "open, with notice at most", true})
	add("gpl gpl-2.0 gpl-3.0 gpl-2.0-only gpl-2.0-or-later gpl-3.0-only gpl-3.0-or-later agpl-3.0 agpl-3.0-only agpl-3.0-or-later lgpl lgpl-2.1 lgpl-3.0 lgpl-lr mpl-2.0 epl-1.0 epl-2.0 eupl-1.1 eupl-1.2 osl-3.0 cc-by-sa-3.0 cc-by-sa-4.0 gfdl cdla-sharing-1.0 odbl",
		terms{Unknown, "share-alike: whether what you ship must carry the same terms is for a lawyer", true})
	add("cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 fair-noncommercial-research-license apple-amlr apple-ascl intel-research polyform-noncommercial-1.0.0 c-uda",
		terms{Poor, "no commercial use", false})
	add("cc-by-nd-4.0", terms{Poor, "no changed versions, so no fine-tuning", true})
	add("openrail openrail++ bigscience-openrail-m creativeml-openrail-m bigcode-openrail-m bigscience-bloom-rail-1.0 deepfloyd-if-license h-research",
		terms{Poor, "use restrictions that go along with every copy and changed version (RAIL)", true})
	add("llama2 llama3 llama3.1 llama3.2 llama3.3 llama4 gemma tii-falcon-llm falcon-llm-license qwen tongyi-qianwen deepseek grok2-community jamba-open-model-license",
		terms{Poor, "terms of its publisher, with use restrictions", true})
	add("etalab-2.0", terms{Good, "open, with notice at most", true})
	add("qwen-research mnpl mrl mistral-ai-research-licence", terms{Poor, "research only", false})
	return all
})

// restricted are texts by which terms of their own are known.
var (
	nonCommercial = pattern.New(`(?i)\bnon[- ]?commercial(?:ly)? (?:purposes?|use|research|only|licen[cs]e)|\battribution[- ]noncommercial\b|\bresearch (?:purposes )?only\b|\bnot be used for commercial\b`)
	behavioural   = pattern.New(`(?i)\bopenrail|responsible ai licen[cs]e|use[- ]based restrictions|acceptable use policy|prohibited uses?\b`)
)

// licenceText is a file of terms.
type licenceText struct {
	name, id string // as cards write it; empty: not recognised
	nc, use  int    // lines that forbid commercial use, or bind uses; 0: none seen
	raw      []byte
}

// readLicence tells a licence by the words that only it has.
func readLicence(name string, data []byte) *licenceText {
	l := &licenceText{name: name, raw: data}
	head := strings.ToLower(strings.Join(strings.Fields(string(data[:min(len(data), 20_000)])), " "))
	for _, k := range []struct{ words, id string }{
		{"bigscience open rail-m", "bigscience-openrail-m"}, {"creativeml open rail", "creativeml-openrail-m"}, {"open rail", "openrail"}, {"openrail", "openrail"},
		{"llama 4 community license", "llama4"}, {"llama 3.3 community license", "llama3.3"}, {"llama 3.2 community license", "llama3.2"}, {"llama 3.1 community license", "llama3.1"},
		{"meta llama 3 community license", "llama3"}, {"llama 2 community license", "llama2"}, {"gemma terms of use", "gemma"}, {"falcon llm license", "tii-falcon-llm"},
		{"tongyi qianwen research license", "qwen-research"}, {"qwen research license", "qwen-research"}, {"tongyi qianwen license", "tongyi-qianwen"}, {"mistral ai research license", "mrl"},
		{"attribution-noncommercial-sharealike 4.0", "cc-by-nc-sa-4.0"}, {"attribution-noncommercial 4.0", "cc-by-nc-4.0"}, {"attribution-sharealike 4.0", "cc-by-sa-4.0"}, {"attribution 4.0 international", "cc-by-4.0"},
		{"gnu affero general public license", "agpl-3.0"}, {"gnu lesser general public license", "lgpl-3.0"}, {"gnu general public license", "gpl-3.0"}, {"mozilla public license", "mpl-2.0"},
		{"apache license version 2.0", "apache-2.0"}, {"permission is hereby granted, free of charge, to any person obtaining a copy", "mit"},
		{"redistributions in binary form must reproduce", "bsd-3-clause"}, {"permission to use, copy, modify, and/or distribute this software for any purpose", "isc"},
	} {
		if strings.Contains(head, k.words) {
			l.id = k.id
			break
		}
	}
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		if len(line) > 20_000 {
			line = line[:20_000]
		}
		if l.nc == 0 && nonCommercial.MatchString(line) {
			l.nc = n
		}
		if l.use == 0 && behavioural.MatchString(line) {
			l.use = n
		}
	}
	return l
}

// licence judges the terms that card, description and files of the copy name.
func licence(c *Candidate, in *asked) []Signal {
	var out []Signal
	ids := map[string]Fact{}
	var order []string
	note := func(where, id, at string) {
		if id = normalLicence(id); id != "" {
			ids[where] = Fact{id, at}
			order = append(order, where)
		}
	}
	if v, ok := c.said("licence.id"); ok {
		note("stated terms", v.Text, c.described.at(v))
	}
	if f := c.front("license", "licence"); f.Value != "" {
		value := f.Value
		if n := c.front("license_name"); strings.EqualFold(value, "other") && n.Value != "" {
			value = n.Value
		}
		note("card", value, f.At)
	} else if f := c.fact("licence"); f.Value != "" {
		note("file of the model", f.Value, f.At)
	}
	if c.files != nil && c.files.licence != nil && c.files.licence.id != "" {
		note("licence file", c.files.licence.id, c.files.licence.name)
	}
	for _, where := range order {
		out = append(out, licenceSignal(where, ids[where], in.Need))
	}
	if a, b := ids["card"], ids["licence file"]; a.Value != "" && b.Value != "" && family(a.Value) != family(b.Value) {
		out = append(out, Signal{"contradiction", fmt.Sprintf("the card says %s and %s says %s", a.Value, b.At, b.Value), a.At, Poor, false})
	}
	out = append(out, c.termsText(in.Need, len(order) > 0)...)
	out = append(out, c.statedTerms(in)...)
	if s, ok := c.inheritedTerms(ids); ok {
		out = append(out, s)
	}
	if len(out) == 0 {
		state := Poor
		if c.Kind == Hosted {
			state = Unknown
		}
		out = append(out, Signal{"licence", "none is named: without one there is no right to use it", "", state, false})
	}
	return out
}

// termsText judges a file of terms that no name tells, or that says more than its name.
func (c *Candidate) termsText(need Need, named bool) (out []Signal) {
	if c.files == nil {
		return nil
	}
	for _, s := range c.files.unread {
		if s.Name == "terms" {
			out = append(out, s)
		}
	}
	l := c.files.licence
	if l == nil || l.id != "" {
		return out
	}
	switch {
	case l.nc > 0:
		out = append(out, Signal{"terms", "speak of use that is not commercial", place(l.name, l.nc), disqualifiedIf(need.Commercial), false})
	case l.use > 0:
		out = append(out, Signal{"terms", "bind or forbid uses", place(l.name, l.use), Poor, false})
	case !named:
		out = append(out, Signal{"terms", "are none that is known: read them", l.name, Unknown, false})
	}
	return out
}

// statedTerms are restrictions that the description names, and when somebody last read the terms.
func (c *Candidate) statedTerms(in *asked) (out []Signal) {
	if v, ok := c.said("licence.restrictions"); ok {
		state := Poor
		if in.Need.Commercial && strings.Contains(strings.ToLower(v.Text), "commercial") {
			state = Disqualifying
		}
		out = append(out, Signal{"restrictions", v.Text, c.described.at(v), state, true})
	}
	if v, ok := c.said("licence.reviewed"); ok {
		at, _ := time.Parse(time.DateOnly, v.Text)
		s := Signal{"terms read", "on " + v.Text, c.described.at(v), Good, true}
		if in.At.Sub(at) > 365*24*time.Hour {
			s.Value, s.State = s.Value+", more than a year ago", Poor
		}
		out = append(out, s)
	}
	return out
}

func licenceSignal(where string, f Fact, need Need) Signal {
	s := Signal{Name: where, At: f.At}
	t, ok := knownLicences()[f.Value]
	if !ok {
		if strings.Contains(f.Value, "-nc") || strings.Contains(f.Value, "noncommercial") || strings.Contains(f.Value, "non-commercial") {
			t, ok = terms{Poor, "its name says: no commercial use", false}, true
		}
	}
	switch {
	case !ok:
		s.Value = f.Value + ": terms that are not known here; read them"
	case !t.commercial:
		s.Value, s.State = f.Value+": "+t.about, disqualifiedIf(need.Commercial)
	default:
		s.Value, s.State = f.Value+": "+t.about, t.state
	}
	s.Declared = where == "stated terms"
	return s
}

func disqualifiedIf(yes bool) State {
	if yes {
		return Disqualifying
	}
	return Poor
}

// inheritedTerms says so where a model made from another names terms that the other's publisher does not give.
func (c *Candidate) inheritedTerms(ids map[string]Fact) (Signal, bool) {
	from := c.front("base_model")
	if from.Value == "" {
		from = c.fact("base model")
	}
	own := firstOf(ids["card"].Value, ids["stated terms"].Value, ids["file of the model"].Value)
	lower := strings.ToLower(from.Value)
	for _, k := range []struct{ begins, terms string }{{"meta-llama/", "llama"}, {"google/gemma", "gemma"}, {"tiiuae/falcon-180b", "falcon"}, {"bigscience/bloom", "rail"}, {"stabilityai/stable-diffusion-2", "rail"}, {"compvis/stable-diffusion", "rail"}} {
		if !strings.HasPrefix(lower, k.begins) || own == "" || strings.Contains(own, k.terms) {
			continue
		}
		if t, ok := knownLicences()[own]; ok && t.state == Good {
			return Signal{"inherited terms", fmt.Sprintf("made from %s, whose terms go along with it, and says %s", from.Value, own), from.At, Poor, false}, true
		}
	}
	return Signal{}, false
}

// normalLicence writes an identifier as the table does. Of several alternatives the first counts.
func normalLicence(id string) string {
	id = strings.ToLower(strings.TrimSpace(id))
	id, _, _ = strings.Cut(id, " or ")
	id, _, _ = strings.Cut(id, ",")
	id = strings.Trim(strings.TrimPrefix(id, "license:"), "\"'() ")
	if i := slices.Index([]string{"apache 2.0", "apache license 2.0", "apache-2", "apache2.0", "apache2", "apache license, version 2.0", "apache"}, id); i >= 0 {
		return "apache-2.0"
	}
	if id == "mit license" || id == "the mit license" {
		return "mit"
	}
	if id == "other" || id == "unknown" || id == "none" {
		return ""
	}
	return strings.ReplaceAll(id, " ", "-")
}

// family is a licence without what a file and a card write differently.
func family(id string) string {
	for _, f := range []string{"llama", "agpl", "lgpl", "gpl", "bsd", "openrail", "rail", "gemma", "qwen"} {
		if strings.Contains(id, f) {
			if f == "rail" {
				return "openrail"
			}
			return f
		}
	}
	return strings.TrimSuffix(id, "-0")
}
