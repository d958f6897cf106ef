package oscal

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/report/madeup"
)

// Every property that is written is explained.
func TestPropertiesAreDocumented(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "EXPORTS.md"))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, text := range [][]byte{written(t, WriteResults, madeup.Run()), written(t, WritePlan, madeup.Run()), written(t, writeCatalogue, madeup.Run())} {
		var all any
		if err := json.Unmarshal(text, &all); err != nil {
			t.Fatal(err)
		}
		var walk func(v any)
		walk = func(v any) {
			switch v := v.(type) {
			case []any:
				for _, x := range v {
					walk(x)
				}
			case map[string]any:
				if v["ns"] == space && v["value"] != nil {
					seen[v["name"].(string)] = true
				}
				for _, x := range v {
					walk(x)
				}
			}
		}
		walk(all)
	}
	if len(seen) < 40 {
		t.Fatalf("only %d names of properties seen", len(seen))
	}
	for name := range seen {
		if !strings.Contains(string(doc), "`"+name+"`") {
			t.Errorf("docs/EXPORTS.md does not explain %s", name)
		}
	}
}
