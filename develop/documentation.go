package develop

import (
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

// DEV-3: document your data, models and prompts.
func documentation() lodemark.Practice {
	return lodemark.Practice{
		Guideline: "DEV-3",
		Checks: []lodemark.Check{modelCard(), dataCard(), promptCard(), trainingSources(), documentedGuardrails(), documentedDigests(), documentedRetention(),
			reviewFrequency(), failureModes(), structuredDocumentation()},
	}
}

func modelCard() lodemark.Check {
	return lodemark.Check{
		ID: "dev-3-model-card", Version: 3,
		Title:    "Each model has a card on its making, its operation and life cycle, its use and its limits",
		Bears:    lodemark.Supports("DEV-3.1", "DEV-3.5"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Whoever reuses a model without knowing what it was made for, from what and how well it works, uses it where it fails. " +
			"After an incident, the card is what tells whether the model could have done it.",
		Fix:  "Write a card beside the model: how it was made, how it is run, its version and what becomes of it, intended use, limitations.",
		Help: "write a card beside the model (README.md or MODEL_CARD.md), or point to it from lodemark.yaml (documents: model-card)",
		Bad:  modelCardBad(), Good: modelCardGood(),
		Run: func(_ context.Context, s *lodemark.Subject) lodemark.Result {
			return judgedCards(s, cardRule{"dev-3-model-card", "model-card", "model", lodemark.KindModel, lodemark.KindModelCard,
				[]fieldGroup{{"DEV-3.1", []string{fieldCreation, fieldOperation, fieldLifeCycle}}, {"DEV-3.5", []string{fieldScope, fieldLimits}}}})
		},
	}
}

func dataCard() lodemark.Check {
	return lodemark.Check{
		ID: "dev-3-data-card", Version: 3,
		Title:    "Each dataset has a card on its source, processing, licence and owner",
		Bears:    lodemark.Supports("DEV-3.2", "DEV-3.4"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Training data decides how a model behaves. Data without a known source may be poisoned, may not be used, or may hold " +
			"what nobody was asked for; without an owner nobody can put it right.",
		Fix:  "Write a card beside the data: where it comes from, how it was collected and processed, licence, owner.",
		Help: "write a card beside the data (README.md or DATA_CARD.md), or point to it from lodemark.yaml (documents: data-card)",
		Bad:  dataCardBad(), Good: dataCardGood(),
		Run: func(_ context.Context, s *lodemark.Subject) lodemark.Result {
			return judgedCards(s, cardRule{"dev-3-data-card", "data-card", "dataset", lodemark.KindDataset, lodemark.KindDataCard,
				[]fieldGroup{{"DEV-3.2", []string{fieldCollection, fieldLicence, fieldResponsible}}, {"DEV-3.4", []string{fieldSource}}}})
		},
	}
}

func documentedDigests() lodemark.Check {
	return lodemark.Check{
		ID: "dev-3-documented-digests", Version: 1,
		Title:    "The digests in the documentation are those of the model files",
		Bears:    []lodemark.Bearing{{Clause: "DEV-3.7", Settles: true}},
		Severity: lodemark.SeverityHigh, Strength: lodemark.Present, MaxAge: settingsAge,
		Why: "A digest in a card lets everyone check that the model they hold is the one that was evaluated. One that does not match " +
			"means that the card speaks of other bytes, or that somebody swapped the file.",
		Fix:  "Find out why file and card differ. If the new file is the right one, evaluate it and write its digest into the card.",
		Help: "write the SHA-256 digest of each model file into its card",
		Bad:  digestsBad(), Good: digestsGood(),
		Run: runDocumentedDigests,
	}
}

var (
	longHex    = pattern.New(`(?i)(?:^|[^0-9a-z])([0-9a-f]{64})(?:$|[^0-9a-z])`)
	pointerOID = pattern.New(`(?m)^oid sha256:([0-9a-f]{64})$`)
)

func runDocumentedDigests(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	all := subjects(s.System, lodemark.KindModel)
	if len(all) == 0 {
		return lodemark.Result{Outcome: lodemark.NothingToSee, Reason: "no model was found outside tests and vendored folders"}
	}
	r := lodemark.Result{}
	without := ""
	count := 0
	for _, x := range all {
		cards := cardsFor(s, x, "model-card", lodemark.KindModelCard)
		for _, f := range x.files {
			if ctx.Err() != nil {
				return lodemark.Result{Outcome: lodemark.Undecided, Reason: "the time for recomputing digests ran out"}
			}
			stated, documented := statedDigests(cards, f, len(x.files) == 1)
			if !documented {
				without = f.Path
				continue
			}
			sum, err := digestOf(s, f)
			if err != nil {
				r.Gaps = append(r.Gaps, lodemark.Unread(f.Path, 0, err, false))
				continue
			}
			r.Examined = append(r.Examined, f.Path)
			for _, d := range stated {
				count++
				r.Examined = append(r.Examined, d.path)
				if d.sum != sum {
					r.Findings = append(r.Findings, lodemark.Finding{ID: "dev-3-documented-digests", Severity: lodemark.SeverityHigh, Path: d.path, Line: d.line,
						Message: fmt.Sprintf("%s gives %s… as the digest of %s, and the file has %s…: the card speaks of other bytes.", d.path, d.sum[:12], f.Path, sum[:12]),
						Fix:     "find out why they differ; if the file is right, evaluate it and write its digest here", Key: f.Path})
				}
			}
		}
	}
	switch {
	case len(r.Findings) > 0:
		r.Outcome, r.Reason = lodemark.Failed, r.Findings[0].Message
	case len(r.Gaps) > 0:
		r.Outcome, r.Reason = lodemark.Undecided, r.Gaps[0].Path+" could not be read: "+r.Gaps[0].Reason
	case without != "":
		r.Outcome, r.Reason = lodemark.Undecided, "no card gives a digest of "+without
	default:
		r.Outcome, r.Reason = lodemark.Passed, fmt.Sprintf("%d documented digest(s) were computed again and are those of the files", count)
	}
	return r
}

// stated is a digest that a card gives.
type stated struct {
	path string
	line int
	sum  string
}

// statedDigests finds the digests that cards give for a file: on a line or right below one that names it, or, where the
// card speaks of one file only, on a line that says what the digest is.
func statedDigests(cards []card, f lodemark.Component, only bool) (all []stated, found bool) {
	base := path.Base(f.Path)
	for _, c := range cards {
		n, above := 0, ""
		for line := range strings.Lines(c.raw) {
			n++
			m := longHex.FindStringSubmatch(line)
			lower := strings.ToLower(line)
			says := strings.Contains(lower, "sha256") || strings.Contains(lower, "sha-256") || strings.Contains(lower, "digest") || strings.Contains(lower, "checksum")
			if m != nil && (strings.Contains(line, base) || only && says && !otherFile(line, base) || says && strings.Contains(above, base)) {
				all = append(all, stated{c.path, n, strings.ToLower(m[1])})
			}
			if strings.TrimSpace(line) != "" {
				above = line
			}
		}
	}
	return all, len(all) > 0
}

// fileName is a word that looks like the name of a file with weights or data.
var fileName = pattern.New(`[\w.-]+\.(safetensors|gguf|bin|pt|pth|ckpt|pkl|pickle|joblib|onnx|h5|keras|npz|npy|tflite|json|txt|tar|gz|zip|csv|parquet|jsonl|model)\b`)

func otherFile(line, base string) bool {
	for _, name := range fileName.FindAllString(line, -1) {
		if name != base {
			return true
		}
	}
	return false
}

// digestOf is the digest of a model's bytes; of a Git LFS pointer, the one that it names.
func digestOf(s *lodemark.Subject, f lodemark.Component) (string, error) {
	if f.Detail["lfs_pointer"] == "true" {
		data, err := s.Read(f.Path)
		if err != nil {
			return "", err
		}
		if m := pointerOID.FindSubmatch(data); m != nil {
			return string(m[1]), nil
		}
		return "", fmt.Errorf("read Git LFS pointer: no digest in it")
	}
	sum, err := s.Digest(f.Path)
	return strings.TrimPrefix(sum, "sha256:"), err
}
