package discover

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
)

type files = map[string]string

func discovered(t testing.TB, tree files, declared ...lodemark.Declaration) *lodemark.System {
	t.Helper()
	b, err := bound.Memory(tree, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	var d lodemark.Declaration
	if len(declared) > 0 {
		d = declared[0]
	}
	s, err := Discover(t.Context(), b, d)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// listed writes components as "kind name place format version pin", leaving out what is empty.
func listed(s *lodemark.System, kinds ...lodemark.Kind) []string {
	var out []string
	for c := range s.Of(kinds...) {
		words := []string{string(c.Kind), c.Name, at(c.Path, c.Line)}
		for _, w := range []string{c.Format, c.Version, string(c.Pin)} {
			if w != "" {
				words = append(words, w)
			}
		}
		if c.Test {
			words = append(words, "aside")
		}
		out = append(out, strings.Join(words, " "))
	}
	return out
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %s\nwant %s", what, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

func gapsOf(s *lodemark.System) []string {
	var out []string
	for _, g := range s.Gaps {
		out = append(out, at(g.Path, g.Line)+" "+g.Reason)
	}
	return out
}

func TestOrderIsFixed(t *testing.T) {
	tree := files{}
	for i := range 300 {
		tree[fmt.Sprintf("part%d/requirements.txt", i%7*40+i)] = "openai==1.0\ntorch\n"
	}
	first := listed(discovered(t, tree), lodemark.KindPackage, lodemark.KindManifest)
	if len(first) != 900 {
		t.Fatalf("%d components, want 900", len(first))
	}
	for range 5 {
		same(t, "again", listed(discovered(t, tree), lodemark.KindPackage, lodemark.KindManifest), first)
	}
}

func TestFilesAreDescribed(t *testing.T) {
	s := discovered(t, files{"app/main.py": "x", "web/a.tsx": "x", "node_modules/m/i.js": "x", "tests/t.py": "x", "bin/run": "#!/usr/bin/env python3\n", "notes": "plain"})
	var got []string
	for _, f := range s.Files {
		got = append(got, fmt.Sprintf("%s %s vendored=%v test=%v", f.Path, f.Language, f.Vendored, f.Test))
	}
	same(t, "files", got, []string{
		"app/main.py python vendored=false test=false", "bin/run python vendored=false test=false", "node_modules/m/i.js javascript vendored=true test=false",
		"notes  vendored=false test=false", "tests/t.py python vendored=false test=true", "web/a.tsx typescript vendored=false test=false",
	})
}

// What others wrote is no manifest or prompt of this system; a model or a setting works wherever it stands.
func TestVendoredFolders(t *testing.T) {
	s := discovered(t, files{
		"node_modules/openai/package.json": `{"name": "openai", "dependencies": {"ai": "1.0.0"}}`,
		"node_modules/x/prompts/a.md":      "You are x.",
		"node_modules/x/model.pkl":         "\x80\x04}q\x00.",
		"node_modules/x/.mcp.json":         `{"mcpServers": {"x": {"command": "x"}}}`,
	})
	same(t, "components", listed(s, lodemark.KindManifest, lodemark.KindPackage, lodemark.KindPrompt, lodemark.KindModel, lodemark.KindMCPServer), []string{
		"mcp_server x node_modules/x/.mcp.json:1 mcp aside", "model model.pkl node_modules/x/model.pkl pickle aside",
	})
	if s.Skipped["manifests and lock files in vendored folders"] != 1 || s.Skipped["prompts in vendored folders"] != 1 {
		t.Errorf("skipped %v does not count what was left out", s.Skipped)
	}
}

func TestCancelledContextIsAnError(t *testing.T) {
	b, _ := bound.Memory(files{"a": "x"}, bound.Limits{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Discover(ctx, b, lodemark.Declaration{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want canceled", err)
	}
}

func TestMalformedFilesAreGapsWithALine(t *testing.T) {
	cases := []struct{ path, content, want string }{
		{"package.json", "{\n  \"dependencies\": {\n    \"openai\": }\n}\n", "package.json:3"},
		{"pyproject.toml", "[project]\nname = \"x\"\ndependencies = [\n", "pyproject.toml"},
		{"uv.lock", "version = 1\n[[package]]\nname = \n", "uv.lock:3"},
		{"package-lock.json", "{\n\"packages\": {\n\"x\" 1}}", "package-lock.json:3"},
		{"go.mod", "module x\n\nrequire (\n", "go.mod:"},
		{"pom.xml", "<project>\n<dependencies>\n</project>\n", "pom.xml:3"},
		{"requirements.txt", "openai==1.0\n!!! what\n", "requirements.txt:2"},
		{".mcp.json", "{\n\"mcpServers\": [}\n", ".mcp.json:2"},
		{"compose.yaml", "services:\n  a: [\n", "compose.yaml:"},
		{"deploy/x.yaml", "apiVersion: v1\nkind: Pod\nspec: {a\n", "deploy/x.yaml:"},
		{"environment.yml", "dependencies:\n  - a: [\n", "environment.yml:"},
		{"Cargo.toml", "[dependencies]\nopenai =\n", "Cargo.toml:2"},
	}
	for _, c := range cases {
		s := discovered(t, files{c.path: c.content})
		got := gapsOf(s)
		if len(got) != 1 || !strings.HasPrefix(got[0], c.want) || !strings.Contains(got[0], "malformed") && !strings.Contains(got[0], "requirement") {
			t.Errorf("%s: gaps %q, want one at %s", c.path, got, c.want)
		}
	}
}

// What stands before a mistake is not lost with it.
func TestAMistakeCostsItsOwnLine(t *testing.T) {
	s := discovered(t, files{"requirements.txt": "openai==1.2.3\n??? \ntorch\n"})
	same(t, "packages", listed(s, lodemark.KindPackage), []string{"package openai requirements.txt:1 requirements 1.2.3 tag", "package torch requirements.txt:3 requirements none"})
}
