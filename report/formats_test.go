package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/lodemark/lodemark"
)

var update = flag.Bool("update", false, "write the golden files anew")

func written(t testing.TB, write func(io.Writer, *lodemark.Run, Options) error, r *lodemark.Run, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != got {
		t.Errorf("%s is not what is written now (%v); look at it, then run go test ./report -update\n%s", file, err, cmp.Diff(string(want), got))
	}
}

// What the formats look like. The golden files are there to be read.
func TestGolden(t *testing.T) {
	r := made()
	for name, o := range map[string]Options{"text.txt": {}, "text-40.txt": {Width: 40}, "text-200.txt": {Width: 200}, "text-ascii.txt": {ASCII: true},
		"text-verbose.txt": {Verbose: true}, "text-color.txt": {Color: true, Width: 100}} {
		golden(t, name, written(t, writeText, r, o))
	}
	golden(t, "report.json", written(t, writeJSON, r, Options{}))
	golden(t, "report.sarif", written(t, writeSARIF, r, Options{}))
	golden(t, "report.md", written(t, writeMarkdown, r, Options{}))
	golden(t, "report.xml", written(t, writeJUnit, r, Options{}))
}

// Same input, same bytes; and how long the run took is no input.
func TestSameBytes(t *testing.T) {
	for _, f := range Formats() {
		r := made()
		first := written(t, f.Write, r, Options{Verbose: true})
		r.Elapsed *= 7
		if second := written(t, f.Write, r, Options{Verbose: true}); first != second {
			t.Errorf("%s differs between two writes: %s", f.Name, cmp.Diff(first, second))
		}
		if again := written(t, f.Write, made(), Options{Verbose: true}); first != again {
			t.Errorf("%s differs between two runs: %s", f.Name, cmp.Diff(first, again))
		}
	}
}

// A run in which almost nothing is set is drawn as well: a report must not be what fails.
func TestEmptyRun(t *testing.T) {
	for _, f := range Formats() {
		for _, r := range []*lodemark.Run{{}, {System: &lodemark.System{}, Findings: []lodemark.Finding{{}}, Gaps: []lodemark.Gap{{}},
			Evidence: []lodemark.Evidence{{}}, Checks: []lodemark.Check{{}}}} {
			if out := written(t, f.Write, r, Options{Verbose: true}); !strings.Contains(out, "not endorsed by CISA") {
				t.Errorf("%s does not say what a verdict is not", f.Name)
			}
		}
	}
}

// No line is wider than the page, whatever is in the text.
func TestTextFitsTheWidth(t *testing.T) {
	r := made()
	wide := strings.Repeat("模型", 300)
	r.Findings[0].Path, r.Findings[0].Message, r.System.Name = wide, strings.Repeat("a", 400)+" "+wide, wide
	r.Target, r.Tool.Version = strings.Repeat("/very/long", 80), wide
	for _, width := range []int{0, 1, 40, 41, 60, 80, 100, 149, 150, 200, 9999} {
		for _, o := range []Options{{Width: width}, {Width: width, Verbose: true, Color: true}, {Width: width, ASCII: true, Verbose: true}} {
			limit := min(200, max(40, width))
			if width == 0 {
				limit = 80
			}
			for i, line := range strings.Split(written(t, writeText, r, o), "\n") {
				if w := columns(line); w > limit {
					t.Errorf("width %d: line %d has %d columns: %q", width, i+1, w, line)
				}
				if strings.HasSuffix(line, " ") {
					t.Errorf("width %d: line %d ends in white space: %q", width, i+1, line)
				}
			}
		}
	}
}

// What no report may hold raw: control characters, changes of writing direction, what is invisible.
func unsafe(r rune) bool {
	return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r))
}

func TestNoControlCharacters(t *testing.T) {
	if strings.IndexFunc(hostile, unsafe) < 0 {
		t.Fatal("the hostile text holds nothing that could be found")
	}
	for _, f := range Formats() {
		out := written(t, f.Write, made(), Options{Verbose: true})
		if !utf8.ValidString(out) {
			t.Errorf("%s is not valid UTF-8", f.Name)
		}
		if i := strings.IndexFunc(out, unsafe); i >= 0 {
			t.Errorf("%s holds %q", f.Name, out[max(0, i-40):min(len(out), i+40)])
		}
	}
	// Colour is ours: nothing but our own escape sequences is in it.
	out := written(t, writeText, made(), Options{Color: true, Verbose: true})
	if bare := regexp.MustCompile(`\x1b\[[0-9;]*m`).ReplaceAllString(out, ""); bare != written(t, writeText, made(), Options{Verbose: true}) {
		t.Error("without colour the text is another")
	}
	for i, rest := 0, out; ; i++ {
		_, after, found := strings.Cut(rest, "\x1b")
		if !found {
			if i == 0 {
				t.Error("there is no colour at all")
			}
			break
		}
		if sequence, _, _ := strings.Cut(after, "m"); strings.Trim(sequence, "[0123456789;") != "" || len(sequence) > 6 {
			t.Errorf("escape sequence %q is not one of ours", sequence)
		}
		rest = after
	}
}

func TestASCII(t *testing.T) {
	out := written(t, writeText, made(), Options{ASCII: true, Verbose: true})
	if i := strings.IndexFunc(out, func(r rune) bool { return r >= utf8.RuneSelf }); i >= 0 {
		t.Errorf("%q is not ASCII", out[max(0, i-30):min(len(out), i+30)])
	}
}

// What the text says about every state, in words.
func TestTextSays(t *testing.T) {
	out := written(t, writeText, made(), Options{})
	for _, want := range []string{
		"2 of 117 applicable clauses are met, 4 are not met, 111 are open.", // the verdict comes first
		"1 met by checks alone", "1 met with a person's word", "1 declared", "2 not met, waived", "26 of later stages",
		"Secure design", "Secure operation and maintenance", "DEV-1.5: accepted until 2027-01-15 by Risk owner",
		"without effect, expired", "without effect, orphaned", "without effect, changed", "without effect, self-approved",
		"lodemark decide attest SD-1.1", "lodemark guide DEV-2", "--format html=report.html", "it is larger than 64 MiB: data/huge.jsonl",
		"verdicts rest on it", "812 version-control objects", "A verdict is not a certification.",
	} {
		if !strings.Contains(strings.Join(strings.Fields(out), " "), want) {
			t.Errorf("the text does not say %q", want)
		}
	}
	if strings.Contains(out, "%") && strings.Contains(strings.ToLower(out), "score") {
		t.Error("there is a score")
	}
}

func TestJUnitIsXML(t *testing.T) {
	out := written(t, writeJUnit, made(), Options{})
	var read junitSuites
	dec := xml.NewDecoder(strings.NewReader(out))
	dec.Strict = true
	if err := dec.Decode(&read); err != nil {
		t.Fatal(err)
	}
	if len(read.Suites) != 18 || read.Suites[17].Name != "What was not read" {
		t.Errorf("%d suites; want the 17 guidelines and the gaps", len(read.Suites))
	}
	cases, failed, skipped := 0, 0, 0
	for _, s := range read.Suites {
		for _, c := range s.Cases {
			cases++
			if c.Failure != nil {
				failed++
			}
			if c.Skipped != nil {
				skipped++
			}
		}
	}
	if cases != read.Tests || failed != read.Failures || skipped != read.Skipped || failed != 4 || cases-failed-skipped != 2 {
		t.Errorf("%d cases, %d failed, %d skipped; the file says %d, %d, %d; want 4 failed and 2 green", cases, failed, skipped, read.Tests, read.Failures, read.Skipped)
	}
}

// A comment stays under what a pull request takes, and whole, however much there is to say.
func TestMarkdownIsBounded(t *testing.T) {
	r := made()
	for i := range 3000 {
		long := strings.Repeat("|@x#1<&>", 300)
		f := lodemark.Finding{ID: fmt.Sprint("rule-", i), Severity: lodemark.SeverityHigh, Path: long, Message: long, Fix: long, Fingerprint: fmt.Sprintf("%024x", i)}
		r.Findings = append(r.Findings, f)
		r.Gaps = append(r.Gaps, lodemark.Gap{Path: long, Reason: fmt.Sprint(i, long)})
		r.Assessment.Decisions = append(r.Assessment.Decisions, lodemark.DecisionState{Standing: lodemark.Expired, Why: long,
			Decision: lodemark.Decision{ID: long, Kind: lodemark.Accept, Finding: f.Fingerprint, By: long, Reason: long}})
		r.Assessment.Clauses[i%144].Missing = append(r.Assessment.Clauses[i%144].Missing, long+fmt.Sprint(i))
	}
	out := written(t, writeMarkdown, r, Options{})
	if len(out) > 65_000 {
		t.Errorf("%d bytes", len(out))
	}
	if strings.Count(out, "<details>") != strings.Count(out, "</details>") || !strings.HasSuffix(out, "certification.</sub>\n") {
		t.Error("a part is not closed, or the end is missing")
	}
	if strings.Count(out, "more; the JSON report holds all") < 3 {
		t.Error("it does not say that something is left out")
	}
}

// The shapes of JSON that programs rely on: no null where a list is promised, no HTML escapes, the order of the keys.
func TestJSONForPrograms(t *testing.T) {
	out := written(t, writeJSON, made(), Options{})
	if strings.Contains(out, "null") || strings.Contains(out, `\u003c`) {
		t.Error("there is a null or an HTML escape in it")
	}
	var last int
	for _, key := range []string{"schema", "tool", "at", "target", "disclaimer", "system", "counts", "clauses", "guidelines", "findings", "gaps", "evidence", "decisions"} {
		i := strings.Index(out, "\n  \""+key+"\":")
		if i < last {
			t.Errorf("%s stands at %d, before what it should follow (%d)", key, i, last)
		}
		last = i
	}
	var read assessJSON
	if err := json.Unmarshal([]byte(out), &read); err != nil {
		t.Fatal(err)
	}
	if want := strings.ToValidUTF8(hostile, "\uFFFD"); read.Gaps[3].Path != want {
		t.Errorf("text came back as %q, want %q", read.Gaps[3].Path, want)
	}
}
