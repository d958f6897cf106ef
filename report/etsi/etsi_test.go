package etsi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/report/madeup"
	"github.com/lodemark/lodemark/schema"
)

func written(t *testing.T, write func(io.Writer, *lodemark.Run) error, r *lodemark.Run) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func published(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := schema.Read("etsi")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("etsi", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("etsi")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func valid(t *testing.T, s *jsonschema.Schema, text string) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(doc)
}

func read(t *testing.T, r *lodemark.Run) bundle {
	t.Helper()
	var b bundle
	dec := json.NewDecoder(strings.NewReader(written(t, WriteJSON, r)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&b); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestHoldsToItsSchema(t *testing.T) {
	s := published(t)
	for name, r := range map[string]*lodemark.Run{"made up": madeup.Run(), "empty": madeup.Empty(), "zero": {}} {
		if err := valid(t, s, written(t, WriteJSON, r)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	text := written(t, WriteJSON, madeup.Run())
	for old, wrong := range map[string]string{`"verdict": "fail"`: `"verdict": "failed"`, `"support": "?"`: `"support": "maybe"`, `"role": "needs"`: `"role": "wants"`, `"self_signed": true`: `"self_signed": "yes"`,
		`"status": "M"`: `"status": "O"`} {
		if changed := strings.Replace(text, old, wrong, 1); changed == text || valid(t, s, changed) == nil {
			t.Errorf("%s instead of %s is not noticed", wrong, old)
		}
	}
}

// The table says what the standard is publicly known to hold: 13 principles, 72 provisions, 49 of them mandatory.
func TestTableIsWhole(t *testing.T) {
	table, err := readTable(provisionsFile, lodemark.Guidelines())
	if err != nil {
		t.Fatal(err)
	}
	var sizes []int
	shall, should := 0, 0
	mapped := map[[2]string]bool{}
	for _, p := range table.Principles {
		sizes = append(sizes, len(p.Provisions))
		for _, x := range p.Provisions {
			if x.Force == "shall" {
				shall++
			} else {
				should++
			}
			for _, m := range []map[string]string{x.Needs, x.Helps} {
				for id := range m {
					mapped[[2]string{x.ID, id}] = true
				}
			}
		}
	}
	if !slices.Equal(sizes, []int{5, 9, 7, 5, 7, 6, 6, 6, 6, 5, 4, 4, 2}) || shall != 49 || should != 23 {
		t.Errorf("provisions of the principles: %v; shall %d, should %d", sizes, shall, should)
	}
	for _, c := range lodemark.Guidelines().Clauses() {
		for _, x := range c.Crosswalk {
			if x.Scheme == "etsi" && !mapped[[2]string{x.ID, c.ID}] {
				t.Errorf("the catalogue sees %s in %s, and the table does not", c.ID, x.ID)
			}
		}
	}
}

func TestBrokenTablesAreRefused(t *testing.T) {
	const good = "schema: lodemark.etsi-provisions/1\nprinciples:\n- id: 5.1.1\n  provisions:\n  - {id: 5.1.1-1, force: shall, asks: something, needs: {SD-1.1: because}}\n"
	if _, err := readTable([]byte(good), lodemark.Guidelines()); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ old, wrong, reason string }{
		{"etsi-provisions/1", "etsi-provisions/2", "schema is"},
		{"SD-1.1", "SD-9.9", "there is no clause SD-9.9"},
		{"because", `""`, "SD-1.1 has no reason"},
		{"shall", "may", `force is "may"`},
		{"something", `""`, "nobody knows"},
		{"5.1.1-1", "5.1.2-1", "does not stand under its principle"},
		{"needs", "helps", "anything would pass"},
		{"asks", "ask", "field ask not found"},
		{"because}", "because}, helps: {SD-1.1: too}", "is needed and helps"},
		{"because}}", "because}}\n  - {id: 5.1.1-1, force: shall, asks: something, rest: all}", "stands there twice"},
	} {
		if _, err := readTable([]byte(strings.Replace(good, x.old, x.wrong, 1)), lodemark.Guidelines()); err == nil || !strings.Contains(err.Error(), x.reason) {
			t.Errorf("%s: %v", x.wrong, err)
		}
	}
}

// judged is the verdict on a provision that needs the first clauses and is helped by the others, each with a verdict.
func judged(p provision, results ...lodemark.ClauseResult) (verdictJSON, *exclusion) {
	r := &lodemark.Run{System: &lodemark.System{Facts: []lodemark.Fact{{Name: "offers_api", Answer: lodemark.No, Reason: "no interface found and none declared", Origin: lodemark.OriginInferred}}},
		Assessment: lodemark.Assessment{Clauses: results, Decisions: []lodemark.DecisionState{{Decision: lodemark.Decision{ID: "na", Kind: lodemark.NotApplicable, Clause: "SD-1.6", By: "Risk owner"},
			Standing: lodemark.Current, Ends: madeup.At}, {Decision: lodemark.Decision{ID: "waiver", Kind: lodemark.Accept, By: "Risk owner"}, Standing: lodemark.Current, Ends: madeup.At}}}}
	return newJudge(r).judge(p)
}

func TestVerdicts(t *testing.T) {
	result := func(id string, v lodemark.Verdict, s lodemark.Strength) lodemark.ClauseResult {
		return lodemark.ClauseResult{ID: id, Verdict: v, Strength: s, Reason: "it is so"}
	}
	met5, met6 := result("SD-1.5", lodemark.Met, lodemark.Enforced), result("SD-1.6", lodemark.Met, lodemark.Present)
	waived := result("SD-1.5", lodemark.NotMet, 0)
	waived.Waived = "waiver"
	later := result("SD-1.5", lodemark.NotAssessed, 0)
	later.Later = true
	own := result("SD-1.5", lodemark.NotAssessed, lodemark.Declared)
	own.SelfSigned = "sha256:x"
	needs := map[string]string{"SD-1.5": "why", "SD-1.6": "why"}
	helps := map[string]string{"SD-1.2": "why"}
	for _, x := range []struct {
		name              string
		p                 provision
		results           []lodemark.ClauseResult
		verdict, strength string
		reason            string
	}{
		{"all met", provision{Needs: needs}, []lodemark.ClauseResult{met5, met6}, pass, "present", "all that it needs is met: SD-1.5, SD-1.6"},
		{"one not met", provision{Needs: needs}, []lodemark.ClauseResult{met5, result("SD-1.6", lodemark.NotMet, 0)}, fail, "none", "not met: SD-1.6; SD-1.6: it is so"},
		{"borne for a time", provision{Needs: needs}, []lodemark.ClauseResult{waived, met6}, fail, "none", "(borne until 2026-11-01 by Risk owner)"},
		{"a fail stands above what is open", provision{Needs: needs, Rest: "more"}, []lodemark.ClauseResult{result("SD-1.5", lodemark.NotMet, 0)}, fail, "none", "not met: SD-1.5"},
		{"inconclusive", provision{Needs: needs}, []lodemark.ClauseResult{met5, result("SD-1.6", lodemark.Inconclusive, 0)}, inconclusive, "none", "open: SD-1.6"},
		{"not assessed", provision{Needs: needs}, []lodemark.ClauseResult{met5, result("SD-1.6", lodemark.NotAssessed, 0)}, inconclusive, "none", "open: SD-1.6"},
		{"no result at all", provision{Needs: needs}, []lodemark.ClauseResult{met5}, inconclusive, "none", "open: SD-1.6; SD-1.6: nothing was derived"},
		{"later", provision{Needs: needs}, []lodemark.ClauseResult{later, met6}, inconclusive, "none", "open: SD-1.5"},
		{"self-signed", provision{Needs: needs}, []lodemark.ClauseResult{own, met6}, inconclusive, "none", "the target's own word"},
		{"a rest", provision{Needs: needs, Rest: "more"}, []lodemark.ClauseResult{met5, met6}, inconclusive, "none", "what clauses cover is met (SD-1.5, SD-1.6); not covered by any: more"},
		{"no clause", provision{Rest: "more"}, nil, inconclusive, "none", "not covered by any clause: more"},
		{"helps alone", provision{Helps: helps, Rest: "more"}, []lodemark.ClauseResult{result("SD-1.2", lodemark.Met, lodemark.Observed)}, inconclusive, "none", "not covered by any clause: more"},
		{"a help not met", provision{Needs: needs, Helps: helps}, []lodemark.ClauseResult{met5, met6, result("SD-1.2", lodemark.NotMet, 0)}, inconclusive, "none", "not met, which bears on it: SD-1.2"},
		{"a help open", provision{Needs: needs, Helps: helps}, []lodemark.ClauseResult{met5, met6, result("SD-1.2", lodemark.Inconclusive, 0)}, pass, "present", "all that it needs is met"},
		{"one does not apply", provision{Needs: needs}, []lodemark.ClauseResult{met5, result("SD-1.6", lodemark.Inapplicable, 0)}, pass, "enforced", "all that it needs is met: SD-1.5"},
		{"none applies, with a rest", provision{Needs: needs, Rest: "more"}, []lodemark.ClauseResult{result("SD-1.5", lodemark.Inapplicable, 0), result("SD-1.6", lodemark.Inapplicable, 0)}, inconclusive, "none",
			"not covered: none of the clauses that it needs applies here; not covered by any: more"},
	} {
		v, out := judged(x.p, x.results...)
		if out != nil || v.Verdict != x.verdict || v.Strength != x.strength || !strings.Contains(v.Reason, x.reason) {
			t.Errorf("%s: %s, %s, %q, excluded: %v", x.name, v.Verdict, v.Strength, v.Reason, out)
		}
	}
	for name, x := range map[string]struct {
		p       provision
		results []lodemark.ClauseResult
		want    exclusion
	}{
		"a recorded fact":   {provision{ID: "a", Needs: needs, Rest: "more", AppliesWhen: "offers_api"}, nil, exclusion{"a", "no interface found and none declared", "a recorded fact, inferred", ""}},
		"no clause applies": {provision{ID: "a", Needs: map[string]string{"SD-1.5": "why"}}, []lodemark.ClauseResult{result("SD-1.5", lodemark.Inapplicable, 0)}, exclusion{"a", "it is so", "recorded facts", ""}},
		"a decision":        {provision{ID: "a", Needs: needs}, []lodemark.ClauseResult{result("SD-1.5", lodemark.Inapplicable, 0), result("SD-1.6", lodemark.Inapplicable, 0)}, exclusion{"a", "it is so", "the decision of Risk owner", "2026-11-01"}},
	} {
		if v, out := judged(x.p, x.results...); out == nil || *out != x.want || v.Verdict != "" {
			t.Errorf("%s: %v, %q", name, out, v.Verdict)
		}
	}
}

func TestBundle(t *testing.T) {
	r := madeup.Run()
	b := read(t, r)
	if len(b.ICS) != 72 || len(b.Verdicts)+len(b.Exclusions) != 72 || b.Standard.Provisions != 72 {
		t.Errorf("%d claims, %d verdicts, %d exclusions", len(b.ICS), len(b.Verdicts), len(b.Exclusions))
	}
	m, n := b.Counts.Mandatory, b.Counts.Recommended
	if m.Pass+m.Fail+m.Inconclusive+m.Excluded != 49 || n.Pass+n.Fail+n.Inconclusive+n.Excluded != 23 {
		t.Errorf("counts %+v %+v", m, n)
	}
	verdicts := map[string]verdictJSON{}
	for _, v := range b.Verdicts {
		verdicts[v.Provision] = v
	}
	for id, want := range map[string]string{"5.2.3-1": fail, "5.2.2-1": fail, "5.1.1-1": inconclusive, "5.1.4-4": inconclusive, "5.4.2-3": inconclusive, "5.1.2-1.1": inconclusive, "5.4.2-1": inconclusive} {
		if verdicts[id].Verdict != want {
			t.Errorf("%s: %q, %s", id, verdicts[id].Verdict, verdicts[id].Reason)
		}
	}
	known := map[string]recordJSON{}
	for _, e := range b.Evidence {
		known[e.ID] = e
	}
	for _, v := range b.Verdicts {
		for _, id := range v.Evidence {
			if _, ok := known[id]; !ok {
				t.Errorf("%s rests on %s, which is not there", v.Provision, id)
			}
		}
	}
	own := 0
	for _, e := range b.Evidence {
		if e.SelfSigned {
			own++
			if e.Check != "dep-2-verified-before-use" || e.Signer != "" || e.Why == "" {
				t.Errorf("self-signed: %+v", e)
			}
		}
	}
	if own != 1 {
		t.Errorf("%d records are self-signed", own)
	}
}

// The statement claims nothing in anybody's name: a word is a word, and what nobody says is a question.
func TestClaims(t *testing.T) {
	needs := provision{ID: "a", Force: "should", Needs: map[string]string{"SD-1.5": "why"}}
	word := lodemark.ClauseResult{ID: "SD-1.5", Attested: "word", Strength: lodemark.Declared, Reason: "declared"}
	r := &lodemark.Run{Assessment: lodemark.Assessment{Clauses: []lodemark.ClauseResult{word}, Decisions: []lodemark.DecisionState{{Decision: lodemark.Decision{ID: "word", Kind: lodemark.Attest, By: "Product owner"},
		Standing: lodemark.Current}}}}
	j := newJudge(r)
	claimed := func(p provision) claimJSON {
		v, out := j.judge(p)
		return j.claim(principle{ID: "5"}, p, v, out)
	}
	if c := claimed(needs); c.Support != "Y" || c.By != "the word of Product owner, and no evidence" || c.Status != "R" {
		t.Errorf("a word: %+v", c)
	}
	if v, _ := j.judge(needs); v.Verdict != inconclusive {
		t.Errorf("a word alone gives %s", v.Verdict)
	}
	more := needs
	more.Rest = "more"
	if c := claimed(more); c.Support != "?" || c.By != "" {
		t.Errorf("a word on a part: %+v", c)
	}
	two := needs
	two.Needs = map[string]string{"SD-1.5": "why", "SD-1.6": "why"}
	if c := claimed(two); c.Support != "?" {
		t.Errorf("a word on one of two clauses: %+v", c)
	}
}

func TestInventory(t *testing.T) {
	rows := map[string]entry{}
	for _, e := range read(t, madeup.Run()).IXIT {
		rows[e.Kind+" "+e.Name] = e
		if strings.Contains(e.Where, "tests/") {
			t.Errorf("%s stands in tests", e.Name)
		}
	}
	for name, want := range map[string][2]string{
		"hosted_model_api gpt-4o-2024-08-06": {"models app/main.py:10", "digest"},
		"hosted_model_api north-1":           {"models Northlight", ""},
		"dataset questions.csv":              {"data data/questions.csv", ""},
		"prompt not resolved: system prompt": {"prompts app/prompt.txt", "name digest"},
		"mcp_server tickets":                 {"interfaces .mcp.json:4", ""},
		"endpoint chat":                      {"interfaces https://desk.example.org/chat", ""},
		"agent desk":                         {"agents and tools app/main.py:12", ""},
		"package openai":                     {"software components requirements.txt:3", ""},
		"container Dockerfile":               {"infrastructure Dockerfile:1", ""},
	} {
		e, ok := rows[name]
		if !ok || e.Table+" "+e.Where != want[0] || strings.Join(e.Missing, " ") != want[1] {
			t.Errorf("%s: %v, %s, missing %v", name, ok, e.Table+" "+e.Where, e.Missing)
		}
	}
}

// A thing that several places speak of is one entry; what is called after a variable is another thing in another file.
func TestPlacesAreFolded(t *testing.T) {
	model := lodemark.Component{Kind: lodemark.KindHostedModel, Name: "gpt-4o", Path: "a.py", Line: 3, Origin: lodemark.OriginInferred}
	again, test, embedded, call := model, model, model, model
	again.Path, test.Test, embedded.Kind, call.Kind = "b.py", true, lodemark.KindEmbeddingModel, lodemark.KindModelCall
	there := call
	there.Path = "b.py"
	var got []string
	for _, e := range inventory(&lodemark.Run{System: &lodemark.System{Components: []lodemark.Component{model, again, test, call, there}, Code: []lodemark.Component{model, embedded}}}) {
		got = append(got, fmt.Sprintf("%s %s +%d", e.ID, e.Where, e.More))
	}
	if want := []string{"IXIT-MOD-1 a.py:3 +1", "IXIT-INT-1 a.py:3 +0", "IXIT-INT-2 b.py:3 +0"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestDeterministicAndInert(t *testing.T) {
	for name, write := range map[string]func(io.Writer, *lodemark.Run) error{"json": WriteJSON, "markdown": WriteMarkdown} {
		first := written(t, write, madeup.Run())
		for range 5 {
			if written(t, write, madeup.Run()) != first {
				t.Fatalf("%s: the same run gives other bytes", name)
			}
		}
		for _, r := range first {
			if r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 || r == '\u202e' || r == '\u200b' || r == '\u2066' || r == '\U000e0041' {
				t.Errorf("%s: the character %U", name, r)
			}
		}
	}
}

func TestPage(t *testing.T) {
	page := written(t, WriteMarkdown, madeup.Run())
	for _, want := range []string{"# Conformance bundle: AI help desk", "not endorsed by CISA", "no statement of ETSI", "| mandatory (M) |", "### 5.5.1 ", "| 5.2.3-1 | M |", "| **fail** |", "self-signed: the target's own word",
		"## Exclusions", "## Not read"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, evil := range []string{"<script", "</script", "<b>", "](https://evil", "![i]", "@someone", "\n# head", "\n::warning"} {
		if strings.Contains(page, evil) {
			t.Errorf("%q left its place", evil)
		}
	}
	bars := func(line string) int { return strings.Count(line, "|") - strings.Count(line, `\|`) }
	width := 0
	for line := range strings.SplitSeq(page, "\n") {
		if !strings.HasPrefix(line, "|") {
			width = 0
			continue
		}
		if width == 0 {
			width = bars(line)
		}
		if bars(line) != width {
			t.Errorf("a row of %d bars in a table of %d: %.120s", bars(line), width, line)
		}
	}
}
