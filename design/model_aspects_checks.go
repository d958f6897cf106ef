package design

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

// unpublished are words by which a record says that something of a model is not known, which is an answer.
var unpublished = []string{"unknown", "not published", "unpublished", "not disclosed", "undisclosed", "does not publish", "not known", "not public", "publishes", "no information", "does not say", "not stated"}

// notWeighed is how a heading is filled in without saying anything.
var notWeighed = pattern.New(`(?i)^([^:\n]{1,60}:)?\W*(n/?a|not applicable|none|no|nothing|not needed|not relevant|-)\W*$`)

func aspectCheck(a aspect, title, why string, bad, good []lodemark.Example, run func(*lodemark.Subject) lodemark.Result) lodemark.Check {
	return lodemark.Check{
		ID: a.check, Version: 1, Title: title, Bears: lodemark.Supports(a.clause),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: why, Fix: strings.ToUpper(a.fix[:1]) + a.fix[1:] + ".",
		Help: a.fix + ", in docs/model-record.md or where lodemark.yaml points to (documents: model-record)",
		Bad:  bad, Good: good,
		Run: func(_ context.Context, s *lodemark.Subject) lodemark.Result { return run(s) },
	}
}

var complexityAspect = aspect{
	check: "sd-4-complexity", clause: "SD-4.4", what: "the size and architecture",
	headings: []string{"architecture", "complexity", "size", "parameter", "capacity"},
	words:    []string{"parameters", "billion", "transformer", "linear", "layers"},
	also:     []string{"model-card"},
	fix:      "write down the architecture and size of each model and what they mean for the data it needs and for changed inputs",
}

var sizeStated = pattern.New(`(?i)\b[0-9][0-9.,' ]*\s*(k|m|b|million|billion|thousand)?[ -]?\s*(trainable |model |total )?(parameters?|params|weights|layers|features|neurons|trees|dimensions|gib|gb|mb)\b|\b[0-9]+(\.[0-9]+)?[bm]\b`)

func complexity() lodemark.Check {
	a := complexityAspect
	return aspectCheck(a, "The size and architecture of each model were weighed",
		"A model with more parameters than the task needs wants more data and reacts in more ways nobody tried. How large it is decides what "+
			"testing can cover.",
		complexityBad(), complexityGood(), func(s *lodemark.Subject) lodemark.Result {
			a.weigh = func(text string, m modelPart) (string, string) { return weighComplexity(s, text, m) }
			return a.judge(s)
		})
}

func weighComplexity(s *lodemark.Subject, text string, m modelPart) (lack, weak string) {
	all := text
	for _, d := range m.parts {
		all += textOf(d)
	}
	counted, stated := parametersOf(s, m.local), statedCounts(text)
	switch {
	case counted > 0 && len(stated) == 1 && math.Abs(stated[0]-counted) > counted/4:
		return fmt.Sprintf("states %.0f parameters%s, and the file %s has %.0f", stated[0], m.of(), m.local.Path, counted), ""
	case !sizeStated.MatchString(text) && !says(text, unpublished...):
		return "", "names the architecture" + m.of() + " and not its size (number of parameters)"
	case !says(all, "robust", "generalis", "generaliz", "overfit", "data need", "needs data", "amount of data", "few examples", "changed input", "unseen", "perturb", "shift", "noise", "smaller", "larger", "simpler", "enough data", "questions", "small enough", "stable"):
		return "", "states the size" + m.of() + " and not what it means for the data it needs or for changed inputs"
	}
	return "", ""
}

var fitnessAspect = aspect{
	check: "sd-4-fitness", clause: "SD-4.5", what: "how fit the model is for the task",
	headings: []string{"evaluation", "fitness", "fit for", "suitab", "performance", "results", "accuracy", "test", "quality", "benchmark", "measured", "feasib"},
	words:    []string{"measured", "accuracy", "scored", "evaluated", "evaluation"},
	also:     []string{"evaluation-report", "model-card"},
	fix:      "write down what was measured on data of the task, and the threshold that was required",
}

var (
	thresholdSaid = pattern.New(`(?i)\b(threshold|required|require[sd]?|minimum|at least|no (less|more) than|target|must (be|reach|not)|acceptance|limit|≥|bar)\b|≥|>=`)
	publicScores  = pattern.New(`(?i)\b(mmlu|hellaswag|gsm8k|humaneval|leaderboard|arena|mt-bench|helm|big-?bench|arc-c|truthfulqa|winogrande|swe-bench|livebench|glue|superglue)\b`)
	ownTask       = pattern.New(`(?i)\b(our|own|task|held[- ]out|eval(uation)? (set|questions|data)|test (set|questions|cases)|questions|cases|trial|use case|sample of|tickets|articles|documents|dataset|jsonl)\b`)
)

func fitness() lodemark.Check {
	a := fitnessAspect
	a.weigh = weighFitness
	return aspectCheck(a, "The fitness of each model for its task was measured",
		"A rank on a public board says how a model does on other people's questions, which may have been in its training data. Whether it "+
			"can do this task is known after measuring this task.",
		fitnessBad(), fitnessGood(), a.judge)
}

func weighFitness(text string, m modelPart) (lack, weak string) {
	number := strings.ContainsAny(text, "0123456789")
	switch {
	case notWeighed.MatchString(strings.TrimSpace(text)):
		return "says that the fitness" + m.of() + " was not measured", ""
	case publicScores.MatchString(text) && !ownTask.MatchString(text):
		return "rests the choice" + m.of() + " on a public benchmark, not on the task", ""
	case !number || !thresholdSaid.MatchString(text):
		return "", "speaks of the fitness" + m.of() + " without a figure and the threshold that it had to reach"
	case !ownTask.MatchString(text):
		return "", "gives figures" + m.of() + " and does not say on which data of the task"
	}
	return "", ""
}

var explainabilityAspect = aspect{
	check: "sd-4-explainability", clause: "SD-4.6", what: "how outputs can be explained",
	headings: []string{"explain", "interpret", "transparen", "align", "understandab"},
	words:    []string{"explanation", "attribution", "shap", "saliency"},
	fix:      "name a simpler candidate, say why it was not enough (or that it was taken), and how an output can be explained in a case of doubt",
}

func explainability() lodemark.Check {
	a := explainabilityAspect
	a.weigh = weighExplainability
	return aspectCheck(a, "It was weighed how outputs can be explained, and whether a simpler model would do",
		"When a model has done harm, somebody must be able to say why. Where a simpler model would have been enough, the answer would have been "+
			"there for the reading.",
		explainabilityBad(), explainabilityGood(), a.judge)
}

func weighExplainability(text string, m modelPart) (lack, weak string) {
	all := text
	for _, d := range m.parts {
		all += textOf(d)
	}
	switch {
	case notWeighed.MatchString(strings.TrimSpace(text)):
		return "fills in how outputs" + m.of() + " can be explained with nothing", ""
	case !says(all, "simpler", "smaller", "linear", "logistic", "decision tree", "rule", "baseline", "keyword", "regression", "naive bayes", "heuristic", "lookup", "transparent model"):
		return "", "speaks of explaining outputs" + m.of() + " and names no simpler candidate"
	}
	return "", ""
}

var trainingDataAspect = aspect{
	check: "sd-4-training-data", clause: "SD-4.7", what: "the training data",
	headings: []string{"training data", "trained on", "dataset", "data set", "pretraining data", "pre-training data", "data source", "data"},
	words:    []string{"trained on", "training data", "training set"},
	also:     []string{"data-card"},
	fix:      "write down size, origin, quality, sensitivity, age, relevance and diversity of the training data, or that they are unknown and who accepts that",
}

// characteristics of training data, each with the words by which a record names it.
var characteristics = []struct {
	name  string
	words []string
}{
	{"size", []string{"size", "rows", "examples", "records", "tokens", "samples", "questions", "documents", "images", "hours", "gigabyte", "gb ", "tb "}},
	{"integrity", []string{"integrity", "sha256", "sha-256", "digest", "checksum", "tamper", "version", "signed", "reviewed", "same bytes"}},
	{"quality", []string{"quality", "labelled", "labeled", "cleaned", "deduplic", "filtered", "rewritten", "noise", "errors", "agreement", "checked"}},
	{"sensitivity", []string{"sensitiv", "personal", "confidential", "private", "pii", "no names", "public text", "licensed"}},
	{"age", []string{"age ", "cutoff", "cut-off", "between", "collected", "written", "as of", "until", "since", "20"}},
	{"relevance", []string{"relevan", "represent", "task", "subject", "domain", "use case", "real tickets", "our own", "intended", "same kind"}},
	{"diversity", []string{"divers", "language", "english", "balanced", "classes", "labels", "groups", "bias", "regions", "variety", "coverage"}},
}

func trainingData() lodemark.Check {
	a := trainingDataAspect
	a.weigh = weighTrainingData
	return aspectCheck(a, "The characteristics of the training data were considered",
		"A model repeats what it was trained on: its mistakes, its age, its secrets, its gaps. What is not known about the data has to be "+
			"known as unknown.",
		trainingDataBad(), trainingDataGood(), a.judge)
}

func weighTrainingData(text string, m modelPart) (lack, weak string) {
	if notWeighed.MatchString(strings.TrimSpace(text)) {
		return "fills in the training data" + m.of() + " with nothing", ""
	}
	if says(text, unpublished...) {
		return "", "" // said to be unknown, in part or as a whole
	}
	var missing []string
	for _, c := range characteristics {
		if !says(text, c.words...) {
			missing = append(missing, c.name)
		}
	}
	if len(missing) > 2 {
		return "", fmt.Sprintf("describes the training data%s without %s, and does not say that they are unknown", m.of(), strings.Join(missing, ", "))
	}
	return "", ""
}

var hardeningAspect = aspect{
	check: "sd-4-hardening", clause: "SD-4.8", what: "hardening, regularisation and privacy techniques",
	headings: []string{"hardening", "adversarial", "regularis", "regulariz", "privacy-enhancing", "privacy enhancing", "privacy technique", "differential privacy", "robustness"},
	words: []string{"adversarial training", "weight decay", "dropout", "early stopping", "label smoothing", "dp-sgd", "federated", "distillation", "randomised smoothing", "randomized smoothing",
		"safety tuning", "rlhf", "red-team", "input perturbation"},
	fix: "write down for adversarial training, regularisation and privacy techniques whether each is used, and why or why not",
}

func hardening() lodemark.Check {
	a := hardeningAspect
	a.weigh = weighHardening
	return aspectCheck(a, "The value of hardening, regularisation and privacy techniques was considered",
		"Some attacks on a model can only be blunted while it is trained. Whoever did not think of them then finds out when only retraining "+
			"would help.",
		hardeningBad(), hardeningGood(), a.judge)
}

// techniques are the three kinds that the clause names.
var techniques = []struct {
	name  string
	words []string
}{
	{"adversarial training or other hardening", []string{"adversarial", "hardening", "hardened", "red-team", "red team", "safety tun", "rlhf", "smoothing", "planted instruction", "jailbreak", "robust"}},
	{"regularisation", []string{"regularis", "regulariz", "decay", "dropout", "early stopping", "augment", "l2 ", "l1 ", "weight penalty"}},
	{"privacy techniques", []string{"privacy", "dp-sgd", "federated", "anonymis", "anonymiz", "redact", "pseudonym", "pate ", "secure aggregation", "personal data"}},
}

func weighHardening(text string, m modelPart) (lack, weak string) {
	if notWeighed.MatchString(strings.TrimSpace(text)) {
		return "fills in hardening" + m.of() + " with nothing", ""
	}
	var missing []string
	for _, t := range techniques {
		if !says(text, t.words...) {
			missing = append(missing, t.name)
		}
	}
	switch {
	case len(missing) > 0:
		return "", fmt.Sprintf("decides on hardening%s and does not speak of %s", m.of(), few(missing))
	case !says(text, "because", "since", "as ", "so ", "not ", "no ", "applied", "used", "uses", "use ", "needed", "chosen", "effect", "reduc", "against", "accepted", "threat", "points", "%"):
		return "", "names techniques" + m.of() + " and not whether they are used or why"
	}
	return "", ""
}
