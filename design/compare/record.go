package compare

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/draft"
	"github.com/lodemark/lodemark/internal/pattern"
)

// recordSchema marks the front matter of a record of ours.
const recordSchema = "lodemark.choice/1"

// Record is what a record keeps for programs, in its front matter.
type Record struct {
	Schema     string     `yaml:"choice"`
	Decided    string     `yaml:"decided"`
	NextReview string     `yaml:"next_review"`
	Chosen     string     `yaml:"chosen,omitempty"`
	Need       string     `yaml:"need,omitempty"`
	System     string     `yaml:"system,omitempty"`  // folder of the system whose lock files were read, relative to the record
	Threats    *Watched   `yaml:"threats,omitempty"` // nil: no threat model was there
	Candidates []Recorded `yaml:"candidates"`
}

// Watched is a threat model as it was.
type Watched struct {
	Path    string `yaml:"path"`         // relative to the record
	As      string `yaml:"as,omitempty"` // the component whose place the candidates took
	Meaning string `yaml:"meaning"`      // digest of what it says of the system (lodemark.ModelMeaning)
}

// Recorded is one candidate as it was seen.
type Recorded struct {
	Name        string            `yaml:"name"`
	Kind        Kind              `yaml:"kind"`
	Path        string            `yaml:"path,omitempty"`        // relative to the record
	Description string            `yaml:"description,omitempty"` // relative to the record
	Reference   string            `yaml:"reference,omitempty"`
	Revision    string            `yaml:"revision,omitempty"`
	Seen        map[string]string `yaml:"seen"`
}

// Choice is what people decided; the zero value leaves it open, and the record a draft.
type Choice struct {
	Chosen, Because, By string
	Review              time.Time
	Recorded            []Recorded // in the order of the candidates
	System              string
	Threats             *Watched
}

// reviewAfter is how soon a choice is looked at again where nobody says: attacks on models move within months.
const reviewAfter = 180

// Write writes the record of a choice: front matter for programs, and the sections that a model record needs (SD-4). What only people know
// is left to be filled in, and keeps it a draft.
func (c *Comparison) Write(choice Choice) ([]byte, error) {
	if choice.Review.IsZero() {
		choice.Review = c.At.AddDate(0, 0, reviewAfter)
	}
	front := Record{recordSchema, c.At.Format(time.DateOnly), choice.Review.Format(time.DateOnly), choice.Chosen, c.Need.String(), choice.System, choice.Threats, choice.Recorded}
	var b bytes.Buffer
	b.WriteString("---\n")
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(front); err != nil {
		return nil, fmt.Errorf("write the record of a choice: %w", err)
	}
	b.WriteString("---\n\n")
	r := recordPage{c: c, choice: choice, b: &b, chosen: slices.IndexFunc(c.Candidates, func(k *Candidate) bool { return k.Name == choice.Chosen })}
	r.write()
	return b.Bytes(), nil
}

type recordPage struct {
	c      *Comparison
	choice Choice
	chosen int // -1: open
	b      *bytes.Buffer
}

func (r *recordPage) line(format string, args ...any) { fmt.Fprintf(r.b, format+"\n", args...) }

func (r *recordPage) slot(what string) string { return document.SlotMark + what + ">" }

// said is what a person said on the command line, or a slot.
func (r *recordPage) said(text, slot string) string {
	if text == "" {
		return r.slot(slot)
	}
	return draft.Cell(text)
}

func (r *recordPage) write() {
	r.line("# Model decision record")
	r.line("")
	if r.chosen < 0 || r.choice.Because == "" || r.choice.By == "" {
		r.line("> **%s of %s.** Not evidence as it stands. Put what is true in place of each \"fill in\", then take out this line.\n", document.DraftMark, r.c.At.Format(time.DateOnly))
	}
	r.line("Decided on: %s\n", r.c.At.Format(time.DateOnly))
	r.line("Decided by: %s\n", r.said(r.choice.By, "role"))
	r.line("Next review: %s\n", r.choice.Review.Format(time.DateOnly))
	r.line("## Decision\n")
	if r.chosen >= 0 {
		r.line("%s is used. %s\n", draft.Cell(r.naming(r.chosen)), r.said(r.choice.Because, "why"))
	} else {
		r.line("%s\n", r.slot("which of the candidates, and why"))
	}
	r.line("Built, reused or called: %s\n", r.slot("which, and why the other two were not taken, with what counted for the security of the supply chain"))
	r.line("## Requirements\n")
	if need := r.c.Need.String(); need != "" {
		r.line("The task needs: %s.\n", draft.Cell(need))
	}
	r.line("%s\n", r.slot("what the task needs, the security of the supply chain among it"))
	r.alternatives()
	r.weighed()
	for _, s := range [][2]string{{"Fitness for the task", "which evaluation on data of the task was passed, by which version"},
		{"Explaining and aligning answers", "how an answer can be explained to an auditor, and how the model is kept to its task"}} {
		r.line("## %s\n\n%s\n", s[0], r.slot(s[1]))
	}
	r.threats()
	r.line("## Hardening\n\n| Technique | Applied or not | Why, and against which threat |\n|---|---|---|")
	for _, t := range []string{"Adversarial training", "Regularisation", "Privacy-enhancing techniques"} {
		r.line("| %s | %s | %s |", t, r.slot("yes or no"), r.slot("reason"))
	}
	r.line("")
	r.criteria()
}

// naming is a candidate with its exact revision.
func (r *recordPage) naming(i int) string {
	c := r.c.Candidates[i]
	name := c.Name
	if c.Kind == Hosted && c.Model != "" && c.Model != name {
		name += " (" + c.Model + " at " + c.Provider + ")"
	}
	if c.Revision.Value != "" {
		name += ", revision " + c.Revision.Value
	}
	return name
}

func (r *recordPage) alternatives() {
	r.line("## Alternatives considered\n\n| Candidate | Compared on | Why it was not taken |\n|---|---|---|")
	for i := range r.c.Candidates {
		if i == r.chosen {
			continue
		}
		why := r.slot("reason")
		if bad := r.c.Disqualified(i); len(bad) > 0 {
			why = "Disqualified: " + strings.ToLower(strings.Join(bad, ", ")) + "."
		}
		r.line("| %s | %d criteria, below | %s |", draft.Cell(r.naming(i)), len(Criteria()), why)
	}
	r.line("| %s | %s | %s |\n", r.slot("a simpler, more transparent model, or a way without one"), r.slot("what it reached on the same data"), r.slot("why it was not enough"))
}

// weighed is the table of the aspects that a model record weighs.
func (r *recordPage) weighed() {
	r.line("## What was weighed\n\n| Model | Architecture and size | Configuration | Training data | Training algorithm | Hyperparameters |\n|---|---|---|---|---|---|")
	for i, c := range r.c.Candidates {
		if r.chosen >= 0 && i != r.chosen {
			continue
		}
		size := r.slot("architecture, parameters, what they need and how robust they are")
		var known []string
		if f := c.fact("architecture"); f.Value != "" {
			known = append(known, f.Value)
		}
		if n, _ := c.parameters(); n > 0 {
			known = append(known, countWords(n)+" parameters")
		}
		if len(known) > 0 {
			size = draft.Cell(strings.Join(known, ", ")) + "; " + r.slot("what they need, and how robust they are")
		}
		data := r.slot("size, quality, age, sensitivity; unknown where it is")
		if f := c.front("datasets"); f.Value != "" {
			data = draft.Cell(f.Value) + "; " + data
		}
		r.line("| %s | %s | %s | %s | %s | %s |", draft.Cell(c.Name), size, r.slot("settings"), data, r.slot("algorithm"), r.slot("values and why"))
	}
	r.line("")
}

func (r *recordPage) threats() {
	r.line("## Threats\n")
	t := r.c.Threats
	if t == nil {
		r.line("%s\n", r.slot("ids in threats.yaml that this choice makes larger or smaller"))
		return
	}
	r.line("Against the threat model as it stood, in the place of %s:\n", draft.Cell(t.Component))
	for i, c := range r.c.Candidates {
		by := map[Change][]string{}
		for _, row := range t.Rows {
			by[row.Cells[i].Change] = append(by[row.Cells[i].Change], row.ID)
		}
		var parts []string
		for _, k := range []Change{Adds, More, Settles, Opens, Unshown, Less, Removes} {
			if ids := by[k]; len(ids) > 0 {
				parts = append(parts, string(k)+" "+strings.Join(ids, ", "))
			}
		}
		r.line("- %s: %s", draft.Cell(c.Name), cmp.Or(strings.Join(parts, "; "), "changes no threat"))
	}
	r.line("\n%s\n", r.slot("which of these are borne, and by which decision"))
}

// criteria is what was seen, criterion by criterion.
func (r *recordPage) criteria() {
	r.line("## What was seen\n\nEach criterion has the state of its worst signal; there is no total.\n")
	for i, c := range r.c.Candidates {
		r.line("### %s\n\n| Criterion | State | Signals |\n|---|---|---|", draft.Cell(c.Name))
		for _, k := range Criteria() {
			j := r.c.Judgements[k.ID][i]
			var signals []string
			for n, s := range j.Signals {
				if n == 6 {
					signals = append(signals, fmt.Sprintf("%d more", len(j.Signals)-n))
					break
				}
				signals = append(signals, draft.Cell(s.Name+": "+clipped(s.Value, 90)))
			}
			r.line("| %s | %s | %s |", k.Title, j.State, strings.Join(signals, "; "))
		}
		r.line("")
	}
}

var digest64 = pattern.New(`^[0-9a-f]{64}$`)

// ReadRecord reads the front matter of a record.
func ReadRecord(name string, data []byte) (*Record, error) {
	rest, ok := bytes.CutPrefix(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), []byte("---"))
	front, _, closed := bytes.Cut(rest, []byte("\n---"))
	if !ok || !closed || len(front) > describeBytes || nestedAt(front) > 0 {
		return nil, fmt.Errorf("read %s: it does not begin with the front matter of a choice; lodemark compare --record writes one", name)
	}
	var r Record
	d := yaml.NewDecoder(bytes.NewReader(front))
	d.KnownFields(true)
	if err := d.Decode(&r); err != nil {
		return nil, fmt.Errorf("read the front matter of %s: %w", name, err)
	}
	if r.Schema != recordSchema || len(r.Candidates) == 0 || len(r.Candidates) > 100 {
		return nil, fmt.Errorf("read %s: its front matter is not that of a choice (choice: %s, with candidates)", name, recordSchema)
	}
	for _, day := range []string{r.Decided, r.NextReview} {
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			return nil, fmt.Errorf("read %s: %q is no day, such as 2026-11-30", name, day)
		}
	}
	seen := map[string]bool{}
	for _, c := range r.Candidates {
		if c.Name == "" || seen[c.Name] {
			return nil, fmt.Errorf("read %s: candidates need names, each of its own", name)
		}
		seen[c.Name] = true
	}
	if t := r.Threats; t != nil && (t.Path == "" || !digest64.MatchString(t.Meaning)) {
		return nil, fmt.Errorf("read %s: its threat model needs a path and a meaning of 64 hex digits", name)
	}
	if r.Chosen != "" && !seen[r.Chosen] {
		return nil, fmt.Errorf("read %s: %q was chosen, and is none of its candidates", name, r.Chosen)
	}
	return &r, nil
}

// Reopening is a reason to decide again, or what could not be compared.
type Reopening struct {
	Candidate string // empty: the record itself
	What      string // review, threat model, weights, card, terms, description, advisories, retirement, missing
	Why       string
	// Reopens is false where it is only to be known: a candidate that was not taken has changed, or something could not be compared.
	Reopens bool
	// Unsure says that it could not be compared.
	Unsure bool
}

// Reopened compares a record with what is there now. now has for each candidate what Seen gives, or nil for one that is gone; meaning is
// that of the threat model, or empty where it is gone or cannot be read.
func (r *Record) Reopened(now []map[string]string, meaning string, at time.Time) []Reopening {
	var out []Reopening
	review, _ := time.Parse(time.DateOnly, r.NextReview)
	if !at.Before(review.AddDate(0, 0, 1)) {
		out = append(out, Reopening{What: "review", Why: "was due on " + r.NextReview, Reopens: true})
	}
	switch t := r.Threats; {
	case t == nil || t.Meaning == meaning:
	case meaning == "":
		out = append(out, Reopening{What: "threat model", Why: "is no longer where the record says, or cannot be read: " + t.Path, Unsure: true})
	default:
		out = append(out, Reopening{What: "threat model", Why: "says something else of the system since: " + t.Path, Reopens: true})
	}
	for i, c := range r.Candidates {
		counts := r.Chosen == "" || r.Chosen == c.Name
		if now[i] == nil {
			out = append(out, Reopening{c.Name, "missing", "is no longer where the record says", false, counts})
			continue
		}
		names := slices.Sorted(maps.Keys(c.Seen))
		for name := range now[i] {
			if _, ok := c.Seen[name]; !ok {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		for _, name := range slices.Compact(names) {
			was, is := c.Seen[name], now[i][name]
			switch {
			case was == is:
			case name == seenAdvisories && is == "":
				out = append(out, Reopening{c.Name, name, "were compared then and are not now: give the database (--advisories DIR)", false, counts})
			case name == seenAdvisories && was == "":
			case was == "":
				out = append(out, Reopening{c.Name, name, "was not there then", counts, false})
			case is == "":
				out = append(out, Reopening{c.Name, name, "is gone", counts, false})
			default:
				out = append(out, Reopening{c.Name, name, "changed", counts, false})
			}
		}
	}
	return out
}

// settingText writes the value of an attribute as a threat model does.
func settingText(v any) string {
	switch v := v.(type) {
	case nil:
		return "none"
	case []string:
		return "[" + strings.Join(v, ", ") + "]"
	}
	return fmt.Sprint(v)
}

// String is the setting as a line of a threat model.
func (s Setting) String() string { return s.Name + ": " + settingText(s.Value) }
