package rules

import (
	"context"
	"strings"
	"testing"
)

// in runs the built-in rules over files, as a target of their own.
func in(t *testing.T, files map[string]string) []Finding {
	t.Helper()
	rules, sources := written(t)
	e, err := New(rules, sources)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for name := range files {
		paths = append(paths, name)
	}
	return e.Run(context.Background(), paths, func(name string) ([]byte, error) { return []byte(files[name]), nil }).Findings
}

const analysis = `{
 "cells": [
  {"cell_type": "markdown", "source": ["pickle.load(f) is bad"]},
  {
   "cell_type": "code",
   "source": [
    "!pip install -q \\\n",
    "    langchain\n",
    "import pickle\n",
    "with open(\"m.pkl\", \"rb\") as f:\n",
    "    m = pickle.load(f)"
   ]
  },
  {
   "cell_type": "code",
   "source": "import torch\nstate = torch.load(path)\nkeep = torch.load(own)  # lodemark: ignore DS-03 written by the cell above"
  }
 ],
 "metadata": {"kernelspec": {"language": "python"}},
 "nbformat": 4
}`

// Findings in notebooks stand where they stand in the file, and say in which cell.
func TestFindingsInNotebooks(t *testing.T) {
	type place struct {
		rule               string
		line, column, cell int
		suppressed         bool
	}
	want := []place{{"SC-08", 7, 7, 2, false}, {"DS-01", 11, 14, 2, false}, {"DS-03", 16, 37, 3, false}, {"DS-03", 16, 62, 3, true}}
	var got []place
	for _, f := range in(t, map[string]string{"analysis.ipynb": analysis}) {
		if !strings.Contains(f.Message, "(cell ") {
			t.Errorf("%s: %q does not say the cell", f.Rule.ID, f.Message)
		}
		got = append(got, place{f.Rule.ID, f.Line, f.Column, f.Cell, f.Suppressed != nil})
	}
	if len(got) != len(want) {
		t.Fatalf("%+v, want %+v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%+v, want %+v", got[i], want[i])
		}
	}
}

// What a program of a notebook does with a value is followed over its cells, and the steps stand in the file too.
func TestFlowsInNotebooks(t *testing.T) {
	text := `{"cells": [
{"cell_type": "code", "source": ["from openai import OpenAI\n", "answer = OpenAI().responses.create(model=name, input=\"a sum\")"]},
{"cell_type": "code", "source": ["eval(answer.output_text)"]}
]}`
	for _, f := range in(t, map[string]string{"sum.ipynb": text}) {
		if f.Rule.ID != "LO-01" {
			continue
		}
		if first := f.Steps[0]; f.Line != 3 || f.Cell != 2 || first.Line != 2 {
			t.Errorf("found at line %d of cell %d, from line %d", f.Line, f.Cell, first.Line)
		}
		return
	}
	t.Error("the answer that is run is not found")
}
