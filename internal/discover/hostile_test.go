package discover

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
)

// Repetitions over which a reader with a quadratic loop would take minutes.
var hostilePieces = []string{"[", "{", "\"", "'", "(", "a", " ", "\n", "\r\n", "a: ", "- ", "a=1\n", "a = {", "[a]\n", "[[a]]\n", "# via\n", "#   a\n", "openai==1 \\\n", "a,", "&a ", "<a>", "<!--", "/*", "//\n",
	"install_requires = [", "requires=", "extras=['a',", "\\", "\t- a\n", "? ", "| ", "---\n", "kind: A\n---\n", "openai@^1:\n  version \"1\"\n", "{\"a\":", "a.", "\"openai\": {\"version\": \"1\"},", "cos\nsystem\n", "(dp0\n", "\x80\x04"}

func TestHostileRepetition(t *testing.T) {
	const size = 256 << 10
	for _, piece := range hostilePieces {
		tree := files{}
		body := strings.Repeat(piece, size/len(piece))
		for i, name := range fuzzedNames {
			tree[fmt.Sprintf("d%d/%s", i, name)] = body
		}
		b, err := bound.Memory(tree, bound.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if _, err := Discover(t.Context(), b, lodemark.Declaration{}); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took > 15*time.Second {
			t.Errorf("%d bytes of %q took %v", size, piece, took)
		} else if testing.Verbose() {
			t.Logf("%q: %v", piece, took)
		}
	}
}
