package deploy

import (
	"context"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

func respondersTrained() lodemark.Check {
	return lodemark.Check{
		ID: "dep-3-responders-trained", Version: 1,
		Title:    "Those who answer incidents were trained on AI incidents, by name or role and date",
		Bears:    lodemark.Supports("DEP-3.6"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "A responder who knows servers looks for malware and finds none, while the assistant goes on reading mails aloud. Telling a " +
			"wrong answer from an attack has to be practised before.",
		Fix: "Exercise the incident plan with injects of its own kind (a planted instruction, a poisoned index, a stolen key), and record who " +
			"took part and when; everybody on call belongs on the list.",
		Help: "write docs/training-record.md, or a section on training in the incident plan (lodemark.yaml, documents: training-record; lodemark new training-record drafts it)",
		Bad:  respondersBad(), Good: respondersGood(),
		Run: runRespondersTrained,
	}
}

var (
	trainingHeading = pattern.New(`(?i)\b(?:train(?:ed|ing)|exercises?|drills?|rehearsals?|responders?)\b`)
	roleWords       = pattern.New(`(?i)\b(?:engineers?|owners?|leads?|managers?|officers?|architects?|responders?|analysts?|commanders?|coordinators?|directors?|SRE|on[- ]?call)\b`)
	roleColumn      = []string{"role", "who", "responder", "name", "person"}
)

// trainedWithin is how long an exercise counts: models, attacks and people on call change within a year.
const trainedWithin = 2 * yearly

func runRespondersTrained(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	roles := onCall(s)
	r := record{kind: "training-record", what: "a record of training on AI incidents, with names or roles and dates", confirm: pattern.New(`(?i)\bincidents?\b`),
		within: []keeper{{"incident-plan", trainingHeading}},
		judge:  func(d document.Document, text string) []document.Shortfall { return judgeTrained(d, text, roles, s.At) }}
	return r.judged(ctx, s)
}

func judgeTrained(d document.Document, text string, roles []string, now time.Time) []document.Shortfall {
	if strings.TrimSpace(text) == "" {
		return []document.Shortfall{document.Unfilled("fill in who was trained on what, and when")}
	}
	var missing []string
	if !closeBy(text, responseWords, injectWords) {
		missing = append(missing, "any exercise or training on incidents of the AI system")
	}
	if !roleWords.MatchString(text) && !personRow(d) {
		missing = append(missing, "who took part")
	}
	last := time.Time{}
	for _, at := range d.Dates() {
		if !at.Time.After(now) && at.Time.After(last) {
			last = at.Time
		}
	}
	if last.IsZero() {
		missing = append(missing, "when")
	}
	if len(missing) > 0 {
		list := strings.Join(missing, ", ")
		return []document.Shortfall{{Message: "does not record " + list, Fix: "add " + list}}
	}
	if last.Before(now.Add(-trainedWithin)) {
		return []document.Shortfall{{Message: "records the last training on " + last.Format(time.DateOnly) + ", and models, attacks and people on call have changed since", Fix: "exercise the plan again, and record it"}}
	}
	var absent []string
	lower := strings.ToLower(text)
	for _, role := range roles {
		if !strings.Contains(lower, strings.ToLower(role)) {
			absent = append(absent, role)
		}
	}
	if len(absent) > 0 {
		list := strings.Join(absent, ", ")
		return []document.Shortfall{{Message: "does not name " + list + ", whom the incident plan calls", Fix: "train them too, and record it"}}
	}
	return nil
}

// personRow says whether a table has a column of people with something in it.
func personRow(d document.Document) bool {
	for _, t := range d.Tables() {
		if at := t.Column(roleColumn...); at >= 0 {
			for _, row := range t.Rows {
				if row.Cell(at) != "" {
					return true
				}
			}
		}
	}
	return false
}

// onCall lists the roles that the incident plan's table of people names; none where it has no such table.
func onCall(s *lodemark.Subject) []string {
	for _, d := range document.Find(s, "incident-plan").Documents {
		for _, t := range d.Tables() {
			at := t.Column("role", "who", "responder")
			if at < 0 || t.Column("contact", "phone", "mail", "reach") < 0 {
				continue
			}
			var roles []string
			for _, row := range t.Rows {
				if cell := row.Cell(at); cell != "" && len(cell) < 80 && len(roles) < 20 && technical.MatchString(cell) {
					roles = append(roles, cell)
				}
			}
			return roles
		}
	}
	return nil
}

// technical are those who assess and deal with an incident; whoever is only told of it needs no exercise.
var technical = pattern.New(`(?i)\b(?:engineers?|on[- ]?call|responders?|security|SRE|commander|analysts?|architect)\b`)

func servicePlan() lodemark.Check {
	return lodemark.Check{
		ID: "dep-3-service-plan", Version: 1,
		Title:    "Audit logs and what customers need in an incident come with every plan",
		Bears:    lodemark.Supports("DEP-3.7", "DEP-3.8"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Whether an agent deleted the file or a stolen account did, only the log tells. A customer on the smallest plan is attacked as " +
			"those on the largest are, and has nothing to look at.",
		Fix: "Put audit logs with their export, second factors, alerts, revocation of keys and the history of models into every plan, and " +
			"name the way to support.",
		Help: "write docs/service-plan.md with a table of features by plan, or point to the price list from lodemark.yaml (documents: service-plan; lodemark new service-plan drafts it); say there who the users are",
		Bad:  servicePlanBad(), Good: servicePlanGood(),
		Run: runServicePlan,
	}
}

var outsiders = pattern.New(`(?i)\b(?:customers?|clients?|public|partners?|consumers?|citizens?|patients?|students?|tenants?|subscribers?|anyone|everybody|external|visitors?)\b`)

func runServicePlan(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	r := record{kind: "service-plan", what: "a list of what each plan contains", confirm: pattern.New(`(?i)\baudit|\blogs?\b|\bSSO\b|\bMFA\b|\bsupport\b`),
		judge: func(d document.Document, text string) []document.Shortfall { return judgeServicePlan(d, text) }}
	result := r.judged(ctx, s)
	d := s.System.Declared
	if len(result.Findings) != 1 || result.Findings[0].Path != d.Path || d.Path == "" || result.Findings[0].Key == "points to nothing" {
		return result
	}
	ships := s.System.Fact("ships_product")
	switch inside := len(d.Users) > 0 && !outsiders.MatchString(strings.Join(d.Users, " ")); {
	case ships.Answer == lodemark.Yes, len(d.Users) > 0 && !inside:
		return result
	case inside:
		return nothing("the system has no customers: %s names as its users %s", d.Path, strings.Join(d.Users, ", "))
	}
	return undecided(nil, "no service plan was found, and %s does not say whether customers use the system (users)", d.Path)
}

var (
	auditRow    = pattern.New(`(?i)\baudit|\b(?:activity|access|security|usage|conversation) logs?\b|\blogs?\b`)
	featureRow  = pattern.New(`(?i)\b(?:MFA|2FA|two[- ]factor|second factor|SSO|SAML|single sign-on|alerts?|revo(?:ke|cation)|model (?:and prompt )?(?:version )?history|version history|IP allow-?list|role[- ]based|RBAC|key management|export)\b`)
	planColumn  = pattern.New(`(?i)\b(?:free|basic|starter|community|hobby|personal|pro|plus|team|business|standard|premium|enterprise|plans?|every|all|trial|core|scale|department)\b`)
	withheld    = pattern.New(`(?i)^\W*(?:no|none|not|n/a|✗|✘|❌|x|add-?on|extra|paid|on request|contact|enterprise(?: only)?|[$€£]\s?\d.*|\d+ ?[$€£].*)?\W*$|\badd-?on\b|\bextra (?:charge|cost|fee)\b`)
	logsForTop  = pattern.New(`(?i)\baudit[^.\n]{0,40}\b(?:only|reserved|exclusive\w*)\b[^.\n]{0,40}\b(?:enterprise|business|premium|highest|paid)\b|\b(?:enterprise|premium|business)[- ]only\b[^.\n]{0,40}\baudit|\baudit logs?[^.\n]{0,20}\((?:enterprise|premium|business)`)
	inEveryPlan = pattern.New(`(?i)\b(?:every|all|each|any) (?:plans?|customers?|users?|departments?|tiers?|editions?)\b|\bno (?:extra|additional) (?:charge|cost|fee)\b|\bat no (?:extra |additional )?(?:charge|cost)\b|\bfree of charge\b|\bone plan\b|\bincluded\b`)
	supportPath = pattern.New(`(?i)\bsupport\b|\bcontact\b|\bhelp desk\b|@[\w-]+\.`)
)

func judgeServicePlan(d document.Document, text string) []document.Shortfall {
	if strings.TrimSpace(text) == "" {
		return []document.Shortfall{document.Unfilled("fill in which logs and features come with which plan")}
	}
	var lacks []document.Shortfall
	audit, feature := false, false
	for _, t := range d.Tables() {
		var plans []int
		for i, h := range t.Header {
			if i > 0 && planColumn.MatchString(h) {
				plans = append(plans, i)
			}
		}
		for _, row := range t.Rows {
			clause := ""
			switch {
			case len(plans) == 0 || len(row.Cells) == 0:
			case auditRow.MatchString(row.Cells[0]):
				audit, clause = true, "DEP-3.7"
			case featureRow.MatchString(row.Cells[0]):
				feature, clause = true, "DEP-3.8"
			}
			for _, p := range plans {
				if clause != "" && p < len(row.Cells) && withheld.MatchString(row.Cells[p]) {
					lacks = append(lacks, document.Shortfall{Line: row.Line, Clauses: []string{clause}, Message: "keeps \"" + clip(row.Cells[0]) + "\" from the plan \"" + clip(t.Header[p]) + "\", whose customers have the same incidents",
						Fix: "put it into every plan at no extra charge"})
					break
				}
			}
		}
	}
	if logsForTop.MatchString(text) {
		lacks = append(lacks, document.Shortfall{Clauses: []string{"DEP-3.7"}, Message: "keeps audit logs for the highest plan", Fix: "give them to every plan at no extra charge"})
		audit = true
	}
	lacks = append(lacks, unsaid(text, audit, "DEP-3.7", auditRow, "audit logs")...)
	lacks = append(lacks, unsaid(text, feature, "DEP-3.8", featureRow, "second factors, alerts, revocation of keys or the history of models")...)
	if !supportPath.MatchString(text) {
		lacks = append(lacks, document.Shortfall{Clauses: []string{"DEP-3.8"}, Message: "does not say where a customer gets help in an incident", Fix: "name the way to support, in every plan"})
	}
	return lacks
}

// unsaid judges running text where no table told of the feature.
func unsaid(text string, told bool, clause string, words *pattern.Pattern, name string) []document.Shortfall {
	switch {
	case told:
		return nil
	case !words.MatchString(text):
		return []document.Shortfall{{Clauses: []string{clause}, Message: "does not say which plan has " + name, Fix: "say that every plan has them, at no extra charge"}}
	case !hasBoth(text, words, inEveryPlan):
		return []document.Shortfall{{Clauses: []string{clause}, Doubt: true, Message: "leaves open whether every plan has " + name}}
	}
	return nil
}
