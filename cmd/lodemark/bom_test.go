package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Where a limit keeps a part of the tree from being looked at, what was seen is told, and the command says that it is not all.
func TestInventoryAtALimit(t *testing.T) {
	dir := t.TempDir()
	deep := filepath.Join(dir, strings.Repeat("d/", 200))
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	call := "from openai import OpenAI\n\nOpenAI().chat.completions.create(model=\"gpt-4o\", messages=[])\n"
	for _, p := range []string{dir, deep} {
		if err := os.WriteFile(filepath.Join(p, "app.py"), []byte(call), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var stdout, stderr bytes.Buffer
	if code := run([]string{"bom", dir}, &stdout, &stderr); code != exitUnknown {
		t.Errorf("exit %d, want %d", code, exitUnknown)
	}
	if !strings.Contains(stdout.String(), "gpt-4o") || !strings.Contains(stdout.String(), "over the limit of") {
		t.Errorf("what was seen, and the limit, are not told:\n%s", &stdout)
	}
	if !strings.Contains(stderr.String(), "error: a limit was reached") {
		t.Errorf("stderr: %s", &stderr)
	}
}

// Names that are no text, and names that try to be more than text, come out harmless in every format.
func TestInventoryOfHostileNames(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"evil\x1b[2J\u202e.py", "not\xffutf8.py", "a|b](http:x)<b>.py"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("from transformers import AutoModel\nm = AutoModel.from_pretrained(\"o/\u202e\x1b[31mm\")\nSYSTEM_PROMPT = \"You are \x07 a {x\u200b} assistant of many words\"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, format := range []string{"text", "json", "cyclonedx", "markdown"} {
		var stdout, stderr bytes.Buffer
		if code := run([]string{"bom", dir, "--format", format, "--verbose"}, &stdout, &stderr); code != exitOK {
			t.Fatalf("%s: exit %d: %s", format, code, &stderr)
		}
		for _, r := range stdout.String() {
			if r < ' ' && r != '\n' || r == '\u202e' || r == '\u200b' || r >= 0x7f && r < 0xa0 {
				t.Errorf("%s holds %q", format, r)
				break
			}
		}
		if !strings.Contains(stdout.String(), "not") || format != "text" && format != "markdown" && !strings.Contains(stdout.String(), `not\\xffutf8.py`) {
			t.Errorf("%s: the name that is no UTF-8 is lost", format)
		}
	}
}
