package weakness

import (
	"fmt"
	"slices"
	"testing"

	"github.com/lodemark/lodemark/internal/source/inventory"
	"github.com/lodemark/lodemark/internal/source/rules"
)

// Scripts and the shell lines of notebooks are watched like code; a constant of another module that names a tool is known where it is imported.
func TestWatchedCommandsAndConstants(t *testing.T) {
	if _, err := inventory.Embedded(); err != nil {
		t.Fatal(err)
	}
	tree := map[string]string{
		"run.sh":    "#!/bin/bash\naccelerate launch train.py \\\n  --model_name_or_path org/base-7b\n",
		"a.ipynb":   `{"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"language": "python", "name": "python3"}}, "cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "source": ["!vllm serve org/chat-7b"]}]}`,
		"names.py":  "SEARCH_TOOL = \"search\"\n",
		"tools.py":  "from llama_index.core.tools import FunctionTool\nfrom names import SEARCH_TOOL\nt = FunctionTool.from_defaults(name=SEARCH_TOOL, description=\"x\", fn=f)\n",
		"README.md": "vllm serve org/other\n",
	}
	e, err := rules.New(nil, rules.Sources{})
	if err != nil {
		t.Fatal(err)
	}
	if err := watch(e); err != nil {
		t.Fatal(err)
	}
	var paths []string
	for p := range tree {
		paths = append(paths, p)
	}
	l := &Looked{Result: e.Run(t.Context(), paths, func(p string) ([]byte, error) { return []byte(tree[p]), nil })}
	var got []string
	for _, c := range l.Components() {
		got = append(got, fmt.Sprintf("%s:%d %s %s", c.Path, c.Line, c.Kind, c.Name))
	}
	slices.Sort(got)
	want := []string{"a.ipynb:1 model org/chat-7b", "a.ipynb:1 model_server vllm serve", "run.sh:2 training_job train.py", "run.sh:3 model org/base-7b", "tools.py:3 tool search"}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q, not\n%q", got, want)
	}
}
