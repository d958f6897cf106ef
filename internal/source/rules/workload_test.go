package rules

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/source/settings"
)

// Words are those of a shell: quotes are off, lines that go on are joined, operators stand alone, comments are none.
func TestShellWords(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`vllm serve "a b" --host='0.0.0.0'`, "vllm|serve|a b|--host=0.0.0.0"},
		{"a \\\n  --b # c\nd", "a|--b|;|d"},
		{`x && y | z; w`, "x|;|;|y|;|z|;|w"},
		{`jupyter --token=''`, "jupyter|--token="},
		{`a "" b`, "a||b"},
		{`a 2>&1`, "a|2>&1"},
	} {
		var got []string
		for _, w := range shellWords(c.text, 1) {
			got = append(got, w.text)
		}
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("%s: %s, want %s", c.text, s, c.want)
		}
	}
}

// A program is started where nothing but words that lead to it stand before it.
func TestStarts(t *testing.T) {
	for _, c := range []struct {
		text string
		want bool
	}{
		{"vllm serve m", true},
		{"CUDA_VISIBLE_DEVICES=0 nohup python3 -m vllm serve m", true},
		{"uv run vllm serve m", true},
		{"echo vllm serve m", false},
		{"pip install vllm serve", false},
		{"vllm bench", false},
	} {
		cmd := command{words: shellWords(c.text, 1)}
		if got := cmd.starts("vllm serve") >= 0; got != c.want {
			t.Errorf("%s: %v", c.text, got)
		}
	}
}

// A port counts as published unless it is bound to the machine's own address.
func TestPublished(t *testing.T) {
	for _, c := range []struct {
		ports string
		want  bool
	}{
		{`["6333:6333"]`, true},
		{`["0.0.0.0:7000:6333"]`, true},
		{`["127.0.0.1:6333:6333"]`, false},
		{`["localhost:6333:6333"]`, false},
		{`["6333"]`, false},
		{`["8080:80"]`, false},
		{`["${QDRANT_PORT:-6333}:6333"]`, true},
		{`["6333:6333/tcp"]`, true},
		{`[{target: 6333, published: 6333}]`, true},
		{`[{target: 6333, published: 6333, host_ip: 127.0.0.1}]`, false},
	} {
		roots, err := settings.YAML([]byte("services: {db: {image: x, ports: " + c.ports + "}}"))
		if err != nil {
			t.Fatal(err)
		}
		s := composeService(roots[0].Find("services.db")[0])
		if got := s.published("6333"); got != c.want {
			t.Errorf("%s: %v", c.ports, got)
		}
	}
}
