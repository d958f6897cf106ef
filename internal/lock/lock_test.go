package lock_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/lock"
)

func system(all ...lodemark.Component) *lodemark.System { return &lodemark.System{Components: all} }

func of(all ...lodemark.Component) lock.Lock {
	return lock.Of(system(all...), func(path string) string { return "sha256:" + path })
}

// What a lock holds, and what is left out of it.
func TestOf(t *testing.T) {
	got := of(
		lodemark.Component{Kind: "tool", Name: "close", Path: "a.py", Line: 4, Digest: "sha256:1"},
		lodemark.Component{Kind: lodemark.KindModel, Name: "org/m", Path: "a.py", Line: 2, Pin: lodemark.PinCommit, Version: "abc"},
		lodemark.Component{Kind: lodemark.KindModel, Name: "w.safetensors", Path: "m/w.safetensors"},
		lodemark.Component{Kind: lodemark.KindHostedModel, Name: "gpt-4o", Path: "a.py", Line: 9},
		lodemark.Component{Kind: lodemark.KindHostedModel, Name: "gpt-4o", Path: "a.py", Line: 12}, // the same again
		lodemark.Component{Kind: lodemark.KindHostedModel, Name: "MODEL", Path: "a.py", Line: 7, Origin: lodemark.OriginUnresolved},
		lodemark.Component{Kind: "tool", Name: "fake", Path: "tests/a.py", Line: 1, Test: true},
		lodemark.Component{Kind: lodemark.KindPackage, Name: "torch", Path: "requirements.txt", Line: 1},
		lodemark.Component{Kind: lodemark.KindMCPServer, Name: "files", Path: ".mcp.json", Line: 3, Detail: map[string]string{"command": "npx"}},
	)
	var b bytes.Buffer
	if err := got.Write(&b); err != nil {
		t.Fatal(err)
	}
	want := `{
  "schema": "lodemark.lock/1",
  "entries": [
    {"kind":"hosted_model_api","name":"gpt-4o","path":"a.py"},
    {"kind":"mcp_server","name":"files","path":".mcp.json","digest":"sha256:42fca8bdcb1a0a26e4dcc1e0a1fbcb1dbed1b4c21b6f0ef6a54ef0a1c90e9b5a"},
    {"kind":"model","name":"org/m","path":"a.py","pin":"commit","version":"abc"},
    {"kind":"model","name":"w.safetensors","path":"m/w.safetensors","digest":"sha256:m/w.safetensors"},
    {"kind":"tool","name":"close","path":"a.py","digest":"sha256:1"}
  ]
}
`
	text := b.String()
	if i := strings.Index(text, `"sha256:`); i > 0 { // the digest of the server stands for itself
		want = strings.Replace(want, "42fca8bdcb1a0a26e4dcc1e0a1fbcb1dbed1b4c21b6f0ef6a54ef0a1c90e9b5a", text[i+8:i+72], 1)
	}
	if text != want {
		t.Errorf("got\n%s\nnot\n%s", text, want)
	}
	if got.Loose() != 1 {
		t.Errorf("%d entries are fixed by name alone", got.Loose())
	}
	back, err := lock.Read(b.Bytes())
	if err != nil || len(lock.Compare(back, got)) != 0 {
		t.Errorf("read back: %v, changes %v", err, lock.Compare(back, got))
	}
}

// What changed, and how it is told.
func TestCompare(t *testing.T) {
	server := func(args string) lodemark.Component {
		return lodemark.Component{Kind: lodemark.KindMCPServer, Name: "files", Path: ".mcp.json", Line: 3, Detail: map[string]string{"command": "npx", "args": args}}
	}
	tool := func(path, digest string) lodemark.Component {
		return lodemark.Component{Kind: "tool", Name: "close", Path: path, Line: 4, Digest: digest}
	}
	model := func(pin lodemark.Pin, version string) lodemark.Component {
		return lodemark.Component{Kind: lodemark.KindModel, Name: "org/m", Path: "a.py", Line: 2, Pin: pin, Version: version}
	}
	hosted := func(name string) lodemark.Component {
		return lodemark.Component{Kind: lodemark.KindHostedModel, Name: name, Path: "a.py", Line: 9}
	}
	for _, c := range []struct {
		title    string
		old, now []lodemark.Component
		want     string
	}{
		{"nothing", []lodemark.Component{tool("a.py", "1")}, []lodemark.Component{tool("a.py", "1")}, ""},
		{"a description", []lodemark.Component{tool("a.py", "1")}, []lodemark.Component{tool("a.py", "2")}, `high changed: what models are told of the tool "close" has changed`},
		{"a server's arguments", []lodemark.Component{server("[]")}, []lodemark.Component{server(`["-y"]`)}, `high changed: how the MCP server "files" is reached has changed`},
		{"a new server", nil, []lodemark.Component{server("[]")}, `high added: MCP server "files" was not there when the lock was written`},
		{"a tool that is gone", []lodemark.Component{tool("a.py", "1")}, nil, `low removed: tool "close" is gone`},
		{"a tool that moved", []lodemark.Component{tool("a.py", "1")}, []lodemark.Component{tool("b.py", "1")}, `low changed: tool "close" has moved here from a.py`},
		{"a pin", []lodemark.Component{model(lodemark.PinCommit, "abc")}, []lodemark.Component{model(lodemark.PinNone, "")}, `high changed: model "org/m" was pinned by commit abc and is by none `},
		{"another hosted model", []lodemark.Component{hosted("gpt-4o")}, []lodemark.Component{hosted("gpt-5")}, `medium changed: hosted model "gpt-4o" has become "gpt-5"`},
		{"two others", []lodemark.Component{hosted("a-1"), hosted("a-2")}, []lodemark.Component{hosted("b-1"), hosted("b-2")},
			`low removed: hosted model "a-1" is gone; low removed: hosted model "a-2" is gone; medium added: hosted model "b-1" was not there when the lock was written; medium added: hosted model "b-2" was not there when the lock was written`},
	} {
		var got []string
		for _, change := range lock.Compare(of(c.old...), of(c.now...)) {
			got = append(got, change.Severity().String()+" "+change.What+": "+change.Text())
		}
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%s: %s, not %s", c.title, s, c.want)
		}
	}
}

// What is no lock is refused with the reason.
func TestRead(t *testing.T) {
	for text, want := range map[string]string{
		``:                                   "no lock",
		`{"schema":"lodemark.lock/9"}`:       `its schema is "lodemark.lock/9"`,
		`{"schema":"lodemark.lock/1","x":1}`: "unknown field",
		`{"schema":"lodemark.lock/1"} {}`:    "something follows",
		`{"schema":"lodemark.lock/1","entries":[{"kind":"tool"}]}`: "entry 1 has no kind or no name",
	} {
		if _, err := lock.Read([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, not %q", text, err, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"schema":"lodemark.lock/1","entries":[{"kind":"tool","name":"a","digest":"x"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := lock.Read(data)
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := l.Write(&b); err != nil {
			t.Fatal(err)
		}
		back, err := lock.Read(b.Bytes())
		if err != nil || len(lock.Compare(l, back)) != 0 {
			t.Fatalf("%v: %v of %s", err, lock.Compare(l, back), b.Bytes())
		}
	})
}
