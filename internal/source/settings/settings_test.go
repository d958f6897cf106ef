package settings

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// flat writes a tree as "path=value@line" of its scalars.
func flat(n *Node) []string {
	var all []string
	var walk func(*Node)
	walk = func(n *Node) {
		if n.Scalar {
			all = append(all, fmt.Sprintf("%s=%s@%d", n.Path(), n.Value, n.Line))
		}
		for _, c := range n.Children {
			walk(c)
		}
	}
	walk(n)
	return all
}

func one(read func([]byte) (*Node, error)) func([]byte) ([]*Node, error) {
	return func(data []byte) ([]*Node, error) {
		n, err := read(data)
		if n == nil {
			return nil, err
		}
		return []*Node{n}, err
	}
}

func TestReaders(t *testing.T) {
	for _, test := range []struct {
		name string
		read func([]byte) ([]*Node, error)
		data string
		want []string
	}{
		{"json", one(JSON), `{"mcpServers": {"a": {"args": ["-y", "p"], "on": true}}}`, []string{"mcpServers.a.args.0=-y@1", "mcpServers.a.args.1=p@1", "mcpServers.a.on=true@1"}},
		{"json as editors write it", one(JSON), "\ufeff{\r\n  // servers, not \"all\r\n  \"a\": 1, /* [ */\r\n  \"b\": [2,],\r\n}", []string{"a=1@3", "b.0=2@4"}},
		{"yaml", YAML, "on:\n  issues:\n    types: [opened]\njobs:\n  a:\n    run: |\n      one\n      two\n", []string{"on.issues.types.0=opened@3", "jobs.a.run=one\ntwo\n@7"}},
		{"yaml documents", YAML, "a: 1\n---\na: 2\n", []string{"a=1@1", "a=2@3"}},
		{"yaml aliases and merges", YAML, "base: &b\n  x: 1\n  y: 2\nuse:\n  <<: *b\n  y: 3\nlist:\n  <<: [*b, {z: 4}]\n",
			[]string{"base.x=1@2", "base.y=2@3", "use.y=3@6", "use.x=1@2", "list.x=1@2", "list.y=2@3", "list.z=4@8"}},
		{"toml", one(TOML), "model = \"m\"\r\n[mcp_servers.a]\r\ncommand = \"npx\"\r\nargs = [\r\n  \"-y\",\r\n  # why\r\n  'p'\r\n]\r\nenv = { \"K\" = \"v\", a.b = 1 }\r\n",
			[]string{"model=m@1", "mcp_servers.a.command=npx@3", "mcp_servers.a.args.0=-y@5", "mcp_servers.a.args.1=p@7", "mcp_servers.a.env.K=v@9", "mcp_servers.a.env.a.b=1@9"}},
		{"toml lists of tables", one(TOML), "[[s]]\nname = \"a\"\n[s.sub]\nx = true\n[[s]]\nname = \"\"\"\nb\"\"\"\n", []string{"s.0.name=a@2", "s.0.sub.x=true@4", "s.1.name=b@6"}},
		{"env", one(Env), "# no\nexport A='1'\r\nB=\"x=y\"\nnothing\n", []string{"A=1@2", "B=x=y@3"}},
		{"dockerfile", one(Dockerfile), "# syntax=docker/dockerfile:1\r\nARG V=1\r\nFROM --platform=linux/amd64 python:${V} AS build\r\nENV A=1 \\\r\n    B=\"two words\"\r\nENV OLD way of it\r\nUSER \"10001\"\r\nEXPOSE 80 443/tcp\r\n" +
			"RUN --mount=type=cache,target=/c pip install x && \\\r\n  # a comment\r\n  rm -r /c\r\nFROM scratch\r\nCOPY --from=build /a /b\r\nCMD [\"serve\", \"--host\", \"0.0.0.0\"]\r\nENTRYPOINT run it\r\nONBUILD RUN echo\r\n",
			[]string{"ARG.V=1@2", "FROM.--platform=linux/amd64@3", "FROM.0=python:${V}@3", "FROM.AS=build@3", "ENV.A=1@4", "ENV.B=two words@5", "ENV.OLD=way of it@6", "USER=10001@7", "EXPOSE.0=80@8", "EXPOSE.1=443/tcp@8",
				"RUN=pip install x &&   rm -r /c@9", "RUN.--mount=type=cache,target=/c@9", "FROM.0=scratch@12", "COPY.--from=build@13", "COPY.0=/a@13", "COPY.1=/b@13",
				"CMD.0=serve@14", "CMD.1=--host@14", "CMD.2=0.0.0.0@14", "ENTRYPOINT=run it@15", "ONBUILD.RUN=echo@16"}},
		{"dockerfile with a script inside", one(Dockerfile), "FROM a\nRUN <<EOF\ncurl x | sh\nEOF\nUSER b\n", []string{"FROM.0=a@1", "RUN=<<EOF\ncurl x | sh\n@2", "USER=b@5"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			docs, err := test.read([]byte(test.data))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range docs {
				got = append(got, flat(d)...)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestErrorsTellTheLine(t *testing.T) {
	for _, test := range []struct {
		name string
		read func([]byte) ([]*Node, error)
		data string
		line int
	}{
		{"json", one(JSON), "{\n\"a\": 1\n\"b\": 2}", 3},
		{"yaml", YAML, "a: 1\nb:\n\t- x\n", 3},
		{"toml", one(TOML), "a = 1\nb = \n", 2},
		{"toml twice", one(TOML), "a = 1\n\na = 2\n", 3},
		{"toml table over a value", one(TOML), "a = 1\n[a.b]\n", 2},
		{"dockerfile", one(Dockerfile), "FROM a\nENV x\n", 2},
	} {
		_, err := test.read([]byte(test.data))
		var bad *Error
		if !errors.As(err, &bad) || bad.Line != test.line {
			t.Errorf("%s: %v, want an error on line %d", test.name, err, test.line)
		}
	}
}

// Hostile files end in an error, or are read, within bounds.
func TestHostile(t *testing.T) {
	var laughs, merges strings.Builder
	laughs.WriteString("a0: &a0 [x,x]\n")
	merges.WriteString("a0: &a0 {}\n")
	for i := 1; i < 60; i++ {
		fmt.Fprintf(&laughs, "a%d: &a%d [*a%d,*a%d,*a%d]\n", i, i, i-1, i-1, i-1)
		fmt.Fprintf(&merges, "a%d: &a%d {<<: [*a%d,*a%d]}\n", i, i, i-1, i-1)
	}
	var wide strings.Builder
	wide.WriteString("b: &b {k: 1}\nn:\n  <<: [" + strings.Repeat("*b,", 30_000) + "]\n")
	for i := range 60_000 {
		fmt.Fprintf(&wide, "  k%d: 1\n", i)
	}
	var keys strings.Builder
	for i := range 150_000 {
		fmt.Fprintf(&keys, "k%d=1\n", i)
	}
	deep := strings.Repeat("[", 4<<20)
	for _, test := range []struct {
		name  string
		read  func([]byte) ([]*Node, error)
		data  string
		fails bool
	}{
		{"yaml: billion laughs", YAML, laughs.String(), true},
		{"yaml: empty merges that double", YAML, merges.String(), true},
		{"yaml: a table that holds itself", YAML, "a: &a\n  b: *a\n", true},
		{"yaml: a merge of itself", YAML, "a: &a\n  <<: *a\n", true},
		{"yaml: many merges into a large table", YAML, wide.String(), false},
		{"yaml: 100 deep and more", YAML, strings.Repeat("[", 200) + strings.Repeat("]", 200), true},
		{"yaml: deep", YAML, deep, true},
		{"json: 100 deep and more", one(JSON), strings.Repeat("[", 200) + strings.Repeat("]", 200), true},
		{"json: 99 deep", one(JSON), strings.Repeat("[", 99) + strings.Repeat("]", 99), false},
		{"json: deep", one(JSON), deep, true},
		{"json: deep behind a quote in a comment", one(JSON), "// it's \" so\n" + deep, true},
		{"json: deep behind a quote in the other comment", one(JSON), "/* \" */" + deep, true},
		{"toml: deep", one(TOML), "a = " + deep, true},
		{"toml: deep behind a text that ends in quotes", one(TOML), `a = ["""x"""", ` + deep, true},
		{"toml: deep keys", one(TOML), "a" + strings.Repeat(".a", 3000) + " = 1", true},
		{"toml: deep headers", one(TOML), "[a" + strings.Repeat(".a", 3000) + "]", true},
		{"toml: many keys", one(TOML), keys.String(), false},
		{"env: many keys", one(Env), keys.String(), false},
		{"env: one long line", one(Env), strings.Repeat("a", maxBytes), false},
		{"dockerfile: one long instruction", one(Dockerfile), "FROM a\nRUN " + strings.Repeat("x ", 1<<20), true},
		{"dockerfile: ONBUILD of ONBUILD", one(Dockerfile), "FROM a\n" + strings.Repeat("ONBUILD ", 1<<20) + "RUN x", true},
		{"dockerfile: many instructions", one(Dockerfile), "FROM a\n" + strings.Repeat("RUN x\n", 100_000), false},
		{"json: too large", one(JSON), strings.Repeat(" ", maxBytes+1), true},
		{"yaml: too large", YAML, strings.Repeat(" ", maxBytes+1), true},
		{"toml: too large", one(TOML), strings.Repeat(" ", maxBytes+1), true},
		{"env: too large", one(Env), strings.Repeat(" ", maxBytes+1), true},
		{"dockerfile: too large", one(Dockerfile), strings.Repeat(" ", maxBytes+1), true},
	} {
		start := time.Now()
		_, err := test.read([]byte(test.data))
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s: took %v", test.name, took)
		} else if took > 500*time.Millisecond {
			t.Logf("%s: took %v", test.name, took)
		}
		if (err != nil) != test.fails {
			t.Errorf("%s: error %v, want one: %v", test.name, err, test.fails)
		}
		var bad *Error
		if err != nil && (!errors.As(err, &bad) || bad.Line < 1 || len(bad.Reason) > 300) {
			t.Errorf("%s: %v is no error with a line and a short reason", test.name, err)
		}
	}
}

func TestFind(t *testing.T) {
	root, err := JSON([]byte(`{"jobs": {"a": {"steps": [{"run": "1"}, {"run": "2"}]}, "b.c": {"steps": [{"run": "3"}]}}, "amp.x": {"d": 4}}`))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"jobs.*.steps.*.run": "1 2 3", "**.run": "1 2 3", "jobs.a.steps.1.run": "2", `jobs."b.c".**.run`: "3", `"amp.x".d`: "4", "jobs.a*.steps.0.run": "1", "nothing.*": "",
	} {
		var got []string
		for _, n := range root.Find(path) {
			got = append(got, n.Text())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}
