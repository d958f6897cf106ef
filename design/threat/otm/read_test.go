package otm

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/design/threat"
)

// What is no OTM, or breaks its rules, is told with its line; each is one change of a document that is read.
func TestWhatIsWrong(t *testing.T) {
	good := "otmVersion: 0.2.0\nproject: {name: A, id: a}\ntrustZones:\n- {id: z, name: Z, risk: {trustRating: 1}}\nassets:\n- {id: x, name: X, risk: {confidentiality: 1, integrity: 1, availability: 1}}\ncomponents:\n- {id: b, name: B, type: app, parent: {trustZone: z}}\n- {id: c, name: C, type: app, parent: {component: b}}\ndataflows:\n- {id: f, name: f, source: b, destination: c, assets: [x]}\n"
	if taken, problems := Read("a.otm", []byte(good)); len(problems) > 0 || len(taken.Model.Components) != 2 || len(taken.Model.Flows) != 1 {
		t.Fatalf("%v %+v", problems, taken)
	}
	for _, tt := range []struct{ name, old, now, want string }{
		{"another version", "0.2.0", "1.0.0", `a.otm:1: its version is "1.0.0"`},
		{"an empty version", "0.2.0", `""`, `a.otm:1: its version is ""`},
		{"no version", "otmVersion: 0.2.0", "x: 1", "a.otm:1: there is no otmVersion"},
		{"a project without an id", ", id: a}", "}", "a.otm:2: the project has no id"},
		{"a part without a name", "name: B, ", "", "a.otm:8: a component has no name"},
		{"a part without a type", "name: B, type: app", "name: B", "a.otm:8: a component has no type"},
		{"a part without a parent", ", parent: {trustZone: z}", "", `a.otm:8: the component "B" has no parent`},
		{"two parents", "{trustZone: z}", "{trustZone: z, component: c}", `a.otm:8: the component "B" has no parent: one trustZone or one component`},
		{"a zone that is not there", "trustZone: z}", "trustZone: y}", `a.otm:8: the component "B" lies in the trust zone "y"`},
		{"a part around it that is not there", "component: b}", "component: d}", `a.otm:9: the component "C" lies in the component "d"`},
		{"parts inside each other", "{trustZone: z}", "{component: c}", "goes round in a circle"},
		{"the same id twice", "id: c,", "id: b,", `a.otm:9: the id "b" of a component is taken at line 8`},
		{"a flow into nothing", "destination: c", "destination: d", `a.otm:11: the data flow "f" ends at "d"`},
		{"a flow from nowhere", "source: b, ", "", "a.otm:11: a data flow has no source"},
		{"an asset that is not there", "assets: [x]", "assets: [w]", `a.otm:11: the data flow "f" names the asset "w"`},
		{"a list where a text belongs", "name: B", "name: [B]", "a.otm:8: there is a list: a text is expected"},
		{"a word where a list belongs", "assets: [x]", "assets: x", "a.otm:11: there is the text `x`: a list is expected"},
		{"a word where a truth belongs", "source: b", "bidirectional: perhaps, source: b", "true or false is expected"},
		{"the same key twice", "type: app, parent: {component", "type: app, type: api, parent: {component", "a.otm:9: mapping key \"type\" already defined"},
		{"an alias", "{name: A, id: a}", "&p {name: A, id: a}", "a.otm:2: anchors and aliases"},
		{"two documents", "dataflows:", "---\ndataflows:", "a second document follows"},
		{"a broken file", "components:\n-", "components:\n\t-", "it is no YAML"},
		{"an attribute of ours that makes no sense", "type: app, parent: {trustZone: z}", "type: app, parent: {trustZone: z}, attributes: {lodemark.authn: hope}", `makes no threat model: authn is "hope"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if !strings.Contains(good, tt.old) {
				t.Fatalf("the document has no %q", tt.old)
			}
			taken, problems := Read("a.otm", []byte(strings.Replace(good, tt.old, tt.now, 1)))
			if taken != nil || !strings.Contains(problems.Error(), tt.want) {
				t.Errorf("%v\ninstead of %s", problems, tt.want)
			}
		})
	}
}

// JSON is read as JSON: with tabs, surrogates and escapes that YAML does not take; and it has to be whole.
func TestJSON(t *testing.T) {
	taken, problems := Read("a.json", []byte("{\t\"otmVersion\": \"0.2.0\",\n\t\"project\": {\"name\": \"A \\ud83d\\ude00 \\/\", \"id\": \"a\"}, \"components\": null, \"trustZones\": []}\n"))
	if len(problems) > 0 || taken.Model.System.Name != "A \U0001F600 /" {
		t.Fatalf("%v %+v", problems, taken)
	}
	for text, want := range map[string]string{
		`{"otmVersion": "0.2.0", `:                   "a.json:1: the document ends in the middle",
		`{"otmVersion": "0.2.0"} {}`:                 "a.json:1: something stands behind the document",
		"{\n\"otmVersion\": 0.2.0}":                  "a.json:2: it is no JSON",
		"{\n" + strings.Repeat(`{"a":`, 5) + "}":     "a.json:2: it is no JSON",
		`{"a":` + strings.Repeat(`[`, 100000):        "a.json:1: nested deeper than 40",
		strings.Repeat("[", 100000):                  "nested deeper than 40",
		"{\"otmVersion\": \"\xff\"}":                 "a.json: the file is not UTF-8",
		"":                                           "a.json: the file holds nothing",
		"[]":                                         "a.json:1: a mapping with otmVersion and project is expected",
		`{"a": [` + strings.Repeat("1,", 500_000):    "more than 400000 values",
		"a: [" + strings.Repeat("1,", 500_000):       "could hold 500001 values",
		"{" + strings.Repeat(" ", 8<<20) + "}":       "at most 8388608 are read",
		"a:\n " + strings.Repeat("- ", 1000) + "b\n": "nested deeper than 40",
	} {
		if taken, problems := Read("a.json", []byte(text)); taken != nil || !strings.Contains(problems.Error(), want) {
			t.Errorf("%.40q: %v\ninstead of %s", text, problems, want)
		}
	}
}

// Words of zones, types and assets lead to a boundary, a kind and a class of data, or to none. Each that is none is a loss.
func TestWords(t *testing.T) {
	for words, want := range map[string]string{"Internet": "internet", "third party": "vendor", "Public Cloud": "", "Private Secured": "", "tool-runtime": "tool-runtime", "User Device": "user-device"} {
		if got := boundaryOf(words); got != want {
			t.Errorf("the zone %q is the boundary %q instead of %q", words, got, want)
		}
	}
	for words, want := range map[[2]string]string{{"rds", "Orders"}: "document_store", {"CD-MICROSERVICE", "x"}: "api", {"aws-secrets-manager", "x"}: "secret_store", {"x", "OpenAI"}: "hosted_model_api",
		{"web-client", "x"}: "browser_client", {"mainframe", "Host 7"}: "", {"catalogue", "Log4j"}: "", {"generic-client", "Clients"}: "browser_client"} {
		if got, _ := kindOf(words[0], words[1]); got != want {
			t.Errorf("the type %q is the kind %q instead of %q", words, got, want)
		}
	}
	for _, tt := range []struct {
		asset asset
		want  string
	}{{asset{Name: "Customer PII"}, "personal"}, {asset{Name: "API keys"}, "credential"}, {asset{Name: "Orders"}, ""}, {asset{Name: "Orders", Risk: rating{Confidentiality: 80}}, "confidential"}, {asset{Name: "Monkeys"}, ""}} {
		if got, _ := classOf(tt.asset); got != tt.want {
			t.Errorf("%q is the class %q instead of %q", tt.asset.Name, got, tt.want)
		}
	}
}

// A network that only holds others is no part; one to which data goes is.
func TestNetworks(t *testing.T) {
	text := `otmVersion: 0.2.0
project: {name: A, id: a, attributes: {cmdb: 1, team: x}}
trustZones: [{id: z, name: Internet, risk: {trustRating: 1}}]
components:
- {id: net, name: Net, type: vpc, parent: {trustZone: z}}
- {id: sub, name: Sub, type: empty-component, tags: ["AWS::EC2::Subnet"], parent: {component: net}}
- {id: shop, name: Shop, type: web-application, parent: {component: sub}}
- {id: db, name: Orders, type: rds, parent: {component: shop}}
- {id: lan, name: LAN, type: network, parent: {trustZone: z}}
- {id: pc, name: PC, type: desktop, parent: {component: lan}}
dataflows:
- {id: f, name: f, source: lan, destination: shop}
`
	taken, problems := Read("a.otm", []byte(text))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var got []string
	for _, c := range taken.Model.Components {
		got = append(got, c.ID+" "+c.Attributes["boundary"].Text+" "+strings.Join(c.Contains, ","))
	}
	if want := "shop internet db; db internet ; lan internet pc; pc internet "; strings.Join(got, "; ") != want {
		t.Errorf("%s\ninstead of %s", strings.Join(got, "; "), want)
	}
	said := fmt.Sprint(taken.Losses)
	for _, w := range []string{`line 5: the component "Net" (vpc) is a network around others`, `line 6: the component "Sub"`, "line 2: 2 attributes of the project are left out: cmdb, team"} {
		if !strings.Contains(said, w) {
			t.Errorf("%s lacks %q", said, w)
		}
	}
}

// Text of a document stays text: it neither opens a key of YAML nor ends a comment.
func TestHostileText(t *testing.T) {
	hostile := `x\nflows: [{from: a, to: b}]\n# \u0007\u001b[31m \u2028 - {id: z}: \"'`
	text := fmt.Sprintf(`{"otmVersion": "0.2.0", "project": {"name": "%[1]s", "id": "a", "attributes": {"%[1]s": 1}}, "trustZones": [{"id": "z", "name": "%[1]s", "risk": {"trustRating": 1}}],
"components": [{"id": "%[1]s", "name": "%[1]s", "type": "%[1]s", "parent": {"trustZone": "z"}, "tags": ["%[1]s"], "attributes": {"lodemark.guess": "%[1]s"}}],
"threats": [{"id": "%[1]s", "name": "%[1]s", "risk": {"impact": 1}}]}`, hostile)
	taken, problems := Read("a.otm", []byte(text))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if m := taken.Model; len(m.Components) != 1 || len(m.Flows) != 0 || len(m.Noted) != 1 || strings.ContainsAny(string(taken.Text), "\a\x1b") || strings.Contains(m.Components[0].Name, "\n") {
		t.Errorf("%+v\n%s", m, taken.Text)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("otmVersion: 0.2.0\nproject: {name: A, id: a, attributes: {lodemark.layout: 1}}\ntrustZones:\n- {id: z, name: Z, risk: {trustRating: 1}}\ncomponents:\n- {id: b, name: B, type: app, parent: {trustZone: z}}\n"))
	f.Add([]byte(`{"otmVersion": "0.1.0", "project": {"name": "A", "id": "a"}, "components": [{"id": 1, "name": "B", "type": "rds", "parent": {"component": "1"}}], "dataflows": [{"id": "f", "name": "f", "source": "1", "destination": "1"}]}`))
	f.Add([]byte("{\"otmVersion\": \"0.2.0\", \"project\": []"))
	f.Add([]byte("otmVersion: 0.2.0\nproject: &a {name: *a, id: !!binary x}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		taken, problems := Read("a.otm", data)
		switch {
		case taken == nil && len(problems) == 0:
			t.Error("nothing was read, and nothing is wrong")
		case taken != nil:
			if _, problems := threat.Load("threats.yaml", taken.Text); len(problems) > 0 {
				t.Errorf("the draft cannot be read: %v", problems)
			}
		}
	})
}
