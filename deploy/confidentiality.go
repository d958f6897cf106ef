package deploy

import (
	"context"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

func confidentiality() lodemark.Check {
	return lodemark.Check{
		ID: "dep-2-confidentiality", Version: 1,
		Title:    "A record says what must stay confidential, from whom, by which control, and what risk is left",
		Bears:    lodemark.Supports("DEP-2.8"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Weights, prompts, training data and questions are confidential to different people, and each has its own way out: an answer, a " +
			"score, a cache. Without a decision on each, the control that is bought protects what nobody wanted.",
		Fix: "Write down, for weights, prompts, training data and inputs: whether they must stay confidential, from whom, by which control, " +
			"which threats of the threat model that answers, and what risk is left.",
		Help: "write docs/confidentiality-record.md, or point to it from lodemark.yaml (documents: confidentiality-record; lodemark new confidentiality-record drafts it)",
		Bad:  confidentialityBad(), Good: confidentialityGood(),
		Run: func(ctx context.Context, s *lodemark.Subject) lodemark.Result {
			r := record{kind: "confidentiality-record", what: "a record of what must stay confidential", confirm: aboutAI,
				within: []keeper{{"model-record", confidentialHeading}, {"threat-model", confidentialHeading}, {"access-matrix", confidentialHeading}},
				judge: func(_ document.Document, text string) []document.Shortfall {
					lacks := saysAll(text, confidential)
					if missing := undecidedAssets(s, text); len(missing) > 0 && len(lacks) == 0 {
						list := strings.Join(missing, ", ")
						lacks = append(lacks, document.Shortfall{Message: "decides nothing on " + list + ", which this system has", Fix: "add a line on " + list})
					}
					return lacks
				}}
			return r.judged(ctx, s)
		},
	}
}

var (
	confidentialHeading = pattern.New(`(?i)\bconfidential`)
	confidential        = []topic{
		{name: "what must stay confidential", words: pattern.New(`(?i)\b(?:weights?|models?|prompts?|training data|datasets?|inputs?|questions|conversations?|embeddings?|index)\b`)},
		{name: "from whom", words: pattern.New(`(?i)\b(?:from|against)\b[^.\n|]{0,60}\b(?:users?|customers?|employees?|public|provider|vendor|tenants?|competitors?|outsiders?|attackers?|staff|anyone|everyone|everybody|others?|operators?|administrators?|partners?|internet)\b|\bfrom whom\b|\b(?:attackers?|competitors?|outsiders?|adversar\w+|third part(?:y|ies)|other tenants|not public|is public|are public)\b`)},
		{name: "by which control", words: pattern.New(`(?i)\b(?:controls?|encrypt\w+|redact\w+|filter\w*|rate[- ]?limit\w*|access|least privilege|policy|policies|isolat\w+|role|mask\w*|contract|minimi[sz]\w+|watermark\w*|refus\w+|only)\b`)},
		{name: "what risk is left", words: pattern.New(`(?i)\b(?:residual|remaining|remains?|left|accept(?:ed|able|s)?|tolerat\w+|risks?)\b`)},
	}
)

// undecidedAssets lists what the system has and the record does not mention.
func undecidedAssets(s *lodemark.Subject, text string) []string {
	var missing []string
	for _, a := range []struct {
		name  string
		words *pattern.Pattern
		kinds []lodemark.Kind
	}{
		{"weights", pattern.New(`(?i)\b(?:weights?|models?|checkpoints?|classifiers?)\b`), []lodemark.Kind{lodemark.KindModel}},
		{"prompts", pattern.New(`(?i)\b(?:prompts?|instructions)\b`), []lodemark.Kind{lodemark.KindPrompt}},
		{"training data", pattern.New(`(?i)\b(?:training (?:data|questions|examples|set)|data(?:sets?)?|corpus)\b`), []lodemark.Kind{lodemark.KindDataset}},
		{"inputs", pattern.New(`(?i)\b(?:inputs?|questions?|queries|conversations?|requests?|messages?|uploads?|user data)\b`), []lodemark.Kind{lodemark.KindHostedModel, lodemark.KindServer}},
	} {
		if !a.words.MatchString(text) && assetsAtHand(s, a.kinds...) {
			missing = append(missing, a.name)
		}
	}
	return missing
}

func privacyAssessment() lodemark.Check {
	return lodemark.Check{
		ID: "dep-2-privacy-assessment", Version: 1,
		Title:    "What the model could give away of its training data was measured, or a reasoned decision says why not",
		Bears:    lodemark.Supports("DEP-2.9"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "A model repeats parts of what it was trained on, and tells by its confidence who was in the data. Whether it does is a " +
			"number that can be measured; the word anonymised is none.",
		Fix: "Train with differential privacy and write down epsilon, delta and sampling, or measure membership inference and write down the " +
			"result, or have somebody decide with reasons that neither is needed.",
		Help: "write docs/privacy-assessment.md, or point to it from lodemark.yaml (documents: privacy-assessment; lodemark new privacy-assessment drafts it); say there whether training data are sensitive (facts: sensitive_training_data)",
		Bad:  privacyBad(), Good: privacyGood(),
		Run: runPrivacyAssessment,
	}
}

var (
	epsilonOf  = pattern.New(`(?i)(?:\bepsilon\b|ε)[^.\n]{0,30}?\d`)
	deltaOf    = pattern.New(`(?i)(?:\bdelta\b|δ)[^.\n]{0,30}?\d|10\^?-\d|1e-\d`)
	membership = pattern.New(`(?is)\b(?:membership inference|model inversion|extraction (?:test|attack)|canar(?:y|ies)|memori[sz]ation)\b.{0,400}?\d+(?:\.\d+)?`)
	notTesting = pattern.New(`(?is)\b(?:decided|decision|not (?:needed|required|applied|used|necessary)|no (?:privacy[- ]enhancing|differential privacy|need)|waived|out of scope)\b`)
	because    = pattern.New(`(?i)\b(?:because|since|as (?:the|no|all|it)|reasons?|hold(?:s)? no|contains? no|no personal|made[- ]up|synthetic|public(?:ly)? (?:data|available))\b`)
	decidedBy  = pattern.New(`(?i)\b(?:officer|owner|architect|board|committee|DPO|lead|director|approved|decided by|signed|reviewed by)\b`)
	anonymous  = pattern.New(`(?i)\b(?:anonymi[sz]\w+|pseudonymi[sz]\w+|de-?identif\w+)\b`)
)

func runPrivacyAssessment(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	fact := s.System.Fact("sensitive_training_data")
	r := record{kind: "privacy-assessment", what: "an assessment of what training data could give away", confirm: pattern.New(`(?i)\btrain(?:ed|ing)?\b`),
		within: []keeper{{"model-card", privacyHeading}, {"data-card", privacyHeading}, {"evaluation-report", privacyHeading}},
		judge:  func(_ document.Document, text string) []document.Shortfall { return judgePrivacy(text) }}
	result := r.judged(ctx, s)
	missing := len(result.Findings) == 1 && result.Findings[0].Path == s.System.Declared.Path && s.System.Declared.Path != ""
	switch {
	case fact.Answer == lodemark.No && (missing || len(result.Examined) == 0):
		return nothing("no sensitive data went into training: %s", fact.Reason)
	case fact.Answer != lodemark.Yes && result.Outcome == lodemark.Failed && !missing && len(document.Find(s, "privacy-assessment").Documents) == 0:
		return undecided(result.Examined, "%s It is not known whether training data are sensitive: %s", result.Reason, fact.Reason)
	case fact.Answer == lodemark.Unknown && missing && result.Findings[0].Key != "points to nothing":
		return undecided(nil, "no privacy assessment was found, and it is not known whether training data are sensitive: %s", fact.Reason)
	}
	return result
}

var privacyHeading = pattern.New(`(?i)\b(?:privacy|memori[sz]ation|membership inference|differential privacy)\b`)

func judgePrivacy(text string) []document.Shortfall {
	accounted := epsilonOf.MatchString(text) && deltaOf.MatchString(text)
	decided := notTesting.MatchString(text) && because.MatchString(text) && decidedBy.MatchString(text)
	switch {
	case accounted || membership.MatchString(text) || decided:
		return nil
	case strings.TrimSpace(text) == "":
		return []document.Shortfall{document.Unfilled("fill in what was measured, or the decision")}
	case epsilonOf.MatchString(text):
		return []document.Shortfall{{Message: "gives epsilon without delta, so what was guaranteed is not known", Fix: "add delta, the sampling rate and the number of steps"}}
	case anonymous.MatchString(text):
		return []document.Shortfall{{Message: "calls the data anonymised and has no number of a test", Fix: "measure membership inference on the model, and write down the result"}}
	}
	return []document.Shortfall{{Message: "has neither a number (epsilon and delta, or the result of a membership inference test) nor a decision with its reason and who took it", Fix: "add one of the three"}}
}
