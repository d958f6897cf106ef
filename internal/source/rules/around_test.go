package rules

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"testing"
)

// What a file takes from others of its target is known where it is used: constants, objects, files of settings.
func TestWhatFilesHandToEachOther(t *testing.T) {
	rule := &Rule{ID: "X-01", Message: "{call} {value}", Match: []Match{{Call: Names{"transformers.*.from_pretrained"}, Where: []Condition{{Argument: "0", Matches: "^org/"}}}}}
	e, err := New([]*Rule{rule}, Sources{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		title string
		files map[string]string
		want  []string
	}{
		{"another module", map[string]string{"src/app/names.py": "NAME = 'org/m'", "src/app/a.py": "from transformers import AutoModel\nfrom app.names import NAME\nAutoModel.from_pretrained(NAME)"}, []string{"src/app/a.py:3"}},
		{"YAML", map[string]string{"conf.yaml": "model:\n  name: org/m\n", "app/a.py": "import yaml\nfrom transformers import AutoModel\nc = yaml.safe_load(open('conf.yaml'))\nAutoModel.from_pretrained(c['model']['name'])"}, []string{"app/a.py:4"}},
		{"YAML with another name", map[string]string{"conf.yaml": "model:\n  name: own/m\n", "app/a.py": "import yaml\nfrom transformers import AutoModel\nc = yaml.safe_load(open('conf.yaml'))\nAutoModel.from_pretrained(c['model']['name'])"}, nil},
		{"a class that another module hands on", map[string]string{"app/load.py": "from transformers import AutoModel as Loader", "app/a.py": "from app.load import Loader\nLoader.from_pretrained('org/m')"}, []string{"app/a.py:2"}},
		{"found once, although it is looked at twice", map[string]string{"app/names.py": "X = '1'", "app/a.py": "from app.names import X\nfrom transformers import AutoModel\nAutoModel.from_pretrained('org/m')"}, []string{"app/a.py:3"}},
	} {
		var paths []string
		for p := range c.files {
			paths = append(paths, p)
		}
		r := e.Run(context.Background(), paths, func(p string) ([]byte, error) {
			if text, ok := c.files[p]; ok {
				return []byte(text), nil
			}
			return nil, fs.ErrNotExist
		})
		var got []string
		for _, f := range r.Findings {
			got = append(got, fmt.Sprintf("%s:%d", f.Path, f.Line))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, not %v", c.title, got, c.want)
		}
	}
}
