package compare

import (
	"fmt"
	"strings"

	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

// cardField is one thing that a card has to say, with the words of headings and labels under which cards say it.
type cardField struct {
	name  string
	heads []string
	front []string         // fields of the card's head that say it as well
	not   []string         // words of headings that are about something else
	text  *pattern.Pattern // sentences anywhere that say it
}

// cardFields are those of the model cards of the hub and of the guidelines (DEV-3.1).
func cardFields() []cardField {
	return []cardField{
		{"purpose", []string{"intended use", "uses", "direct use", "model use", "evaluated use", "primary use", "purpose", "use case", "intended uses", "how to use", "usage", "description", "model description", "overview", "introduction"}, nil, nil, nil},
		{"out of scope", []string{"out-of-scope", "out of scope", "misuse", "not intended", "prohibited", "uses and limitations"}, nil, nil, outOfScope},
		{"limitations", []string{"limitation", "risk", "bias", "known issue", "failure", "caveat", "ethical", "safety", "broader impact"}, nil, nil, nil},
		{"training data", []string{"training data", "dataset", "pretraining data", "data", "pre-training", "training set"}, []string{"datasets"}, nil, nil},
		{"training", []string{"training procedure", "training", "fine-tun", "hyperparameter", "pretraining", "pre-training", "post-training", "how it was made"}, nil, []string{"training data", "dataset"}, nil},
		{"evaluation", []string{"evaluation", "result", "performance", "benchmark", "metric", "accuracy", "testing"}, []string{"model-index.results.metrics.value", "eval_results"}, nil, nil},
		{"who made it", []string{"developed by", "author", "contact", "model developer", "developer", "citation", "maintainer", "owner", "created by", "publisher", "model creator", "provider", "team"}, nil, nil, madeBy},
		{"licence", []string{"license", "licence", "terms"}, []string{"license", "licence", "license_name"}, nil, nil},
		{"version", []string{"version", "model date", "release date", "date", "release", "changelog", "knowledge cutoff", "status"}, []string{"version", "date"}, []string{"framework"}, nil},
	}
}

// card says field by field what the card holds.
func card(c *Candidate, _ *asked) []Signal {
	if c.files == nil || c.files.card == nil {
		out := []Signal{}
		if c.files != nil {
			for _, s := range c.files.unread {
				if s.Name == "card" {
					out = append(out, s)
				}
			}
		}
		if v, ok := c.said("card"); ok && len(out) == 0 {
			return []Signal{{"card", "stands at " + v.Text + "; give a local copy for it to be read", c.described.at(v), Unknown, true}}
		}
		if len(out) > 0 {
			return out
		}
		return []Signal{{"card", "there is none", "", Poor, false}}
	}
	var out []Signal
	d := *c.files.card
	for _, f := range cardFields() {
		s := Signal{Name: f.name, State: Poor, Value: "no section, label or field says it", At: d.Path}
		if at, ok := c.cardSays(d, f); ok {
			s.Value, s.State, s.At = "said", Good, at
		}
		out = append(out, s)
	}
	if d.Cut != "" {
		out = append(out, Signal{"card", d.Cut, d.Path, Unknown, false})
	}
	return out
}

// cardSays finds where a card says something: in its head, under a heading that somebody filled in, or after a label.
func (c *Candidate) cardSays(d document.Document, f cardField) (at string, ok bool) {
	if v := c.front(f.front...); v.Value != "" && normalLicence(v.Value) != "" { // "other" says nothing
		return v.At, true
	}
	open := false // a heading stands there, and nobody wrote below it
	for i, s := range d.Sections {
		if s.Heading == "" || s.Heading == d.Title && i < 2 || !headed(s.Heading, f.heads) || f.not != nil && headed(s.Heading, f.not) {
			continue
		}
		if d.FilledUnder(i) {
			return place(d.Path, s.Line), true
		}
		open = true
	}
	for _, l := range d.Labels() {
		if l.Filled && headed(l.Name, f.heads) {
			return place(d.Path, l.Line), true
		}
	}
	if f.text != nil {
		if at, ok := c.textSays(f.text); ok {
			return at, true
		}
	}
	if f.name == "purpose" && !open { // what stands before the first heading, or under the title, says what it is
		for _, s := range d.Sections {
			if (s.Heading == "" || s.Heading == d.Title) && len(strings.Fields(s.Said())) >= 15 {
				return place(d.Path, s.From), true
			}
		}
	}
	return "", false
}

// headed says whether a heading holds one of the words at the beginning of a word.
func headed(heading string, words []string) bool {
	h := " " + strings.ToLower(strings.NewReplacer("-", " ", "&", " ", "/", " ", "_", " ", "(", " ").Replace(heading))
	for _, w := range words {
		if strings.Contains(h, " "+strings.ReplaceAll(w, "-", " ")) {
			return true
		}
	}
	return false
}

// lineage asks what the model was made from.
func lineage(c *Candidate, _ *asked) []Signal {
	from, data := c.baseModel(), c.front("datasets")
	if v, ok := c.said("lineage.datasets"); ok && data.Value == "" {
		data = Fact{v.Text, c.described.at(v)}
	}
	declaredBase := false
	if v, ok := c.said("lineage.base"); ok && from.Value == "" {
		from, declaredBase = Fact{v.Text, c.described.at(v)}, true
	}
	var out []Signal
	switch {
	case from.Value != "" && outsidePath(from.Value):
		out = append(out, Signal{"base model", from.Value + " is a path on somebody's machine", from.At, Poor, false})
	case from.Value != "":
		out = append(out, Signal{"base model", from.Value, from.At, Good, declaredBase})
	default:
		if at, ok := c.textSays(fromScratch); ok {
			out = append(out, Signal{"base model", "trained from scratch, says the card", at, Good, false})
		} else {
			out = append(out, Signal{"base model", "not said", "", Unknown, false})
		}
	}
	if data.Value != "" {
		_, declared := c.said("lineage.datasets")
		return append(out, Signal{"datasets", data.Value, data.At, Good, declared})
	}
	if c.files != nil && c.files.card != nil {
		if at, ok := c.cardSays(*c.files.card, cardFields()[3]); ok {
			return append(out, Signal{"datasets", "described in the card", at, Good, false})
		}
	}
	return append(out, Signal{"datasets", "not said", "", Unknown, false})
}

// baseModel is what the card or the configuration say the model was made from.
func (c *Candidate) baseModel() Fact {
	if f := c.front("base_model"); f.Value != "" {
		return f
	}
	if f := c.fact("base model"); f.Value != "" {
		return f
	}
	f := c.fact("made from")
	if f.Value == "" || strings.EqualFold(f.Value, c.Reference) {
		return Fact{}
	}
	return f
}

func outsidePath(s string) bool {
	return strings.HasPrefix(s, "/") || strings.HasPrefix(s, "./") || strings.HasPrefix(s, "../") || strings.Contains(s, `:\`) || strings.Count(s, "/") > 1 && !strings.Contains(s, "://")
}

var (
	outOfScope  = pattern.New(`(?i)\b(?:not (?:intended|designed|suitable|suited|appropriate|recommended|meant) (?:for|to)|recommend against|caution against|out[- ]of[- ]scope|(?:should|must) not be used|do not use)\b`)
	madeBy      = pattern.New(`(?i)\b(?:developed|created|trained|released|published|built|made|fine-?tuned|proposed|introduced) (?:and \w+ )?by\b`)
	fromScratch = pattern.New(`(?i)\b(?:pre-?trained|trained) from scratch\b|\bwe (?:pre-?)?trained? .{0,60}\bfrom scratch\b`)
	attacked    = pattern.New(`(?i)\b(?:adversarial(?:ly)?|red[- ]team(?:ed|ing)?|jailbreak\w*|robustness|prompt injection|harmbench|strongreject|advbench|toxigen|realtoxicityprompts|attack success rate|safety (?:evaluations?|benchmarks?)|perturb(?:ed|ations?))\b`)
	measured    = pattern.New(`[0-9]+(?:\.[0-9]+)? ?%|\b0\.[0-9]+\b|\b[0-9]{1,3}\.[0-9]+\b`)
	personal    = pattern.New(`(?i)\b(?:personal(?:ly)?(?: identifiable)? (?:data|information)|PII|privacy|memori[sz]ation|memori[sz]ed|GDPR|sensitive (?:data|information)|anonymi[sz]ed|de-?identified|differential(?:ly)? priva\w+)\b`)
)

// textSays finds the first line of the card that matches.
func (c *Candidate) textSays(p *pattern.Pattern) (at string, ok bool) {
	_, at, ok = c.lineOf(p)
	return at, ok
}

const cardLines = 20_000

// lineOf is the first line of the card's text that matches, with its place.
func (c *Candidate) lineOf(p *pattern.Pattern) (line, at string, ok bool) {
	if c.files == nil || c.files.card == nil {
		return "", "", false
	}
	n, front := 0, false
	for line := range strings.Lines(c.files.cardRaw) {
		if n++; n > cardLines {
			break
		}
		if n == 1 && strings.TrimSpace(line) == "---" {
			front = true
			continue
		}
		if front {
			front = strings.TrimSpace(line) != "---"
			continue
		}
		if len(line) > 4000 {
			line = line[:4000]
		}
		if p.MatchString(line) {
			return strings.TrimSpace(line), place(c.files.card.Path, n), true
		}
	}
	return "", "", false
}

// robustness asks for results of attacks, by whoever made them.
func robustness(c *Candidate, in *asked) []Signal {
	var out []Signal
	if c.described != nil {
		for _, t := range c.described.tests {
			s := Signal{t.Test, t.Result, place(c.described.Path, t.Line), Good, true}
			if t.Source != "" {
				s.Value += " (" + t.Source + ")"
			}
			switch {
			case t.On.IsZero():
				s.Value, s.State = s.Value+", without a day", Unknown
			case in.At.Sub(t.On).Hours() > 365*24:
				s.Value, s.State = s.Value+fmt.Sprintf(", on %s, more than a year ago", t.On.Format("2006-01-02")), Poor
			default:
				s.Value += ", on " + t.On.Format("2006-01-02")
			}
			out = append(out, s)
		}
	}
	if c.files != nil && c.files.card != nil {
		d := *c.files.card
		for i, sec := range d.Sections {
			if sec.Heading == "" || !attacked.MatchString(sec.Heading) || !d.FilledUnder(i) {
				continue
			}
			s := Signal{"card", fmt.Sprintf("speaks of it under %q, without a figure", sec.Heading), place(d.Path, sec.Line), Unknown, false}
			if measured.MatchString(d.Under(i)) {
				s.Value, s.State = fmt.Sprintf("gives figures under %q (its publisher's own)", sec.Heading), Good
			}
			out = append(out, s)
			break
		}
		if line, at, ok := c.lineOf(attacked); ok && len(out) == 0 {
			s := Signal{"card", "mentions it, without a figure", at, Unknown, false}
			if measured.MatchString(line) {
				s.Value = "gives a figure in passing"
			}
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		out = append(out, Signal{"results", "none are known", "", Unknown, false})
	}
	return out
}
