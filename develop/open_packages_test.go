package develop

import (
	"strings"
	"testing"
)

func TestOpenRequirements(t *testing.T) {
	text := "# pinned\nopenai==1.51.0\nstreamlit\nrequests>=2 # web\nuvicorn[standard]~=0.30\n-r base.txt\n--index-url https://x.example.org\n" +
		"numpy==1.*\ntorch==2.4.1; python_version < \"3.12\"\nflask \\\n    --hash=sha256:00\n./local\n" +
		"a @ git+https://x.example.org/a@main\nb @ git+https://x.example.org/b@11bd71901bbe5b1630ceea73d27597364c9af683\nprose of many words\n"
	if got := strings.Join(openRequirements(text), " "); got != "a numpy requests streamlit uvicorn" {
		t.Errorf("open: %s", got)
	}
}

func TestOpenProject(t *testing.T) {
	text := "[project]\nname = \"x\"\nkeywords = [\"desk\"]\ndependencies = [\n  \"openai==1.51.0\",\n  'httpx>=0.27', # web\n  \"uvicorn[standard]\",\n]\n" +
		"[dependency-groups]\ndev = [\"pytest\"]\n[tool.poetry.dependencies]\npython = \"^3.12\"\nfastapi = \"^0.115\"\nlangchain = \"0.3.1\"\nx = {path = \"../x\"}\n" +
		"[tool.ruff]\nselect = [\"E\"]\n"
	if got := strings.Join(openProject(text), " "); got != "fastapi httpx pytest uvicorn" {
		t.Errorf("open: %s", got)
	}
}

func TestTaggedIn(t *testing.T) {
	for text, want := range map[string]string{
		"docker build -t desk:1 .\n":                            "desk",
		"set -e\ndocker buildx build \\\n  --tag desk:${V} .\n": "desk",
		"podman build --tag=desk .":                             "desk",
		"docker build -t ghcr.io/acme/desk .":                   "",
		"mydocker build -t desk .\n":                            "",
		"docker run -t desk; echo build":                        "",
	} {
		own := map[string]bool{}
		taggedIn([]byte(text), own)
		got := ""
		for name := range own {
			got += name
		}
		if got != want {
			t.Errorf("%q tags %q, want %q", text, got, want)
		}
	}
}

func TestSameStandard(t *testing.T) {
	for text, want := range map[string]bool{
		"We ask model and data suppliers for the same things we ask of any software supplier.": true,
		"AI suppliers meet the same standard as others.":                                       true,
		"We do as of every other vendor.":                                                      true,
		"We use the same model as last year.":                                                  false,
		"Suppliers are asked some questions.":                                                  false,
	} {
		if sameWords.MatchString(text) != want {
			t.Errorf("%q: want %v", text, want)
		}
	}
}
