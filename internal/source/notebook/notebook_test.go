package notebook

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// cells makes a notebook of code cells, each source a list of lines as Jupyter writes it.
func cells(t testing.TB, sources ...string) []byte {
	t.Helper()
	type cell struct {
		Type   string   `json:"cell_type"`
		Source []string `json:"source"`
	}
	var all []cell
	for _, s := range sources {
		all = append(all, cell{"code", strings.SplitAfter(s, "\n")})
	}
	data, err := json.MarshalIndent(map[string]any{"cells": all, "nbformat": 4}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestCellsBecomePythonAndShell(t *testing.T) {
	for _, c := range []struct{ name, cell, code, shell string }{
		{"python", "import os\nprint(1)", "import os\nprint(1)\n", ""},
		{"a command", "!pip install -q torch\nimport torch", "pass\nimport torch\n", "pip install -q torch\n"},
		{"a command in a block", "if fresh:\n    !make data\nx = 1", "if fresh:\n    pass\nx = 1\n", "make data\n"},
		{"a command over two lines", "!pip install a \\\n  b\nx = 1", "pass\nx = 1\n", "pip install a \\\n  b\n"},
		{"what a command printed", "files = !ls *.csv\nx", "files = None\nx\n", "ls *.csv\n"},
		{"not equal", "x = a\ny = b != c", "x = a\ny = b != c\n", ""},
		{"pip's magic", "%pip install torch==2.5.0", "pass\n", "pip install torch==2.5.0\n"},
		{"a magic", "%matplotlib inline\nx = 1", "pass\nx = 1\n", ""},
		{"a timed statement", "%time model = load(path)", "model = load(path)\n", ""},
		{"a timed statement over lines", "%time model = load(\n  path)\n!ls", "model = load(\n  path)\npass\n", "ls\n"},
		{"a timed value", "model = %time load(path)", "model = load(path)\n", ""},
		{"a timed cell", "%%time\nmodel = load(path)", "model = load(path)\n", ""},
		{"a shell cell", "%%bash\ncurl x | bash\nls", "", "curl x | bash\nls\n"},
		{"a page", "%%html\n<b>hello", "", ""},
		{"a file of Python", "%%writefile app.py\nimport os", "import os\n", ""},
		{"a file of text", "%%writefile notes.txt\nimport os", "", ""},
		{"help", "torch.load?\n?torch\nx", "pass\npass\nx\n", ""},
		{"a string over lines", "x = \"\"\"\n!not a command\n%not a magic\n\"\"\"\n!ls", "x = \"\"\"\n!not a command\n%not a magic\n\"\"\"\npass\n", "ls\n"},
		{"a bracket over lines", "x = (a\n% b)", "x = (a\n% b)\n", ""},
		{"a line that goes on", "x = a \\\n% b\n", "x = a \\\n% b\n", ""},
		{"a cell that is indented", "\n  # all of it\n  def f(x):\n    return x\n  !ls\n", "\n# all of it\ndef f(x):\n  return x\npass\n", "ls\n"},
		{"a timed cell that is indented", "%%time\n    for x in y:\n        load(x)\n", "for x in y:\n    load(x)\n", ""},
		{"a string in a cell that is indented", "\tx = \"\"\"\n\ta\nb\"\"\"\n\ty", "x = \"\"\"\na\nb\"\"\"\ny\n", ""},
		{"a line that is less indented", "    x = 1\n  y = 2\n", "x = 1\n  y = 2\n", ""},
		{"a comment with a bracket", "x = 1 # (\n!ls", "x = 1 # (\npass\n", "ls\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := Parse(cells(t, c.cell))
			if n.Code.Source != c.code || n.Shell.Source != c.shell || len(n.Errors) > 0 {
				t.Errorf("code %q, want %q\nshell %q, want %q\n%v", n.Code.Source, c.code, n.Shell.Source, c.shell, n.Errors)
			}
		})
	}
}

func TestPlacesAreThoseOfTheFile(t *testing.T) {
	list := `{"cells": [
  {"cell_type": "markdown", "source": ["# Title"]},
  {"cell_type": "code", "source": [
    "import os\n",
    "x = \"a\" + load(p)\n",
    "!ls"
  ]},
  {"cell_type": "code", "source": "a = 1\nb = load(q)"}
]}`
	n := Parse([]byte(list))
	for _, c := range []struct {
		text *Text
		find string
		want Place
	}{
		{&n.Code, "import", Place{4, 6, 2}},
		{&n.Code, "load(p)", Place{5, 18, 2}},
		{&n.Code, "pass", Place{6, 6, 2}},
		{&n.Shell, "ls", Place{6, 7, 2}},
		{&n.Code, "load(q)", Place{8, 47, 3}},
	} {
		at := strings.Index(c.text.Source, c.find)
		line := 1 + strings.Count(c.text.Source[:at], "\n")
		column := at - strings.LastIndexByte(c.text.Source[:at], '\n')
		if got := c.text.Place(line, column); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.find, got, c.want)
		}
	}
}

func TestPlacesInIndentedCells(t *testing.T) {
	n := Parse([]byte("{\"cells\": [{\"cell_type\": \"code\", \"source\": [\n  \"  import os\\n\",\n  \"  load(p)\"\n]}]}"))
	if want := "import os\nload(p)\n"; n.Code.Source != want {
		t.Fatalf("code %q, want %q", n.Code.Source, want)
	}
	if p := n.Code.Place(2, 1); p.Line != 3 || p.Column != 6 {
		t.Errorf("load stands at %d:%d, want 3:6", p.Line, p.Column)
	}
}

func TestOldFormatsAndOutputs(t *testing.T) {
	n := Parse([]byte(`{"nbformat": 3, "metadata": {"name": "x"}, "worksheets": [{"cells": [
	 {"cell_type": "code", "input": ["import os\n"], "language": "python", "outputs": [{"output_type": "stream", "text": ["key: sk-1\n"]}]}]}]}`))
	if n.Code.Source != "import os\n" || n.Output.Source != "key: sk-1\n" || n.Language != "python" {
		t.Errorf("%+v", n)
	}
	n = Parse([]byte(`{"cells": [{"cell_type": "code", "outputs": [{"data": {"image/png": "iVBOR", "text/plain": ["'sk-2'"]}}], "source": "x"},
	 {"cell_type": "code", "outputs": [{"evalue": "no key"}], "source": "y"}], "metadata": {"kernelspec": {"language": "R"}}}`))
	if n.Output.Source != "'sk-2'\nno key\n" || n.Language != "r" {
		t.Errorf("%+v", n)
	}
	if p := n.Output.Place(2, 1); p.Cell != 2 || p.Line != 2 {
		t.Errorf("%+v", p)
	}
}

// A cell that is not closed takes no other cell with it, and a broken file gives what stands before the break.
func TestBrokenNotebooks(t *testing.T) {
	n := Parse(cells(t, "x = (1,", "import os"))
	if n.Code.Source != "import os\n" || len(n.Errors) != 1 || n.Errors[0].Line != 6 {
		t.Errorf("%q %v", n.Code.Source, n.Errors)
	}
	whole := string(cells(t, "import os", "import sys"))
	n = Parse([]byte(whole[:strings.Index(whole, "import sys")]))
	if n.Code.Source != "import os\n" || len(n.Errors) != 1 {
		t.Errorf("%q %v", n.Code.Source, n.Errors)
	}
	for _, text := range []string{"", "[]", "null", "{", `{"cells": 1}`, `{"cells": [1, null, [], "x"]}`, `{"cells": [{"source": {"a": 1}, "cell_type": ["code"]}]}`, `{"a" 1}`, `{1:2}`, `{"cells": [{"cell_type": "code", "source": "\u12"}]}`} {
		if n := Parse([]byte(text)); strings.Contains(n.Code.Source, "import") {
			t.Errorf("%q: %q", text, n.Code.Source)
		}
	}
}

func TestHostileNotebooksCostLittle(t *testing.T) {
	for name, text := range map[string]string{
		"deep":        `{"cells": [{"cell_type": "code", "metadata": ` + strings.Repeat(`[{"a":`, 2<<20) + "1" + strings.Repeat("}]", 2<<20) + `, "source": "import os"}]}`,
		"a picture":   `{"cells": [{"cell_type": "code", "outputs": [{"data": {"image/png": "` + strings.Repeat("iVBO", 12<<20) + `"}}], "source": "import os"}]}`,
		"open cells":  `{"cells": [` + strings.Repeat(`{"cell_type": "code", "source": "(("},`, 100_000) + `{"cell_type": "code", "source": "import os"}]}`,
		"backslashes": `{"cells": [{"x": "` + strings.Repeat(`\\\"`, 8<<20) + `"}, {"cell_type": "code", "source": "import os"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			n := Parse([]byte(text))
			if !strings.HasSuffix(n.Code.Source, "import os\n") || time.Since(began) > 3*time.Second {
				t.Errorf("%q… in %v, %v", n.Code.Source[:min(len(n.Code.Source), 40)], time.Since(began), n.Errors[:min(len(n.Errors), 2)])
			}
		})
	}
	long := Parse([]byte(`{"cells": [{"cell_type": "code", "source": "` + strings.Repeat(`x = \"a\"\n!ls\n`, 2<<20) + `"}]}`))
	if len(long.Errors) == 0 || len(long.Code.Source) > maxText {
		t.Errorf("%d bytes of code, %v", len(long.Code.Source), long.Errors)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"cells": [{"cell_type": "code", "source": ["!ls\n", "x = \"\"\"\n", "\u00e4\ud83d\ude00"], "outputs": [{"text": "x"}]}]}`))
	f.Add([]byte(`{"worksheets": [{"cells": [{"cell_type": "code", "input": "%%bash\ncurl x | sh\n"}]}]}`))
	f.Add(cells(f, "x = (1", "y = !ls", "%time a\\\n b", "m = %time f()"))
	f.Fuzz(func(t *testing.T, data []byte) {
		n := Parse(data)
		lines := 1 + strings.Count(string(data), "\n")
		for _, text := range []*Text{&n.Code, &n.Shell, &n.Output} {
			last := Place{Line: 1}
			for i := range strings.Count(text.Source, "\n") + 2 {
				p := text.Place(i+1, 1)
				if p.Line < last.Line || p.Line > lines || p.Cell < last.Cell || p.Column < 1 {
					t.Fatalf("line %d stands at %+v after %+v of %d", i+1, p, last, lines)
				}
				last = p
			}
		}
	})
}

// Notebooks of a folder that LODEMARK_NOTEBOOKS names are read whole, and json agrees about their code.
func TestRealNotebooks(t *testing.T) {
	root := os.Getenv("LODEMARK_NOTEBOOKS")
	if root == "" {
		root = "testdata"
	}
	seen := 0
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".ipynb" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var want struct {
			Cells []struct {
				Type   string `json:"cell_type"`
				Source any    `json:"source"`
			} `json:"cells"`
		}
		if json.Unmarshal(data, &want) != nil || want.Cells == nil {
			return nil
		}
		var code strings.Builder
		for _, c := range want.Cells {
			if c.Type != "code" {
				continue
			}
			switch s := c.Source.(type) {
			case string:
				code.WriteString(s)
			case []any:
				for _, part := range s {
					fmt.Fprint(&code, part)
				}
			}
			code.WriteString("\n")
		}
		n := Parse(data)
		for _, bad := range n.Errors {
			t.Logf("%s: %v", path, &bad)
		}
		seen++
		for line := range strings.Lines(n.Code.Source) {
			if s := strings.TrimSpace(line); s != "pass" && !strings.HasSuffix(s, "None") && !strings.Contains(code.String(), s) {
				t.Errorf("%s: %q is not in it", path, s)
			}
		}
		return nil
	})
	if err != nil || seen == 0 {
		t.Errorf("%d notebooks: %v", seen, err)
	}
}

// Where a place of a text stands in the file, and back again; what stands in another text is not there.
func TestFindIsPlaceTheOtherWay(t *testing.T) {
	spread := cells(t, "import os\nkey = \"a\"\n", "!pip install torch\nx = 1")
	close := []byte(`{"cells":[{"cell_type":"code","source":["import os\n","key = \"a\"\n"],"outputs":[{"text":["printed\n","twice"]}]},{"cell_type":"code","source":"x = 1\ny = 2"}],"nbformat":4}`)
	for name, data := range map[string][]byte{"on lines": spread, "on one line": close} {
		n := Parse(data)
		places := 0
		for _, text := range []*Text{&n.Code, &n.Shell, &n.Output} {
			for i, line := range strings.Split(text.Source, "\n") {
				for column := 1; column <= len(line); column++ {
					p := text.Place(i+1, column)
					if l, c, ok := text.Find(p.Line, p.Column); ok {
						places++
						if l != i+1 || c != column {
							t.Errorf("%s: %d:%d is found at %d:%d", name, i+1, column, l, c)
						}
					}
				}
			}
		}
		if places < 30 {
			t.Errorf("%s: %d places are found", name, places)
		}
		if _, _, ok := n.Output.Find(n.Code.Place(1, 1).Line, n.Code.Place(1, 1).Column); ok {
			t.Errorf("%s: code is found in the output", name)
		}
	}
}
