package gate

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
)

const page = "../../docs/GATE.md"

// docs/GATE.md holds what the program knows: its tables and its example are made here, its policies are read and checked.
func TestPage(t *testing.T) {
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	made := text
	for name, content := range map[string]string{"policies": madePolicies(t), "functions": madeFunctions(), "records": madeRecords(), "example": madeExample(t, policiesOf(text)[0])} {
		head, rest, ok := strings.Cut(made, "<!-- made: "+name+" -->\n")
		_, tail, ok2 := strings.Cut(rest, "<!-- end -->")
		if !ok || !ok2 {
			t.Fatalf("the page has no place for %s", name)
		}
		made = head + "<!-- made: " + name + " -->\n" + content + "<!-- end -->" + tail
	}
	if *update && made != text {
		if err := os.WriteFile(page, []byte(made), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if made != text {
		t.Error("docs/GATE.md is not what the program says: go test ./deploy/gate -run TestPage -update")
	}
	for _, p := range policiesOf(text) {
		if err := read(t, p).Check(Known{realChecks()}); err != nil {
			t.Errorf("a policy of the page: %v", err)
		}
	}
	// The conditions in the text are conditions.
	_, examples, _ := strings.Cut(text, "For example: ")
	n := 0
	for i, piece := range strings.Split(examples, "`") {
		if i%2 == 1 {
			n++
			if err := read(t, policyOf(piece)).Check(Known{realChecks()}); err != nil {
				t.Errorf("%s: %v", piece, err)
			}
		}
	}
	if n < 4 {
		t.Errorf("%d conditions are tried", n)
	}
}

// policiesOf are the blocks of a page that are policies.
func policiesOf(text string) []string {
	var out []string
	for i, block := range strings.Split(text, "```") {
		if body, ok := strings.CutPrefix(block, "yaml\n"); ok && i%2 == 1 {
			out = append(out, body)
		}
	}
	return out
}

func madePolicies(t *testing.T) string {
	var b strings.Builder
	b.WriteString("| policy | rule | what holds when it is met |\n|---|---|---|\n")
	for _, name := range Builtins() {
		p, err := Builtin(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range p.Rules {
			first := ""
			if i == 0 {
				first = "`" + name + "`"
			}
			fmt.Fprintf(&b, "| %s | `%s` | %s |\n", first, r.ID, r.Title)
		}
	}
	return b.String()
}

func madeFunctions() string {
	var b strings.Builder
	b.WriteString("| function | gives | says |\n|---|---|---|\n")
	for _, f := range functions() {
		var args []string
		for _, a := range f.takes[0] {
			args = append(args, a.name)
		}
		call := f.name + "(" + strings.Join(args, ", ") + ")"
		if f.name == "acceptedRisks" {
			call = "acceptedRisks(), acceptedRisks(severity)"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", call, f.gives.String(), f.doc)
	}
	return b.String()
}

func madeRecords() string {
	var b strings.Builder
	b.WriteString("| variable | type | holds |\n|---|---|---|\n")
	for _, v := range variables() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", v.name, strings.ReplaceAll(v.typ.String(), "lodemark.", ""), v.doc)
	}
	for _, t := range tables() {
		var fields []string
		for _, f := range t.fields {
			s := "`" + f.name + "`"
			if len(f.words) > 0 {
				s += " (" + strings.Join(nonEmpty(f.words), ", ") + ")"
			}
			fields = append(fields, s)
		}
		fmt.Fprintf(&b, "\n**%s**: %s\n", strings.TrimPrefix(t.name, "lodemark."), strings.Join(fields, ", "))
	}
	return b.String()
}

func nonEmpty(words []string) []string {
	var out []string
	for _, w := range words {
		if w != "" {
			out = append(out, w)
		}
	}
	return out
}

func madeExample(t *testing.T, policy string) string {
	t.Helper()
	p, err := Read("release.yaml", []byte(policy))
	if err != nil {
		t.Fatal(err)
	}
	in := soundRun(func(w *world) {
		w.decisions = nil
		w.without("dep-2-models-verified")
		w.without("dep-4-red-team-report")
		w.evidence = append(w.evidence, kept("dep-2-models-verified", "2026-11-23", "release-team", lodemark.Passed), seen("dep-4-red-team-report", lodemark.Undecided))
		w.current = map[string]string{"model/weights.safetensors": bbbb}
	})
	v, err := Judge(t.Context(), p, in)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := writeText(&b, v, View{Width: 80}); err != nil {
		t.Fatal(err)
	}
	text, _, _ := strings.Cut(b.String(), "\nlodemark test")
	return "```\n" + text + "```\n"
}
