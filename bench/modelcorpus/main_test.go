package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

func TestCorpusIsTheSameEveryTime(t *testing.T) {
	var labels [2][]byte
	var dirs [2]string
	for i := range dirs {
		dirs[i] = t.TempDir()
		if err := run(dirs[i], "", "", ""); err != nil {
			t.Fatal(err)
		}
		labels[i] = read(t, filepath.Join(dirs[i], "labels.jsonl"))
	}
	if !bytes.Equal(labels[0], labels[1]) {
		t.Fatal("two runs label differently")
	}
	count := map[string]int{}
	for line := range bytes.Lines(labels[0]) {
		var l label
		if err := json.Unmarshal(line, &l); err != nil {
			t.Fatal(err)
		}
		count[l.Label]++
		if found[l.Family] == 0 || l.Source == "" || l.Class == "" {
			t.Errorf("%s: no bar for family %q, or no source or class", l.Path, l.Family)
		}
		if l.Path[len(l.Path)-1] != '/' && !bytes.Equal(read(t, filepath.Join(dirs[0], l.Path)), read(t, filepath.Join(dirs[1], l.Path))) {
			t.Errorf("%s differs between two runs", l.Path)
		}
	}
	if count["malicious"] < 300 || count["malformed"] < 100 {
		t.Errorf("too few files: %v", count)
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// A file without an entry is never a file that was judged rightly.
func TestJudge(t *testing.T) {
	const labels = `{"path":"m/a","label":"malicious","family":"pickle","want":["malicious","dangerous"]}
{"path":"b/","label":"benign","family":"other","want":["clean"]}
{"path":"x/c","label":"malformed","family":"other","want":["not read","dangerous","malicious","unknown"]}
`
	for _, tt := range []struct {
		name, files string
		pass        bool
	}{
		{"all right", `{"path":"m/a","verdict":"dangerous"},{"path":"b/1","verdict":"clean"},{"path":"x/c","verdict":"not read"}`, true},
		{"missed", `{"path":"m/a","verdict":"not read"},{"path":"b/1","verdict":"clean"},{"path":"x/c","verdict":"not read"}`, false},
		{"missed without entry", `{"path":"b/1","verdict":"clean"},{"path":"x/c","verdict":"not read"}`, false},
		{"worst file of a folder flagged", `{"path":"m/a","verdict":"malicious"},{"path":"b/1","verdict":"clean"},{"path":"b/d/2","verdict":"dangerous"},{"path":"x/c","verdict":"not read"}`, false},
		{"benign not read", `{"path":"m/a","verdict":"malicious"},{"path":"b/1","verdict":"not read"},{"path":"x/c","verdict":"not read"}`, false},
		{"malformed clean", `{"path":"m/a","verdict":"malicious"},{"path":"b/1","verdict":"clean"},{"path":"x/c","verdict":"clean"}`, false},
		{"malformed without entry", `{"path":"m/a","verdict":"malicious"},{"path":"b/1","verdict":"clean"}`, false},
		{"report of something else", `{"path":"other","verdict":"clean"}`, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range map[string]string{"labels.jsonl": labels, "report.json": `{"files":[` + tt.files + `]}`} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			var out bytes.Buffer
			err := judge(&out, filepath.Join(dir, "report.json"), filepath.Join(dir, "labels.jsonl"), "")
			if (err == nil) != tt.pass {
				t.Errorf("got %v\n%s", err, &out)
			}
		})
	}
}

func TestWilson(t *testing.T) {
	for _, tt := range []struct {
		hit, all  int
		low, high float64
	}{{0, 0, 0, 100}, {0, 10, 0, 27.75}, {10, 10, 72.25, 100}, {5, 10, 23.66, 76.34}} {
		low, high := wilson(tt.hit, tt.all)
		if d := low - tt.low; d > 0.01 || d < -0.01 {
			t.Errorf("%d of %d: from %.2f, want %.2f", tt.hit, tt.all, low, tt.low)
		}
		if d := high - tt.high; d > 0.01 || d < -0.01 {
			t.Errorf("%d of %d: to %.2f, want %.2f", tt.hit, tt.all, high, tt.high)
		}
	}
}
