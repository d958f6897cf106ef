package infra

import (
	"strings"
	"testing"
)

func TestParseImage(t *testing.T) {
	const digest = "sha256:9c18ff53ef1946dbcba1dc97f5d15e1b1724b1ca066f84a292347142e68fadd4"
	tests := map[string]Image{
		"python":                           {Name: "python"},
		"python:3.12":                      {Name: "python", Tag: "3.12"},
		"vllm/vllm-openai:v0.6.3":          {Name: "vllm/vllm-openai", Tag: "v0.6.3"},
		"docker.io/library/redis":          {Registry: "docker.io", Name: "library/redis"},
		"ghcr.io/acme/a/b:main":            {Registry: "ghcr.io", Name: "acme/a/b", Tag: "main"},
		"localhost/x":                      {Registry: "localhost", Name: "x"},
		"localhost:5000/x":                 {Registry: "localhost:5000", Name: "x"},
		"registry:5000/x:1@" + digest:      {Registry: "registry:5000", Name: "x", Tag: "1", Digest: digest},
		"[2001:db8::1]:5000/x:1":           {Registry: "[2001:db8::1]:5000", Name: "x", Tag: "1"},
		"acme/x@" + digest:                 {Name: "acme/x", Digest: digest},
		"python:3.12-slim@" + digest:       {Name: "python", Tag: "3.12-slim", Digest: digest},
		"nvcr.io/nvidia/pytorch:24.10-py3": {Registry: "nvcr.io", Name: "nvidia/pytorch", Tag: "24.10-py3"},
		" redis:7 ":                        {Name: "redis", Tag: "7"},
		"":                                 {},
	}
	for ref, want := range tests {
		if got := ParseImage(ref); got != want {
			t.Errorf("%q: %+v, want %+v", ref, got, want)
		}
	}
}

func TestExpand(t *testing.T) {
	known := []Setting{{"TAG", Value{"1.2", 1}}, {"EMPTY", Value{"", 1}}, {"NAME", Value{"first", 1}}, {"NAME", Value{"second", 2}}}
	tests := []struct {
		text, want string
		open       bool
	}{
		{"plain", "plain", false},
		{"x:$TAG", "x:1.2", false}, {"x:${TAG}", "x:1.2", false}, {"$TAG-slim", "1.2-slim", false},
		{"$NAME", "second", false}, // the later one counts
		{"${NONE}", "", true}, {"$NONE", "", true}, {"x:$", "", true}, {"${", "", true}, {"${}", "", true},
		{"${NONE:-a/b:1}", "a/b:1", false}, {"${NONE-y}", "y", false}, {"${EMPTY:-y}", "y", false}, {"${EMPTY-y}", "", false},
		{"${NONE:-${TAG}}", "1.2", false}, {"${NONE:-${OTHER}}", "", true}, {"${NONE:-${OTHER:-z}}", "z", false},
		{"${TAG:?must be set}", "1.2", false}, {"${NONE:?must be set}", "", true},
		{"x${TAG:+-gpu}", "x-gpu", false}, {"${TAG%.*}", "", true}, {"cost: $$5", "cost: $5", false},
	}
	for _, tt := range tests {
		got, open := Expand(tt.text, known)
		if open != tt.open || !open && got != tt.want {
			t.Errorf("%q: %q, open %v; want %q, open %v", tt.text, got, open, tt.want, tt.open)
		}
	}
}

func TestWords(t *testing.T) {
	tests := map[string]string{
		`vllm serve --host 0.0.0.0`:    `vllm|serve|--host|0.0.0.0`,
		`sh -c "a b" 'c d'`:            `sh|-c|a b|c d`,
		`a\ b ""`:                      `a b|`,
		`--key="x y"`:                  `--key=x y`,
		"one \\\n  two":                `one|two`,
		`"a \"quoted\" $x" 'don'\''t'`: `a "quoted" $x|don't`,
		`"never closed`:                `never closed`,
	}
	for line, want := range tests {
		if got := strings.Join(Words(line), "|"); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

func FuzzImage(f *testing.F) {
	for _, s := range []string{"ghcr.io/a/b:c@sha256:0", "${A:-${B:-x}}:$C", "a:b/c:d", `"a\`, "$$$", "${a:+${b}}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, ref string) {
		i := ParseImage(ref)
		if strings.Contains(i.Digest+i.Name+i.Tag, "\x00") != strings.Contains(strings.TrimPrefix(strings.TrimSpace(ref), i.Registry), "\x00") {
			t.Errorf("%q lost text: %+v", ref, i)
		}
		if text, _ := Expand(ref, []Setting{{"A", Value{"value", 1}}}); len(text) > maxExpanded+len(ref)*6 {
			t.Errorf("%d bytes became %d", len(ref), len(text))
		}
		n := 0
		for _, w := range Words(ref) {
			n += len(w)
		}
		if n > len(ref) {
			t.Errorf("%q: words are longer than the line", ref)
		}
	})
}
