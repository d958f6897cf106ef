package compare

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// State says what a signal means for the choice. The zero value is Unknown: nothing is good by default.
type State int8

// The states.
const (
	Unknown       State = iota // nobody said, or nobody can tell from what there is
	Inapplicable               // the question does not arise: the weight format of a model that only its provider loads
	Good                       // speaks for the candidate
	Poor                       // speaks against it
	Disqualifying              // not to be used as it is
)

// String is the word of reports.
func (s State) String() string {
	return [...]string{"unknown", "not applicable", "good", "poor", "disqualifying"}[s]
}

// weight orders states by what a criterion takes from its signals: the worst, and what is unknown before what is good.
func (s State) weight() int { return [...]int{2, 0, 1, 3, 4}[s] }

// Signal is one thing that was looked at.
type Signal struct {
	Name  string // what was asked: "weights", "commit"
	Value string // what was seen, in words; text of the candidate may stand in it
	At    string // where: a path with its line, or a field of a description; empty: it follows from something not being there
	State State
	// Declared says that it is the word of whoever described the candidate, which no file shows.
	Declared bool
}

// Criterion is one of the questions asked of every candidate.
type Criterion struct {
	ID, Title string
	Asks      string // the question in one sentence
	judge     func(*Candidate, *asked) []Signal
}

// Criteria lists the 17 criteria, those that most often disqualify first.
func Criteria() []Criterion {
	return []Criterion{
		{"weight-format", "Weight format", "Can loading the weights run code?", weightFormat},
		{"malicious-content", "Malicious content", "Does anything in the files run, import or fetch what no honest model needs?", maliciousContent},
		{"signature", "Signature and provenance", "Is there a signature or attestation that could be verified?", signature},
		{"publisher", "Publisher and look-alike names", "Is it published by whom the name suggests?", publisher},
		{"pinning", "Pinning", "Will the same bytes, or the same model, be used tomorrow?", pinning},
		{"licence", "Licence and terms", "May it be used for this, and under which conditions?", licence},
		{"advisories", "Advisories", "Is what loads or calls it known to be vulnerable?", advisories},
		{"card", "Model card", "Does a card say what the model is for, its limits, training and evaluation?", card},
		{"lineage", "Lineage", "From which model and which data was it made?", lineage},
		{"size", "Size against need", "Is it larger than the task needs, and does it fit where it runs?", size},
		{"hosting", "Hosting and data exposure", "Who sees what is sent to it, for how long and where?", hosting},
		{"returns", "What it returns", "Does it give callers more than they need, such as logits or scores?", returns},
		{"stability", "Stability", "Can it change or end without anybody here deciding so?", stability},
		{"robustness", "Robustness results", "Was it attacked, and how did it fare?", robustness},
		{"privacy", "Privacy", "Can it give away personal data it was trained on or is sent?", privacy},
		{"operations", "Operations", "Who runs, watches and updates it?", operations},
		{"fallback", "Fallback", "What answers when it fails or has to be switched off?", fallback},
	}
}

// Options say against what candidates are judged.
type Options struct {
	Need       Need
	At         time.Time  // of the comparison
	Advisories Advisories // nil: no database was given
	// Old says, by ecosystem, why what the database holds may be too old for its silence to mean anything.
	Old map[string]string
}

// Advisories answers which advisories a database holds for a version of a package; an empty version asks for all that there are.
// Known is false where the database says nothing about the whole ecosystem.
type Advisories func(ecosystem, name, version string) (found []Advisory, known bool, err error)

// Advisory is one that concerns what was asked for.
type Advisory struct {
	ID        string
	Title     string
	Fixed     []string
	Malicious bool
	Undecided string // why nobody can tell whether it concerns the version
}

// Judgement is what was found on one criterion for one candidate.
type Judgement struct {
	State   State
	Signals []Signal
}

// Comparison is what was found on all criteria for all candidates.
type Comparison struct {
	At         time.Time
	Need       Need
	Candidates []*Candidate
	Judgements map[string][]Judgement // by the id of the criterion; in the order of the candidates
	Threats    *Threats               // nil: no threat model was given
}

// asked is what judges may ask beside the candidate.
type asked struct {
	Options
	ctx        context.Context
	candidates []*Candidate
}

// Judge compares candidates.
func Judge(ctx context.Context, candidates []*Candidate, o Options) *Comparison {
	in := &asked{Options: o, ctx: ctx, candidates: candidates}
	out := &Comparison{At: o.At, Need: o.Need, Candidates: candidates, Judgements: map[string][]Judgement{}}
	for _, c := range Criteria() {
		for _, candidate := range candidates {
			j := Judgement{Signals: c.judge(candidate, in)}
			for i, s := range j.Signals {
				if i == 0 || s.State.weight() > j.State.weight() {
					j.State = s.State
				}
			}
			slices.SortStableFunc(j.Signals, func(a, b Signal) int { return cmp.Compare(b.State.weight(), a.State.weight()) })
			out.Judgements[c.ID] = append(out.Judgements[c.ID], j)
		}
	}
	return out
}

// Disqualified lists why a candidate is not to be used as it is, by the titles of criteria.
func (c *Comparison) Disqualified(candidate int) (titles []string) {
	for _, k := range Criteria() {
		if c.Judgements[k.ID][candidate].State == Disqualifying {
			titles = append(titles, k.Title)
		}
	}
	return titles
}
