package deploy

import (
	"context"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

// DEP-5: make it easy for users to do the right things.
func guidance() lodemark.Practice {
	return lodemark.Practice{
		Guideline: "DEP-5",
		Checks:    []lodemark.Check{userGuidance(), optionRecord(), defaultCredentials(), responsibilities(), dataUse()},
		Later:     map[string]string{"DEP-5.4": laterProbes},
	}
}

func userGuidance() lodemark.Check {
	return lodemark.Check{
		ID: "dep-5-user-guidance", Version: 1,
		Title:    "Users are told what the system is for, where it ends and how it fails",
		Bears:    lodemark.Supports("DEP-5.5", "DEP-4.5"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "A model answers outside its field as fluently as inside it. Users who were not told where it ends act on invented " +
			"answers, and take a planted instruction for advice.",
		Fix:  "Give users a page in plain words: what the system is for, what it is not for, its known limits, how it fails and what to do then.",
		Help: "write docs/user-guidance.md, or point to it from lodemark.yaml (documents: user-guidance; lodemark new user-guidance drafts it)",
		Bad:  guidanceBad(), Good: guidanceGood(),
		Run: func(ctx context.Context, s *lodemark.Subject) lodemark.Result {
			return judged(ctx, s, "user-guidance", "a guide that tells users of fitting use, limits and failures",
				func(d document.Document, _ string) []document.Shortfall {
					return judgeUserGuidance(d.Title, content(d))
				})
		},
	}
}

// told are what users must be told, with the words by which a guide does and those by which it only may, and the clauses
// that ask for it.
var told = []struct {
	topic
	clauses []string
}{
	{topic{"what the system is for",
		pattern.New(`(?i)\b(?:it|this|assistant|system|model|bot|tool|app|service|classifier|copilot|agent)\b[^.\n]{0,40}\b(?:is|are) (?:meant |intended |designed |built |made |suited |there )?(?:for|to)\b|\b(?:intended|designed|suitable|suited|meant|appropriate|fitting|recommended|approved|good|best)\b[^.\n]{0,15}\b(?:use|uses|for|used)\b|` +
			`\bwhat (?:it|this|the [\w ]{2,30}) (?:is for|can do|does)\b|\buse (?:it|this|the [\w ]{2,30}) (?:for|to|when|only)\b|\b(?:helps?|answers?|can (?:help|answer)|assists?)\b[^.\n]{0,40}\b(?:you|questions|with)\b|\b(?:use cases?|purpose|scope)\b`),
		pattern.New(`(?i)\byou (?:can|may|now)\b|\bus(?:e|es|ing)\b|\bhow to\b`)}, []string{"DEP-5.5"}},
	{topic{"its known limits",
		pattern.New(`(?i)\blimit(?:s|ations?)\b|\bcan(?:not|'t)\b|\b(?:it|model|assistant|system|bot|classifier|this|they|answers?|responses?|predictions?|scores?)\b[^.\n]{0,30}\b(?:(?:does|do|is|are|was|may|will|should|must)(?:n't| not)|knows (?:nothing|only)|never)\b|\bnot (?:for|intended|suitable|suited|meant|designed|to be used)\b|\bout of scope\b|\bknown issues?\b|` +
			`\b(?:do not|don't|never) (?:use|rely|trust|enter|paste|act)\b|\b(?:English|one language) only\b|\bonly (?:works|knows|covers|speaks|answers|understands)\b`),
		pattern.New(`(?i)\b(?:only|not|never|avoid|unable|limited)\b|n't\b`)}, []string{"DEP-5.5", "DEP-4.5"}},
	{topic{"how it can fail",
		pattern.New(`(?i)\bhallucinat\w+|\binvent(?:s|ed)?\b|\bfabricat\w+|\b(?:made|makes?|making) (?:things |something |it |facts |sources )?up\b|\b(?:wrong|incorrect|inaccurate|misleading|outdated|biased|unreliable|unexpected|false)\b[^.\n]{0,30}\b(?:answers?|outputs?|responses?|results?|predictions?|labels?|topics?|information|content|positives?|negatives?|cases?|sources?)\b|` +
			`\b(?:answers?|outputs?|responses?|results?|predictions?|scores?|labels?|it|model|assistant|classifier)\b[^.\n]{0,50}\b(?:wrong(?:ly)?|incorrect|inaccurate|misleading|outdated|out of date|biased|unreliable|mistaken|mistakes?|errs?)\b|\bfailure modes?\b|\b(?:it|model|assistant|system|classifier)\b[^.\n]{0,20}\bfail(?:s|ed)?\b|\bmisread\w*|\bmisunderst\w+|\bmisclassif\w+|\bsteer\w*|\bmanipulat\w+|\b(?:with|low|false|over)[- ]?confidence\b|\b(?:over)?confidently\b`),
		pattern.New(`(?i)\b(?:err\w*|fail\w*|wrong|mistak\w*|confiden\w+|incorrect\w*|unexpected\w*|problems?|issues?)\b`)}, []string{"DEP-5.5", "DEP-4.5"}},
}

func judgeUserGuidance(title, text string) []document.Shortfall {
	if strings.TrimSpace(text) == "" {
		return []document.Shortfall{{Message: "is a template that nobody has filled in, so users are told nothing about limits and failures",
			Fix: "fill in what the system is for, its known limits and how it can fail"}}
	}
	if !aboutAI.MatchString(title) && !aboutAI.MatchString(text) {
		return []document.Shortfall{{Message: "never mentions the model or the assistant, so users learn nothing about what is particular to it",
			Fix: "say what the AI in the system is for, its known limits and how it can fail"}}
	}
	var names, open, clauses []string
	for _, t := range told {
		missing, weak := unspoken(text, []topic{t.topic})
		if open = append(open, weak...); len(missing) > 0 {
			names, clauses = append(names, t.name), t.clauses
		}
	}
	list := strings.Join(names, ", ")
	switch {
	case len(names) > 0:
		return []document.Shortfall{{Clauses: clauses, Message: "does not tell users " + list, Fix: "add " + list + ", in plain words"}}
	case len(open) > 0:
		return []document.Shortfall{{Doubt: true, Message: "may be a guide for something else: it cannot be told whether it tells users " + strings.Join(open, ", ")}}
	}
	return nil
}
