package lodemark

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark/schema"
)

// reading is a reader of one of our own files, without what it gives.
type reading func(path string, data []byte) error

func readDeclaration(path string, data []byte) error {
	_, err := ParseDeclaration(path, data)
	return err
}

// testdata/declaration.txtar is the manual of lodemark.yaml: what is accepted, and what is said about what is not.
func TestDeclarationCorpus(t *testing.T) {
	testCorpus(t, "testdata/declaration.txtar", "lodemark.yaml", "lodemark", readDeclaration)
}

// testCorpus tries the reader and the published schema on every file of an archive. They must agree, except on the files
// under reader-only, of which the schema cannot see what is wrong.
func testCorpus(t *testing.T, archive, name, schemaName string, read reading) {
	a, err := txtar.ParseFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	accepts := compile(t, schemaName)
	count := map[string]int{}
	for i, f := range a.Files {
		folder := path.Dir(f.Name)
		if path.Ext(f.Name) != ".yaml" {
			continue
		}
		count[folder]++
		t.Run(strings.TrimSuffix(f.Name, ".yaml"), func(t *testing.T) {
			err, refusal := read(name, f.Data), accepts(f.Data)
			if (refusal == nil) != (folder != "bad") {
				t.Errorf("the schema gives %v", refusal)
			}
			if folder == "good" {
				if err != nil {
					t.Errorf("the reader gives %v", err)
				}
				return
			}
			if err == nil {
				t.Fatal("the reader finds nothing wrong")
			}
			checkShape(t, name, err)
			want := &a.Files[i+1]
			if got := err.Error() + "\n"; *update {
				want.Data = []byte(got)
			} else if got != string(want.Data) {
				t.Errorf("the reader says\n%swant\n%s", got, want.Data)
			}
		})
	}
	if count["good"] < 5 || count["bad"] < 25 || count["reader-only"] < 5 {
		t.Errorf("the archive has shrunk: %v", count)
	}
	if *update {
		if err := os.WriteFile(archive, txtar.Format(a), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// checkShape holds an error to the contract: *FileError values, joined, in the order of their lines, of bounded number and length.
func checkShape(t *testing.T, name string, err error) {
	t.Helper()
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatalf("%T is no joined error", err)
	}
	last := 0
	for _, e := range joined.Unwrap() {
		var fe *FileError
		switch {
		case !errors.As(e, &fe) || fe.Path != name:
			t.Errorf("%v is no *FileError about %s", e, name)
		case fe.Line < last:
			t.Errorf("%v comes after line %d", e, last)
		case strings.ContainsAny(fe.Message, "\n\r\x00\x1b") || !utf8.ValidString(fe.Message) || len(fe.Message) > 900:
			t.Errorf("%q cannot be printed", fe.Message)
		default:
			last = fe.Line
		}
	}
	if n := len(joined.Unwrap()); n > problemLimit+1 {
		t.Errorf("%d errors; at most %d and one line for the rest", n, problemLimit)
	}
}

// compile gives a function that holds a YAML file to a published schema, formats included.
func compile(t testing.TB, name string) func(data []byte) error {
	t.Helper()
	text, err := schema.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(name, doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return func(data []byte) error {
		var n yaml.Node
		if err := yaml.Unmarshal(data, &n); err != nil {
			return err
		}
		v, err := jsonValue(&n)
		if err != nil {
			return err
		}
		return compiled.Validate(v)
	}
}

// jsonValue is a YAML value as an editor hands it to a schema: dates are text there, aliases are what they stand for.
func jsonValue(n *yaml.Node) (any, error) {
	switch n.Kind {
	case yaml.DocumentNode:
		return jsonValue(n.Content[0])
	case yaml.AliasNode:
		return jsonValue(n.Alias)
	case yaml.SequenceNode:
		list := []any{}
		for _, c := range n.Content {
			v, err := jsonValue(c)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	case yaml.MappingNode:
		object := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if _, twice := object[key.Value]; twice || key.Kind != yaml.ScalarNode {
				return nil, fmt.Errorf("line %d: no key of JSON", key.Line)
			}
			v, err := jsonValue(n.Content[i+1])
			if err != nil {
				return nil, err
			}
			object[key.Value] = v
		}
		return object, nil
	}
	if n.ShortTag() == "!!timestamp" || strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!") {
		return n.Value, nil
	}
	var v any
	err := n.Decode(&v)
	return v, err
}

// What was declared comes back whole, and Lines leads back to where it stands.
func TestParseDeclaration(t *testing.T) {
	d, err := ParseDeclaration("lodemark.yaml", []byte(`schema: lodemark/1
name: "  Help   desk "
owner: {name: Head of support, contact: support-lead@example.org}
accountable_leader:
  name: Chief operating officer
criticality: high
stage: deploy
users: [employees, "<others>", customers]
data_classes: [personal]
hosted_models:
  - {provider: "<provider>", model: "<model>"}
  - {provider: openai, model: gpt-4o, version: 2024-08-06, purpose: answers}
endpoints:
  - {name: chat, url: "https://ask.example.org", exposure: internet}
documents:
  threat-model: threats.yaml
  incident-plan: {address: "https://wiki.example.org/plan", date: 2026-01-31}
  model-card: TODO
facts:
  agentic: {answer: no, reason: it drafts and a person sends}
  offers_api: {answer: "<yes or no>", reason: "<why>"}
`))
	if err != nil {
		t.Fatal(err)
	}
	lines := d.Lines
	d.Lines = nil
	want := Declaration{
		Path: "lodemark.yaml", Name: "Help desk", Owner: Person{"Head of support", "support-lead@example.org"},
		Leader: Person{Name: "Chief operating officer"}, Criticality: CriticalityHigh, Stage: StageDeploy,
		Users: []string{"employees", "customers"}, DataClasses: []string{"personal"},
		Models:    []HostedModel{{"openai", "gpt-4o", "2024-08-06", "answers"}},
		Endpoints: []Endpoint{{"chat", "https://ask.example.org", "internet"}},
		Documents: map[string]DocumentPointer{
			"threat-model":  {Path: "threats.yaml"},
			"incident-plan": {Address: "https://wiki.example.org/plan", Date: "2026-01-31"},
		},
		Facts: map[string]DeclaredFact{"agentic": {No, "it drafts and a person sends"}},
		Unfilled: []string{"users.1", "hosted_models.0.provider", "hosted_models.0.model", "documents.model-card",
			"facts.offers_api.answer", "facts.offers_api.reason"},
	}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for key, line := range map[string]int{
		"name": 2, "owner": 3, "accountable_leader.name": 5, "users.1": 8, "hosted_models": 10, "hosted_models.0": 12,
		"hosted_models.0.version": 12, "endpoints.0": 14, "documents.incident-plan": 17, "facts.agentic": 20,
	} {
		if lines[key] != line {
			t.Errorf("Lines[%q] = %d, want %d", key, lines[key], line)
		}
	}
}

// One slip loses nothing else.
func TestBrokenDeclarationKeepsTheRest(t *testing.T) {
	d, err := ParseDeclaration("lodemark.yaml", []byte("schema: lodemark/1\nname: Help desk\nstage: soon\nowner: {name: Head of support, phone: 1}\n"+
		"users: [employees, 7, customers]\ncolour: red\ncriticality: low\n"))
	want := "lodemark.yaml:3: stage \"soon\" is not design, develop, deploy or operate\n" +
		"lodemark.yaml:4: unknown key \"phone\" in owner\n" +
		"lodemark.yaml:5: users.1 is a number here; put it in quotes to make it text: \"7\"\n" +
		"lodemark.yaml:6: unknown key \"colour\""
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if d.Name != "Help desk" || d.Owner.Name != "Head of support" || len(d.Users) != 2 || d.Criticality != CriticalityLow || d.Stage != "" {
		t.Errorf("read %+v", d)
	}
}

// Bytes that no editor writes, and files made to cost the reader dear, end in an error soon and with little memory.
func TestHostileFiles(t *testing.T) {
	const mega = 1 << 20
	fill := func(head, body, tail string, most int) string {
		return head + strings.Repeat(body, (most-len(head)-len(tail))/len(body)) + tail
	}
	for _, x := range []struct{ name, text, want string }{
		{"nothing", "", ":1: the file holds nothing"},
		{"only a comment", "# soon\n", ":1: the file holds nothing"},
		{"too large", strings.Repeat("#", mega+1), ": the file has 1048577 bytes; at most 1048576 are read"},
		{"not UTF-8", "schema: lodemark/1\nname: a\xffb\n", ":2: the line is not UTF-8 text"},
		{"UTF-16", "\xff\xfes\x00c\x00", ":1: the line is not UTF-8 text"},
		{"control character", "schema: lodemark/1\nname: a\x1bb\n", ":2: the line holds the control character U+001B"},
		{"nought byte", "schema: lodemark/1\nname: \"a\x00b\"\n", ":2: the line holds the control character U+0000"},
		{"carriage returns", "schema: lodemark/1\rname: 7\r", ":2: name is a number here"},
		{"deep brackets", "name: " + strings.Repeat("[", 50_000), ":1: not YAML: exceeded max depth of 10000"},
		{"deep braces", "name: " + strings.Repeat("{", 50_000), ":1: not YAML: exceeded max depth of 10000"},
		{"deep dashes", strings.Repeat("- ", 50_000), ":1: not YAML: exceeded max depth of 10000"},
		{"deep and closed", "name: " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000), ":1: nested deeper than 16 levels"},
		{"brackets without end", fill("", "[", "", mega), ": the file holds about 1048576 values; at most 100000 are read"},
		{"empty lines without end", fill("", "a:\n", "", mega), ": the file holds about 699050 values"},
		{"unknown keys", fill("", "a: 1\n", "", 240_000), ":1: unknown key \"a\""},
		{"one long line", fill("schema: lodemark/1\nname: ", "a", "", mega), ":2: name has 1048551 characters; at most 500 are read"},
		{"one long key", fill("", "a", ": 1", mega), ":1: not YAML: mapping values are not allowed"},
		{"one long quoted text", fill("\"", "\\n", "\"", mega), ":1: the file is text"},
		{"alias bomb", aliasBomb(), ":2: anchor \"&a\"; aliases and anchors are not used here"},
		{"alias of itself", "schema: lodemark/1\nname: &a [*a]\n", ":2: anchor \"&a\"; aliases and anchors are not used here"},
		{"anchors", fill("[", "&a b,", "]", 240_000), ":1: anchor \"&a\""},
		{"merge of aliases", "schema: lodemark/1\nowner: &o {name: x}\naccountable_leader: {<<: *o}\n", ":3: merge key <<"},
		{"binary tag on a key", "schema: lodemark/1\n!!binary bmFtZQ==: x\n", ":2: tag \"!!binary\""},
		{"integer of 100,000 digits", "schema: lodemark/1\nname: " + strings.Repeat("9", 100_000), ":2: name has 100000 characters"},
		{"second document broken", "schema: lodemark/1\n---\n[\n", "not YAML"},
		{"direction marks in a key", "schema: lodemark/1\n\"na\u202eme\": x\n", `:2: unknown key "na\u202eme"`},
	} {
		t.Run(x.name, func(t *testing.T) {
			begin := time.Now()
			_, err := ParseDeclaration("lodemark.yaml", []byte(x.text))
			if err == nil || !strings.Contains(err.Error(), x.want) {
				t.Fatalf("got\n%.2000v\nwant %s", err, x.want)
			}
			checkShape(t, "lodemark.yaml", err)
			if took := time.Since(begin); took > 60*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// aliasBomb is ten lists of ten aliases each; expanded it would have ten thousand million entries.
func aliasBomb() string {
	b := "schema: lodemark/1\na: &a [x, x]\n"
	for c := 'b'; c < 'l'; c++ {
		b += fmt.Sprintf("%c: &%c [%s]\n", c, c, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%c, ", c-1), 10), ", "))
	}
	return b
}

// A mark at the beginning and the line ends of Windows are an editor's doing.
func TestFilesFromWindows(t *testing.T) {
	d, err := ParseDeclaration("lodemark.yaml", []byte("\ufeffschema: lodemark/1\r\nname: helpdesk\r\nusers:\r\n  - employees\r\n"))
	if err != nil || d.Name != "helpdesk" || len(d.Users) != 1 || d.Lines["users"] != 3 {
		t.Errorf("read %+v, %v", d, err)
	}
}

// Whoever leaves a placeholder standing has not answered; whoever has a like name has.
func TestPlaceholders(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, "  ": true, "TODO": true, "todo": true, "TODO: name the owner": true, "TBD (ask)": true, "FIXME!": true, "xxx": true, "change me": true,
		"CHANGE_ME": true, "changeme": true, "Replace-me": true, "fill in": true, "Fill me in": true, "<name>": true, "<your name here>": true, "[name]": true,
		"{{ owner }}": true, "${OWNER}": true, "...": true, "…": true, "???": true, "--": true, "___": true, "to be defined": true, "Lorem ipsum dolor": true,
		"Todor": false, "todo-assistant": false, "TODOIST": false, "xx": false, "Change management": false, "<a@example.org>": false, "A <b>": false, "n/a": false,
		"[a](b)": false, "no": false, "none": false, "Tba Tours": false, "<https://example.org>": false,
	} {
		if got := placeholderPattern.MatchString(text); got != want {
			t.Errorf("placeholder %q: %v, want %v", text, got, want)
		}
	}
}

// Names that look alike have to be alike; the scripts and emoji that need joiners may have them.
func TestHiddenCharacters(t *testing.T) {
	for text, want := range map[string]bool{
		"Ann Example": false, "José": false, "علی\u200cرضا": false, "क्\u200dष": false, "❤\ufe0f": false, "👩\u200d💻": false, "李雷": false,
		"Ann\u200b": true, "Ann\u200c Example": true, "A\u200dnn": true, "Ann\ufeff": true, "\u202eAnn": true, "Ann\u2066": true, "Ann\u00ad": true,
		"Ann\u034f": true, "\u3164": true, "Ann\ufe0f": true, "a\x00": true, "\ue000": true, "Ann\U000e0041": true,
	} {
		if _, got := hidden(text); got != want {
			t.Errorf("hidden(%q) = %v, want %v", text, got, want)
		}
	}
}

func TestSuggestions(t *testing.T) {
	s := &sheet{}
	for _, x := range [][2]string{
		{"ownr", "owner"}, {"Owner", "owner"}, {"data-classes", "data_classes"}, {"hosted models", "hosted_models"}, {"endpoint", "endpoints"},
		{"zebra", ""}, {"x", ""}, {"", ""}, {strings.Repeat("owner", 100), ""},
	} {
		want := ""
		if x[1] != "" {
			want = fmt.Sprintf("; did you mean %q?", x[1])
		}
		if got := s.suggest(x[0], keysOf("declaration")); got != want {
			t.Errorf("suggest(%.20q) = %q, want %q", x[0], got, want)
		}
	}
}

func FuzzParseDeclaration(f *testing.F) {
	seed(f, "testdata/declaration.txtar")
	f.Add([]byte(aliasBomb()))
	f.Add([]byte("schema: lodemark/1\nname: \"\\u2028\"\nusers: [" + strings.Repeat("[", 100)))
	accepts := compile(f, "lodemark")
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := ParseDeclaration("lodemark.yaml", data)
		if err != nil {
			checkShape(t, "lodemark.yaml", err)
		} else if refusal := accepts(data); refusal != nil {
			t.Errorf("the reader accepts what the schema refuses: %v", refusal)
		}
		again, _ := ParseDeclaration("lodemark.yaml", data)
		if !reflect.DeepEqual(d, again) {
			t.Errorf("read twice, it differs: %v", cmp.Diff(d, again))
		}
		for _, p := range []string{d.Name, d.Owner.Name, d.Owner.Contact, d.Leader.Name} {
			if _, bad := hidden(p); bad || placeholderPattern.MatchString(p) && p != "" || utf8.RuneCountInString(p) > lineLimit {
				t.Errorf("%q was let through", p)
			}
		}
		for kind, p := range d.Documents {
			if p.Path != "" && (notInTreePattern.MatchString(p.Path) || strings.Contains(p.Path, "..") && path.Clean(p.Path) != p.Path) {
				t.Errorf("%s: %q was let through", kind, p.Path)
			}
		}
		for name, fact := range d.Facts {
			if fact.Answer == Unknown || fact.Reason == "" {
				t.Errorf("fact %s: %+v was let through", name, fact)
			}
		}
	})
}

func seed(f *testing.F, archive string) {
	a, err := txtar.ParseFile(archive)
	if err != nil {
		f.Fatal(err)
	}
	for _, x := range a.Files {
		if path.Ext(x.Name) == ".yaml" {
			f.Add(x.Data)
		}
	}
}

// Of more problems than are kept the same ones are told each time.
func TestManyProblemsInOrder(t *testing.T) {
	var text strings.Builder
	text.WriteString("schema: lodemark/1\ndocuments:\n")
	for _, kind := range []string{"lessons-learned", "threat-model", "changelog"} {
		fmt.Fprintf(&text, "  %s:\n    path: x.md\n", kind)
		for i := range 1500 {
			fmt.Fprintf(&text, "    key%d: x\n", i)
		}
	}
	_, first := ParseDeclaration("lodemark.yaml", []byte(text.String()))
	for range 30 {
		if _, err := ParseDeclaration("lodemark.yaml", []byte(text.String())); first == nil || err.Error() != first.Error() {
			t.Fatalf("%v\nthen\n%v", first, err)
		}
	}
}
