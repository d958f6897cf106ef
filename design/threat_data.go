package design

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
	"github.com/lodemark/lodemark/internal/leak"
)

func dataClassified() lodemark.Check {
	return lodemark.Check{
		ID: "sd-2-data-classified", Version: 1,
		Title:    "Every store, dataset and trained model has a class of data, and how attractive a target they make is judged",
		Bears:    lodemark.Supports("SD-2.7"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Whoever does not know what lies in the index, the logs and the training set cannot say who would want it. Personal data in a store " +
			"that counts as public is protected as if it were.",
		Fix: "Say for each store and dataset what it holds (holds), for each trained model what its training data held (trained_on), and under attractiveness who would want it, how much, and why.",
		Help: "replace unknown under holds and trained_on in threats.yaml by the classes of data, and correct the file where lodemark threats check finds " +
			"fault with it",
		Bad: dataBad(), Good: dataGood(),
		Run: runDataClassified,
	}
}

// dataPart is a part of the model that keeps data, with the classes that it declares.
type dataPart struct {
	*threat.Component
	key     string // the attribute: holds, trained_on
	classes []string
	unknown bool
	line    int
}

// keepers are the kinds of parts whose data are to be classed.
var keepers = []string{"vector_store", "document_store", "memory_store", "cache", "dataset", "feature_store", "log_store"}

func dataParts(m *threat.Model) []dataPart {
	trained := map[string]bool{}
	for _, f := range m.Flows {
		if c := m.Component(f.From); c != nil && (c.Kind == "training_job" || c.Kind == "finetune_job") {
			trained[f.To] = true
		}
	}
	var all []dataPart
	for _, c := range m.Components {
		key := ""
		switch {
		case slices.Contains(keepers, c.Kind):
			key = "holds"
		case c.Kind == "model" && (trained[c.ID] || c.Attributes["origin"].Text == "own"), c.Kind == "embedding_model" && trained[c.ID]:
			key = "trained_on"
		default:
			continue
		}
		v := c.Attributes[key]
		p := dataPart{c, key, v.List, v.Unknown, c.Line}
		if v.Line > 0 {
			p.line = v.Line
		}
		all = append(all, p)
	}
	return all
}

func (p dataPart) String() string { return fmt.Sprintf("%s (%s)", p.ID, p.Kind) }

func runDataClassified(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	const id = "sd-2-data-classified"
	now, r, ok := saidOf(s)
	if !ok {
		return r
	}
	parts := dataParts(now.model)
	var findings []lodemark.Finding
	var unknown []string
	examined := []string{now.path}
	for _, p := range parts {
		switch {
		case p.unknown:
			unknown = append(unknown, p.ID)
			continue
		case len(p.classes) == 0:
			findings = append(findings, now.finding(id, p.line, "class "+p.ID, fmt.Sprintf("%s does not say which classes of data %s %s.", now.path, p, map[string]string{"holds": "holds", "trained_on": "was trained on"}[p.key]),
				fmt.Sprintf("declare %s, such as [internal], [personal, telemetry] or [public]", p.key)))
			continue
		}
		f, looked := contradicted(ctx, s, now, id, p)
		findings, examined = append(findings, f...), append(examined, looked...)
	}
	if allInternal(parts) {
		findings = append(findings, now.finding(id, parts[0].line, "all internal", fmt.Sprintf("All %d stores, datasets and models are [internal] and nothing else, so no part is told from another by what it holds.", len(parts)),
			"say of each what it holds: personal, confidential, credential, copyright, telemetry ..., and what is public"))
	}
	findings = append(findings, attractive(now, id)...)
	switch {
	case len(findings) > 0:
		r = now.concluded(findings, "")
	case len(unknown) > 0:
		r = undecided(now.path, fmt.Sprintf("%s says that it is unknown what %s %s", now.path, few(unknown), map[bool]string{true: "holds", false: "hold"}[len(unknown) == 1]))
	default:
		r = now.concluded(nil, fmt.Sprintf("%s classes the data of %s, and judges how attractive they make it: %s", now.path, several(len(parts), "part", "parts"), now.model.Attractiveness.Level))
	}
	r.Examined = examined
	return r
}

// allInternal says whether "internal" is the class of everything: it then tells nothing.
func allInternal(parts []dataPart) bool {
	return len(parts) > 1 && !slices.ContainsFunc(parts, func(p dataPart) bool { return len(p.classes) != 1 || p.classes[0] != "internal" })
}

// attractive is what is wrong with how attractive a target the model says the system is.
func attractive(now modelNow, id string) []lodemark.Finding {
	a := now.model.Attractiveness
	switch {
	case a == nil:
		return []lodemark.Finding{now.finding(id, 0, "attractiveness", now.path+" does not say how attractive a target the data make the system, so no threat is judged by who would want them.",
			"write under attractiveness: level (low, medium, high), who would want the data, and the reason")}
	case a.Level == "":
		return []lodemark.Finding{now.finding(id, a.Line, "attractiveness level", now.path+" says of the attractiveness no level.", "say low, medium or high")}
	case !sentence(a.Reason.Text):
		return []lodemark.Finding{now.finding(id, a.Line, "attractiveness reason", fmt.Sprintf("%s says that the attractiveness is %s, and not why.", now.path, a.Level), "write in a sentence what the data are worth, and to whom")}
	}
	return nil
}

// contradicted holds what a part is said to hold against its path and what lies there.
func contradicted(ctx context.Context, s *lodemark.Subject, now modelNow, id string, p dataPart) (findings []lodemark.Finding, looked []string) {
	has := func(classes ...string) bool {
		return slices.ContainsFunc(classes, func(c string) bool { return slices.Contains(p.classes, c) })
	}
	said := "[" + strings.Join(p.classes, ", ") + "]"
	if p.key != "holds" {
		return nil, nil
	}
	if word := privatePath(p.Paths); word != "" && has("public") && !has("internal", "confidential", "personal", "special", "credential") {
		findings = append(findings, now.finding(id, p.line, "path "+p.ID, fmt.Sprintf("%s is said to hold %s, and its path says %q.", p, said, word),
			"declare what it holds, or give the folder another name"))
	}
	if !slices.Contains([]string{"dataset", "document_store", "feature_store"}, p.Kind) {
		return findings, nil
	}
	samples := samplesOf(s, p.Paths)
	if !has("personal", "special") {
		for _, path := range samples {
			looked = append(looked, path)
			if column, rows := personalColumn(s, path); rows > 1 {
				f := now.finding(id, p.line, "personal "+p.ID, fmt.Sprintf("%s is said to hold %s, and %s has a column %q that is filled in: personal data.", p, said, path, column),
					"declare personal, or take the column out")
				findings = append(findings, f)
				break
			}
		}
	}
	if !has("credential") {
		for _, f := range leak.Look(ctx, s).Files {
			if !slices.Contains(samples, f.Path) || f.Aside {
				continue
			}
			for _, k := range f.Found {
				if k.Test == "" {
					findings = append(findings, now.finding(id, p.line, "credential "+p.ID, fmt.Sprintf("%s is said to hold %s, and a credential stands in %s:%d.", p, said, f.Path, k.Line),
						"take the credential out and revoke it, or declare credential"))
					return findings, looked
				}
			}
		}
	}
	return findings, looked
}
