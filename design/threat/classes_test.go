package threat

import (
	"slices"
	"strings"
	"testing"
)

// classOf is the class that a technique of MITRE ATLAS speaks of.
var classOf = map[string]string{
	"AML.T0020":     "poisoning",            // poison training data
	"AML.T0070":     "poisoning",            // RAG poisoning
	"AML.T0080.000": "poisoning",            // of an agent's memory
	"AML.T0018.000": "poisoning",            // poison the model
	"AML.T0041":     "evasion",              // physical environment access
	"AML.T0043":     "evasion",              // craft adversarial data
	"AML.T0051":     "prompt-injection",     // direct, indirect
	"AML.T0024.000": "membership-inference", //
	"AML.T0024.001": "inversion",            //
	"AML.T0024.002": "extraction",           // of the model
	"AML.T0056":     "extraction",           // of the system prompt
	"AML.T0010":     "supply-chain",         // compromise
	"AML.T0109":     "supply-chain",         // rug pull
	"AML.T0029":     "denial-of-service",    // of the service
	"AML.T0034":     "denial-of-service",    // cost harvesting
}

// elsewise are threats for which a technique is cited beside what they are about.
var elsewise = map[string]string{
	"LDM-T34 supply-chain": "a source that turns hostile poisons what is read from it; nobody is supplied",
	"LDM-T37 evasion":      "the trigger was planted in the weights; whoever writes it evades nothing",
	"LDM-T41 poisoning":    "somebody else's adapter is a matter of supply",
	"LDM-T44 supply-chain": "data from a source are poisoned there; nobody supplies them to us by contract",
	"LDM-T84 supply-chain": "hardware that tenants share, not hardware that is supplied",
	"LDM-T94 evasion":      "access to a device, for what it holds",
}

// Rules about attacks on AI say of which class they are, in the words of SD-2.5: what ATLAS says of their techniques holds for them.
func TestAttackClassesAreSet(t *testing.T) {
	l := library(t)
	has := map[string]int{}
	used := map[string]bool{}
	for _, r := range l.Rules {
		for _, c := range r.Class {
			has[c]++
		}
		for _, id := range r.ATLAS {
			for technique, class := range classOf {
				if (id == technique || strings.HasPrefix(id, technique+".")) && !slices.Contains(r.Class, class) {
					if elsewise[r.ID+" "+class] == "" {
						t.Errorf("%s (%s) cites %s and is not of the class %s", r.ID, r.Title, id, class)
					}
					used[r.ID+" "+class] = true
				}
			}
		}
	}
	for _, c := range AttackClasses() {
		if has[c] == 0 {
			t.Errorf("no threat is of the class %s", c)
		}
	}
	for e := range elsewise {
		if !used[e] {
			t.Errorf("the exception %s is needed no more", e)
		}
	}
}

// Threats that need no attacker say so; an attack is what is not told otherwise.
func TestCausesAreSet(t *testing.T) {
	l := library(t)
	for id, want := range map[string]string{"LDM-T74": "malfunction", "LDM-T76": "malfunction", "LDM-T90": "malfunction", "LDM-T25": "attack malfunction", "LDM-T01": "attack", "LDM-T20": "attack"} {
		if got := strings.Join(l.Rule(id).Cause, " "); got != want {
			t.Errorf("%s: caused by %q, want %q", id, got, want)
		}
	}
	if l.Released.IsZero() || l.Version == "" || Catalogue() != l.Version {
		t.Error("the library does not say which version it is, and of which day")
	}
}
