package lodemark

import (
	"bytes"
	"flag"
	"fmt"
	"go/format"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

var update = flag.Bool("update", false, "write catalogue_gen.go anew from guidelines.yaml")

// fileClause and fileCatalogue are guidelines.yaml as it is written; the program itself holds the generated values, so
// that starting it costs no parsing.
type fileClause struct {
	ID, Statement string
	Verify        []VerifyKind
	Machine       MachineLevel
	AppliesWhen   string `yaml:"applies_when"`
	Authority     string
	Evidence      []string
	NotEnough     string `yaml:"not_enough"`
	Crosswalk     map[string][]string
}

type fileCatalogue struct {
	Schema           string
	Source           map[string]string
	GranularityRule  string            `yaml:"granularity_rule"`
	VerifyKinds      map[string]string `yaml:"verify_kinds"`
	VerifyOrder      string            `yaml:"verify_order"`
	MachineLevels    map[string]string `yaml:"machine_levels"`
	Verdicts         []string
	AuthorityValues  map[string]string `yaml:"authority_values"`
	CrosswalkVersion map[string]string `yaml:"crosswalk_versions"`
	LLM2025          map[string]string `yaml:"owasp_llm_2025_to_2026"`
	Foundation       []fileClause
	Areas            []struct {
		ID, Title  string
		Guidelines []struct {
			ID, Title string
			Page      int
			Clauses   []fileClause
		}
	}
}

func readCatalogue(t *testing.T) *Catalogue {
	t.Helper()
	data, err := os.ReadFile("guidelines.yaml")
	if err != nil {
		t.Fatal(err)
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	var f fileCatalogue
	if err := dec.Decode(&f); err != nil {
		t.Fatal(err)
	}
	c := &Catalogue{
		Source:   Source{f.Source["title"], f.Source["published"], f.Source["licence"], f.Source["url"]},
		Editions: f.CrosswalkVersion, LLM2025: f.LLM2025,
	}
	for _, x := range f.Foundation {
		c.Foundation = append(c.Foundation, x.clause())
	}
	for _, a := range f.Areas {
		area := Area{ID: a.ID, Title: a.Title}
		for _, g := range a.Guidelines {
			guideline := Guideline{ID: g.ID, Title: g.Title, Page: g.Page}
			for _, x := range g.Clauses {
				guideline.Clauses = append(guideline.Clauses, x.clause())
			}
			area.Guidelines = append(area.Guidelines, guideline)
		}
		c.Areas = append(c.Areas, area)
	}
	return c
}

func (x fileClause) clause() Clause {
	c := Clause{
		ID: x.ID, Statement: x.Statement, Verify: x.Verify, Machine: x.Machine, AppliesWhen: x.AppliesWhen,
		Implied: x.Authority == "implied", Evidence: x.Evidence, NotEnough: x.NotEnough,
	}
	for _, scheme := range []string{"etsi", "aisvs", "ssdf", "atlas_mitigations", "owasp_llm"} {
		for _, id := range x.Crosswalk[scheme] {
			c.Crosswalk = append(c.Crosswalk, Reference{scheme, id})
		}
	}
	return c
}

// goSource writes the catalogue as a Go value, one clause a paragraph.
func goSource(c *Catalogue) []byte {
	var b bytes.Buffer
	b.WriteString("// Code generated from guidelines.yaml by `go test -run TestCatalogueIsGenerated -update .`; DO NOT EDIT.\n\npackage lodemark\n\n")
	fmt.Fprintf(&b, "var catalogue = Catalogue{\nSource: Source{%q, %q, %q, %q},\n", c.Source.Title, c.Source.Published, c.Source.Licence, c.Source.URL)
	writeMap(&b, "Editions", c.Editions)
	writeMap(&b, "LLM2025", c.LLM2025)
	b.WriteString("Foundation: []Clause{\n")
	writeClauses(&b, c.Foundation)
	b.WriteString("},\nAreas: []Area{\n")
	for _, a := range c.Areas {
		fmt.Fprintf(&b, "{ID: %q, Title: %q, Guidelines: []Guideline{\n", a.ID, a.Title)
		for _, g := range a.Guidelines {
			fmt.Fprintf(&b, "{ID: %q, Title: %q, Page: %d, Clauses: []Clause{\n", g.ID, g.Title, g.Page)
			writeClauses(&b, g.Clauses)
			b.WriteString("}},\n")
		}
		b.WriteString("}},\n")
	}
	b.WriteString("},\n}\n")
	return b.Bytes()
}

func writeMap(b *bytes.Buffer, name string, m map[string]string) {
	fmt.Fprintf(b, "%s: map[string]string{\n", name)
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		fmt.Fprintf(b, "%q: %q,\n", k, m[k])
	}
	b.WriteString("},\n")
}

func writeClauses(b *bytes.Buffer, clauses []Clause) {
	for _, c := range clauses {
		fmt.Fprintf(b, "{\nID: %q,\nStatement: %q,\nVerify: %#v,\nMachine: %q,\n", c.ID, c.Statement, c.Verify, c.Machine)
		if c.AppliesWhen != "" {
			fmt.Fprintf(b, "AppliesWhen: %q,\n", c.AppliesWhen)
		}
		if c.Implied {
			b.WriteString("Implied: true,\n")
		}
		fmt.Fprintf(b, "Evidence: %#v,\n", c.Evidence)
		if c.NotEnough != "" {
			fmt.Fprintf(b, "NotEnough: %q,\n", c.NotEnough)
		}
		b.WriteString("Crosswalk: []Reference{\n")
		for _, r := range c.Crosswalk {
			fmt.Fprintf(b, "{%q, %q},\n", r.Scheme, r.ID)
		}
		b.WriteString("},\n},\n")
	}
}

func TestCatalogueIsGenerated(t *testing.T) {
	src := bytes.ReplaceAll(goSource(readCatalogue(t)), []byte("lodemark.VerifyKind"), []byte("VerifyKind"))
	want, err := format.Source(src)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("catalogue_gen.go", want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("catalogue_gen.go")
	if err != nil || !bytes.Equal(got, want) {
		t.Fatalf("catalogue_gen.go is not what guidelines.yaml gives (%v): run go test -run TestCatalogueIsGenerated -update .", err)
	}
}

func TestCatalogueIsWhole(t *testing.T) {
	c := Guidelines()
	if len(c.Areas) != 4 || len(c.Clauses()) != 144 || len(c.Foundation) != 6 {
		t.Fatalf("%d areas, %d clauses, %d foundation duties; want 4, 144, 6", len(c.Areas), len(c.Clauses()), len(c.Foundation))
	}
	guidelines := 0
	for _, a := range c.Areas {
		for _, g := range a.Guidelines {
			guidelines++
			for i, x := range g.Clauses {
				if want := fmt.Sprintf("%s.%d", g.ID, i+1); x.ID != want || AreaOf(x.ID) != a.ID {
					t.Errorf("clause %s stands where %s of area %s belongs", x.ID, want, a.ID)
				}
				if len(x.Verify) == 0 || len(x.Evidence) == 0 || x.Statement == "" || x.Machine == "" {
					t.Errorf("%s lacks verify kinds, evidence, statement or machine level", x.ID)
				}
			}
		}
	}
	if guidelines != 17 {
		t.Errorf("%d guidelines, want 17", guidelines)
	}
}

// Every reference has the shape of its scheme, and OWASP LLM ids carry the year of their edition.
func TestCrosswalkIDs(t *testing.T) {
	shape := map[string]*regexp.Regexp{
		"etsi":              regexp.MustCompile(`^5\.\d\.\d-\d+(\.\d+)?$`),
		"aisvs":             regexp.MustCompile(`^C\d+\.\d+\.\d+$`),
		"ssdf":              regexp.MustCompile(`^(PO|PS|PW|RV)\.\d\.\d(\.[RCN]\d)?$`),
		"atlas_mitigations": regexp.MustCompile(`^AML\.M\d{4}$`),
		"owasp_llm":         regexp.MustCompile(`^LLM(0[1-9]|10):2026$`),
	}
	seen := map[string]int{}
	c := Guidelines()
	for _, x := range slices.Concat(c.Foundation, c.Clauses()) {
		for _, r := range x.Crosswalk {
			seen[r.Scheme]++
			if re := shape[r.Scheme]; re == nil || !re.MatchString(r.ID) {
				t.Errorf("%s: %s %q has not the shape of its scheme", x.ID, r.Scheme, r.ID)
			}
		}
	}
	for scheme := range shape {
		if seen[scheme] == 0 || strings.TrimSpace(c.Editions[scheme]) == "" {
			t.Errorf("scheme %s: %d references, edition %q", scheme, seen[scheme], c.Editions[scheme])
		}
	}
}
