package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/weakness"
)

// What the README says of checks and clauses is what there is.
func TestDocsReadmeCounts(t *testing.T) {
	checks, looked := 0, 0
	for _, p := range practices() {
		checks += len(p.Checks)
	}
	for _, c := range (guide{catalogue: lodemark.Guidelines(), practices: practices()}).coverage() {
		if c.looked() {
			looked++
		}
	}
	all, err := weakness.Rules(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	ruled := fmt.Sprintf("%d rules in ten families", len(all))
	for name, want := range map[string][]string{
		"README.md":    {fmt.Sprintf("Today %d checks look at files", checks), fmt.Sprintf("They bear on %d of the 144 clauses", looked), ruled},
		"CHANGELOG.md": {fmt.Sprintf("runs %d checks that bear on %d of the 144 clauses", checks, looked), ruled},
	} {
		data, err := os.ReadFile(filepath.Join("..", "..", name))
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(string(data), w) {
				t.Errorf("%s does not say %q", name, w)
			}
		}
	}
}

// The README's commands exist, and the flags it shows are flags.
func TestDocsReadmeCommands(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^\s*(?:\$ )?(?:go run \./cmd/lodemark|lodemark) (.+)$`)
	found := line.FindAllStringSubmatch(string(data), -1)
	if len(found) < 5 {
		t.Fatalf("only %d commands found in the README", len(found))
	}
	for _, m := range found {
		words := strings.Fields(strings.SplitN(m[1], "#", 2)[0])
		c, rest, err := commands().Find(words)
		if err != nil || c.Name() == "lodemark" {
			t.Errorf("README shows %q: there is no such command", m[0])
			continue
		}
		c.InitDefaultHelpFlag()
		for _, w := range rest {
			name, isLong := strings.CutPrefix(strings.SplitN(w, "=", 2)[0], "--")
			if isLong && c.Flags().Lookup(name) == nil {
				t.Errorf("README shows %q: %s has no flag --%s", m[0], c.Name(), name)
			}
		}
	}
}
