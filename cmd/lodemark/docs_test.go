package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/develop"
	"github.com/lodemark/lodemark/internal/model"
)

var update = flag.Bool("update", false, "write the generated documentation anew")

// The examples of every check are executed: what docs/CHECKS.md shows as bad fails, what it shows as good passes.
func TestDocsExamplesHold(t *testing.T) {
	for _, p := range practices() {
		for _, c := range p.Checks {
			t.Run(c.ID, func(t *testing.T) {
				t.Parallel()
				if len(c.Bad) < 2 || len(c.Good) < 2 {
					t.Errorf("%d bad and %d good examples; two of each at least", len(c.Bad), len(c.Good))
				}
				for _, e := range c.Bad {
					r, err := assess.Try(t.Context(), c, e, time.Minute)
					if err != nil || r.Outcome != lodemark.Failed || len(r.Findings) == 0 {
						t.Errorf("bad example %q: %q with %d findings, %v (%s)", e.Name, r.Outcome, len(r.Findings), err, r.Reason)
					}
				}
				for _, e := range c.Good {
					r, err := assess.Try(t.Context(), c, e, time.Minute)
					// What stands in tests is reported, at most as low, and decides nothing.
					decides := slices.ContainsFunc(r.Findings, func(f lodemark.Finding) bool { return f.Severity > lodemark.SeverityLow })
					if err != nil || r.Outcome != lodemark.Passed || decides {
						t.Errorf("good example %q: %q with %d findings, %v (%s)", e.Name, r.Outcome, len(r.Findings), err, r.Reason)
					}
				}
			})
		}
	}
}

// The rules that hold for every check whatever it looks at.
func TestDocsOfChecksAreWhole(t *testing.T) {
	seen := map[string]bool{}
	guidelines := map[string]bool{}
	for _, p := range practices() {
		if _, ok := lodemark.Guidelines().Guideline(p.Guideline); !ok {
			t.Errorf("practice of %q, which is no guideline", p.Guideline)
		}
		for clause := range p.Later {
			if _, ok := lodemark.Guidelines().Clause(clause); !ok || lodemark.GuidelineOf(clause) != p.Guideline {
				t.Errorf("%s: later names %s", p.Guideline, clause)
			}
		}
		guidelines[p.Guideline] = guidelines[p.Guideline] || len(p.Checks) > 0
		for _, c := range p.Checks {
			if seen[c.ID] || !strings.HasPrefix(c.ID, strings.ToLower(p.Guideline)+"-") {
				t.Errorf("check id %q is taken or not under %s", c.ID, p.Guideline)
			}
			seen[c.ID] = true
			if c.Version < 1 || c.Title == "" || c.Why == "" || c.Fix == "" || c.Help == "" || c.Run == nil || len(c.Bears) == 0 {
				t.Errorf("%s lacks version, title, why, fix, help, bearing or function", c.ID)
			}
			if c.Strength < lodemark.Present || c.Strength > lodemark.Enforced {
				t.Errorf("%s: a look at files reaches present or enforced, not %v", c.ID, c.Strength)
			}
			if c.MaxAge <= 0 {
				t.Errorf("%s: its evidence never ages", c.ID)
			}
			for _, b := range c.Bears {
				if _, ok := lodemark.Guidelines().Clause(b.Clause); !ok {
					t.Errorf("%s bears on %s, which is no clause", c.ID, b.Clause)
				}
			}
		}
	}
	for _, p := range practices() { // what commands make and record
		for _, c := range p.Kept {
			if c.Command == "" { // an assessment makes it where the operator adds something
				continue
			}
			if seen[c.ID] || !strings.HasPrefix(c.ID, strings.ToLower(p.Guideline)+"-") {
				t.Errorf("check id %q is taken or not under %s", c.ID, p.Guideline)
			}
			seen[c.ID] = true
			if c.Version < 1 || c.Title == "" || c.Why == "" || c.Fix == "" || c.Help == "" || len(c.Bears) == 0 || c.MaxAge <= 0 || c.Run != nil {
				t.Errorf("%s lacks version, title, why, fix, help, bearing or age, or has a function", c.ID)
			}
			if c.Strength < lodemark.Exercised {
				t.Errorf("%s: what was done is exercised or observed, not %v", c.ID, c.Strength)
			}
			if words := strings.Fields(c.Command); words[0] != "lodemark" || !strings.Contains(c.Command, "--record") {
				t.Errorf("%s is made by %q, which records nothing", c.ID, c.Command)
			} else if cmd, _, err := commands().Find(words[1:]); err != nil || cmd.Name() == "lodemark" || cmd.Flags().Lookup("record") == nil {
				t.Errorf("%s is made by %q, which is no command that records (%v)", c.ID, c.Command, err)
			}
			for _, b := range c.Bears {
				if _, ok := lodemark.Guidelines().Clause(b.Clause); !ok {
					t.Errorf("%s bears on %s, which is no clause", c.ID, b.Clause)
				}
			}
		}
	}
	for _, a := range lodemark.Guidelines().Areas {
		for _, g := range a.Guidelines {
			if !guidelines[g.ID] {
				t.Errorf("%s has no check", g.ID)
			}
		}
	}
}

func TestDocsAreGenerated(t *testing.T) {
	docs := map[string]string{"CHECKS.md": checksDoc(), "COVERAGE.md": coverageDoc(), "FORMATS.md": formatsDoc(), "RULES.md": rulesDoc(t)}
	for _, a := range lodemark.Guidelines().Areas {
		for _, g := range a.Guidelines {
			docs[filepath.Join("guidelines", g.ID+".md")] = guidelineDoc(a, g)
		}
	}
	for name, want := range docs {
		file := filepath.Join("..", "..", "docs", name)
		if *update {
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(file)
		if err != nil || string(got) != want {
			t.Errorf("docs/%s is not what the checks give (%v): run go test ./cmd/lodemark -run Docs -update\n%s", name, err, cmp.Diff(string(got), want))
		}
	}
}

const generated = "<!-- Generated by go test ./cmd/lodemark -run Docs -update; edit the checks instead. -->\n\n"

// formatsDoc says what `lodemark scan` reads, and why each format is looked at.
func formatsDoc() string {
	var b strings.Builder
	b.WriteString(generated)
	b.WriteString("# Model file formats\n\n`lodemark scan` gives a file to every format that claims it by its content; the name alone decides only where content cannot tell. " +
		"A file that is named like one of these and has the content of none is *not read*, never clean.\n\n| format | named | what its loader does with a hostile file |\n|---|---|---|\n")
	for _, f := range model.Formats() {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", f.Name, strings.Join(append(slices.Clone(f.Endings), f.Names...), " "), strings.ReplaceAll(f.Doc, "|", "\\|"))
	}
	return b.String()
}

func checksDoc() string {
	var b bytes.Buffer
	b.WriteString(generated + "# Checks\n\nEvery check with why it is there, what to do, and examples that the tests execute. " +
		"*Settles*: a pass decides the clause. *Supports*: a named person's attestation is needed for the rest. A failure decides either way.\n\n" +
		"| check | holds when it passes | bears on | worst |\n|---|---|---|---|\n")
	for _, p := range practices() {
		for _, c := range p.Checks {
			fmt.Fprintf(&b, "| [%s](#%s) | %s | %s | %s |\n", c.ID, c.ID, c.Title, bearsOn(c), c.Severity)
		}
	}
	for _, p := range practices() {
		for _, c := range p.Checks {
			checkDoc(&b, c)
		}
	}
	c := develop.KnownVulnerabilities(develop.Advisories{})
	fmt.Fprintf(&b, "\n# Checks that need something of yours\n\nNobody can look for known vulnerabilities without knowing them: `lodemark assess --advisories DIR` adds this check, whose canary is an advisory of your database.\n")
	aboutCheck(&b, c)
	b.WriteString("\n# Checks that commands make and record\n\nNo look at files can show that something was done. These commands do it, and keep what they found with `--record`; an assessment " +
		"reads it (docs/EVIDENCE.md).\n")
	for _, p := range practices() {
		for _, c := range p.Kept {
			if c.Command != "" {
				aboutCheck(&b, c)
				fmt.Fprintf(&b, "\nMade by: `%s`. Counts for %s.\n", c.Command, count(int(c.MaxAge.Hours()/24), "day"))
			}
		}
	}
	return b.String()
}

// coverageDoc says for all clauses what looks at them, so that nobody has to guess what a silent report means.
func coverageDoc() string {
	var b bytes.Buffer
	b.WriteString(generated + "# Coverage\n\nWhat looks at each of the 144 clauses today. *Settled by*: a pass of the check decides the clause (in italics: a command makes and records it). *Supported by*: it examines a part, and a " +
		"named person's attestation is needed for the rest. *Waiting for*: an engine of a later version must do it, or must do the rest of it. *A person only*: no machine can know it.\n\n")
	x := guide{catalogue: lodemark.Guidelines(), practices: practices()}
	rows := x.coverage()
	settled, supported, waiting, person := 0, 0, 0, 0
	for _, r := range rows {
		switch {
		case len(r.Settled) > 0:
			settled++
		case len(r.Supports) > 0:
			supported++
		case r.Person:
			person++
		default:
			waiting++
		}
	}
	fmt.Fprintf(&b, "| | clauses |\n|---|--:|\n| settled by a check | %d |\n| supported by checks | %d |\n| waiting for a later engine | %d |\n| a person only | %d |\n\n", settled, supported, waiting, person)
	b.WriteString("| clause | shown by | a machine can | settled by | supported by | waiting for |\n|---|---|---|---|---|---|\n")
	machine := map[lodemark.MachineLevel]string{lodemark.MachineFull: "settle it", lodemark.MachinePartial: "settle a part", lodemark.MachineNone: "not settle it"}
	for _, r := range rows {
		c, _ := lodemark.Guidelines().Clause(r.Clause)
		fmt.Fprintf(&b, "| [%s](guidelines/%s.md) | %s | %s | %s | %s | %s |\n", r.Clause, lodemark.GuidelineOf(r.Clause), joinKinds(c.Verify), machine[c.Machine],
			named(r.Settled), named(r.Supports), pick(r.Person, "a person only", r.Waiting))
	}
	c := develop.KnownVulnerabilities(develop.Advisories{})
	fmt.Fprintf(&b, "\n`lodemark assess --advisories DIR [--vex FILE]` adds %s (%s), which asks a database of advisories of yours, offline; `lodemark advisories update --from URL --to DIR` fetches one. Without it nothing is said about known vulnerabilities. `--rules DIR` adds a check of your own rules.\n", c.ID, bearsOn(c))
	return b.String()
}

// Every clause is looked at today, or it is said what it waits for.
func TestDocsNoClauseIsForgotten(t *testing.T) {
	engines := []string{"model scan", "code rules", "AI inventory", "threat model", "signing and ledger", "probes", "gateway", aPerson}
	for _, r := range (guide{catalogue: lodemark.Guidelines(), practices: practices()}).coverage() {
		engine := r.Waiting
		if r.Person {
			engine = aPerson
		}
		switch {
		case !r.looked() && engine == "":
			t.Errorf("%s is looked at by nothing, and nothing says what it waits for", r.Clause)
		case engine != "" && !slices.Contains(engines, engine):
			t.Errorf("%s waits for %q, which is no engine to come", r.Clause, engine)
		case r.Person && r.looked():
			t.Errorf("%s is said to be a person's alone, and a check bears on it", r.Clause)
		}
	}
}

// named lists checks; what a command makes and records is in italics.
func named(ids []string) string {
	var out []string
	for _, id := range ids {
		for _, p := range practices() {
			if slices.ContainsFunc(p.Kept, func(c lodemark.Check) bool { return c.ID == id }) {
				id = "*" + id + "*"
				break
			}
		}
		out = append(out, id)
	}
	return strings.Join(out, ", ")
}

func bearsOn(c lodemark.Check) string {
	var parts []string
	for _, x := range c.Bears {
		parts = append(parts, pick(x.Settles, "settles ", "supports ")+x.Clause)
	}
	return strings.Join(parts, ", ")
}

func checkDoc(b *bytes.Buffer, c lodemark.Check) {
	aboutCheck(b, c)
	example(b, "Bad", c.Bad[0])
	example(b, "Good", c.Good[0])
}

func aboutCheck(b *bytes.Buffer, c lodemark.Check) {
	fmt.Fprintf(b, "\n## %s\n\n%s. Version %d; %s; up to %s; a pass is *%s* and lasts %d days.\n\n", c.ID, strings.TrimSuffix(c.Title, "."), c.Version,
		bearsOn(c), c.Severity, c.Strength, int(c.MaxAge.Hours()/24))
	fmt.Fprintf(b, "**Why.** %s\n\n**Fix.** %s\n\n**When it cannot tell.** %s\n\n", c.Why, c.Fix, c.Help)
}

func example(b *bytes.Buffer, word string, e lodemark.Example) {
	fmt.Fprintf(b, "%s: %s\n\n````text\n", word, e.Name)
	var names []string
	for name := range e.Files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(b, "-- %s --\n%s\n", name, strings.TrimRight(shown(e.Files[name]), "\n"))
	}
	b.WriteString("````\n\n")
}

// shown keeps long and binary files from drowning the page, and never shows a credential whole, planted or not.
func shown(text string) string {
	var lines []string
	for i, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		if i == 14 {
			lines = append(lines, "...")
			break
		}
		quoted := fmt.Sprintf("%q", line)
		if printable := strings.ReplaceAll(strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`), `\\`, `\`); printable != strings.ReplaceAll(line, "\t", `\t`) {
			line = quoted
		}
		if len(line) > 160 {
			line = strings.ToValidUTF8(line[:160], "") + " ..."
		}
		lines = append(lines, assess.Mask(line))
	}
	return strings.Join(lines, "\n")
}

func guidelineDoc(a lodemark.Area, g lodemark.Guideline) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s# %s %s\n\n%s, page %d of the guidelines.\n", generated, g.ID, g.Title, a.Title, g.Page)
	x := guide{catalogue: lodemark.Guidelines(), practices: practices()}
	for _, c := range g.Clauses {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n", c.ID, c.Statement)
		fmt.Fprintf(&b, "- Shown by: %s; %s.\n", joinKinds(c.Verify), machineWords[c.Machine])
		if c.AppliesWhen != "" {
			fmt.Fprintf(&b, "- Applies when: %s.\n", strings.ReplaceAll(c.AppliesWhen, "_", " "))
		}
		for _, e := range c.Evidence {
			fmt.Fprintf(&b, "- Evidence: %s.\n", e)
		}
		if c.NotEnough != "" {
			fmt.Fprintf(&b, "- Not enough: %s.\n", c.NotEnough)
		}
		fmt.Fprintf(&b, "- Seen by: %s.\n", x.seenBy(c))
		if refs := references(c); refs != "" {
			fmt.Fprintf(&b, "- See also: %s.\n", refs)
		}
	}
	fmt.Fprintf(&b, "\n%s\n", x.credit())
	return b.String()
}

func joinKinds(kinds []lodemark.VerifyKind) string {
	var words []string
	for _, k := range kinds {
		words = append(words, string(k))
	}
	return strings.Join(words, ", ")
}
