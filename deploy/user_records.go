package deploy

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

func responsibilities() lodemark.Check {
	return lodemark.Check{
		ID: "dep-5-responsibilities", Version: 1,
		Title:    "Users are told which part of security is theirs, and which is not",
		Bears:    lodemark.Supports("DEP-5.6"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Between the one who runs the model and the one who connects it to tools and data lies what both think the other does: who " +
			"checks the answers, who limits the rights of the agent, who keeps the keys.",
		Fix: "Give users a table of what is theirs and what is yours (accounts and keys, what is typed in, rights of tools, review of " +
			"answers, updates, logs), with what to do for each line of theirs.",
		Help: "write docs/responsibilities.md, or a section on responsibilities in the user guidance or README (lodemark.yaml, documents: responsibilities; lodemark new responsibilities drafts it)",
		Bad:  responsibilitiesBad(), Good: responsibilitiesGood(),
		Run: func(ctx context.Context, s *lodemark.Subject) lodemark.Result {
			return responsibilityRecord.judged(ctx, s)
		},
	}
}

var (
	theirs = pattern.New(`(?i)\b(?:you(?:r|rs)?|users?|customers?|operators?|deployers?|tenants?|clients?|administrators?|integrators?|employees?)\b`)
	ours   = pattern.New(`(?i)\b(?:we|our|ours|us|provider'?s?|vendor'?s?|help desk|teams?|maintainers?|projects?|company|operators?|platform)\b`)
	duties = pattern.New(`(?i)\b(?:accounts?|passwords?|keys?|tokens?|credentials?|access|rights|permissions?|data|inputs?|answers?|outputs?|review\w*|check\w*|updates?|patch\w*|logs?|backups?|report\w*|config\w*|network|encrypt\w*|tools?|models?|prompts?)\b`)

	responsibilityHeading = pattern.New(`(?i)\bresponsibilit(?:y|ies)\b|\bwho is responsible\b|\bwhat (?:is yours|you (?:must|have to) do)\b|\byour part\b`)
	responsibilityRecord  = record{kind: "responsibilities", what: "a list of what is the user's responsibility and what is not",
		confirm: pattern.New(`(?i)\bsecur\w+|\bcredentials?\b|\bkeys?\b|\baccess\b`),
		within:  []keeper{{"user-guidance", responsibilityHeading}, {"user-security-guidance", responsibilityHeading}, {"readme", pattern.New(`(?i)\bresponsibilit(?:y|ies)\b`)}, {"security-policy", responsibilityHeading}},
		judge:   func(d document.Document, text string) []document.Shortfall { return judgeResponsibilities(d, text) }}
)

// leastDuties is how many duties a list must have: "use it responsibly" is one, and tells nobody what to do.
const leastDuties = 3

func judgeResponsibilities(d document.Document, text string) []document.Shortfall {
	lacks := saysAll(text, []topic{{name: "what is the user's part", words: theirs}, {name: "what is your own part", words: ours}, {name: "any duty by name (keys, rights, answers, updates)", words: duties}})
	if len(lacks) > 0 {
		return lacks
	}
	lines := 0
	for _, item := range d.Lists() {
		if duties.MatchString(item.Text) {
			lines++
		}
	}
	for _, t := range d.Tables() {
		for _, row := range t.Rows {
			filled := 0
			for i := range row.Cells {
				if row.Cell(i) != "" {
					filled++
				}
			}
			switch {
			case filled > 1:
				lines++
			case filled == 1 && len(row.Cells) > 1:
				lacks = append(lacks, document.Shortfall{Line: row.Line, Message: "says of \"" + clip(row.Cells[0]) + "\" not whose responsibility it is", Fix: "name whose it is"})
			}
		}
	}
	if lines < leastDuties && len(duties.FindAllString(text, 12)) < 6 {
		lacks = append(lacks, document.Shortfall{Message: "asks users to be responsible, and does not say for what", Fix: "list what is theirs and what is yours, with what to do for each"})
	}
	return lacks
}

func dataUse() lodemark.Check {
	return lodemark.Check{
		ID: "dep-5-data-use", Version: 1,
		Title:    "Users are told where their data goes, how long it is kept, who sees it and whether it trains models",
		Bears:    lodemark.Supports("DEP-5.7"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "People type into an assistant what they would not write in a form, and it goes to a provider, into traces and perhaps " +
			"into the next model. Who was not told cannot decide what to leave out.",
		Fix: "Say in one place: which providers get the data and where, how long questions and answers are kept, who may read them, and " +
			"whether anything is used for training.",
		Help: "write docs/data-use.md, or a section on data in the user guidance (lodemark.yaml, documents: data-use; hosted_models names the providers)",
		Bad:  dataUseBad(), Good: dataUseGood(),
		Run: func(ctx context.Context, s *lodemark.Subject) lodemark.Result {
			r := record{kind: "data-use", what: "a statement on how users' data is used", confirm: aboutAI,
				within: []keeper{{"user-guidance", dataHeading}, {"user-security-guidance", dataHeading}, {"readme", pattern.New(`(?i)^(?:data (?:use|usage|privacy|handling)|privacy|how (?:we use )?your data.*|what happens to your data)\W*$`)}},
				judge:  func(_ document.Document, text string) []document.Shortfall { return judgeDataUse(s, text) }}
			return r.judged(ctx, s)
		},
	}
}

var (
	dataHeading   = pattern.New(`(?i)\b(?:your|users?'?|personal) data\b|\bdata (?:use|usage|protection|handling|privacy)\b|\bprivacy\b`)
	dataUseTopics = []topic{
		{name: "where the data goes", words: pattern.New(`(?i)\b(?:sent|send(?:s|ing)?|goes|transmit\w*|shared?|shares|forward\w*|stor(?:e|ed|es|age)|processed|host(?:ed|s)?|servers?|regions?|providers?|stays?|leaves?|never leave)\b`)},
		{name: "how long it is kept", words: pattern.New(`(?i)\b\d+ (?:hours?|days?|weeks?|months?|years?)\b|\b(?:retain\w*|retention|kept|keep|delet\w+|eras\w+|not stored|never stored|until you)\b`)},
		{name: "whether it is used for training", words: pattern.New(`(?i)\b(?:re-?)?train(?:s|ed|ing)?\b|\bfine-?tun\w+\b|\bimprov\w+ (?:the |our |its )?(?:models?|services?|products?|assistant)`)},
		{name: "who may see it", words: pattern.New(`(?i)\b(?:staff|employees?|team|partners?|review(?:ed|ers?|s)?|who (?:can|may|sees?)|access(?:ed)?|nobody|no ?one|administrators?|officers?|engineers?|third part(?:y|ies)|reads?|see|visible)\b`)},
	}
	noTraining = pattern.New(`(?i)\b(?:not|never|no)\b[^.\n]{0,50}\b(?:re-?)?train(?:s|ed|ing)?\b|\b(?:re-?)?train(?:s|ed|ing)?\b[^.\n]{0,20}\b(?:never|not)\b`)
)

func judgeDataUse(s *lodemark.Subject, text string) []document.Shortfall {
	lacks := saysAll(text, dataUseTopics)
	if strings.TrimSpace(text) == "" {
		return lacks
	}
	providers := usedProviders(s)
	var unnamed []string
	for _, p := range providers {
		if !nameOfProvider(p).MatchString(text) {
			unnamed = append(unnamed, p)
		}
	}
	switch list := strings.Join(unnamed, ", "); {
	case len(unnamed) == 0:
	case len(providers) > providerChoice:
		lacks = append(lacks, document.Shortfall{Doubt: true, Message: "does not name " + list + ", among which users may be able to choose"})
	default:
		lacks = append(lacks, document.Shortfall{Message: "does not name " + list + ", to which the system sends what users write", Fix: "name each provider, with the region and how long it keeps data"})
	}
	if f := s.System.Fact("learns_from_feedback"); f.Answer == lodemark.Yes && noTraining.MatchString(text) {
		lacks = append(lacks, document.Shortfall{Message: "says that data does not train models, and the system learns from it (" + f.Reason + ")", Fix: "tell users what is learned from, and how to say no"})
	}
	return lacks
}

// providerChoice is how many providers a system may use at once. One with more lets its users choose.
const providerChoice = 3

// usedProviders lists the providers of hosted models that the system is known to call.
func usedProviders(s *lodemark.Subject) []string {
	var all []string
	for c := range s.System.Of(lodemark.KindHostedModel) {
		if p := c.Detail["provider"]; p != "" && !c.Test && c.Origin != lodemark.OriginUnresolved && !forPractice(c.Path) && !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	slices.Sort(all)
	return all
}

// otherNames are names under which people know a provider.
var otherNames = map[string]string{
	"openai": `openai|chatgpt|gpt-?\d`, "azure-openai": `azure|microsoft`, "anthropic": `anthropic|claude`, "bedrock": `bedrock|amazon|aws`, "vertex": `vertex|google`, "google": `google|gemini`,
	"xai": `xai|x\.ai|grok`, "together": `together`, "dashscope": `dashscope|alibaba|qwen`, "moonshot": `moonshot|kimi`, "zhipu": `zhipu|glm|z\.ai`, "watsonx": `watsonx|ibm`, "huggingface": `hugging ?face`, "nvidia": `nvidia`,
}

func nameOfProvider(p string) *pattern.Pattern {
	names, ok := otherNames[strings.ToLower(p)]
	if !ok {
		names = regexp.QuoteMeta(p)
	}
	return pattern.New(`(?i)(?:` + names + `)`)
}
