package rules

import (
	"fmt"
	"strings"
	"testing"
)

// The keys are put together here, so that no scanner takes this file for a leak.
const (
	openaiKey = "sk-" + "proj-Zk9wQm3VtR7nLx2HbYc8JpDs5GfTa1Ue6Wi4OoNvKqXzBhMrCy"
	hubToken  = "hf" + "_QzWvXnRtLkJhGfDsApOiUyTrEwMnBvCx7K"
)

// Which files a provider's key is told of in, and what is left to others.
func TestProviderKeys(t *testing.T) {
	for _, c := range []struct {
		name, want string
		files      map[string]string
	}{
		{"code", "LM-12 app.py:2:14", map[string]string{"app.py": "import os\nclient = Ai(\"" + openaiKey + "\")\n"}},
		{"a comment", "LM-12 app.py:1:7", map[string]string{"app.py": "# was " + openaiKey + "\n"}},
		{"two on a line", "LM-12 app.py:1:6 LM-12 app.py:1:68", map[string]string{"app.py": "a = \"" + openaiKey + "\"; \"" + hubToken + "\"\n"}},
		{"a file of variables that stays at home", "", map[string]string{".env": "HF_TOKEN=" + hubToken + "\n", ".gitignore": ".env\n"}},
		{"one that does not", "LM-12 .env:1:10", map[string]string{".env": "HF_TOKEN=" + hubToken + "\n"}},
		{"a list of MCP servers has its own rule", "MC-06 .mcp.json:1:1", map[string]string{".mcp.json": `{"mcpServers": {"a": {"command": "a", "env": {"HF_TOKEN": "` + hubToken + `"}}}}`}},
		{"another service's key is none of a model's", "", map[string]string{"app.py": "k = \"glpat-" + "Zk9wQm3VtR7nLx2HbYc8\"\n"}},
		{"a placeholder", "", map[string]string{"app.py": "k = \"sk-proj-your-key-goes-in-here-and-not-into-the-repository\"\n"}},
		{"a lock file is not read by rules", "", map[string]string{"package-lock.json": `{"a": "` + hubToken + `"}`}},
	} {
		var got []string
		for _, f := range in(t, c.files) {
			if f.Rule.ID == "LM-12" || f.Rule.ID == "MC-06" {
				got = append(got, fmt.Sprintf("%s %s:%d:%d", f.Rule.ID, f.Path, f.Line, f.Column))
			}
		}
		if all := strings.Join(got, " "); all != c.want {
			t.Errorf("%s: %q, want %q", c.name, all, c.want)
		}
	}
}

// Keys in notebooks stand in code, in what was printed, and elsewhere; a comment mutes one in code.
func TestProviderKeysInNotebooks(t *testing.T) {
	book := `{
 "cells": [
  {"cell_type": "markdown", "source": ["use ` + hubToken + `"]},
  {
   "cell_type": "code",
   "source": [
    "a = 1\n",
    "key = \"` + openaiKey + `\"\n",
    "old = \"` + hubToken + `\"  # lodemark: ignore LM-12 revoked long ago"
   ],
   "outputs": [{"text": ["login with ` + hubToken + `\n"]}]
  }
 ],
 "metadata": {"kernelspec": {"language": "python"}},
 "nbformat": 4
}`
	want := "3:45:0 8:14:2 9:14:2 muted 11:38:2"
	var got []string
	for _, f := range in(t, map[string]string{"a.ipynb": book}) {
		if f.Rule.ID != "LM-12" {
			continue
		}
		at := fmt.Sprintf("%d:%d:%d", f.Line, f.Column, f.Cell)
		if f.Suppressed != nil {
			at += " muted"
		}
		got = append(got, at)
		if f.Cell > 0 != strings.Contains(f.Message, "(cell 2)") || !strings.Contains(f.Message, "… (") {
			t.Errorf("%d: %q", f.Line, f.Message)
		}
	}
	if all := strings.Join(got, " "); all != want {
		t.Errorf("%s, want %s", all, want)
	}
}

// What other rules quote of the code holds no key, whole or cut.
func TestNothingTellsAKey(t *testing.T) {
	code := "from langchain.tools import tool\n\n@tool\ndef run(expression: str):\n    return eval(expression, {\"k\": \"" + openaiKey + "\"}, {})\n" +
		"print(\"key\", \"" + openaiKey + "\")\nimport os\nos.system(expression + \"" + strings.Repeat("x ", 20) + openaiKey + "\")\n"
	all := in(t, map[string]string{"app.py": code})
	for _, f := range all {
		told := fmt.Sprint(f.Message, f.Code, f.Steps)
		for at := 8; at+8 <= len(openaiKey); at++ {
			if strings.Contains(told, openaiKey[at:at+8]) {
				t.Errorf("%s tells characters %d to %d", f.Rule.ID, at, at+8)
				break
			}
		}
	}
	if len(all) < 2 {
		t.Errorf("%d findings", len(all))
	}
}
