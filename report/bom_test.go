package report

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark"
)

func writtenBOM(t *testing.T, name string, b *BOM, o Options) string {
	t.Helper()
	for _, f := range BOMFormats() {
		if f.Name == name {
			var out bytes.Buffer
			if err := f.Write(&out, b, o); err != nil {
				t.Fatal(err)
			}
			return out.String()
		}
	}
	t.Fatalf("no format %s", name)
	return ""
}

// The golden files are there to be read.
func TestBOMGolden(t *testing.T) {
	all := madeBOM()
	all.Elements = true
	golden(t, "bom.txt", writtenBOM(t, "text", madeBOM(), Options{}))
	golden(t, "bom-200.txt", writtenBOM(t, "text", madeBOM(), Options{Width: 200}))
	golden(t, "bom-verbose.txt", writtenBOM(t, "text", all, Options{Verbose: true, ASCII: true}))
	golden(t, "bom.md", writtenBOM(t, "markdown", all, Options{}))
	golden(t, "bom.json", writtenBOM(t, "json", madeBOM(), Options{}))
	golden(t, "bom.cdx.json", writtenBOM(t, "cyclonedx", madeBOM(), Options{}))
}

func TestBOMJSONHoldsToItsSchema(t *testing.T) {
	s := published(t, "bom")
	out := writtenBOM(t, "json", madeBOM(), Options{})
	for name, b := range map[string]*BOM{"made": madeBOM(), "hostile": hostileBOM(), "empty": {Run: &lodemark.Run{Tool: lodemark.Tool{Name: "lodemark"}, System: &lodemark.System{}}}} {
		if name == "hostile" {
			for i := range b.Run.System.Components { // digests are ours: no target can write one
				if !strings.HasPrefix(b.Run.System.Components[i].Digest, "sha256:0") {
					b.Run.System.Components[i].Digest = ""
				}
			}
		}
		if err := validate(t, s, writtenBOM(t, "json", b, Options{})); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for old, wrong := range map[string]string{
		`"schema": "lodemark.bom/1"`: `"schema": "lodemark.bom/2"`, `"line": 3`: `"line": -3`, `"pin": "tag"`: `"pin": "floating"`, `"confidence": "declared"`: `"confidence": "sure"`,
		`"digest": "sha256:5d`: `"digest": "5d`, `"state": "missing"`: `"state": "red"`, `"id": "MD-01"`: `"id": "XX-01"`, `"elements": [`: `"parts": [`, `"test": true`: `"test": "yes"`,
		`"verdict": "clean"`: `"verdict": "safe"`, `"at": "2026-11-01T12:00:00Z"`: `"at": "today"`, `"known": 1`: `"known": "1"`,
	} {
		if changed := strings.Replace(out, old, wrong, 1); changed == out || validate(t, s, changed) == nil {
			t.Errorf("%s instead of %s is not noticed", wrong, old)
		}
	}
}

// Every place of one thing is one part; what differs in a way that matters is another.
func TestPartsFold(t *testing.T) {
	c := func(kind lodemark.Kind, name, path string, line int, detail ...string) lodemark.Component {
		d := map[string]string{}
		for i := 0; i+1 < len(detail); i += 2 {
			d[detail[i]] = detail[i+1]
		}
		return lodemark.Component{Kind: kind, Name: name, Path: path, Line: line, Origin: lodemark.OriginInferred, Detail: d}
	}
	at := func(c lodemark.Component, pin lodemark.Pin, version string) lodemark.Component {
		c.Pin, c.Version = pin, version
		return c
	}
	digest := func(c lodemark.Component, d string) lodemark.Component { c.Digest = d; return c }
	open := func(c lodemark.Component) lodemark.Component { c.Origin = lodemark.OriginUnresolved; return c }
	for name, test := range map[string]struct {
		in   []lodemark.Component
		want int
	}{
		"a hosted model at two places":          {[]lodemark.Component{c("hosted_model_api", "m-1", "a.py", 1), c("hosted_model_api", "m-1", "b.py", 2, "provider", "x")}, 1},
		"the same model at two revisions":       {[]lodemark.Component{at(c("model", "o/m", "a.py", 1), "commit", "1"), at(c("model", "o/m", "a.py", 2), "commit", "2")}, 2},
		"pinned here and floating there":        {[]lodemark.Component{at(c("model", "o/m", "a.py", 1), "branch", "main"), at(c("model", "o/m", "a.py", 2), "none", "")}, 2},
		"a name and a reference of that text":   {[]lodemark.Component{c("model", "model", "a.py", 1), open(c("model", "model", "a.py", 2))}, 2},
		"a reference at two places":             {[]lodemark.Component{open(c("model", "args.model", "a.py", 1)), open(c("model", "args.model", "b.py", 2))}, 1},
		"variables of one name in two files":    {[]lodemark.Component{c("agent", "agent", "a.py", 1), c("agent", "agent", "b.py", 1)}, 2},
		"a variable that is given a value anew": {[]lodemark.Component{c("agent", "agent", "a.py", 1), c("agent", "agent", "a.py", 9)}, 1},
		"prompts of one name and two texts":     {[]lodemark.Component{digest(c("prompt", "SYSTEM", "a.py", 1), digestA), digest(c("prompt", "SYSTEM", "a.py", 2), digestB)}, 2},
		"one text in two files":                 {[]lodemark.Component{digest(c("prompt", "SYSTEM", "a.py", 1), digestA), digest(c("prompt", "SYSTEM", "b.py", 2), digestA)}, 1},
		"files of one name":                     {[]lodemark.Component{c("dataset", "train.csv", "a/train.csv", 0), c("dataset", "train.csv", "b/train.csv", 0)}, 2},
		"a package that two manifests ask for":  {[]lodemark.Component{c("package", "torch", "a/requirements.txt", 1, "ecosystem", "pypi"), c("package", "torch", "b/requirements.txt", 3, "ecosystem", "pypi")}, 1},
		"a package and its namesake":            {[]lodemark.Component{c("package", "openai", "requirements.txt", 1, "ecosystem", "pypi"), c("package", "openai", "package.json", 3, "ecosystem", "npm")}, 2},
		"tools without a name in two files":     {[]lodemark.Component{c("tool", "", "a.ts", 1), c("tool", "", "b.ts", 1)}, 2},
		"calls of one function":                 {[]lodemark.Component{c("model_call", "generateText", "a.ts", 1), c("model_call", "generateText", "b.ts", 1)}, 1},
	} {
		got := partsOf(&lodemark.System{Components: test.in})
		places := 0
		for _, p := range got {
			places += len(p.Places)
		}
		if len(got) != test.want || places != len(test.in) {
			t.Errorf("%s: %d parts at %d places, want %d at %d", name, len(got), places, test.want, len(test.in))
		}
	}
	mixed := partsOf(&lodemark.System{Components: []lodemark.Component{{Kind: "tool", Name: "t", Path: "a.py", Line: 1, Test: true}, {Kind: "tool", Name: "t", Path: "a.py", Line: 2}}})
	if len(mixed) != 1 || mixed[0].Test {
		t.Error("what is used outside of tests as well stands among tests")
	}
}

// The order in which things were found changes nothing.
func TestBOMIsDeterministic(t *testing.T) {
	for _, f := range BOMFormats() {
		want := writtenBOM(t, f.Name, madeBOM(), Options{Verbose: true})
		if got := writtenBOM(t, f.Name, madeBOM(), Options{Verbose: true}); got != want {
			t.Errorf("%s: two runs differ", f.Name)
		}
		if f.Name == "json" {
			continue // in the order of the run, which is sorted before
		}
		turned := madeBOM()
		slices.Reverse(turned.Run.System.Components)
		if got := writtenBOM(t, f.Name, turned, Options{Verbose: true}); got != want {
			t.Errorf("%s depends on the order in which parts were found", f.Name)
		}
	}
}

// Whatever a target is called: nothing leaves its place, lines keep to the width, and nothing is endless.
func TestBOMOfAnAttacker(t *testing.T) {
	for _, o := range []Options{{Width: 40}, {Width: 80, Color: true}, {Width: 80, ASCII: true, Verbose: true}, {Width: 200, Verbose: true}} {
		for _, b := range []*BOM{madeBOM(), hostileBOM()} {
			b.Elements = o.Verbose
			for i, line := range strings.Split(writtenBOM(t, "text", b, o), "\n") {
				if w := columns(line); w > o.Width {
					t.Errorf("width %d: line %d has %d columns: %q", o.Width, i+1, w, line)
				}
				if strings.IndexFunc(strings.NewReplacer("\x1b[", "").Replace(line), unsafe) >= 0 {
					t.Errorf("line %d holds what is not harmless: %q", i+1, line)
				}
			}
		}
	}
	for _, name := range []string{"json", "cyclonedx", "markdown"} {
		out := writtenBOM(t, name, hostileBOM(), Options{})
		if strings.IndexFunc(strings.ReplaceAll(out, "\n", ""), unsafe) >= 0 {
			t.Errorf("%s holds what is not harmless", name)
		}
		if name == "markdown" && (strings.Contains(out, "](https://evil") || strings.Contains(out, "<b>") || strings.Contains(out, "\n::warning")) {
			t.Error("text of a target does something in markdown")
		}
	}
	if n := len(writtenBOM(t, "markdown", hostileBOM(), Options{})); n > 65_536 {
		t.Errorf("the comment has %d bytes", n)
	}
}

// Thousands of parts with long names are written in no time: nothing looks at all of them for each of them.
func TestBOMOfManyParts(t *testing.T) {
	b := madeBOM()
	for i := range 20_000 {
		c := b.Run.System.Components[i%40]
		c.Path, c.Line = strings.Repeat("folder/", 20)+string(rune('a'+i%26))+".py", i+1
		c.Name += strings.Repeat("x", i%300)
		b.Run.System.Components = append(b.Run.System.Components, c)
	}
	start := time.Now()
	for _, f := range BOMFormats() {
		writtenBOM(t, f.Name, b, Options{Verbose: true})
	}
	if took := time.Since(start); took > 40*time.Second { // it takes one or two; what looks at all for each takes minutes
		t.Errorf("20,000 parts took %v", took)
	}
}

func TestSaysAnything(t *testing.T) {
	for kind, want := range map[lodemark.Kind]bool{lodemark.KindDocument: false, lodemark.KindManifest: false, lodemark.KindContainer: false, lodemark.KindNotebook: false,
		lodemark.KindPackage: true, lodemark.KindPrompt: true, lodemark.KindHostedModel: true, "tool": true, lodemark.KindAgentConfig: true} {
		if got := SaysAnything(&lodemark.System{Components: []lodemark.Component{{Kind: kind, Name: "x", Path: "x"}}}); got != want {
			t.Errorf("%s alone: %v, want %v", kind, got, want)
		}
	}
	if SaysAnything(&lodemark.System{}) {
		t.Error("an empty system says something")
	}
}

// Whatever stands in an inventory, every format is written, and what is written as JSON is JSON that can be read back.
func FuzzBOM(f *testing.F) {
	f.Add("gpt-4o", "app.py", "openai", "2024-08-06", "registry.example.org/a/b:v1@"+digestA, 3)
	f.Add("o/m", "a\xffb", hostile, "main", "a@b@c:::", 0)
	f.Add("", "", "", "", "", 1)
	f.Fuzz(func(t *testing.T, name, path, detail, version, address string, line int) {
		b := &BOM{Run: &lodemark.Run{System: &lodemark.System{Name: name}}, Author: detail, Version: version, Elements: true}
		for _, g := range bomGroups {
			b.Run.System.Components = append(b.Run.System.Components, lodemark.Component{Kind: g.Kind, Name: name, Path: path, Line: line & 0xffff, Version: version, Address: address, Pin: lodemark.PinDigest,
				Origin: lodemark.OriginInferred, Digest: address, Test: line&1 > 0, Detail: map[string]string{"provider": detail, "url": address, "image": address, "ecosystem": "npm", "tools": name, "model": name, "dataset": name}})
		}
		for _, format := range BOMFormats() {
			out := writtenBOM(t, format.Name, b, Options{Verbose: true})
			if format.Name == "cyclonedx" {
				decoded(t, out)
			}
		}
	})
}
