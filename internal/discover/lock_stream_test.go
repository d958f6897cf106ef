package discover

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
)

// A lock file that is too long to stand in memory says what a short one says.
func TestLongLockFiles(t *testing.T) {
	pad := strings.Repeat(strings.Repeat(" ", 1023)+"\n", 9<<10)
	comments := strings.Repeat("#"+strings.Repeat(" ", 1022)+"\n", 9<<10)
	long := "# " + strings.Repeat("x", 300<<10) + "\n"
	for name, c := range map[string]struct{ begin, pad, end string }{
		"package-lock.json": {`{"name": "app", "lockfileVersion": 3, "packages": {
"": {"dependencies": {"openai": "^4"}},
"node_modules/openai": {"version": "4.1.0", "integrity": "sha512-x"},
`, pad, `"node_modules/ai": {"version": "3.0.0"}}}`},
		"yarn.lock":      {"# yarn lockfile v1\n\n\nopenai@^4:\n  version \"4.1.0\"\n  integrity sha512-x\n\n", long + comments, "ai@^3:\n  version \"3.0.0\"\n"},
		"pnpm-lock.yaml": {"lockfileVersion: '9.0'\n\npackages:\n\n  openai@4.1.0:\n    resolution: {integrity: sha512-x}\n\n", long + comments, "  ai@3.0.0:\n    resolution: {tarball: x}\n"},
		"uv.lock": {"version = 1\n\n[[package]]\nname = \"app\"\nversion = \"0.1\"\nsource = { editable = \".\" }\n\n[[package]]\nname = \"OpenAI\"\nversion = \"1.2\"\nsource = { registry = \"https://example.org/simple\" }\nsdist = { url = \"https://example.org/a.tar.gz\", hash = \"sha256:00\", size = 1 }\n\n",
			long + comments, "[[package]]\nname = \"torch\"\nversion = \"2.4.0\"\nsource = { registry = \"https://example.org/simple\" }\n\n[[package]]\nname = \"vllm\"\nversion = \"0.6\"\nsource = { git = \"https://example.org/v?rev=1#0123456789012345678901234567890123456789\" }\n"},
		"poetry.lock": {"[[package]]\nname = \"openai\"\nversion = \"1.2\"\nfiles = [\n    {file = \"a.whl\", hash = \"sha256:00\"},\n]\n\n", comments, "[package.dependencies]\nname = \"x\"\n\n[[package]]\nname = \"torch\"\nversion = \"2.4.0\"\n\n[metadata]\nlock-version = \"2.0\"\n"},
		"Cargo.lock":  {"version = 3\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"candle-core\"\nversion = \"0.3.0\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"00\"\n\n", comments, "[[package]]\nname = \"async-openai\"\nversion = \"0.2.0\"\nsource = \"git+https://example.org/a#01\"\n"},
	} {
		short, whole := lockedIn(t, name, c.begin+"\n"+c.end), lockedIn(t, name, c.begin+c.pad+c.end)
		if len(short) < 2 || !slices.Equal(short, whole) {
			t.Errorf("%s:\n short %q\n  long %q", name, short, whole)
		}
	}
}

// lockedIn lists what one lock file fixes, without lines, and fails where it is not read.
func lockedIn(t *testing.T, name, text string) []string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	tree, err := bound.Open(dir, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	d, err := Observe(t.Context(), tree, lodemark.Declaration{})
	if err != nil {
		t.Fatal(err)
	}
	if len(d.System.Gaps) > 0 {
		t.Errorf("%s: %v", name, d.System.Gaps)
	}
	d.Join()
	for i := range d.System.Components {
		d.System.Components[i].Line = 0
	}
	return listed(d.System, lodemark.KindPackage, lodemark.KindLockFile)
}

// One that is longer than that is a gap, and one that breaks off as well.
func TestEndlessLockFile(t *testing.T) {
	dir := t.TempDir()
	f, err := os.Create(filepath.Join(dir, "yarn.lock"))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(streamBytes + 1); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "package-lock.json"), []byte(`{"packages": {`+strings.Repeat(" ", streamFrom)+`"node_modules/openai": {"version": `), 0o644); err != nil {
		t.Fatal(err)
	}
	gaps := strings.Join(gapsOf(discoverIn(t, dir)), "\n")
	if !strings.Contains(gaps, "at most 67108864 are read") || !strings.Contains(gaps, "package-lock.json") {
		t.Errorf("gaps: %s", gaps)
	}
}

func discoverIn(t *testing.T, dir string) *lodemark.System {
	t.Helper()
	tree, err := bound.Open(dir, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	s, err := Discover(t.Context(), tree, lodemark.Declaration{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A counter of lines knows them as an index of the whole text does.
func TestLineCounter(t *testing.T) {
	const text = "a\n\nbc\nd"
	whole := indexLines([]byte(text))
	for piece := 1; piece <= len(text); piece++ {
		c := &lineCounter{r: strings.NewReader(text)}
		buffer := make([]byte, piece)
		read := 0
		for at := range text {
			for read <= at {
				n, _ := c.Read(buffer)
				read += n
			}
			if got, want := c.line(at), whole.line(at); got != want {
				t.Errorf("pieces of %d: offset %d is on line %d, not %d", piece, at, got, want)
			}
		}
	}
}
