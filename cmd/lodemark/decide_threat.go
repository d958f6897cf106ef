package main

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/design/threat"
	"github.com/lodemark/lodemark/internal/bound"
)

// threatFlags say which threat of the library is decided on, and what is done about it.
type threatFlags struct {
	ids, mitigations               []string
	component, due, model, library string
}

func (f *threatFlags) add(fl *pflag.FlagSet) {
	fl.StringSliceVar(&f.ids, "threat", nil, "the threat that is decided on, by its id (LDM-T12), repeatable")
	fl.StringVar(&f.component, "component", "", "where the threat is: a component of the threat model, or a flow as \"a -> b\" (default: all its places)")
	fl.StringSliceVar(&f.mitigations, "mitigation", nil, "what is to be done about it, by its id (LDM-C03), repeatable; with mitigate")
	fl.StringVar(&f.due, "due", "", "the day by which it is to be done, YYYY-MM-DD; with mitigate, or avoid")
	fl.StringVar(&f.model, "model", "threats.yaml", "the threat model, inside the folder")
	fl.StringVar(&f.library, "library", "", "a folder of threats of your own, beside the library's")
}

// any says whether one of the flags was given that make sense with a threat alone.
func (f *threatFlags) any() bool { return f.placed() || f.library != "" }

// placed says whether one of the flags was given that only a decision needs.
func (f *threatFlags) placed() bool {
	return len(f.mitigations) > 0 || f.component != "" || f.due != "" || f.model != "threats.yaml"
}

// ofThreats makes the decisions about threats: each is held to what the library says of this model, so that nobody decides on
// what is not there.
func (f *decideFlags) ofThreats(template lodemark.Decision) ([]lodemark.Decision, error) {
	if !slices.Contains(lodemark.ThreatDecisionKinds(), template.Kind) {
		return nil, usage("use mitigate, accept, transfer, avoid or not-applicable", "%s is not about a threat", template.Kind)
	}
	seen, err := f.seenThreats(template.Date)
	if err != nil {
		return nil, err
	}
	template.Model = seen.revision
	if template.Component = f.threat.component; template.Component != "" {
		template.Component = strings.Join(strings.Fields(template.Component), " ")
	}
	if f.threat.due != "" {
		if template.Due, err = time.Parse(time.DateOnly, f.threat.due); err != nil {
			return nil, usage("write --due YYYY-MM-DD", "read --due: %q is no day", f.threat.due)
		}
	}
	for _, id := range f.threat.mitigations {
		template.Mitigations = append(template.Mitigations, explainedID(id))
	}
	var all []lodemark.Decision
	for _, id := range f.threat.ids {
		d := template
		d.Threat = explainedID(id)
		if err := f.bind(&d); err != nil {
			return nil, err
		}
		if err := seen.allows(d); err != nil {
			return nil, err
		}
		place := ""
		if d.Component != "" {
			place = "-" + placeName(d.Component)
		}
		d.ID = path.Join(assess.DecisionFolder, fmt.Sprintf("%s-%s-%s%s.yaml", d.Date.Format(time.DateOnly), d.Kind, strings.ToLower(d.Threat), place))
		if err := sound(d); err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}

// placeName makes a place fit for the name of a file.
func placeName(place string) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return -1
	}, strings.ToLower(strings.ReplaceAll(place, " -> ", "-to-")))
	return name[:min(len(name), 80)]
}

// seenThreats is what the library says of the threat model that is there now.
type seenThreats struct {
	revision lodemark.Revision
	library  *threat.Library
	report   *threat.Report
}

func (f *decideFlags) seenThreats(at time.Time) (*seenThreats, error) {
	tree, err := bound.Open(f.path, bound.Limits{})
	if err != nil {
		return nil, unknown("name the folder with --path", "%w", &assess.TargetError{Target: f.path, Err: err})
	}
	defer tree.Close()
	name := path.Clean(filepath.ToSlash(f.threat.model))
	data, err := tree.ReadFile(name)
	if err != nil {
		return nil, usage("lodemark threats init drafts a threat model; --model names another", "read the threat model: %w", err)
	}
	m, problems := threat.Load(name, data)
	if len(problems) > 0 {
		return nil, usage("lodemark schema threat-model prints the layout", "%s", plainLines(problems.Error()))
	}
	meaning, err := lodemark.ModelMeaning(data)
	if err != nil {
		return nil, usage("write the threat model out plainly", "read %s: %w", plain(name), err)
	}
	lib, err := threatLibrary(f.threat.library)
	if err != nil {
		return nil, err
	}
	return &seenThreats{lodemark.Revision{Path: name, Meaning: meaning}, lib, threat.Evaluate(m, lib, at, threat.Evidence{}, nil)}, nil
}

// allows says why a decision is about nothing that is there.
func (s *seenThreats) allows(d lodemark.Decision) error {
	rule := s.library.Rule(d.Threat)
	if rule == nil {
		return usage("lodemark threats lists those of this system; --library names a folder with your own", "there is no threat %s in the library", plain(d.Threat))
	}
	var places []string
	for _, t := range s.report.Threats {
		for _, p := range t.Places {
			if t.ID == rule.ID {
				places = append(places, p.At)
			}
		}
	}
	if len(places) == 0 {
		return usage("lodemark threats lists those that do", "%s (%s) holds nowhere in %s, so there is nothing to decide", rule.ID, rule.Title, plain(s.revision.Path))
	}
	if d.Component != "" && !slices.Contains(places, d.Component) {
		return usage("it is at "+plain(strings.Join(places, ", ")), "%s is not at %q", rule.ID, plain(d.Component))
	}
	for _, id := range d.Mitigations {
		if s.library.Mitigation(id) == nil {
			return usage("those of "+rule.ID+" are "+strings.Join(rule.Mitigations, ", "), "there is no mitigation %s in the library", plain(id))
		}
		if !slices.Contains(rule.Mitigations, id) {
			return usage("those of "+rule.ID+" are "+strings.Join(rule.Mitigations, ", "), "%s does nothing about %s", id, rule.ID)
		}
	}
	return nil
}
