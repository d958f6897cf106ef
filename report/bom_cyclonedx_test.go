package report

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/lodemark/lodemark"
)

func decoded(t *testing.T, text string) *cdx.BOM {
	t.Helper()
	bom := new(cdx.BOM)
	if err := cdx.NewBOMDecoder(strings.NewReader(text), cdx.BOMFileFormatJSON).Decode(bom); err != nil {
		t.Fatal(err)
	}
	return bom
}

// What is written can be read back by the library of the standard's makers, every reference in it leads somewhere, and none is borne twice.
func TestCycloneDXReadsBack(t *testing.T) {
	for name, b := range map[string]*BOM{"made": madeBOM(), "hostile": hostileBOM(), "empty": {Run: &lodemark.Run{System: &lodemark.System{}}}} {
		text := writtenBOM(t, "cyclonedx", b, Options{})
		bom := decoded(t, text)
		var again bytes.Buffer
		if err := cdx.NewBOMEncoder(&again, cdx.BOMFileFormatJSON).SetEscapeHTML(false).Encode(bom); err != nil {
			t.Fatal(err)
		}
		if decodedAgain := decoded(t, again.String()); decodedAgain.SerialNumber != bom.SerialNumber || bom.SpecVersion != cdx.SpecVersion1_7 {
			t.Errorf("%s: not the same when written again", name)
		}
		refs := map[string]int{bom.Metadata.Component.BOMRef: 1}
		for _, c := range some(deref(bom.Components)) {
			refs[c.BOMRef]++
			if c.Name == "" {
				t.Errorf("%s: component %s has no name", name, c.BOMRef)
			}
		}
		for _, s := range some(deref(bom.Services)) {
			refs[s.BOMRef]++
		}
		for ref, n := range refs {
			if n > 1 || ref == "" {
				t.Errorf("%s: %d bear the reference %q", name, n, ref)
			}
		}
		for _, d := range some(deref(bom.Dependencies)) {
			for _, ref := range append(deref(d.Dependencies), d.Ref) {
				if refs[ref] == 0 {
					t.Errorf("%s: %q leads nowhere", name, ref)
				}
			}
		}
	}
}

func deref[T any](list *[]T) []T {
	if list == nil {
		return nil
	}
	return *list
}

// A document is another one when anything in it is, and the same otherwise.
func TestCycloneDXSerialNumber(t *testing.T) {
	number := func(change func(*BOM)) string {
		b := madeBOM()
		change(b)
		return decoded(t, writtenBOM(t, "cyclonedx", b, Options{})).SerialNumber
	}
	first := number(func(*BOM) {})
	if !regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(first) {
		t.Errorf("%q is no UUID of version 8", first)
	}
	if number(func(*BOM) {}) != first {
		t.Error("the same inventory has two numbers")
	}
	for what, change := range map[string]func(*BOM){
		"time":      func(b *BOM) { b.Run.At = b.Run.At.Add(1e9) },
		"a line":    func(b *BOM) { b.Run.System.Components[0].Line++ },
		"an author": func(b *BOM) { b.Author = "" },
		"a gap":     func(b *BOM) { b.Run.Gaps = nil },
	} {
		if number(change) == first {
			t.Errorf("%s changes nothing", what)
		}
	}
}

// What the document says about the made system.
func TestCycloneDXSays(t *testing.T) {
	bom := decoded(t, writtenBOM(t, "cyclonedx", madeBOM(), Options{}))
	by := map[string]cdx.Component{}
	for _, c := range *bom.Components {
		by[string(c.Type)+" "+c.Name+" "+c.Version] = c
		for _, p := range deref(c.Properties) {
			if p.Name == "lodemark:origin" && p.Value == "unresolved" {
				t.Errorf("%s is a reference that nothing resolves, and stands among the components", c.Name)
			}
		}
	}
	has := func(key string) cdx.Component {
		t.Helper()
		c, ok := by[key]
		if !ok {
			t.Fatalf("there is no %q", key)
		}
		return c
	}
	gpt := has("machine-learning-model gpt-4o-2024-08-06 2024-08-06")
	if gpt.Manufacturer == nil || gpt.Manufacturer.Name != "OpenAI" || gpt.Supplier.Name != "openai" || len(*gpt.Evidence.Occurrences) != 2 || gpt.IsExternal == nil || !*gpt.IsExternal || gpt.ModelCard != nil {
		t.Errorf("the hosted model: %+v", gpt)
	}
	local := has("machine-learning-model intent.safetensors ")
	if (*local.Hashes)[0].Value != strings.TrimPrefix(digestA, "sha256:") || local.ModelCard.ModelParameters.Task != "text-classification" || (*local.Licenses)[0].License.ID != "Apache-2.0" ||
		(*local.Licenses)[1].License.Name != "house terms" || local.ModelCard.QuantitativeAnalysis != nil || local.ModelCard.Considerations != nil {
		t.Errorf("the local model: %+v", local)
	}
	sets := *local.ModelCard.ModelParameters.Datasets
	if !strings.HasPrefix(sets[0].Ref, "dataset/acme-questions~") || sets[1].ComponentData == nil || sets[1].ComponentData.Name != "elsewhere/unknown" {
		t.Errorf("the datasets of the local model: %+v", sets)
	}
	if c := has("machine-learning-model gpt-3.5-turbo "); c.Scope != cdx.ScopeExcluded {
		t.Errorf("a model of tests has the scope %q", c.Scope)
	}
	if c := has("application tool at web/tools.ts:7 "); c.Name == "" {
		t.Error("a tool without a name has none")
	}
	services := map[string]cdx.Service{}
	for _, s := range *bom.Services {
		services[s.Name] = s
	}
	if s := services["tickets"]; s.CrossesTrustBoundary == nil || !*s.CrossesTrustBoundary || (*s.Endpoints)[0] != "https://mcp.example.org/sse" {
		t.Errorf("the MCP server outside: %+v", s)
	}
	if s := services["files"]; s.CrossesTrustBoundary != nil || s.Endpoints != nil {
		t.Errorf("of a local program nobody knows whether it leaves the system: %+v", s)
	}
	for _, name := range []string{"openai model API", "Northlight model API", "Hosted model API, provider not resolved", "index", "knowledge", "vllm"} {
		if len(deref(services[name].Data)) == 0 {
			t.Errorf("no flow of data of service %q", name)
		}
	}
	uses := map[string][]string{}
	for _, d := range *bom.Dependencies {
		for _, to := range deref(d.Dependencies) {
			from, _, _ := strings.Cut(d.Ref, "~")
			to, _, _ = strings.Cut(to, "~")
			uses[from] = append(uses[from], to)
		}
	}
	for from, want := range map[string]string{"agent/desk": "agent/billing hosted_model_api/gpt-4o-2024-08-06 tool/refund tool/search", "training_job/trainer": "dataset/acme-questions model/acme-intent-small model/acme-intent-small",
		"hosted_model_api/claude-haiku": "service/provider-not-resolved", "model_server/vllm": "image/vllm-openai model/acme-intent-small model/acme-intent-small", "vector_store/knowledge": "image/qdrant",
		"model/intent.safetensors": "dataset/acme-questions model/acme-intent-small model/acme-intent-small", "eval_harness/scorer": "dataset/acme-questions"} {
		if got := strings.Join(uses[from], " "); got != want {
			t.Errorf("%s uses %q, want %q", from, got, want)
		}
	}
	for _, name := range []string{"gpt-3.5-turbo", "command-r", "cohere", "fake"} {
		if strings.Contains(strings.Join(uses["system"], " "), name) {
			t.Errorf("the system uses %s, which only its tests use", name)
		}
	}
	if !slices.Contains(uses["system"], "service/openai") || !slices.Contains(uses["hosted_model_api/command-r"], "service/cohere") {
		t.Errorf("services: %q and %q", uses["system"], uses["hosted_model_api/command-r"])
	}
	if s := services["fake"]; s.CrossesTrustBoundary == nil || *s.CrossesTrustBoundary {
		t.Errorf("a server on the machine itself: %+v", s)
	}
	if c := *bom.Compositions; c[0].Aggregate != cdx.CompositionAggregateIncomplete || c[1].Aggregate != cdx.CompositionAggregateIncomplete {
		t.Errorf("compositions of an inventory with gaps: %+v", c)
	}
	whole := madeBOM()
	whole.Run.Gaps = nil
	for i := range whole.Run.System.Components {
		whole.Run.System.Components[i].Origin = lodemark.OriginInferred
	}
	if c := *decoded(t, writtenBOM(t, "cyclonedx", whole, Options{})).Compositions; c[0].Aggregate != cdx.CompositionAggregateUnknown {
		t.Errorf("without gaps nobody knows whether all parts are there: %+v", c)
	}
}

func TestIsMailAddress(t *testing.T) {
	for s, want := range map[string]bool{"owner@desk.example.org": true, "a.b+c@example.org": true, "owner": false, "#desk on chat": false, "a@b": false, "@example.org": false, "a@": false, "a@b@example.org": false,
		"a..b@example.org": false, ".a@example.org": false, "a b@example.org": false, "ä@example.org": false, "a@example.org\n": false, strings.Repeat("a", 80) + "@example.org": false} {
		if got := isMailAddress(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

// Every property that is written is explained.
func TestCycloneDXPropertiesAreDocumented(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join("..", "docs", "BOM.md"))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(`"name": "lodemark:([^"]+)"`).FindAllStringSubmatch(writtenBOM(t, "cyclonedx", madeBOM(), Options{}), -1) {
		seen[m[1]] = true
	}
	if len(seen) < 60 {
		t.Fatalf("only %d names of properties seen", len(seen))
	}
	for name := range seen {
		head, _, _ := strings.Cut(name, ":")
		written := "`lodemark:" + name + "`"
		switch head {
		case "detail", "fact", "system":
			written = "`lodemark:" + head + ":NAME`"
		case "element":
			written = "`lodemark:element:ID`"
		}
		if !strings.Contains(string(doc), written) {
			t.Errorf("docs/BOM.md does not explain %s", written)
		}
	}
}

// The standard's own schema says whether what is written is CycloneDX. It comes with the library of the makers for JavaScript, whose
// validator reads everything once more. LODEMARK_CYCLONEDX names its folder node_modules/@cyclonedx/cyclonedx-library, with ajv beside it.
func TestCycloneDXHoldsToTheStandard(t *testing.T) {
	dir := cycloneDXLibrary(t)
	s := officialCycloneDX(t, dir)
	made := writtenBOM(t, "cyclonedx", madeBOM(), Options{})
	for name, b := range map[string]*BOM{"made": madeBOM(), "hostile": hostileBOM(), "empty": {Run: &lodemark.Run{System: &lodemark.System{}}}} {
		out := writtenBOM(t, "cyclonedx", b, Options{})
		if err := validate(t, s, out); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if said, err := makersValidator(dir, out); err != nil {
			t.Errorf("%s: the makers' validator says %v: %s", name, err, said)
		}
	}
	for old, wrong := range map[string]string{`"bomFormat": "CycloneDX"`: `"bomFormat": "Cyclone"`, `"type": "machine-learning-model"`: `"type": "model"`, `"aggregate": "incomplete"`: `"aggregate": "some"`,
		`"scope": "excluded"`: `"scope": "test"`, `"id": "Apache-2.0"`: `"id": "Apache"`, `"alg": "SHA-256"`: `"alg": "sha256"`, `"flow": "inbound"`: `"flow": "in"`, `"phase": "pre-build"`: `"phase": "source"`} {
		if changed := strings.Replace(made, old, wrong, 1); changed == made || validate(t, s, changed) == nil {
			t.Errorf("%s instead of %s is not noticed", wrong, old)
		}
	}
	if _, err := makersValidator(dir, strings.Replace(made, `"scope": "excluded"`, `"scope": "test"`, 1)); err == nil {
		t.Error("the makers' validator takes everything")
	}
}

func makersValidator(dir, text string) (string, error) {
	c := exec.Command("node", filepath.Join("testdata", "cyclonedx.cjs"), dir)
	c.Stdin = strings.NewReader(text)
	said, err := c.CombinedOutput()
	return string(said), err
}

// cycloneDXLibrary is the folder of the makers' library. In CI it is fetched, and has to be there.
func cycloneDXLibrary(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("LODEMARK_CYCLONEDX")
	if dir == "" && os.Getenv("CI") == "true" {
		at := t.TempDir()
		install := exec.Command("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=optional", "--prefix", at,
			"@cyclonedx/cyclonedx-library@10.3.0", "ajv@8", "ajv-formats@3", "ajv-formats-draft2019@1")
		if out, err := install.CombinedOutput(); err != nil {
			t.Fatalf("install the library of CycloneDX: %v\n%s", err, out)
		}
		dir = filepath.Join(at, "node_modules", "@cyclonedx", "cyclonedx-library")
	}
	if dir == "" {
		t.Skip("NOT COMPARED with the standard's schema: LODEMARK_CYCLONEDX names no node_modules/@cyclonedx/cyclonedx-library")
	}
	return dir
}

func officialCycloneDX(t *testing.T, dir string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	const home = "http://cyclonedx.org/schema/"
	for _, name := range []string{"bom-1.7", "spdx", "jsf-0.82", "cryptography-defs"} {
		text, err := os.ReadFile(filepath.Join(dir, "res", "schema", name+".SNAPSHOT.schema.json"))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddResource(home+name+".SNAPSHOT.schema.json", doc); err != nil {
			t.Fatal(err)
		}
	}
	s, err := c.Compile(home + "bom-1.7.SNAPSHOT.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}
