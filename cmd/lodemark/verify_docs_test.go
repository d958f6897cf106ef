package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every command line in these pages is one that lodemark takes: its flags exist, and its arguments are as many as it wants.
func TestVerifyingDocsCommands(t *testing.T) {
	fence := regexp.MustCompile("(?s)```sh\n(.*?)```")
	lines := 0
	for _, page := range []string{"PROVENANCE.md", "VERIFY-IN-USE.md"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "docs", page))
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range fence.FindAllStringSubmatch(string(text), -1) {
			for line := range strings.SplitSeq(strings.ReplaceAll(block[1], "\\\n", " "), "\n") {
				line, _, _ = strings.Cut(line, "#")
				words := strings.Fields(line)
				if len(words) == 0 {
					continue
				}
				lines++
				if words[0] != "lodemark" {
					t.Errorf("%s: %s", page, line)
					continue
				}
				command, rest, err := commands().Find(words[1:])
				if err == nil {
					err = command.ParseFlags(rest)
				}
				if err == nil {
					err = command.ValidateArgs(command.Flags().Args())
				}
				if err != nil {
					t.Errorf("%s: %s: %v", page, line, err)
				}
			}
		}
	}
	if lines < 7 {
		t.Errorf("only %d command lines were found", lines)
	}
}
