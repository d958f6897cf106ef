package report

import (
	"bytes"
	"cmp"
	"fmt"
	"html"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/lodemark/lodemark"
)

func htmlOf(t testing.TB, r *lodemark.Run) string {
	t.Helper()
	var b bytes.Buffer
	if err := writeHTML(&b, r, Options{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// typical is a run of the size that a real repository gives: four checks for each guideline, most of them with something
// to say, and some sixty components.
func typical() *lodemark.Run {
	at := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	sys := &lodemark.System{Name: "Claims assistant", Declared: lodemark.Declaration{Path: "lodemark.yaml", Name: "Claims assistant",
		Owner: lodemark.Person{Name: "Product owner"}, Criticality: lodemark.CriticalityHigh}, Skipped: map[string]int{"version-control objects": 812}}
	r := &lodemark.Run{Tool: lodemark.Tool{Name: "lodemark", Version: "1.2.3"}, At: at, Target: ".", System: sys, Examined: 140}
	outcomes := []lodemark.Outcome{lodemark.Failed, lodemark.Passed, lodemark.Undecided, lodemark.Passed, lodemark.NothingToSee}
	n := 0
	for _, a := range lodemark.Guidelines().Areas {
		for _, g := range a.Guidelines {
			for i := range 4 {
				n++
				c := lodemark.Check{ID: fmt.Sprintf("%s-check-%d", strings.ToLower(g.ID), i), Version: 2, Title: fmt.Sprintf("Check %d of %s finds everything in order here", i, g.ID),
					Severity: lodemark.Severity(n % 5), Strength: lodemark.Present + lodemark.Strength(n%4), MaxAge: 90 * 24 * time.Hour,
					Why: strings.Repeat("What is not fixed can be exchanged by whoever holds the name. ", 2), Fix: "Name a version and the digest."}
				for j := range 2 {
					c.Bears = append(c.Bears, lodemark.Bearing{Clause: g.Clauses[(2*i+j)%len(g.Clauses)].ID, Settles: j == 0})
				}
				r.Checks = append(r.Checks, c)
				e := lodemark.Evidence{Check: c.ID, CheckVersion: 2, Bears: c.Bears, Outcome: outcomes[n%len(outcomes)], Canary: n%11 != 0, At: at, MaxAge: c.MaxAge,
					Reason: fmt.Sprintf("%d things were looked at in deploy/k8s and in the application's own folders", n)}
				for f := range 1 + n%6 {
					if e.Outcome == lodemark.NothingToSee {
						break
					}
					e.Examined = append(e.Examined, lodemark.Digest{Path: fmt.Sprintf("services/part-%d/deployment-%d.yaml", n%9, f), SHA256: strings.Repeat(fmt.Sprint(f), 64)})
				}
				switch e.Outcome {
				case lodemark.Passed:
					e.Strength = c.Strength
				case lodemark.Failed:
					for f := range 3 {
						r.Findings = append(r.Findings, lodemark.Finding{ID: c.ID, Severity: c.Severity, Path: fmt.Sprintf("services/part-%d/deployment-%d.yaml", n%9, f),
							Line: 14 + f, Message: "The image that serves the model floats, so the next start may take another one.", Fix: c.Fix,
							Excerpt: "spec:\n  containers:\n  - name: serving\n    image: registry.example.org/serving:latest\n    ports:", ExcerptLine: 12 + f, Clauses: []string{c.Bears[0].Clause, c.Bears[1].Clause}})
					}
				}
				r.Evidence = append(r.Evidence, e.Sealed())
			}
		}
	}
	for i := range 60 {
		sys.Components = append(sys.Components, lodemark.Component{Kind: []lodemark.Kind{lodemark.KindModel, lodemark.KindPackage, lodemark.KindHostedModel, lodemark.KindContainer}[i/15],
			Name: fmt.Sprintf("part %d", i), Path: fmt.Sprintf("services/part-%d/requirements.txt", i), Line: i, Pin: lodemark.PinTag, Origin: lodemark.OriginInferred, Version: "1.0", Format: "requirements"})
	}
	lodemark.Fingerprinted(r.Findings)
	current := map[string]string{}
	for _, e := range r.Evidence {
		for _, d := range e.Examined {
			current[d.Path] = d.SHA256
		}
	}
	r.Assessment = lodemark.Assess(lodemark.Input{Catalogue: lodemark.Guidelines(), System: sys, Evidence: r.Evidence, Findings: r.Findings, Current: current, At: at})
	r.Findings = r.Assessment.Findings
	return r
}

func TestHTMLHoldsEveryClause(t *testing.T) {
	page := htmlOf(t, typical())
	for _, a := range lodemark.Guidelines().Areas {
		for _, g := range a.Guidelines {
			for _, want := range []string{a.ID, g.ID} {
				if n := strings.Count(page, ` id="`+want+`"`); n != 1 {
					t.Errorf("%d elements have the id %s", n, want)
				}
			}
			for _, c := range g.Clauses {
				part := clausePart(t, page, c.ID)
				for _, want := range append([]string{c.Statement}, c.Evidence...) {
					if !strings.Contains(part, want) {
						t.Errorf("%s does not say %q", c.ID, want)
					}
				}
				for _, ref := range c.Crosswalk {
					if !strings.Contains(part, ref.ID) {
						t.Errorf("%s does not point to %s", c.ID, ref.ID)
					}
				}
			}
		}
	}
}

// clausePart is the text of one clause, without tags and with entities resolved.
func clausePart(t testing.TB, page, id string) string {
	t.Helper()
	_, part, ok := strings.Cut(page, `<details class="clause" id="`+id+`"`)
	if !ok {
		t.Fatalf("there is no clause %s on the page", id)
	}
	part, _, _ = strings.Cut(part, "</dl></details>")
	return textOf(part)
}

var anyTag = regexp.MustCompile(`<[^>]*>`)

func textOf(markup string) string {
	return strings.Join(strings.Fields(html.UnescapeString(anyTag.ReplaceAllString(markup, " "))), " ")
}

func TestHTMLLinksLeadSomewhere(t *testing.T) {
	for name, r := range map[string]*lodemark.Run{"typical": typical(), "made": made(), "flood": flood(500)} {
		page := htmlOf(t, r)
		ids := map[string]int{}
		for _, m := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(page, -1) {
			ids[m[1]]++
		}
		for id, n := range ids {
			if n > 1 {
				t.Errorf("%s: the id %s is given %d times", name, id, n)
			}
		}
		links := regexp.MustCompile(` (?:href|aria-labelledby|aria-describedby)="#?([^"]*)"`).FindAllStringSubmatch(page, -1)
		if len(links) < 300 {
			t.Errorf("%s: only %d links seen: the search is broken", name, len(links))
		}
		for _, m := range links {
			for id := range strings.FieldsSeq(html.UnescapeString(m[1])) {
				if ids[id] == 0 {
					t.Errorf("%s: a link leads to %q, which is not there", name, id)
				}
			}
		}
	}
}

// What the page says of each state, in the words that a reader searches for.
func TestHTMLSaysWhatVerdictsRestOn(t *testing.T) {
	page := htmlOf(t, made())
	for _, c := range []struct{ clause, says string }{
		{"DEV-1.5", "not met, borne for a time"},
		{"DEV-1.5", "accept DEV-1.5 by Risk owner , asked for by ML engineer, 2026-10-22 until 2027-01-15 current"},
		{"DEV-2.4", "Next step No credential stands in the repository Evidence failed dev-2-no-secrets settles Decisions"},
		{"DEV-1.5", "Falls back by itself on 2027-01-15 (in 74 days)"},
		{"DEV-1.2", "self-approved: requested and decided by ML engineer"},
		{"DEV-1.2", "Evidence failed dev-1-lock-files supports failed dev-1-pinned-images supports 2 finding(s) on 3 container images"},
		{"SD-1.2", "Evidence passed sd-1-owner Owner and accountable leader are named, settles enforced"},
		{"DEV-2.4", "expired: ended 2026-10-15"},
		{"DEP-3.1", "met present declared"},
		{"SD-2.2", "not assessed declared"},
		{"SD-2.6", "not applicable"},
		{"SD-1.1", "changed: Dockerfile has changed since"},
		{"SD-1.1", "A named person may vouch for it."},
		{"DEV-3.1", "write a card beside the model, or point to it from lodemark.yaml"},
		{"OM-1.1", "later"},
		{"SD-1.2", "met enforced"},
	} {
		if part := clausePart(t, page, c.clause); !strings.Contains(part, c.says) {
			t.Errorf("%s does not say %q:\n%s", c.clause, c.says, part)
		}
	}
	text := textOf(page)
	for _, want := range []string{
		lodemark.Disclaimer, "Open Government Licence v3.0", "Crown copyright 2023", "1 November 2026, 12:00 UTC", "lodemark 1.2.3",
		"Of 117 applicable clauses, 2 met, 4 not met and 111 open", "lodemark assess 'examples/help desk' --at 2026-11-01T12:00:00Z",
		"812 version-control objects", "no agents found and none declared", "it is larger than 64 MiB", "Verdicts rest on it.",
		"lodemark decide accept CLAUSE --help", "lodemark decide attest CLAUSE --help", "its canary, in the same run: all of them did.",
		"the check dev-3-x did not end within 1m0s", "accepted until 2027-01-15 by Risk owner", "no finding has the fingerprint",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for _, never := range []string{"score of", "%</", "certified", "compliant"} {
		if strings.Contains(page, never) {
			t.Errorf("the page says %q", never)
		}
	}
}

// A record says what the clauses that it bears on do not say, and no reason is written twice where one place can point to it.
func TestHTMLRecords(t *testing.T) {
	r := made()
	long := "the container runs as root, and so does all that a model or a prompt can make it do"
	r.Evidence[5].Reason = long
	for i := range r.Assessment.Clauses {
		if c := &r.Assessment.Clauses[i]; slices.Contains(c.Evidence, r.Evidence[5].ID) {
			c.Reason = long
		}
	}
	page := htmlOf(t, r)
	for i, want := range []string{
		"passed Owner and accountable leader are named enforced owner and leader are named sd-1-owner version 1, settles SD-1.2 ; lasts 90 days; record " + strings.TrimPrefix(r.Evidence[0].ID, "sha256:")[:12] + " Dockerfile 111111111111",
		"failed Container images are fixed by digest 2 finding(s) on 3 container images dev-1-pinned-images version 1, 3 findings, settles DEV-1.5 , supports DEV-1.2 ; record",
		"failed Dependencies are locked nothing fixes the versions dev-1-lock-files version 1, 1 finding, supports DEV-1.2 ; record",
	} {
		if part := recordPart(t, page, i); !strings.Contains(part, want) {
			t.Errorf("record %d does not say %q:\n%s", i+1, want, part)
		}
	}
	if part := recordPart(t, page, 5); strings.Contains(part, long) || !strings.Contains(part, "settles DEP-1.2 (reason there)") {
		t.Errorf("a long reason is given by the record as well:\n%s", part)
	}
	if part := clausePart(t, page, "DEP-1.2"); strings.Count(part, long[1:]) != 1 {
		t.Errorf("the clause does not give the reason once:\n%s", part)
	}
	for _, never := range []string{"canary missed", "made on", ", 2026-11-01"} {
		if strings.Contains(recordPart(t, page, 0)+clausePart(t, page, "SD-1.2"), never) {
			t.Errorf("evidence of this assessment with a noticed canary says %q", never)
		}
	}
}

// What is out of the ordinary about a record is said by it and by the clause: a canary that was missed, another time.
func TestHTMLRecordsOutOfTheOrdinary(t *testing.T) {
	r := made()
	r.Evidence[0].Canary, r.Evidence[0].At = false, r.At.AddDate(0, 0, -40)
	page := htmlOf(t, r)
	for _, c := range []struct{ part, says string }{
		{clausePart(t, page, "SD-1.2"), "are named, settles, 2026-09-22, canary missed enforced"},
		{recordPart(t, page, 0), "canary missed ; made on 22 September 2026, 12:00 UTC; lasts 90 days"},
		{textOf(page), "its canary, in the same run: 1 of 7 did not, which is said there."},
	} {
		if !strings.Contains(c.part, c.says) {
			t.Errorf("%q is not said in\n%.2000s", c.says, c.part)
		}
	}
}

// recordPart is the text of one evidence record.
func recordPart(t testing.TB, page string, i int) string {
	t.Helper()
	_, part, ok := strings.Cut(page, fmt.Sprintf(`<details id="%s">`, recordAnchor(i)))
	if !ok {
		t.Fatalf("there is no record %d on the page", i+1)
	}
	part, _, _ = strings.Cut(part, "</details>")
	return textOf(part)
}

func TestHTMLExcerptMarksTheLine(t *testing.T) {
	r := made()
	r.Findings = []lodemark.Finding{{ID: "dev-1-pinned-images", Path: "compose.yaml", Line: 12, EndLine: 13, Message: "m", Excerpt: "a\nb\nc\nd\ne", ExcerptLine: 10}}
	page := htmlOf(t, r)
	var got []string
	for _, m := range regexp.MustCompile(`<(span|mark)><i>(\d+)</i>`).FindAllStringSubmatch(page, -1) {
		got = append(got, m[2]+map[bool]string{true: "!"}[m[1] == "mark"])
	}
	if want := []string{"10", "11", "12!", "13!", "14"}; !slices.Equal(got, want) {
		t.Errorf("lines %v, want %v", got, want)
	}
}

// An action with many places says once what they share, shows the lines of the first ones, and folds the others away.
func TestHTMLPlaces(t *testing.T) {
	for _, c := range []struct{ findings, shown, folded, hidden, excerpts int }{
		{1, 1, 0, 0, 1}, {8, 8, 0, 0, 3}, {9, 6, 3, 0, 3}, {25, 6, 14, 5, 3},
	} {
		r := made()
		r.Findings = nil
		for i := range c.findings {
			path := fmt.Sprintf("svc/%d/Dockerfile", i)
			r.Findings = append(r.Findings, lodemark.Finding{ID: "dev-1-pinned-images", Severity: lodemark.SeverityMedium, Path: path, Line: 1, Message: path + " floats.",
				Fix: "name a digest", Excerpt: "FROM a\nRUN b", ExcerptLine: 1, Fingerprint: fmt.Sprint("print-", i)})
		}
		r.Findings[0].Severity = lodemark.SeverityLow
		list := newHTMLIndex(r).actions.Actions
		if len(list) != 1 || len(list[0].Places) != c.shown || len(list[0].Folded) != c.folded || list[0].Hidden != c.hidden {
			t.Errorf("%d findings: %d actions, %d places shown, %d folded, %d hidden; want %+v", c.findings, len(list), len(list[0].Places), len(list[0].Folded), list[0].Hidden, c)
		}
		page := htmlOf(t, r)
		if n := strings.Count(page, "<pre>"); n != c.excerpts {
			t.Errorf("%d findings: the lines of %d are shown, want %d", c.findings, n, c.excerpts)
		}
		if n := strings.Count(textOf(page), "Name a digest"); n != 1 {
			t.Errorf("%d findings: the fix stands %d times", c.findings, n)
		}
		for _, want := range []string{"svc/0/Dockerfile:1 floats.", "fingerprint print-0"} {
			if !strings.Contains(textOf(page), want) {
				t.Errorf("%d findings: the page does not say %q", c.findings, want)
			}
		}
		if c.findings > 1 && (!strings.Contains(textOf(page), "low, fingerprint print-0") || strings.Contains(textOf(page), "medium, fingerprint")) {
			t.Error("a severity is said at the places that have the action's, or not where it differs")
		}
		if want := fmt.Sprintf("%d places, 1 of them less severe", c.findings); strings.Contains(textOf(page), want) != (c.findings > 1) {
			t.Errorf("%d findings: of the places it is said that %q, or not", c.findings, want)
		}
	}
}

// Beyond the first actions each has one line, and beyond those they are counted; the numbers go on.
func TestHTMLBriefActions(t *testing.T) {
	r := made()
	r.Findings = nil
	for i := range htmlActions + htmlBrief + 7 {
		r.Findings = append(r.Findings, lodemark.Finding{ID: fmt.Sprintf("LO-%03d", i), Severity: lodemark.SeverityLow, Path: "a", Message: fmt.Sprintf("rule %d", i), Clauses: []string{"DEV-1.5"}})
	}
	page := htmlOf(t, r)
	text := textOf(page)
	for _, want := range []string{fmt.Sprintf("%d rule %d low 1 place", htmlActions+1, htmlActions), "and 7 more, in the JSON report", fmt.Sprintf("Fix first %d ", htmlActions+htmlBrief+7)} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if full, brief := strings.Count(page, `<li class="action"`), strings.Count(page, `<li class="brief"`); full != htmlActions || brief != htmlBrief {
		t.Errorf("%d actions in full and %d in brief", full, brief)
	}
	if n := strings.Count(page, ` data-severity="low"`); n != htmlActions+htmlBrief+1 {
		t.Errorf("the filter knows the severity of %d actions, the clause that they bear on included", n)
	}
}

// What would help several clauses stands before what helps one, and nothing of it is dropped in silence.
func TestHTMLSteps(t *testing.T) {
	r := made()
	for i := range r.Assessment.Clauses {
		if c := &r.Assessment.Clauses[i]; c.Verdict == lodemark.NotAssessed && !c.Later {
			c.Verdict, c.Missing = lodemark.Inconclusive, []string{"write " + c.ID, "tell everybody"}
		}
	}
	list := htmlSteps(r)
	if len(list.Steps) == 0 || len(list.Steps)+len(list.Single) != htmlRows || len(list.Steps)+len(list.Single)+list.Hidden != len(nextSteps(r)) {
		t.Errorf("%d steps for several, %d for one, %d not drawn of %d", len(list.Steps), len(list.Single), list.Hidden, len(nextSteps(r)))
	}
	for _, s := range list.Single {
		if len(s.Clauses) != 1 || s.Command != nil {
			t.Errorf("%q helps %v", s.Do, s.Clauses)
		}
	}
	text := textOf(htmlOf(t, r))
	first, then := strings.Index(text, "Tell everybody"), strings.Index(text, "SD-1.3 Write SD-1.3")
	if first < 0 || then < first || !strings.Contains(text, fmt.Sprintf("and %d more, in the JSON report", list.Hidden)) {
		t.Errorf("for everybody at %d, for one at %d, or the %d that are not drawn are not counted", first, then, list.Hidden)
	}
}

// Text of the target adds no tag, no attribute and no character that a reader cannot see, wherever in a run it stands.
func TestHTMLKeepsHostileTextInItsPlace(t *testing.T) {
	r := typical()
	r.Gaps = []lodemark.Gap{{Path: "a", Reason: "b"}}
	r.System.Facts = []lodemark.Fact{{Name: "agents", Answer: lodemark.No, Reason: "none", Origin: lodemark.OriginDeclared, Places: []string{"x"}}}
	r.Assessment.Decisions = []lodemark.DecisionState{{Decision: lodemark.Decision{ID: "d", Kind: lodemark.Attest, Clause: "SD-1.1", By: "x", Reason: "y"}, Standing: lodemark.Expired, Why: "z"}}
	before := htmlOf(t, r)
	spoil(reflect.ValueOf(r).Elem(), 0)
	after := htmlOf(t, r)
	if !strings.Contains(after, "evil\uFFFD[2J") {
		t.Fatal("the hostile text is not on the page: the test is broken")
	}
	tags, attributes := markup(before)
	spoiledTags, spoiledAttributes := markup(after)
	for name := range spoiledTags {
		if !tags[name] && !slices.Contains([]string{"span", "b", "i", "pre", "small", "ul", "li", "small", "table", "thead", "tbody", "tr", "th", "td"}, name) {
			t.Errorf("hostile text made a tag <%s>", name)
		}
	}
	for name := range spoiledAttributes {
		if !attributes[name] && name != "tabindex" {
			t.Errorf("hostile text made an attribute %s", name)
		}
	}
	for i, c := range after {
		if c != '\n' && !unicode.IsGraphic(c) || unicode.Is(unicode.Cf, c) || unicode.Is(unicode.Co, c) {
			t.Fatalf("character %U is on the page, after %q", c, after[max(0, i-60):i])
		}
	}
	for _, never := range []string{"<b>&", "</script><b", "javascript:", `href="http`} {
		if strings.Contains(after, never) {
			t.Errorf("%q is on the page", never)
		}
	}
	if n := strings.Count(after, "</script"); n != 1 {
		t.Errorf("%d scripts end on the page", n)
	}
}

// spoil adds hostile text to every string that a target could have written, at any depth. Clause ids, ids of evidence and
// names of checks stay what joins the parts of a run.
func spoil(v reflect.Value, depth int) {
	if depth > 12 {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(v.String() + hostile)
	case reflect.Pointer:
		if !v.IsNil() {
			spoil(v.Elem(), depth+1)
		}
	case reflect.Map:
		if v.Type() == reflect.TypeFor[map[string]int]() && !v.IsNil() {
			v.SetMapIndex(reflect.ValueOf(hostile), reflect.ValueOf(1))
		}
	case reflect.Slice:
		for i := range v.Len() {
			spoil(v.Index(i), depth+1)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			joins := []string{"ID", "Clause", "Check", "Clauses", "Evidence", "Attested", "Waived", "Outcome", "Standing", "Kind", "State"}
			if name := v.Type().Field(i).Name; v.Field(i).CanSet() && !(slices.Contains(joins, name) && stringlike(v.Field(i).Type())) {
				spoil(v.Field(i), depth+1)
			}
		}
	}
}

func stringlike(t reflect.Type) bool {
	return t.Kind() == reflect.String || t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.String
}

// markup lists the names of tags and attributes on a page, as a browser would read them.
func markup(page string) (tags, attributes map[string]bool) {
	tags, attributes = map[string]bool{}, map[string]bool{}
	const space, ends = " \t\n\r\f", " \t\n\r\f/>="
	rest := bodyOf(page)
	for {
		_, after, ok := strings.Cut(rest, "<")
		if !ok {
			return tags, attributes
		}
		n := max(0, strings.IndexAny(after, " \t\n\r\f>"))
		tags[strings.TrimPrefix(after[:n], "/")] = true
		for rest = after[n:]; ; {
			rest = strings.TrimLeft(rest, space+"/")
			if rest == "" || rest[0] == '>' {
				break
			}
			n := strings.IndexAny(rest[1:], ends) + 1
			if n == 0 {
				return tags, attributes // the page ends within a tag
			}
			attributes[rest[:n]] = true
			if rest = strings.TrimLeft(rest[n:], space); !strings.HasPrefix(rest, "=") {
				continue
			}
			rest = strings.TrimLeft(rest[1:], space)
			if quote := rest[:1]; quote == `"` || quote == "'" {
				_, rest, _ = strings.Cut(rest[1:], quote)
			} else {
				rest = rest[max(0, strings.IndexAny(rest, space+">")):]
			}
		}
	}
}

// bodyOf is the page without the text of its own style sheet and script.
func bodyOf(page string) string {
	for _, name := range []string{"style", "script"} {
		before, rest, _ := strings.Cut(page, "<"+name+">")
		_, after, _ := strings.Cut(rest, "</"+name+">")
		page = before + after
	}
	return page
}

func TestHTMLPolicyAllowsItsOwnTextAlone(t *testing.T) {
	page := htmlOf(t, made())
	policy := html.UnescapeString(regexp.MustCompile(`http-equiv="Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(page)[1])
	css := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindStringSubmatch(page)[1]
	js := regexp.MustCompile(`(?s)<script>(.*?)</script>`).FindStringSubmatch(page)[1]
	want := fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'", contentHash([]byte(css)), contentHash([]byte(js)))
	if policy != want {
		t.Errorf("policy\n%s\nwant\n%s", policy, want)
	}
}

func TestHTMLRequestsNothing(t *testing.T) {
	page := htmlOf(t, typical())
	for _, never := range []string{`\bsrc=`, `srcset=`, `@import`, `url\(`, `<link`, `<base`, `<i?frame`, `<img`, `<object`, `<embed`, `http-equiv="refresh"`, `\bping=`,
		`\bfetch\(`, `XMLHttpRequest`, `sendBeacon`, `WebSocket`, `import\(`, `\baction=`, `\bhref="[^#]`, `xlink:`} {
		if m := regexp.MustCompile(never).FindString(page); m != "" {
			t.Errorf("the page has %q", m)
		}
	}
	for _, never := range []string{`\sstyle="`, `\son[a-z]+="`} { // the policy would stop them, and log an error
		if m := regexp.MustCompile(never).FindString(bodyOf(page)); m != "" {
			t.Errorf("the page has %q", m)
		}
	}
}

func TestHTMLSameRunSameBytes(t *testing.T) {
	first := htmlOf(t, typical())
	for i := range 5 {
		r := typical()
		r.Elapsed = time.Duration(i) * time.Second
		if htmlOf(t, r) != first {
			t.Fatal("the same run gave other bytes")
		}
	}
}

func TestHTMLSize(t *testing.T) {
	for _, c := range []struct {
		name string
		run  *lodemark.Run
		most int
		says string
	}{
		{"typical", typical(), 320 << 10, ""},
		{"an example with everything wrong", real(t, "helpdesk-risky"), 450 << 10, ""},
		{"an example with nearly everything right", real(t, "helpdesk-sound"), 450 << 10, ""},
		{"flood", flood(5000), 1500 << 10, "more, in the JSON report"},
	} {
		start := time.Now()
		page := htmlOf(t, c.run)
		t.Logf("%s: %d KB in %v", c.name, len(page)>>10, time.Since(start).Round(time.Millisecond))
		if len(page) > c.most {
			t.Errorf("%s: the page has %d bytes, more than %d", c.name, len(page), c.most)
		}
		if !strings.Contains(page, c.says) {
			t.Errorf("%s: the page does not say %q", c.name, c.says)
		}
	}
}

// flood is a run with n of everything that a target can multiply.
func flood(n int) *lodemark.Run {
	r := typical()
	long := strings.Repeat("long ", 2000)
	for i := range n {
		path := fmt.Sprintf("a/%d/%s", i, "x.yaml")
		r.Findings = append(r.Findings, lodemark.Finding{ID: r.Checks[i%40].ID, Severity: lodemark.Severity(i % 5), Path: path, Line: 1, Message: long, Excerpt: long + "\n" + long, ExcerptLine: 1,
			Fingerprint: fmt.Sprint(i), Clauses: []string{"DEV-1.5"}, Accepted: map[bool]string{true: "d"}[i%9 == 0]})
		r.System.Components = append(r.System.Components, lodemark.Component{Kind: lodemark.Kind(fmt.Sprintf("kind_%d", i%500)), Name: long, Path: path})
		r.Gaps = append(r.Gaps, lodemark.Gap{Path: path, Reason: fmt.Sprintf("reason %d", i%1000)})
		r.Evidence[i%len(r.Evidence)].Examined = append(r.Evidence[i%len(r.Evidence)].Examined, lodemark.Digest{Path: path, SHA256: long})
		r.System.Facts = append(r.System.Facts, lodemark.Fact{Name: path, Reason: long})
		r.System.Skipped[path] = i
		if i < n/10 {
			r.Assessment.Decisions = append(r.Assessment.Decisions, lodemark.DecisionState{Decision: lodemark.Decision{ID: path, Clause: "DEV-1.5", Reason: long}, Standing: lodemark.Expired})
			r.Evidence = append(r.Evidence, lodemark.Evidence{ID: fmt.Sprint("e", i), Check: "x", Reason: long})
		}
	}
	for i := range r.Assessment.Clauses {
		for j := range min(n, 200) {
			r.Assessment.Clauses[i].Missing = append(r.Assessment.Clauses[i].Missing, fmt.Sprint(j))
		}
	}
	return r
}

func TestHTMLOfNothing(t *testing.T) {
	page := htmlOf(t, &lodemark.Run{})
	for _, want := range []string{"unnamed system", "No open finding", "No component was found", "No clause of the guidelines applies"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page of an empty run does not say %q", want)
		}
	}
}

func TestHTMLFiltersCountTheClauses(t *testing.T) {
	r := made()
	for _, f := range htmlFilters(areas(r), newHTMLIndex(r)) {
		sum := 0
		for _, c := range f.Choices {
			sum += c.N
		}
		if all := len(lodemark.Guidelines().Clauses()); f.Key != "severity" && sum != all {
			t.Errorf("the choices of %s count %d of %d clauses", f.Key, sum, all)
		}
	}
}

func TestHTMLCourse(t *testing.T) {
	views := areas(made())
	for _, c := range []htmlCourse{wideCourse(views), tallCourse(views)} {
		if len(c.Zones) != 4 || len(c.Marks) != 17 {
			t.Errorf("%s: %d zones, %d marks", c.ID, len(c.Zones), len(c.Marks))
		}
		if c.Ahead == "" || c.Sailed == "" {
			t.Errorf("%s: a system in deployment has a part behind it and a part ahead", c.ID)
		}
		for _, m := range c.Marks {
			for _, box := range []htmlBox{m.Hit, {m.X - disc, m.Y - disc, 2 * disc, 2 * disc}} {
				if box.X < 0 || box.Y < 0 || box.X+box.Width > c.Width || box.Y+box.Height > c.Height {
					t.Errorf("%s: %s leaves the picture: %+v", c.ID, m.ID, box)
				}
			}
		}
		if !strings.Contains(c.Text, "Secure operation and maintenance: of 4 guidelines, 4 later") {
			t.Errorf("%s is described as %q", c.ID, c.Text)
		}
	}
	strokes := 0
	for _, r := range rings(views) {
		for _, a := range r.Arcs {
			strokes += strings.Count(a.Path, "A")
		}
	}
	if want := len(lodemark.Guidelines().Clauses()); strokes != want {
		t.Errorf("%d strokes on the rings for %d clauses", strokes, want)
	}
	all := made()
	all.System.Declared.Stage = ""
	all.Assessment = lodemark.Assess(lodemark.Input{Catalogue: lodemark.Guidelines(), System: all.System, At: all.At})
	if c := wideCourse(areas(all)); c.Ahead != "" || c.Sailed == "" {
		t.Error("a system in operation has nothing ahead")
	}
}

func TestHTMLWrapsTitles(t *testing.T) {
	for _, c := range []struct {
		title string
		n     int
		want  string
	}{
		{"Secure your supply chain", 21, "Secure your|supply chain"},
		{"Release AI responsibly", 30, "Release AI responsibly"},
		{"Make it easy for users to do the right things", 21, "Make it easy for|users to do the|right things"},
		{"incomprehensibilities", 5, "incomprehensibilities"},
	} {
		if got := strings.Join(wrap(c.title, c.n), "|"); got != c.want {
			t.Errorf("wrap(%q, %d) = %s, want %s", c.title, c.n, got, c.want)
		}
	}
}

func FuzzHTMLText(f *testing.F) {
	f.Add(hostile)
	f.Add(`"><img src=x onerror=alert(1)>`)
	f.Add("{{.}} ${x} \u2028 ]]> <!-- --><svg/onload=1>")
	with := func(text string) *lodemark.Run {
		r := made()
		r.System.Name, r.Target, r.Findings[0].Message, r.Findings[0].Path, r.Findings[0].Excerpt = text, text, text, text, text
		r.Findings[0].Line, r.Gaps[0].Reason, r.System.Components[0].Name = 2, text, text
		return r
	}
	want, wantAttributes := markup(htmlOf(f, with("text")))
	f.Fuzz(func(t *testing.T, text string) {
		if text == "" {
			return // a finding without an excerpt is drawn otherwise
		}
		r := with(text)
		tags, attributes := markup(htmlOf(t, r))
		for _, name := range slices.Sorted(maps.Keys(tags)) {
			if !want[name] {
				t.Errorf("a tag <%s>", name)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(attributes)) {
			if !wantAttributes[name] {
				t.Errorf("an attribute %s", name)
			}
		}
	})
}

func BenchmarkHTML(b *testing.B) {
	r := typical()
	var out bytes.Buffer
	for b.Loop() {
		out.Reset()
		if err := writeHTML(&out, r, Options{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(cmp.Or(float64(out.Len()), 1), "page-bytes")
}

// The inventory shows what a scan saw in a model: the verdict, what there is room for, and the file that says so where it is
// another one.
func TestScanInTheInventory(t *testing.T) {
	fact := func(name, value, place string) lodemark.ModelFact {
		return lodemark.ModelFact{Name: name, Value: value, Origin: lodemark.OriginDeclared, Place: place}
	}
	c := lodemark.Component{Kind: lodemark.KindModel, Path: "m/a.gguf", Format: "gguf"}
	for _, test := range []struct {
		scan *lodemark.ModelScan
		want string
	}{
		{nil, "gguf"},
		{&lodemark.ModelScan{Verdict: "not read"}, "gguf · scanned: not read"},
		{&lodemark.ModelScan{Format: "gguf", Verdict: "clean", Facts: []lodemark.ModelFact{fact("licence", "mit", c.Path), fact("parameters", "64", c.Path), fact("tokens", "3", c.Path),
			fact("licence", "apache-2.0", "m/README.md")}}, "gguf · scanned: clean · parameters 64 · licence mit · licence apache-2.0 (m/README.md)"},
		{&lodemark.ModelScan{Format: "gguf", Verdict: "clean", Facts: []lodemark.ModelFact{fact("licence", "\x1b[2J"+strings.Repeat("x", 300), c.Path)}},
			"gguf · scanned: clean · " + clip(sentence("licence \x1b[2J"+strings.Repeat("x", 300)), 80)},
	} {
		c.Scan = test.scan
		if got := htmlComponentOf(c).Detail; got != test.want || strings.Contains(got, "\x1b") {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
	flood := &lodemark.ModelScan{Verdict: "clean"}
	for range 1000 {
		flood.Facts = append(flood.Facts, fact("licence", "x", "m/README.md"))
	}
	c.Scan = flood
	if got := htmlComponentOf(c).Detail; len(got) > 2000 {
		t.Errorf("%d bytes of facts", len(got))
	}
}
