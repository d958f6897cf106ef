package design

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
)

func impactStated() lodemark.Check {
	return lodemark.Check{
		ID: "sd-2-impact-stated", Version: 1,
		Title:    "The threat model says what a compromised part means for the system, its users, organisations and society",
		Bears:    lodemark.Supports("SD-2.3"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "A threat is ranked by the harm it does, and those who are harmed most are seldom those who build the system. Whoever is not named " +
			"in the assessment is not weighed in any decision that rests on it.",
		Fix:  "Write in threats.yaml under impact, for each party (system, users, organisations, society), in a sentence what happens to them when a part is compromised.",
		Help: "correct threats.yaml where lodemark threats check finds fault with it, and take out the mark of a draft",
		Bad:  impactBad(), Good: impactGood(),
		Run: runImpactStated,
	}
}

func runImpactStated(_ context.Context, s *lodemark.Subject) lodemark.Result {
	const id = "sd-2-impact-stated"
	now, r, ok := saidOf(s)
	if !ok {
		return r
	}
	m := now.model
	own := slices.ContainsFunc(m.Noted, func(n threat.Noted) bool { return len(n.Impact) > 0 })
	if len(m.Impact) == 0 && !own {
		return now.concluded([]lodemark.Finding{now.finding(id, 0, "impact", now.path+" does not say what it means for the system, its users, organisations and society when a part is compromised.",
			"write a sentence for each under impact: system, users, organisations, society")}, "")
	}
	findings := statements(now, id, "", m.Impact)
	for _, n := range m.Noted {
		findings = append(findings, statements(now, id, " of "+nameOfNoted(n), n.Impact)...)
	}
	for _, party := range threat.Parties() {
		if _, said := m.Impact[party]; said || everyThreatSays(m, party) {
			continue
		}
		findings = append(findings, now.finding(id, impactLine(m), "impact "+party, fmt.Sprintf("%s does not say what a compromised part means for %s.", now.path, partyName(party)),
			fmt.Sprintf("write it in a sentence under impact (party: %s); where nothing happens to them, write why", party)))
	}
	well := now.path + " says what a compromised part means for the system, its users, organisations and society"
	return now.concluded(findings, well)
}

// everyThreatSays says whether each threat that people noted tells its impact on a party by itself.
func everyThreatSays(m *threat.Model, party string) bool {
	for _, n := range m.Noted {
		if _, said := n.Impact[party]; !said {
			return false
		}
	}
	return len(m.Noted) > 0
}

// statements are what is wrong with the sentences of one impact: of is the threat whose it is, empty for that of the system.
func statements(now modelNow, id, of string, impact threat.Impact) []lodemark.Finding {
	var findings []lodemark.Finding
	same := map[string][]string{}
	for _, party := range threat.Parties() {
		said, ok := impact[party]
		if !ok {
			continue
		}
		if !sentence(said.Text) {
			findings = append(findings, now.finding(id, said.Line, "impact "+party+of, fmt.Sprintf("The impact%s on %s is %q, which is a rating or a placeholder and says not what happens.", of, partyName(party), inShort(said.Text)),
				"write in a sentence what happens to them"))
			continue
		}
		same[plain(said.Text)] = append(same[plain(said.Text)], party)
	}
	for _, party := range threat.Parties() {
		said := impact[party]
		if parties := same[plain(said.Text)]; len(parties) > 1 && parties[0] == party && plain(said.Text) != "" {
			var names []string
			for _, p := range parties {
				names = append(names, partyName(p))
			}
			findings = append(findings, now.finding(id, said.Line, "impact same "+party+of, fmt.Sprintf("The impact%s on %s is one and the same sentence, so it was not asked what happens to each.", of, few(names)),
				"say for each what happens to them and to nobody else"))
		}
	}
	return findings
}

func partyName(party string) string {
	switch party {
	case "system":
		return "the system"
	case "users":
		return "its users"
	}
	return party
}

func impactLine(m *threat.Model) int {
	line := 0
	for _, s := range m.Impact {
		if line == 0 || s.Line < line {
			line = s.Line
		}
	}
	return line
}

// nameOfNoted is how a threat that people wrote down is called.
func nameOfNoted(n threat.Noted) string {
	if n.ID != "" {
		return n.ID
	}
	return fmt.Sprintf("the threat at line %d", n.Line)
}

// inShort cuts a quoted text.
func inShort(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > 60 {
		return string(r[:60]) + "..."
	}
	return text
}
