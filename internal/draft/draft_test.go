package draft

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
)

var day = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// desk is a small system with one thing of each kind.
func desk() Known {
	s := &lodemark.System{Name: "Help desk", Files: []lodemark.File{{Path: "models/intent.safetensors", Size: 10}, {Path: "prompts/system.md", Size: 10}, {Path: "models/large.gguf", Size: 80 << 20}}}
	s.Declared = lodemark.Declaration{Path: "lodemark.yaml", Owner: lodemark.Person{Name: "Product owner", Contact: "owner@example.org"}, Users: []string{"employees", "Employees"},
		DataClasses: []string{"personal", "prompt"}, Endpoints: []lodemark.Endpoint{{Name: "chat", URL: "https://desk.example.org/chat", Exposure: "internal"}}}
	s.Components = []lodemark.Component{
		{Kind: lodemark.KindHostedModel, Name: "Northlight chat-2", Path: "lodemark.yaml", Line: 8, Detail: map[string]string{"provider": "Northlight", "model": "chat-2"}},
		{Kind: lodemark.KindModel, Name: "intent.safetensors", Path: "models/intent.safetensors", Format: "safetensors"},
		{Kind: lodemark.KindModel, Name: "large.gguf", Path: "models/large.gguf", Format: "gguf"},
		{Kind: lodemark.KindModel, Name: "tiny.pkl", Path: "tests/tiny.pkl", Format: "pickle", Test: true},
		{Kind: lodemark.KindDataset, Name: "train.jsonl", Path: "data/train.jsonl", Format: "jsonl"},
		{Kind: lodemark.KindPrompt, Name: "system.md", Path: "prompts/system.md", Format: "text"},
		{Kind: lodemark.KindVectorStore, Name: "knowledge", Path: "compose.yaml", Line: 4, Detail: map[string]string{"technology": "qdrant"}},
		{Kind: lodemark.KindMCPServer, Name: "files", Path: ".mcp.json", Line: 3, Detail: map[string]string{"transport": "stdio"}},
		{Kind: lodemark.KindPackage, Name: "openai", Path: "requirements.txt", Line: 1, Version: "1.51.0"},
		{Kind: lodemark.KindPipeline, Name: "ci.yml", Path: ".github/workflows/ci.yml"},
		{Kind: lodemark.KindCompose, Name: "compose.yaml", Path: "compose.yaml"},
	}
	return Known{System: s, At: day, Authors: 3, Digest: func(p string) (string, error) { return "sha256:" + strings.Repeat("ab", 32), nil }}
}

func write(t *testing.T, k Kind, known Known) string {
	t.Helper()
	text, err := Write(k, known)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Every kind of document can be drafted, no kind is listed twice, and each helps with clauses that exist.
func TestKinds(t *testing.T) {
	names := map[string]bool{}
	for _, k := range Kinds() {
		for _, n := range []string{k.Name, k.also} {
			if n != "" && names[n] {
				t.Errorf("%s is listed twice", n)
			}
			names[n] = true
		}
		if k.File == "" || k.About == "" || len(k.Clauses) == 0 {
			t.Errorf("%s: %+v", k.Name, k)
		}
		for _, c := range k.Clauses {
			if _, ok := lodemark.Guidelines().Clause(c); !ok {
				t.Errorf("%s helps with %s, which does not exist", k.Name, c)
			}
		}
	}
	for _, want := range append(lodemark.DocumentKinds(), "security-txt") {
		if !names[want] {
			t.Errorf("%s cannot be drafted", want)
		}
	}
	if n, m := len(Kinds()), len(lodemark.DocumentKinds()); n != m+1 {
		t.Errorf("%d kinds, and %d kinds of document: one of them is no kind of document", n, m)
	}
	templates, err := fs.Glob(files, "templates/*.md")
	if err != nil || len(templates) != len(Kinds())-2 {
		t.Errorf("%d templates: %v", len(templates), err)
	}
}

func TestNamed(t *testing.T) {
	for name, want := range map[string]string{"incident-plan": "incident-plan", "Decision": "ai-decision", "threats": "threat-model", "security.txt": "security-txt", "security": "security-policy", "": "", "plan": ""} {
		if k, ok := Named(name); k.Name != want || ok != (want != "") {
			t.Errorf("%q is %q, want %q", name, k.Name, want)
		}
	}
}

// What is written where the command writes it is found as a draft of its kind, and as nothing else.
func TestDraftsAreFoundAsDrafts(t *testing.T) {
	for _, known := range []Known{desk(), {System: &lodemark.System{}, At: day}} {
		for _, k := range Kinds() {
			text := write(t, k, known)
			sys := &lodemark.System{Files: []lodemark.File{{Path: k.File, Size: int64(len(text))}}}
			s := &lodemark.Subject{System: sys, At: day, Read: func(string) ([]byte, error) { return []byte(text), nil }}
			if k.Name == "security-txt" {
				if !document.Read(k.File, []byte(text)).Draft {
					t.Errorf("%s is no draft", k.File)
				}
				continue
			}
			f := document.Find(s, k.Name)
			if len(f.Drafts) != 1 || len(f.Documents) != 0 || f.Drafts[0].Path != k.File {
				t.Errorf("%s in %s: %d drafts, %d documents", k.Name, k.File, len(f.Drafts), len(f.Documents))
			}
			for _, other := range lodemark.DocumentKinds() {
				if f := document.Find(s, other); len(f.Documents) > 0 {
					t.Errorf("the draft %s counts as %s", k.File, other)
				}
			}
		}
	}
}

var slotPattern = regexp.MustCompile(`<[^<>\n]+>`)

// Every section leaves something to a person, in slots that count as not filled in; of an unknown system hardly anything else.
func TestSlots(t *testing.T) {
	for _, k := range Kinds() {
		text := write(t, k, desk())
		for _, s := range slotPattern.FindAllString(text, -1) {
			if k.Name != "threat-model" && !strings.HasPrefix(s, document.SlotMark) {
				t.Errorf("%s: %s is no slot of ours", k.Name, s)
			}
		}
		if strings.Contains(text, "<no value>") || strings.Contains(text, "{{") || strings.Contains(text, "\n\n\n") || !strings.HasSuffix(text, "\n") {
			t.Errorf("%s is not well made:\n%s", k.Name, text)
		}
		for _, slot := range slotPattern.FindAllString(text, -1) {
			if utf8.RuneCountInString(slot) > 180 {
				t.Errorf("%s: the slot %s is too long to count as one", k.Name, slot)
			}
		}
		d := document.Read(k.File, []byte(text))
		if d.Format != document.Markdown {
			continue
		}
		for _, s := range d.Sections[1:] { // below the title
			listing := strings.HasPrefix(s.Heading, "Models that are called")
			if strings.TrimSpace(s.Text) != "" && !listing && !slotPattern.MatchString(s.Text) {
				t.Errorf("%s: %q leaves nothing to a person", k.Name, s.Heading)
			}
		}
		for _, table := range d.Tables() {
			for _, row := range table.Rows {
				if len(row.Cells) != len(table.Header) {
					t.Errorf("%s:%d has %d cells under %d headings: %q", k.Name, row.Line, len(row.Cells), len(table.Header), row.Cells)
				}
			}
		}
	}
}

// What is known stands in the drafts that need it, and what is not the system's own stands in none.
func TestFilledIn(t *testing.T) {
	sum := strings.Repeat("ab", 32)
	for kind, want := range map[string][]string{
		"incident-plan":       {"# Incident plan of Help desk\n", "Owner: Product owner | `owner@example.org`", "Accountable leader: <fill in: name or role>", "| Model intent.safetensors | `models/intent.safetensors` |", "| Tool server files | `.mcp.json:3` |"},
		"model-card":          {"| `models/intent.safetensors` | safetensors | abababababab… |", "| `models/large.gguf` | gguf | <fill in: 12 digits> |"},
		"asset-register":      {"| `models/intent.safetensors` | " + sum + " |", "| knowledge | Vector store | `compose.yaml:4` | no file of its own |"},
		"evaluation-report":   {"| Hosted model Northlight chat-2 | `lodemark.yaml:8` | <fill in: dated version> |", "| Prompt system.md | `prompts/system.md` | " + sum + " |"},
		"provider-review":     {"## Northlight\n"},
		"supply-chain-policy": {"| Package openai | `requirements.txt:1` |", "| Hosted model Northlight chat-2 | `lodemark.yaml:8` | Northlight |"},
		"training-record":     {"names 3 contributors"},
		"access-matrix":       {"| Pipeline ci.yml | `.github/workflows/ci.yml` |"},
		"environments":        {"- `compose.yaml` (compose file): <fill in: which environment>"},
		"threat-model": {"# lodemark: draft of 2026-11-01", "  - {id: employees-2, kind: end_user}", `{id: chat-2, kind: "<fill in: hosted_model_api, embedding_model or guard_model>", name: "chat-2", provider: "Northlight"}`,
			`path: "<models/intent.safetensors>"`, "{from: app, to: files, carries: [model_output]}", "threats: []"},
		"security-txt": {"# Expires: 2027-10-01T00:00:00Z", "# Contact: mailto:<fill in: address"},
	} {
		k, _ := Named(kind)
		text := write(t, k, desk())
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s lacks %q:\n%s", kind, w, text)
			}
		}
		if strings.Contains(text, "tiny.pkl") {
			t.Errorf("%s names what stands in tests", kind)
		}
	}
}

// Same system, same day, same bytes; another day changes the mark alone, and the end of security.txt.
func TestDeterminism(t *testing.T) {
	later := desk()
	later.At = day.AddDate(0, 0, 1)
	for _, k := range Kinds() {
		first, again, other := write(t, k, desk()), write(t, k, desk()), write(t, k, later)
		if first != again {
			t.Errorf("%s differs from one time to the next", k.Name)
		}
		same := strings.NewReplacer("2026-11-02", "2026-11-01", "2027-10-02", "2027-10-01").Replace(other)
		if first == other || first != same {
			t.Errorf("%s: another day changes more than the mark", k.Name)
		}
	}
}

// The threat model decodes, its ids are unique, and its flows join components that are there.
func TestThreatModelHoldsTogether(t *testing.T) {
	k, _ := Named("threats")
	for _, known := range []Known{desk(), hostile("a: b"), {System: &lodemark.System{}, At: day}} {
		var m struct {
			Status     string
			Components []struct{ ID, Kind, Name, Path string }
			Flows      []struct{ From, To string }
			Threats    []any
		}
		text := write(t, k, known)
		if err := yaml.Unmarshal([]byte(text), &m); err != nil {
			t.Fatalf("%v:\n%s", err, text)
		}
		ids := map[string]bool{}
		for _, c := range m.Components {
			if c.ID == "" || c.Kind == "" || ids[c.ID] {
				t.Errorf("component %+v", c)
			}
			ids[c.ID] = true
		}
		for _, f := range m.Flows {
			if !ids[f.From] || !ids[f.To] {
				t.Errorf("flow %+v", f)
			}
		}
		if m.Status != "draft" || len(m.Threats) != 0 || len(m.Flows) == 0 {
			t.Errorf("status %q, %d threats, %d flows", m.Status, len(m.Threats), len(m.Flows))
		}
	}
}

// hostile puts a name wherever the target chooses one.
func hostile(name string) Known {
	known := desk()
	s := known.System
	s.Name = name
	d := &s.Declared
	d.Owner, d.Leader = lodemark.Person{Name: name, Contact: name}, lodemark.Person{Name: name, Contact: name}
	d.Users, d.DataClasses, d.Endpoints = []string{name}, []string{name}, []lodemark.Endpoint{{Name: name, URL: name, Exposure: name}}
	for i := range s.Components {
		c := &s.Components[i]
		c.Name, c.Path, c.Format, c.Version = name, name+"/"+name, name, name
		c.Detail = map[string]string{"provider": name, "model": name, "technology": name, "transport": name}
	}
	return known
}

var (
	codeSpan = regexp.MustCompile("`[^`\n]*`")
	linked   = regexp.MustCompile(`\]\(|://|www\.|[^\\]@`)
)

// Whatever the target calls its parts, a draft has the headings and tables of its template, and no text is markup.
func TestHostileNames(t *testing.T) {
	names := []string{"x\n## Verdict\n\nReleased by the owner.\n", "a | b | c", "`code` | `", "<script>alert(1)</script>", "<!-- ", "-->", "[click](https://evil.example.org)", "{{.Name}}", "${x}", "\x1b[31mred", "a\u202eb\u200bc",
		"\"}\n- {id: x, kind: y}", "'", "\\", "\\|", "*bold* _it_ ~~s~~", strings.Repeat("long ", 5000), strings.Repeat("|", 500), "\xff\xfe", "#", "---", "> quote", "| a |", "www.evil.example.org", "@everyone", "&lt;b&gt;", "<a https://evil.example.org WWW.evil.example.org a@evil.example.org", "\u0085x\u2028y"}
	active := regexp.MustCompile(`(?:^|[^\\])<(?:script|/script|!--)|\x1b|\x{202e}|\x{200b}|\x{2028}|\x{85}`)
	for _, name := range names {
		for _, k := range Kinds() {
			text := write(t, k, hostile(name))
			m := active.FindString(text)
			if !strings.HasSuffix(k.File, ".md") { // in quotes or behind "#"
				m = strings.Trim(m, "<!-/script\" ")
			}
			if m != "" || !utf8.ValidString(text) || len(text) > 200_000 {
				t.Errorf("%s with %.40q holds %q (%d bytes)", k.Name, name, m, len(text))
			}
			words := codeSpan.ReplaceAllString(text, "")
			if strings.HasSuffix(k.File, ".md") && linked.MatchString(words) || strings.Contains(text, "\nReleased") {
				t.Errorf("%s with %.40q: a name has left its cell", k.Name, name)
			}
			d, clean := document.Read(k.File, []byte(text)), document.Read(k.File, []byte(write(t, k, hostile("name"))))
			if !d.Draft || len(d.Sections) != len(clean.Sections) {
				t.Errorf("%s with %.40q: %d sections, want %d; draft %v", k.Name, name, len(d.Sections), len(clean.Sections), d.Draft)
			}
			if d.Format != document.Markdown {
				continue
			}
			for i, table := range d.Tables() {
				for _, row := range table.Rows {
					if len(row.Cells) != len(table.Header) {
						t.Errorf("%s with %.40q, table %d: %q", k.Name, name, i, row.Cells)
					}
				}
			}
			if a, b := len(d.Tables()), len(clean.Tables()); a != b {
				t.Errorf("%s with %.40q: %d tables, want %d", k.Name, name, a, b)
			}
		}
	}
}

// A system with thousands of parts gets a draft that a person can read, and no digest of a file that takes long.
func TestManyParts(t *testing.T) {
	known := desk()
	reads := 0
	known.Digest = func(string) (string, error) { reads++; return "", errors.New("not now") }
	for i := range 5000 {
		p := fmt.Sprintf("models/m%04d.safetensors", i)
		known.System.Files = append(known.System.Files, lodemark.File{Path: p, Size: 1 << 20})
		known.System.Components = append(known.System.Components, lodemark.Component{Kind: lodemark.KindModel, Name: p, Path: p})
	}
	k, _ := Named("asset-register")
	if text := write(t, k, known); !strings.Contains(text, "<fill in: 4942 more were found; list them>") || strings.Count(text, "\n") > 120 || reads > rowsMost+20 {
		t.Errorf("%d lines, %d digests", strings.Count(text, "\n"), reads)
	}
	k, _ = Named("threats")
	if text := write(t, k, known); strings.Count(text, "\n") > 300 || !strings.Contains(text, "More of the kind model were found") {
		t.Errorf("%d lines", strings.Count(text, "\n"))
	}
}

func FuzzWrite(f *testing.F) {
	for _, seed := range []string{"help desk", "a|b", "<x>", "`", "\n# H\n", "\"", "\\", "- a", "\u202e"} {
		f.Add(seed)
	}
	kinds := Kinds()
	slices.SortFunc(kinds, func(a, b Kind) int { return strings.Compare(a.Name, b.Name) })
	f.Fuzz(func(t *testing.T, name string) {
		for _, k := range kinds {
			text, err := Write(k, hostile(name))
			if err != nil {
				t.Fatal(err)
			}
			if !utf8.Valid(text) || !document.Read(k.File, text).Draft || bytes.Contains(text, []byte("\x1b")) {
				t.Fatalf("%s with %q", k.Name, name)
			}
			var any yaml.Node
			if k.Name == "threat-model" && yaml.Unmarshal(text, &any) != nil {
				t.Fatalf("threats.yaml with %q is no YAML:\n%s", name, text)
			}
		}
	})
}
