package develop

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

func structuredDocumentation() lodemark.Check {
	return lodemark.Check{
		ID: "dev-3-structured-form", Version: 1,
		Title:    "Models and data are documented in structured forms: cards with fields, and a bill of materials that is not empty",
		Bears:    lodemark.Supports("DEV-3.11"),
		Severity: lodemark.SeverityLow, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Only what stands in fields can be compared, searched and checked by a program. When an advisory names a model or a package, a bill " +
			"of materials answers in a minute what prose answers in a week.",
		Fix:  "Keep cards with front matter or fixed headings, and generate a bill of materials (CycloneDX or SPDX) with the models and data in it.",
		Help: "keep cards with fields, and a bill of materials (CycloneDX or SPDX) with models and data in it, in the repository",
		Bad:  structuredBad(), Good: structuredGood(),
		Run: runStructured,
	}
}

var bomName = pattern.New(`(?i)^(?:.*[._-])?(?:s?bom|aibom|ml-?bom|cdx|spdx|cyclonedx)(?:[._-].*)?\.json$|^croissant(?:[._-].*)?\.json$`)

func runStructured(_ context.Context, s *lodemark.Subject) lodemark.Result {
	if !holdsAI(s.System) {
		return lodemark.Result{Outcome: lodemark.NothingToSee, Reason: "no model, hosted model, dataset or prompt was found outside tests"}
	}
	r := lodemark.Result{}
	bills := 0
	for _, f := range s.System.Files {
		if f.Test || f.Vendored || f.Link != "" || !bomName.MatchString(path.Base(f.Path)) {
			continue
		}
		data, err := s.Read(f.Path)
		if err != nil || len(data) > scriptBytes {
			continue
		}
		b, known := readBill(data)
		if !known {
			continue
		}
		bills++
		r.Examined = append(r.Examined, f.Path)
		if message := b.wrong(f.Path); message != "" {
			r.Findings = append(r.Findings, lodemark.Finding{ID: "dev-3-structured-form", Severity: lodemark.SeverityLow, Path: f.Path, Message: message,
				Fix: "generate it again from the system, with models and data in it", Key: "empty bill of materials"})
		}
	}
	if len(r.Findings) > 0 {
		return failing(r, r.Findings...)
	}
	structured, plain := structuredCards(s)
	r.Examined = append(r.Examined, structured...)
	switch {
	case len(structured)+bills == 0 && plain != "":
		r.Outcome, r.Reason = lodemark.Undecided, plain+" is free text without fields, and no bill of materials was found"
	case len(structured)+bills == 0:
		r.Outcome, r.Reason = lodemark.Undecided, "no card with fields and no bill of materials was found; they may lie elsewhere"
	case bills == 0:
		r.Outcome, r.Reason = lodemark.Undecided, fmt.Sprintf("%s is a card with fields; no bill of materials was found", structured[0])
	default:
		r.Outcome, r.Reason = lodemark.Passed, fmt.Sprintf("%d card(s) with fields and %d bill(s) of materials were found", len(structured), bills)
	}
	return r
}

// structuredCards tells cards with front matter or at least four headings that the forms know from free text.
func structuredCards(s *lodemark.Subject) (structured []string, plain string) {
	rule := fieldRule{field: fieldScope}
	for _, d := range speaking(s, rule) {
		places := 0
		for _, f := range cardFieldTable {
			for _, p := range d.parts().places {
				if f.opens(p.heading) && p.filled() {
					places++
					break
				}
			}
		}
		if len(d.Front) >= 3 || places >= 4 {
			structured = append(structured, d.path)
		} else if plain == "" {
			plain = d.path
		}
	}
	return structured, plain
}

func (d spoken) parts() *cardText { return d.body }

// bill is a bill of materials, as far as it is looked at.
type bill struct {
	Format     string `json:"bomFormat"`
	SPDX       string `json:"spdxVersion"`
	Context    any    `json:"@context"`
	Type       any    `json:"@type"`
	Components []struct {
		Type    string `json:"type"`
		Name    string `json:"name"`
		Version string `json:"version"`
	} `json:"components"`
	Packages []struct {
		Name    string `json:"name"`
		Version string `json:"versionInfo"`
	} `json:"packages"`
	Graph        []any `json:"@graph"`
	Distribution []any `json:"distribution"`
}

func readBill(data []byte) (b bill, known bool) {
	if json.Unmarshal(data, &b) != nil {
		return b, false
	}
	context, _ := json.Marshal(b.Context)
	croissant := strings.Contains(string(context), "mlcommons.org/croissant") || strings.Contains(string(context), "\"cr\"")
	return b, strings.EqualFold(b.Format, "CycloneDX") || strings.HasPrefix(b.SPDX, "SPDX-") || strings.Contains(string(context), "spdx.org") || croissant
}

// wrong says what makes a bill worth nothing: no entry, or entries without a name and a version.
func (b bill) wrong(p string) string {
	n := len(b.Components) + len(b.Packages) + len(b.Graph) + len(b.Distribution)
	if n == 0 {
		return p + " is a bill of materials without a single entry, which answers no question."
	}
	telling := len(b.Graph) + len(b.Distribution)
	for _, c := range b.Components {
		if !emptyEntry(c.Name) && !emptyEntry(c.Version) {
			telling++
		}
	}
	for _, c := range b.Packages {
		if !emptyEntry(c.Name) && !emptyEntry(c.Version) {
			telling++
		}
	}
	if telling == 0 {
		return fmt.Sprintf("%s has %d entries, and none of them has both a name and a version.", p, n)
	}
	return ""
}

func emptyEntry(text string) bool {
	return text == "" || text == "NOASSERTION" || text == "NONE" || placeholder.MatchString(text)
}
