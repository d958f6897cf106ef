package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

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
