package design

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
)

func attackClasses() lodemark.Check {
	return lodemark.Check{
		ID: "sd-2-attack-classes", Version: 1,
		Title:    "Each class of attacks on AI is assessed at every place where it can happen, or cannot happen here",
		Bears:    []lodemark.Bearing{{Clause: "SD-2.5", Settles: true}},
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: settingsAge,
		Why: "Poisoning, evasion, prompt injection, theft of the model, inversion, membership inference, supply chain and denial of service are what " +
			"attackers of AI do. A class that nobody looked at is open, however well the others are defended.",
		Fix: "For each class decide on its threats (lodemark decide mitigate|accept|transfer|avoid|not-applicable --threat ID), claim a mitigation under controls, or, where " +
			"it cannot happen, say why under excluded.",
		Help: "declare in threats.yaml what the threats turn on and every part that was found, and decide on the threats of each class (lodemark decide --open lists them)",
		Bad:  classesBad(), Good: classesGood(),
		Run: runAttackClasses,
	}
}

// attackClass is how one class of attacks stands.
type attackClass struct {
	name     string
	assessed int // places that are decided, claimed or shown to be dealt with
	undone   []classPlace
	here     []classPlace // all places at which it can happen for certain, and nobody decided otherwise
	turns    []string     // attributes that would settle whether it can happen elsewhere
	excluded *threat.Exclusion
}

// classPlace is a threat at a place.
type classPlace struct {
	threat, at string
	line       int
}

func (p classPlace) String() string { return p.threat + " at " + p.at }

func runAttackClasses(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	const id = "sd-2-attack-classes"
	now, r, ok := saidOf(s)
	if !ok {
		return r
	}
	seen := judgedModel(s, now)
	switch {
	case seen.problem != "":
		return undecided(now.path, seen.problem)
	case len(seen.report.Failed) > 0:
		return undecided(now.path, fmt.Sprintf("%s of the library could not be evaluated on %s", number(len(seen.report.Failed), "condition"), now.path))
	}
	classes := seen.classes(now.model)
	var findings, undone []lodemark.Finding // what the file says wrongly, and what is left to decide
	for _, c := range classes {
		if f, bad := c.misstated(now, id); bad {
			findings = append(findings, f)
		} else if f, bad := c.open(now, id); bad {
			undone = append(undone, f)
		}
	}
	if len(seen.register.decisions) > 0 {
		findings = append(findings, undone...)
	}
	var result lodemark.Result
	turns, lacks := turnsOn(classes), ""
	if len(findings)+len(undone) == 0 {
		lacks = incomplete(ctx, s, now)
	}
	switch {
	case len(findings) > 0:
		result = now.concluded(findings, "")
	case len(undone) > 0:
		return undecided(now.path, fmt.Sprintf("%s in %s %s not assessed there, and no decision on any threat is kept in %s; the register may be kept elsewhere",
			several(len(undone), "class of attacks", "classes of attacks"), now.path, isAre(len(undone)), decisionFolder))
	case lacks != "":
		result = undecided(now.path, lacks)
	case len(turns) > 0:
		result = undecided(now.path, fmt.Sprintf("whether %s can happen turns on %s, which %s does not say", few(waiting(classes)), few(turns), now.path))
	default:
		result = now.concluded(nil, assessedIn(classes, seen.library, now.path))
	}
	for _, d := range seen.register.decisions {
		result.Examined = append(result.Examined, d.ID)
	}
	return result
}

// classes are all classes of attacks, by what the library says of the model.
func (j judged) classes(m *threat.Model) []attackClass {
	all := make([]attackClass, 0, len(threat.AttackClasses()))
	for _, name := range threat.AttackClasses() {
		c := attackClass{name: name}
		if i := slices.IndexFunc(m.Excluded, func(x threat.Exclusion) bool { return x.Class == name }); i >= 0 {
			c.excluded = &m.Excluded[i]
		}
		for _, t := range j.report.Threats {
			if rule := j.library.Rule(t.ID); rule != nil && slices.Contains(rule.Class, name) {
				c.take(t, j.register)
			}
		}
		slices.Sort(c.turns)
		c.turns = slices.Compact(c.turns)
		all = append(all, c)
	}
	return all
}

// take adds the places of a threat of the class.
func (c *attackClass) take(t threat.Threat, r register) {
	for _, p := range t.Places {
		d, ok := r.about(t.ID, p.At)
		decided := ok && d.Standing == lodemark.Current
		place := classPlace{t.ID, p.At, p.Line}
		switch {
		case t.Status == threat.NotApplicable:
			c.assessed++
			continue
		case t.Status == threat.Unconfirmed && decided:
			c.assessed++
			continue
		case t.Status == threat.Unconfirmed:
			if c.excluded == nil {
				c.turns = append(c.turns, p.Settles...)
			}
			continue
		case t.Status == threat.Applies && !decided:
			c.undone = append(c.undone, place)
		default:
			c.assessed++
		}
		c.here = append(c.here, place)
	}
}

func (c attackClass) called() string { return strings.ReplaceAll(c.name, "-", " ") }

// misstated says what the file says wrongly of a class that it excludes.
func (c attackClass) misstated(now modelNow, id string) (lodemark.Finding, bool) {
	switch {
	case c.excluded != nil && len(c.here) > 0:
		return now.finding(id, c.excluded.Line, "class "+c.name, fmt.Sprintf("%s excludes %s, and by its own parts it can happen: %s.", now.path, c.called(), fewPlaces(c.here)),
			"take the exclusion out, and decide on the threats; or correct the parts of the model that make it possible"), true
	case c.excluded != nil && !sentence(c.excluded.Reason.Text):
		return now.finding(id, c.excluded.Line, "class "+c.name, fmt.Sprintf("%s excludes %s and gives no reason: %q.", now.path, c.called(), inShort(c.excluded.Reason.Text)),
			"say in a sentence why it cannot happen here"), true
	}
	return lodemark.Finding{}, false
}

// open says at which places nobody has assessed a class.
func (c attackClass) open(now modelNow, id string) (lodemark.Finding, bool) {
	if len(c.undone) == 0 {
		return lodemark.Finding{}, false
	}
	ids := []string{}
	for _, p := range c.undone {
		if !slices.Contains(ids, p.threat) {
			ids = append(ids, p.threat)
		}
	}
	return now.finding(id, c.undone[0].line, "class "+c.name, fmt.Sprintf("The class %s is not assessed: nobody has decided about %s, claimed a mitigation or shown one.", c.called(), fewPlaces(c.undone)),
		fmt.Sprintf("let the owner of the risk ask and another approve: lodemark decide mitigate --threat %s, or accept, transfer, avoid; or claim what is in place under controls", strings.Join(ids[:min(len(ids), 8)], ","))), true
}

// incomplete says why what cannot happen by the model may happen all the same: parts that were found are not in it.
func incomplete(ctx context.Context, s *lodemark.Subject, now modelNow) string {
	m := now.model
	models := slices.ContainsFunc(m.Components, func(c *threat.Component) bool {
		return threat.GroupOf(c.Kind) == "model" || slices.Contains([]string{"agent", "coding_assistant", "guard_model", "orchestrator"}, c.Kind)
	})
	switch {
	case !models:
		return fmt.Sprintf("%s names no model and no agent, so what it says of attacks on AI is not about the system", now.path)
	case len(m.Flows) == 0:
		return fmt.Sprintf("%s has no flow, so nothing says what reaches the models", now.path)
	}
	drawn, ok, _ := readThreatModel(s)
	if !ok {
		return fmt.Sprintf("%s could not be held against what was found", now.path)
	}
	if n := drawn.guesses(); n > 0 {
		return fmt.Sprintf("%s of %s %s still a guess of the draft that nobody has looked at", number(n, "part"), now.path, isAre(n))
	}
	files := modelled(s.System)
	if left := drawn.leavesOut(files, inCode(ctx, s, files)); len(left) > 0 {
		return fmt.Sprintf("%s leaves out %s that %s found, so what cannot happen by it may happen there", now.path, number(len(left), "part"), wasWere(len(left)))
	}
	return ""
}

// assessedIn says in which way the classes were assessed.
func assessedIn(classes []attackClass, l *threat.Library, path string) string {
	places := 0
	var happen, never []string
	for _, c := range classes {
		if c.assessed == 0 {
			never = append(never, c.called())
		} else {
			happen, places = append(happen, c.called()), places+c.assessed
		}
	}
	text := fmt.Sprintf("by version %s of the library, %d of the %d classes of attacks can happen in %s, and at all %s each is decided, claimed or shown to be dealt with",
		l.Version, len(happen), len(classes), path, number(places, "place"))
	if len(never) > 0 {
		text += "; " + few(never) + " cannot by its parts"
	}
	return text
}

// turnsOn lists what would settle whether classes can happen.
func turnsOn(classes []attackClass) []string {
	var all []string
	for _, c := range classes {
		for _, t := range c.turns {
			if !slices.Contains(all, t) {
				all = append(all, t)
			}
		}
	}
	return all
}

// waiting are the classes of which it is not settled whether they can happen.
func waiting(classes []attackClass) []string {
	var all []string
	for _, c := range classes {
		if len(c.turns) > 0 {
			all = append(all, c.called())
		}
	}
	return all
}

func fewPlaces(places []classPlace) string {
	names := make([]string, len(places))
	for i, p := range places {
		names[i] = p.String()
	}
	return few(names)
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func wasWere(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

// several counts things whose plural is a word of its own.
func several(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}
