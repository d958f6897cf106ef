package survey

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark/design/threat"
	"github.com/lodemark/lodemark/internal/document"
)

// Write gives a drawing as threats.yaml, for a person to correct. threat.Load reads it without problems.
func Write(d *Drawing, at time.Time) []byte {
	var b bytes.Buffer
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	m := d.Model
	line("# %s of %s. Threat model as code: who reviews a change of the system reviews this file with it.", document.DraftMark, at.UTC().Format(time.DateOnly))
	line("# Everything below was concluded from files. Next:")
	line("#  1. Read each component and flow. What is right: take its \"guess\" line out. What is wrong: correct it or delete it.")
	line("#  2. Add what files do not show: people, services that others run, flows that nobody wrote down.")
	line("#  3. Replace \"unknown\" where you know better; what stays unknown leaves its threats unconfirmed. Add \"holds\" for stores.")
	line("#  4. Claim mitigations with \"controls: [LDM-C..]\"; then take out the first line of this file and \"status: draft\".")
	line("status: draft")
	line("system:")
	line("  name: %s", quoted(nonEmpty(m.System.Name, "the system")))
	attributes(&b, "  ", m.System.Attributes, threat.SystemAttributes(), d.why[""])
	line("components:")
	if len(m.Components) == 0 {
		line("  []")
	}
	group := ""
	for _, c := range m.Components {
		if g := threat.GroupOf(c.Kind); g != group {
			group = g
			line("  # %s", g)
		}
		line("  - id: %s", c.ID)
		line("    kind: %s", c.Kind)
		if c.Name != "" {
			line("    name: %s", quoted(c.Name))
		}
		list(&b, "technology", c.Technology)
		list(&b, "paths", c.Paths)
		attributes(&b, "    ", c.Attributes, threat.ComponentAttributes(), d.why[c.ID])
		if c.Guess != "" {
			line("    guess: %s", quoted(c.Guess))
		}
	}
	line("flows:")
	if len(m.Flows) == 0 {
		line("  []")
	}
	for _, f := range m.Flows {
		fields := fmt.Sprintf("from: %s, to: %s", f.From, f.To)
		for _, a := range threat.FlowAttributes() {
			if v, ok := f.Attributes[a.Name]; ok {
				fields += ", " + a.Name + ": " + value(v, a.Type)
			}
		}
		line("  - {%s}  # guess: %s", fields, comment(f.Guess))
	}
	line("# Threats that people found themselves: id, title, components, severity, mitigations, status, owner, and as cause attack or malfunction")
	line("# (what goes wrong with nobody behind it: a model that makes things up, drifts, or acts unasked).")
	line("threats: []")
	for _, hint := range hints(at) {
		line("%s", hint)
	}
	return b.Bytes()
}

// hints are the sections that only people can write, each with what belongs there. What stands in angle brackets is no answer.
func hints(at time.Time) []string {
	day := at.UTC().Format(time.DateOnly)
	return []string{
		"# What only people know. Take the \"# \" of a line out, and write instead of each <...>.",
		"# impact:          # what happens to each when a part is compromised or errs: a sentence, no rating (SD-2.3, SD-2.4)",
		"#   - {party: system, text: \"<what stops, breaks or leaks>\"}",
		"#   - {party: users, text: \"<what happens to those who use it or are judged by it>\"}",
		"#   - {party: organisations, text: \"<what those who run, supply or rely on it have to answer for>\"}",
		"#   - {party: society, text: \"<what happens beyond them; where nothing does, why>\"}",
		"# attractiveness:  # how much of a target the data make it (SD-2.7)",
		"#   level: medium  # low, medium, high",
		"#   who: [\"<who would want the data>\"]",
		"#   reason: \"<what the data are worth, and to whom>\"",
		"# excluded:        # attacks on AI that cannot happen here (SD-2.5): " + strings.Join(threat.AttackClasses(), ", "),
		"#   evasion: \"<why it cannot>\"",
		"# outlook:         # how the threats may grow (SD-2.8); at the latest a year on it is due again",
		"#   date: \"" + day + "\"",
		"#   catalogue: \"" + threat.Catalogue() + "\"  # version of the library of threats",
		"#   text: \"<what would make it a better target, and what attackers could automate>\"",
		"#   review: \"" + at.UTC().AddDate(0, 6, 0).Format(time.DateOnly) + "\"",
	}
}

func nonEmpty(s, otherwise string) string {
	if strings.TrimSpace(s) == "" {
		return otherwise
	}
	return s
}

func list(b *bytes.Buffer, key string, all []string) {
	if len(all) == 0 {
		return
	}
	var q []string
	for _, s := range all {
		q = append(q, quoted(s))
	}
	fmt.Fprintf(b, "    %s: [%s]\n", key, strings.Join(q, ", "))
}

// attributes writes what is declared, in the vocabulary's order, each with what it was concluded from.
func attributes(b *bytes.Buffer, indent string, declared threat.Attributes, table []threat.Attribute, why map[string]string) {
	known := map[string]bool{}
	for _, a := range table {
		v, ok := declared[a.Name]
		if !ok {
			continue
		}
		known[a.Name] = true
		note := ""
		if w := why[a.Name]; w != "" {
			note = "  # guess: " + comment(w)
		}
		fmt.Fprintf(b, "%s%s: %s%s\n", indent, a.Name, value(v, a.Type), note)
	}
	for _, name := range slices.Sorted(maps.Keys(declared)) {
		if !known[name] {
			panic("survey: an attribute outside the vocabulary: " + name)
		}
	}
}

func value(v threat.Value, t threat.Type) string {
	switch {
	case v.Unknown:
		return "unknown"
	case t == threat.List:
		return "[" + strings.Join(v.List, ", ") + "]"
	case t == threat.Number:
		return fmt.Sprint(v.Number)
	case t == threat.Bool:
		return fmt.Sprint(v.Bool)
	}
	return v.Text
}

// clean takes out of a text of the target what a reader of YAML refuses or counts as nesting, and keeps it short.
func clean(s string, most int) string {
	s = strings.ToValidUTF8(s, "?")
	if r := []rune(s); len(r) > most {
		s = string(r[:most-1]) + "…"
	}
	keep := paired(s)
	s = strings.Map(func(r rune) rune {
		switch {
		case r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff || r == 0xfffe || r == 0xffff:
			return ' '
		case keep:
		case r == '[' || r == '{':
			return '('
		case r == ']' || r == '}':
			return ')'
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// paired says whether a text closes every bracket that it opens, at once: those of a route's folder, which is called so.
func paired(s string) bool {
	depth := 0
	for _, r := range s {
		switch r {
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		}
		if depth < 0 || depth > 3 {
			return false
		}
	}
	return depth == 0
}

// quoted is a double-quoted scalar of YAML.
func quoted(s string) string {
	s = clean(s, 240)
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

func comment(s string) string { return clean(s, 160) }
