package deploy

import (
	"context"
	"fmt"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

func accessMatrix() lodemark.Check {
	return lodemark.Check{
		ID: "dep-1-access-matrix", Version: 1,
		Title:    "A matrix says who may read and change models and data",
		Bears:    lodemark.Supports("DEP-1.3"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Rights to a bucket of weights are given in a hurry and never taken back. Only a list of who should have which right lets " +
			"anybody see that the notebook's account can still overwrite the model in production.",
		Fix: "List each role and service identity against models, datasets, indexes, prompts and pipelines, with read, write or none, and " +
			"compare it with what the platform grants.",
		Help: "write docs/access-matrix.md, or point to it from lodemark.yaml (documents: access-matrix; lodemark new access-matrix drafts it)",
		Bad:  accessMatrixBad(), Good: accessMatrixGood(),
		Run: func(ctx context.Context, s *lodemark.Subject) lodemark.Result { return accessRecord.judged(ctx, s) },
	}
}

func environmentRecord() lodemark.Check {
	return lodemark.Check{
		ID: "dep-1-environments", Version: 1,
		Title:    "A record compares the controls of development with those of production, and gives a reason for each difference",
		Bears:    lodemark.Supports("DEP-1.5"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Weights and training data lie in the research environment before they lie anywhere else. Where that one is exempt from the " +
			"controls, an attacker does not bother with production.",
		Fix: "Write a table of controls by environment (notebooks, training, registry, serving): logins, networks, secrets, logs, reviews; " +
			"and a reason for each control that does not hold everywhere.",
		Help: "write docs/environments.md, or point to it from lodemark.yaml (documents: environments; lodemark new environments drafts it)",
		Bad:  environmentsBad(), Good: environmentsGood(),
		Run: func(ctx context.Context, s *lodemark.Subject) lodemark.Result {
			return environmentsRecord.judged(ctx, s)
		},
	}
}

var (
	people    = pattern.New(`(?i)\b(?:roles?|teams?|groups?|engineers?|owners?|leads?|managers?|administrators?|admins?|developers?|scientists?|researchers?|operators?|editors?|analysts?|service accounts?|identit(?:y|ies)|principals?|on[- ]?call|accounts?|contractors?|architects?|officers?|stewards?|pipelines?|server)\b`)
	assetsOf  = pattern.New(`(?i)\b(?:models?|weights?|checkpoints?|registry)\b`)
	dataOf    = pattern.New(`(?i)\b(?:data(?:sets?|base|bases)?|buckets?|index(?:es)?|vector|knowledge|documents?|corpus|training set|logs?|traces?)\b`)
	rightsOf  = pattern.New(`(?i)\b(?:read(?:s|[- ]only)?|writes?|none|no access|full|admin|deny|denied|allow(?:ed)?|r/w|rw|view|change|upload|delete|approve|pull|push|grant)\b|[✓✔✗✘☑]`)
	everybody = pattern.New(`(?i)^\W*(?:everybody|everyone|anyone|anybody|all (?:staff|employees|users|developers|engineers)|public|\*)\W*$`)
	mayChange = pattern.New(`(?i)\b(?:writes?|full|admin|change|delete|r/w|rw|upload|replace)\b`)

	accessRecord = record{kind: "access-matrix", what: "a matrix of who may read and change models and data", confirm: assetsOf,
		within: []keeper{{"environments", accessHeading}, {"asset-register", accessHeading}, {"readme", pattern.New(`(?i)^access (?:matrix|control matrix|rights)`)}},
		judge: func(d document.Document, text string) []document.Shortfall {
			lacks := saysAll(text, []topic{{name: "who has the rights (roles, service identities)", words: people}, {name: "anything on models", words: assetsOf},
				{name: "anything on data", words: dataOf}, {name: "which right each has", words: rightsOf}})
			for _, t := range d.Tables() {
				for _, row := range t.Rows {
					if len(row.Cells) > 1 && everybody.MatchString(row.Cells[0]) && mayChange.MatchString(strings.Join(row.Cells[1:], " ")) {
						lacks = append(lacks, document.Shortfall{Line: row.Line, Message: "lets " + strings.TrimSpace(row.Cells[0]) + " change models or data", Fix: "name the roles that need to write, and give everybody else no more than reading"})
					}
				}
			}
			return lacks
		}}
	accessHeading = pattern.New(`(?i)\baccess\b|\bwho may\b|\brights\b|\bpermissions\b`)
)

var (
	laboratory  = pattern.New(`(?i)\b(?:dev(?:elopment)?|research|notebooks?|experiments?|training|staging|test|sandbox|laptops?|lab|local)\b`)
	operational = pattern.New(`(?i)\b(?:production|prod|serving|live|operation|deployment)\b`)
	controlsOf  = []*pattern.Pattern{
		pattern.New(`(?i)\b(?:log-?ins?|authenticat\w+|MFA|SSO|single sign-on|accounts?|access)\b`),
		pattern.New(`(?i)\b(?:network|egress|ingress|firewall|VPN|segregat\w+|isolat\w+|policies)\b`),
		pattern.New(`(?i)\b(?:secrets?|keys?|credentials?|tokens?|vault)\b`),
		pattern.New(`(?i)\b(?:encrypt\w+|TLS)\b`),
		pattern.New(`(?i)\b(?:log(?:s|ging)?|monitor\w*|audit\w*|alert\w*|traces?)\b`),
		pattern.New(`(?i)\b(?:review\w*|approv\w+|pull requests?|change control|patch\w*|scan\w*|backups?|pinned)\b`),
	}
	reasoned   = pattern.New(`(?i)\b(?:because|since|reasons?|reasoned|why|differences?|differs?|exceptions?|justif\w+|the same|same (?:as|in)|identical|no difference|equal|as in production|so that)\b`)
	exempted   = pattern.New(`(?i)\b(?:exempt(?:ed|ion|ions)?\b[^.\n]{0,60}\b(?:experiments?|research|notebooks?|development|data scientists?)|(?:experiments?|research|notebooks?|development)\b[^.\n]{0,40}\b(?:is|are) (?:exempt|excluded|out of scope)|(?:controls?|rules?|policy) (?:do|does) not apply (?:to|in) (?:experiments?|research|notebooks?|development))`)
	notExempt  = pattern.New(`(?i)\b(?:no|not|never|without|nothing)\b[^.\n]{0,30}\bexempt`)
	absentCell = pattern.New(`(?i)^\W*(?:no|none|off|not|n/a|disabled|✗|✘|missing|absent)?\W*$`)

	environmentsRecord = record{kind: "environments", what: "a comparison of controls by environment",
		confirm: pattern.New(`(?is)\b(?:notebook|research|training|development|experiment).*\bproduction\b|\bproduction\b.*\b(?:notebook|research|training|development|experiment)`),
		accept: func(d document.Document) bool {
			return strings.Contains(strings.ToLower(d.Path+" "+d.Title), "environment") && d.Format != document.JSON
		},
		within: []keeper{{"access-matrix", pattern.New(`(?i)\benvironments?\b`)}, {"asset-register", pattern.New(`(?i)\bcontrols? by environment\b`)}},
		judge:  func(d document.Document, text string) []document.Shortfall { return judgeEnvironments(d, text) }}
)

// leastControls is how many kinds of control a comparison must speak of to compare anything.
const leastControls = 3

func judgeEnvironments(d document.Document, text string) []document.Shortfall {
	lacks := saysAll(text, []topic{{name: "anything on research or development", words: laboratory}, {name: "anything on production", words: operational},
		{name: "why environments differ, or that they do not", words: reasoned}})
	kinds := 0
	for _, c := range controlsOf {
		if c.MatchString(text) {
			kinds++
		}
	}
	if kinds < leastControls && len(lacks) == 0 {
		lacks = append(lacks, document.Shortfall{Message: fmt.Sprintf("names %d kind(s) of control, so nothing is compared that an attacker would meet", kinds), Fix: "compare logins, networks, secrets, logs and reviews"})
	}
	if m := exempted.FindString(text); m != "" && !notExempt.MatchString(text) {
		lacks = append(lacks, document.Shortfall{Message: "exempts research from the controls (\"" + m[:min(len(m), 80)] + "\")", Fix: "let the same controls hold, or give a reason and an end for each exception"})
	}
	return append(lacks, unexplained(d)...)
}

// unexplained finds controls that hold in production and not in development, without a word on why.
func unexplained(d document.Document) []document.Shortfall {
	var lacks []document.Shortfall
	for _, t := range d.Tables() {
		lab, prod, why := -1, t.Column("production", "prod", "serving", "live"), t.Column("reason", "why", "difference", "remark", "because", "comment")
		for i, h := range t.Header {
			if i > 0 && laboratory.MatchString(h) && !operational.MatchString(h) && lab < 0 {
				lab = i
			}
		}
		if lab < 0 || prod < 0 {
			continue
		}
		for _, row := range t.Rows {
			if max(lab, prod) >= len(row.Cells) || !absentCell.MatchString(row.Cells[lab]) || absentCell.MatchString(row.Cells[prod]) {
				continue
			}
			if reason := row.Cell(why); len(strings.Fields(reason)) < 2 {
				lacks = append(lacks, document.Shortfall{Line: row.Line, Message: fmt.Sprintf("gives no reason why \"%s\" holds in production and not in %s", clip(row.Cells[0]), clip(t.Header[lab])), Fix: "let it hold there too, or write down why not"})
			}
		}
	}
	return lacks
}

// clip shortens a text of the target's for a message.
func clip(text string) string {
	if r := []rune(text); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return text
}
