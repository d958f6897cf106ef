package oscal

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/report/madeup"
)

// What NIST states beside its schemas: identifiers are unique, and whatever refers leads somewhere in the same document.
func TestReferencesLeadSomewhere(t *testing.T) {
	for name, text := range map[string][]byte{"results": written(t, WriteResults, madeup.Run()), "plan": written(t, WritePlan, madeup.Run()), "empty": written(t, WriteResults, madeup.Empty()),
		"catalogue": written(t, writeCatalogue, madeup.Run())} {
		var doc any
		if err := json.Unmarshal(text, &doc); err != nil {
			t.Fatal(err)
		}
		s := survey{uuids: map[string]string{}, ids: map[string]int{}, roles: map[string]bool{}}
		s.walk("", doc)
		for id, n := range s.ids {
			if n > 1 {
				t.Errorf("%s: %d bear the id %q", name, n, id)
			}
		}
		s.problems = append(s.problems, s.dangling()...)
		for _, p := range s.problems {
			t.Errorf("%s: %s", name, p)
		}
		if len(s.uuids) == 0 {
			t.Errorf("%s: no identifier seen", name)
		}
	}
}

// More of what NIST states beside its schemas: every activity says by which method, properties without a namespace of their own
// are those that NIST knows, and none of the document's own stands twice.
func TestPropertiesAreThoseOfNISTOrOurs(t *testing.T) {
	known := map[string][]string{"activities": {"method"}, "remediations": {"type"}, "groups": {"label"}, "controls": {"label"}}
	for name, text := range map[string][]byte{"results": written(t, WriteResults, madeup.Run()), "plan": written(t, WritePlan, madeup.Run()), "catalogue": written(t, writeCatalogue, madeup.Run())} {
		var doc any
		if err := json.Unmarshal(text, &doc); err != nil {
			t.Fatal(err)
		}
		methods := 0
		var walk func(under string, v any)
		walk = func(under string, v any) {
			list, _ := v.([]any)
			for _, x := range list {
				walk(under, x)
			}
			object, _ := v.(map[string]any)
			props, _ := object["props"].([]any)
			seen := map[string]bool{}
			for _, p := range props {
				x := p.(map[string]any)
				named, ns, value := x["name"].(string), "", x["value"].(string)
				if x["ns"] != nil {
					ns = x["ns"].(string)
				}
				if under == "metadata" && seen[named+value] {
					t.Errorf("%s: the property %s stands twice", name, named)
				}
				seen[named+value] = true
				if ns == "" && !slices.Contains(known[under], named) || ns != "" && ns != space && ns != rmf {
					t.Errorf("%s: the property %q of %s in the namespace %q", name, named, under, ns)
				}
				if under == "activities" && named == "method" {
					methods++
				}
			}
			for k, x := range object {
				walk(k, x)
			}
		}
		walk("", doc)
		if r := madeup.Run(); name == "results" && methods != len(r.Checks)+len(r.Recorded) {
			t.Errorf("%d activities say by which method", methods)
		}
	}
}

// survey collects identifiers and references of a document.
type survey struct {
	uuids      map[string]string // UUID to the kind of list that holds it
	ids        map[string]int
	roles      map[string]bool
	references [][2]string // member name, value
	problems   []string
}

func (s *survey) walk(under string, v any) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			s.walk(under, x)
		}
	case map[string]any:
		for k, x := range v {
			text, _ := x.(string)
			switch {
			case k == "uuid":
				if _, taken := s.uuids[text]; taken {
					s.problems = append(s.problems, "two bear the UUID "+text)
				}
				s.uuids[text] = under
			case k == "id" && under != "threat-ids" && under != "system-id":
				s.ids[text]++
				s.roles[text] = under == "roles" || s.roles[text]
			case strings.HasSuffix(k, "-uuid") || k == "role-id":
				s.references = append(s.references, [2]string{k, text})
			case k == "href" && strings.HasPrefix(text, "#"):
				s.references = append(s.references, [2]string{k, text[1:]})
			case k == "party-uuids":
				for _, one := range x.([]any) {
					s.references = append(s.references, [2]string{"party-uuid", one.(string)})
				}
			}
			s.walk(k, x)
		}
	}
}

func (s *survey) dangling() []string {
	lists := map[string][]string{"party-uuid": {"parties"}, "observation-uuid": {"observations"}, "risk-uuid": {"risks"}, "finding-uuid": {"findings"}, "component-uuid": {"components"},
		"actor-uuid": {"components", "parties"}, "href": {"resources"}}
	var out []string
	for _, r := range s.references {
		if r[0] == "role-id" {
			if !s.roles[r[1]] {
				out = append(out, "no role is called "+r[1])
			}
			continue
		}
		if want, known := lists[r[0]]; !known || !slices.Contains(want, s.uuids[r[1]]) {
			out = append(out, fmt.Sprintf("%s %s leads to %q", r[0], r[1], s.uuids[r[1]]))
		}
	}
	return out
}

// Every property that is written is explained.
func TestPropertiesAreDocumented(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "EXPORTS.md"))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, text := range [][]byte{written(t, WriteResults, madeup.Run()), written(t, WritePlan, madeup.Run()), written(t, writeCatalogue, madeup.Run())} {
		var all any
		if err := json.Unmarshal(text, &all); err != nil {
			t.Fatal(err)
		}
		var walk func(v any)
		walk = func(v any) {
			switch v := v.(type) {
			case []any:
				for _, x := range v {
					walk(x)
				}
			case map[string]any:
				if v["ns"] == space && v["value"] != nil {
					seen[v["name"].(string)] = true
				}
				for _, x := range v {
					walk(x)
				}
			}
		}
		walk(all)
	}
	if len(seen) < 40 {
		t.Fatalf("only %d names of properties seen", len(seen))
	}
	for name := range seen {
		if !strings.Contains(string(doc), "`"+name+"`") {
			t.Errorf("docs/EXPORTS.md does not explain %s", name)
		}
	}
}
