package report

import (
	"slices"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
)

// The table holds what the sources agree on: 50 elements in seven clusters.
func TestElementsAreThoseOfThePaper(t *testing.T) {
	n, ids := map[string]int{}, map[string]bool{}
	for _, e := range bomElements {
		n[e.Cluster]++
		if ids[e.ID] || e.Name == "" || e.Asks == "" || e.Read == nil {
			t.Errorf("%s: twice, or not told", e.ID)
		}
		ids[e.ID] = true
	}
	for cluster, want := range map[string]int{clusterMetadata: 10, clusterSystem: 9, clusterModels: 13, clusterDatasets: 10, clusterInfra: 2, clusterSecurity: 4, clusterKPI: 2} {
		if n[cluster] != want {
			t.Errorf("%s has %d elements, want %d", cluster, n[cluster], want)
		}
	}
	if len(ids) != 50 {
		t.Errorf("%d elements", len(ids))
	}
}

// Whatever is missing can be added somewhere, and what does not apply says why.
func TestElementsSayWhatToDo(t *testing.T) {
	for _, b := range []*BOM{{Run: &lodemark.Run{System: &lodemark.System{}}}, madeBOM()} {
		for _, r := range elementsOf(b) {
			if r.State == elementMissing && r.todo() == "" && r.ID != "SLP-02" && r.ID != "MD-06" {
				t.Errorf("%s is missing, and nothing says where to add it", r.ID)
			}
			if r.State == elementNA && r.Where == "" {
				t.Errorf("%s does not apply, and nothing says why", r.ID)
			}
			if r.State == elementPresent && (r.todo() != "" || r.Where == "") {
				t.Errorf("%s is present: %+v", r.ID, r.reading)
			}
		}
	}
}

// How elements come to be present: what is there before, and what a change makes of it.
func TestElementStates(t *testing.T) {
	state := func(change func(*BOM), id string) elementState {
		b := &BOM{Run: &lodemark.Run{Tool: lodemark.Tool{Name: "lodemark", Version: "devel"}, System: &lodemark.System{Name: "x", Declared: lodemark.Declaration{Path: "lodemark.yaml"}}}}
		if change != nil {
			change(b)
		}
		rows := elementsOf(b)
		return rows[slices.IndexFunc(rows, func(r elementRow) bool { return r.ID == id })].State
	}
	part := func(kind lodemark.Kind, name, path string, line int, more ...func(*lodemark.Component)) func(*BOM) {
		return func(b *BOM) {
			c := lodemark.Component{Kind: kind, Name: name, Path: path, Line: line, Origin: lodemark.OriginInferred, Detail: map[string]string{}}
			for _, f := range more {
				f(&c)
			}
			b.Run.System.Components = append(b.Run.System.Components, c)
		}
	}
	document := func(kind string) func(*BOM) {
		return func(b *BOM) {
			b.Run.System.Declared.Documents = map[string]lodemark.DocumentPointer{kind: {Path: "docs/x.md"}}
		}
	}
	both := func(changes ...func(*BOM)) func(*BOM) {
		return func(b *BOM) {
			for _, c := range changes {
				c(b)
			}
		}
	}
	digest := func(c *lodemark.Component) { c.Digest = digestA }
	open := func(c *lodemark.Component) { c.Origin = lodemark.OriginUnresolved }
	test := func(c *lodemark.Component) { c.Test = true }
	detail := func(k, v string) func(*lodemark.Component) { return func(c *lodemark.Component) { c.Detail[k] = v } }
	fact := func(name, value string) func(*lodemark.Component) {
		return func(c *lodemark.Component) {
			c.Scan = &lodemark.ModelScan{Format: "gguf", Verdict: "clean", Facts: []lodemark.ModelFact{{Name: name, Value: value, Origin: lodemark.OriginDeclared, Place: "x"}}}
		}
	}
	commit := func(c *lodemark.Component) { c.Pin, c.Version = lodemark.PinCommit, strings.Repeat("ab", 20) }
	branch := func(c *lodemark.Component) { c.Pin, c.Version = lodemark.PinBranch, "main" }
	dated := func(c *lodemark.Component) { c.Pin, c.Version = lodemark.PinTag, "2024-08-06" }
	const none, here, gone = elementNA, elementPresent, elementMissing
	for _, row := range []struct {
		what   string
		id     string
		change func(*BOM)
		want   elementState
	}{
		{"nobody signs it", "MD-01", nil, gone},
		{"an author", "MD-01", func(b *BOM) { b.Author = "x" }, here},
		{"a build that knows no version", "MD-07", nil, gone},
		{"a released build", "MD-07", func(b *BOM) { b.Run.Tool.Version = "1.0.0" }, here},
		{"an owner", "SLP-03", func(b *BOM) { b.Run.System.Declared.Owner.Name = "x" }, here},
		{"no threat model", "SLP-06", nil, gone},
		{"threats.yaml", "SLP-06", part(lodemark.KindThreatModel, "threats.yaml", "threats.yaml", 0), here},
		{"threats.yaml of tests", "SLP-06", part(lodemark.KindThreatModel, "threats.yaml", "t/threats.yaml", 0, test), gone},
		{"data classes", "SLP-07", func(b *BOM) { b.Run.System.Declared.DataClasses = []string{"public"} }, here},
		{"no models", "MDL-01", nil, none},
		{"a reference that nothing resolves is no model", "MDL-01", part(lodemark.KindModel, "args.model", "a.py", 1, open), none},
		{"a model of tests asks for nothing", "MDL-12", part(lodemark.KindModel, "o/m", "a.py", 1, test), none},
		{"a provider without a model is no model", "MDL-01", part(lodemark.KindHostedModel, "openai", "a.txt", 1, detail("provider", "openai")), none},
		{"a hub model", "MDL-02", part(lodemark.KindModel, "o/m", "a.py", 1), here},
		{"a name alone", "MDL-02", part(lodemark.KindModel, "m", "a.py", 1), gone},
		{"a hosted model of no known provider", "MDL-02", part(lodemark.KindHostedModel, "gpt-4o", "a.py", 1), gone},
		{"with its provider", "MDL-02", part(lodemark.KindHostedModel, "gpt-4o", "a.py", 1, detail("provider", "openai")), here},
		{"a commit", "MDL-03", part(lodemark.KindModel, "o/m", "a.py", 1, commit), here},
		{"a branch", "MDL-03", part(lodemark.KindModel, "o/m", "a.py", 1, branch), gone},
		{"one of two", "MDL-03", both(part(lodemark.KindModel, "o/m", "a.py", 1, commit), part(lodemark.KindModel, "o/n", "a.py", 2)), gone},
		{"a dated name", "MDL-04", part(lodemark.KindHostedModel, "gpt-4o-2024-08-06", "a.py", 1, dated), here},
		{"the owner on the hub", "MDL-05", part(lodemark.KindModel, "o/m", "a.py", 1), here},
		{"a name that one maker uses", "MDL-05", part(lodemark.KindHostedModel, "claude-x", "a.py", 1), here},
		{"a name of anybody's", "MDL-05", part(lodemark.KindHostedModel, "model-x", "a.py", 1), gone},
		{"weights of a provider", "MDL-07", part(lodemark.KindHostedModel, "gpt-4o", "a.py", 1), none},
		{"weights in the tree", "MDL-07", part(lodemark.KindModel, "m.gguf", "m.gguf", 0, digest), here},
		{"weights that are fetched", "MDL-07", part(lodemark.KindModel, "o/m", "a.py", 1), gone},
		{"an architecture", "MDL-09", part(lodemark.KindModel, "m.gguf", "m.gguf", 0, fact("architecture", "llama")), here},
		{"a task", "MDL-10", part(lodemark.KindModel, "m.gguf", "m.gguf", 0, fact("task", "text-generation")), here},
		{"a base", "MDL-11", part(lodemark.KindModel, "m.gguf", "m.gguf", 0, fact("base model", "o/b")), here},
		{"a licence", "MDL-12", part(lodemark.KindModel, "m.gguf", "m.gguf", 0, fact("licence", "mit")), here},
		{"a card beside it", "MDL-13", both(part(lodemark.KindModel, "m.gguf", "m/v1/m.gguf", 0), part(lodemark.KindModelCard, "README.md", "m/README.md", 0)), here},
		{"a card elsewhere", "MDL-13", both(part(lodemark.KindModel, "m.gguf", "m/m.gguf", 0), part(lodemark.KindModelCard, "README.md", "other/README.md", 0)), gone},
		{"no datasets", "DP-05", nil, none},
		{"a digest", "DP-05", part(lodemark.KindDataset, "d.csv", "d.csv", 0, digest), here},
		{"a dataset of the hub", "DP-04", part(lodemark.KindDataset, "o/d", "a.py", 1), here},
		{"provenance is not read", "DP-06", part(lodemark.KindDataset, "o/d", "a.py", 1), gone},
		{"a declared answer", "DP-08", both(part(lodemark.KindDataset, "o/d", "a.py", 1), func(b *BOM) {
			b.Run.System.Declared.Facts = map[string]lodemark.DeclaredFact{"sensitive_training_data": {Answer: lodemark.No}}
		}), here},
		{"a model that names it", "DP-09", both(part(lodemark.KindDataset, "o/d", "a.py", 1), part(lodemark.KindModel, "m.gguf", "m.gguf", 0, fact("datasets", "o/d, o/e"))), here},
		{"packages", "INF-01", part(lodemark.KindPackage, "torch", "requirements.txt", 1, detail("ecosystem", "pypi")), here},
		{"nothing to run it", "INF-01", nil, gone},
		{"hardware is not read", "INF-02", nil, gone},
		{"a guardrail", "SP-01", part("guardrail", "x", "a.py", 1), here},
		{"SECURITY.md", "SP-03", part(lodemark.KindDocument, "SECURITY.md", "SECURITY.md", 0, detail("about", "security-policy")), here},
		{"another document", "SP-03", part(lodemark.KindDocument, "NOTES.md", "NOTES.md", 0), gone},
		{"advisories", "SP-04", document("advisories"), here},
		{"a red team's report", "KPI-01", document("red-team-report"), here},
		{"an evaluation", "KPI-02", document("evaluation-report"), here},
		{"another document", "KPI-02", document("red-team-report"), gone},
	} {
		if got := state(row.change, row.id); got != row.want {
			t.Errorf("%s: %s is %s, want %s", row.what, row.id, got, row.want)
		}
	}
}

// Package URLs as the specification of each type writes them; text that names no package gets none.
func TestPURL(t *testing.T) {
	for _, row := range []struct{ ecosystem, name, version, want string }{
		{"pypi", "Sentence_Transformers", "2.0", "pkg:pypi/sentence-transformers@2.0"},
		{"npm", "@ai-sdk/react", "3.0.39", "pkg:npm/%40ai-sdk/react@3.0.39"},
		{"npm", "ai", "", "pkg:npm/ai"},
		{"go", "github.com/acme/llm", "v1.2.0", "pkg:golang/github.com/acme/llm@v1.2.0"},
		{"maven", "dev.acme:core", "0.9", "pkg:maven/dev.acme/core@0.9"},
		{"maven", "core", "0.9", ""},
		{"cargo", "candle-core", "0.8.0", "pkg:cargo/candle-core@0.8.0"},
		{"conda", "pytorch", "2.4", "pkg:conda/pytorch@2.4"},
		{"martian", "x", "1", ""},
		{"pypi", "two words", "1", ""},
		{"pypi", "x\x1b[2J", "1", ""},
		{"pypi", strings.Repeat("x", 300), "1", ""},
	} {
		if got := packagePURL(row.ecosystem, row.name, row.version); got != row.want {
			t.Errorf("%s %q %q: %q, want %q", row.ecosystem, row.name, row.version, got, row.want)
		}
	}
	hub := func(kind lodemark.Kind, name string, change func(*part)) string {
		p := part{Component: lodemark.Component{Kind: kind, Name: name, Path: "a.py", Line: 1, Origin: lodemark.OriginInferred}}
		if change != nil {
			change(&p)
		}
		return purlOf(p)
	}
	provider := func(name string) func(*part) {
		return func(p *part) { p.Details = []detail{{"provider", []string{name}}} }
	}
	for name, got := range map[string][2]string{
		"a model of the hub":           {hub("model", "o/m", nil), "pkg:huggingface/o/m"},
		"its commit":                   {hub("model", "o/m", func(p *part) { p.Pin, p.Version = lodemark.PinCommit, "ABCD" }), "pkg:huggingface/o/m@abcd"},
		"its branch is no version":     {hub("model", "o/m", func(p *part) { p.Pin, p.Version = lodemark.PinBranch, "main" }), "pkg:huggingface/o/m"},
		"a repository of torch.hub":    {hub("model", "pytorch/vision", provider("torch-hub")), ""},
		"a model of a local runtime":   {hub("model", "library/llama3", provider("ollama")), ""},
		"a path":                       {hub("model", "./models/m", nil), ""},
		"three words":                  {hub("model", "a/b/c", nil), ""},
		"a file of the tree":           {hub("model", "o/m", func(p *part) { p.Line = 0 }), ""},
		"a reference not resolved":     {hub("model", "o/m", func(p *part) { p.Origin = lodemark.OriginUnresolved }), ""},
		"a hosted model of a gateway":  {hub(lodemark.KindHostedModel, "openai/gpt-4o", nil), ""},
		"a hosted embedding":           {hub("embedding_model", "openai/text-embedding-3-small", nil), ""},
		"an embedding model":           {hub("embedding_model", "o/bge", nil), "pkg:huggingface/o/bge"},
		"a dataset: there is no type":  {hub(lodemark.KindDataset, "o/d", nil), ""},
		"a dataset's page":             {hubAddress(part{Component: lodemark.Component{Kind: lodemark.KindDataset, Name: "o/d", Path: "a.py", Line: 1}}), "https://huggingface.co/datasets/o/d"},
		"an image with a digest":       {imageOf("registry.example.org/a/b:v1@" + digestA).purl(), "pkg:oci/b@" + digestA + "?repository_url=registry.example.org%2Fa%2Fb&tag=v1"},
		"an image of the usual place":  {imageOf("vllm/vllm-openai:latest").purl(), "pkg:oci/vllm-openai?repository_url=docker.io%2Fvllm%2Fvllm-openai&tag=latest"},
		"an image of the library":      {imageOf("redis").purl(), "pkg:oci/redis?repository_url=docker.io%2Flibrary%2Fredis"},
		"an image by a variable":       {imageOf("${IMAGE}").name, ""},
		"an image at a port":           {imageOf("localhost:5000/a:1").repository, "localhost:5000/a"},
		"an image with no true digest": {imageOf("a@sha256:12").digest, ""},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: %q, want %q", name, got[0], got[1])
		}
	}
}
