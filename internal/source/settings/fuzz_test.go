package settings

import (
	"strings"
	"testing"
)

// sound checks what holds of every tree: lines within the file, parents that know their children, a bound on the number of values.
func sound(t *testing.T, data string, roots []*Node, err error) {
	t.Helper()
	if err != nil && len(err.Error()) > 400 {
		t.Fatalf("a long error: %v", err)
	}
	last, count := strings.Count(data, "\n")+strings.Count(data, "\r")+strings.Count(data, "\u0085")+strings.Count(data, "\u2028")+strings.Count(data, "\u2029")+2, 0 // what YAML takes for an end of a line
	for _, root := range roots {
		todo := []*Node{root}
		for len(todo) > 0 {
			n := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			if count++; count > maxNodes+len(roots) {
				t.Fatal("more values than the bound")
			}
			if n.Line < 1 || n.Line > last {
				t.Fatalf("%s stands on line %d of %d", n.Path(), n.Line, last)
			}
			for _, c := range n.Children {
				if c.Parent != n {
					t.Fatalf("%s does not know its parent", c.Key)
				}
				todo = append(todo, c)
			}
		}
	}
}

func FuzzJSON(f *testing.F) {
	for _, s := range []string{`{"a": [1, "x", null, {"b": true}]}`, "// c\n{\"a\": 1,}", `/* " */ [[`, `{"a":`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data string) {
		roots, err := one(JSON)([]byte(data))
		sound(t, data, roots, err)
	})
}

func FuzzYAML(f *testing.F) {
	for _, s := range []string{"a: &x [1, *x]\n", "a: &a\n  <<: *a\n", "a: |\n  b\n---\n- c\n", "? [a]\n: b\n", "a: !!binary x\n", "{<<: [{a: 1}]}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data string) {
		roots, err := YAML([]byte(data))
		sound(t, data, roots, err)
	})
}

func FuzzTOML(f *testing.F) {
	for _, s := range []string{"a = 1\n[b.c]\nd = [1, {e = 2}]\n", "[[a]]\n[a.b]\n[[a]]\n", "a = \"\"\"x\"\"\"\"\n", "a.b.\"c d\" = '''x\n'''", "[a]\n[[a]]\n", "a = []\n[[a]]\nb=1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data string) {
		roots, err := one(TOML)([]byte(data))
		sound(t, data, roots, err)
	})
}

func FuzzEnv(f *testing.F) {
	for _, s := range []string{"A=1\nexport B='2'\n", "=\n", "A==\r\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data string) {
		roots, err := one(Env)([]byte(data))
		sound(t, data, roots, err)
	})
}

func FuzzDockerfile(f *testing.F) {
	for _, s := range []string{"FROM a AS b\nRUN <<EOF\nx\nEOF\n", "FROM a\nENV a=b c=\"d\" \\\n e=f\n", "# escape=`\nFROM a\nRUN x `\n y\n", "FROM a\nONBUILD ENV a b\n", "FROM a\nCMD [\"x\", \"\"]\nHEALTHCHECK --interval=5s CMD x\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data string) {
		roots, err := one(Dockerfile)([]byte(data))
		sound(t, data, roots, err)
	})
}
