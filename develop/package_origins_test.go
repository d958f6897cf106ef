package develop

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
)

// Where packages come from, as commands and files say it, and what is reported.
func TestOrigins(t *testing.T) {
	shell := func(text string) []origin { return originsInShell(shellUnit{line: 1, text: text}) }
	file := func(format, text string) []origin {
		return originsInFile(lodemark.Component{Format: format, Detail: map[string]string{}}, text)
	}
	tests := []struct {
		name  string
		found []origin
		want  string // severity; empty: silent
	}{
		{"a second index", shell("pip install --extra-index-url https://packages.example.org/simple x"), "medium"},
		{"a second index of uv, which asks in order", shell("uv pip install --extra-index-url https://packages.example.org/simple x"), ""},
		{"a second index of uv, compared", shell("uv pip install --index-strategy unsafe-best-match --extra-index-url https://packages.example.org/simple x"), "medium"},
		{"a second index with digests", shell("pip install --require-hashes --extra-index-url=https://packages.example.org/simple -r requirements.txt"), ""},
		{"a vendor's index", shell("python3 -m pip install torch --extra-index-url https://download.pytorch.org/whl/cu124"), ""},
		{"a vendor's nightly", shell("pip install --pre torch --extra-index-url https://download.pytorch.org/whl/nightly/cpu"), "low"},
		{"a variable", shell("pip install --extra-index-url $INDEX x"), ""},
		{"plain http", shell("pip install -i http://packages.example.org/simple x"), "high"},
		{"plain http on this machine", shell("pip install -i http://localhost:3141/simple x"), ""},
		{"a host that is trusted", shell("PIP_TRUSTED_HOST=packages.example.org pip install x"), "medium"},
		{"text about it", shell("echo 'pip install --trusted-host packages.example.org'"), ""},
		{"a branch", shell("pip install git+https://git.example.org/ml/x.git@main"), "medium"},
		{"a tag", shell("pip install git+https://git.example.org/ml/x.git@v1.2.3"), ""},
		{"a login and a commit", shell("pip install git+ssh://git@git.example.org/ml/x.git@11bd71901bbe5b1630ceea73d27597364c9af683"), ""},
		{"a requirements file", file("requirements", "--extra-index-url https://packages.example.org/simple\nx==1\n"), "medium"},
		{"a comment", file("requirements", "# --extra-index-url https://packages.example.org/simple\nx==1\n"), ""},
		{"pip.conf", file("pip.conf", "[global]\nextra-index-url = https://packages.example.org/simple\n"), "medium"},
		{".npmrc without encryption", file(".npmrc", "registry=http://packages.example.org/npm/\n"), "high"},
		{".npmrc with a scope", file(".npmrc", "@helpdesk:registry=https://packages.example.org/npm/\n"), ""},
		{"a repository of package.json itself", file("package.json", `{"repository": {"url": "git+https://git.example.org/x.git"}}`), ""},
		{"a dependency of package.json", file("package.json", `{"dependencies": {"x": "git+https://git.example.org/x.git#main"}}`), "medium"},
		{"a lock without a digest", file("npm", `{"packages": {"node_modules/x": {"resolved": "https://registry.example.org/x/-/x-1.0.0.tgz"}}}`), "low"},
		{"a lock without encryption", file("npm", `{"packages": {"node_modules/x": {"resolved": "http://registry.example.org/x/-/x-1.0.0.tgz", "integrity": "sha512-a"}}}`), "high"},
	}
	for _, tt := range tests {
		got := ""
		for _, o := range tt.found {
			if f, bad := judgeOrigin("x", o); bad {
				got = f.Severity.String()
			}
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q (%+v)", tt.name, got, tt.want, tt.found)
		}
	}
}

func FuzzOrigins(f *testing.F) {
	f.Add("pip install --extra-index-url https://a.example.org/x git+https://b@c@main")
	f.Add("-i http://x\n[[tool.uv.index]]\nx = { git = \"https://a\" }\n")
	f.Add(`{"packages": {"x": {"resolved": "http://a.tgz"}}, "dependencies": {"a": "github:x/y"}}`)
	f.Fuzz(func(t *testing.T, text string) {
		found := originsInShell(shellUnit{line: 1, text: text})
		for _, format := range []string{"requirements", "pyproject", "npm", "package.json", ".npmrc"} {
			found = append(found, originsInFile(lodemark.Component{Format: format}, text)...)
		}
		for _, o := range gathered(found) {
			judgeOrigin("x", o)
			if o.line > strings.Count(text, "\n")+2 {
				t.Errorf("line %d", o.line)
			}
		}
		renovate("renovate.json", text)
		dependabot("x.yml", []byte(text))
		readBill([]byte(text))
	})
}
