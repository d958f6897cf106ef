package hdf5

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// listing is what is in a file, as testdata/write.py lists it.
type listing struct {
	File       string   `json:"file"`
	Links      [][4]any `json:"links"`
	Attributes [][3]any `json:"attributes"`
	Datasets   [][2]any `json:"datasets"`
}

// Files that the HDF5 library writes, in every layout that h5py can ask it for, are read as the library reads them.
func TestAgreesWithLibrary(t *testing.T) {
	python := "/usr/bin/python3"
	if exec.Command(python, "-c", "import h5py").Run() != nil {
		t.Skip("needs h5py: apt-get install python3-h5py")
	}
	folder := t.TempDir()
	out, err := exec.Command(python, "testdata/write.py", folder).Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 64<<20)
	n := 0
	for lines.Scan() {
		var want listing
		if err := json.Unmarshal(lines.Bytes(), &want); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(folder, want.File))
		if err != nil {
			t.Fatal(err)
		}
		n++
		got, err := list(b)
		if err != nil {
			t.Errorf("%s: %v", want.File, err)
			continue
		}
		for what, pair := range map[string][2]any{"links": {want.Links, got.Links}, "attributes": {want.Attributes, got.Attributes}, "datasets": {want.Datasets, got.Datasets}} {
			if a, b := sorted(t, pair[0]), sorted(t, pair[1]); a != b {
				t.Errorf("%s: %s differ:\n%.2000s\n%.2000s", want.File, what, a, b)
			}
		}
		for i := range 40 { // cut anywhere, none is taken for whole
			if at := len(b) * i / 40; clean(b[:at]) {
				t.Errorf("%s cut to %d of %d bytes passes", want.File, at, len(b))
			}
		}
	}
	if n < 90 {
		t.Errorf("only %d files", n)
	}
}

func list(b []byte) (listing, error) {
	var out listing
	p := part(b)
	at, ok := Find(p)
	if !ok {
		return out, damaged(0, "has no signature")
	}
	f, err := Open(p, p.Size, at)
	if err != nil {
		return out, err
	}
	return out, f.Walk(context.Background(), Visitor{
		Link: func(path string, l Link) error {
			out.Links = append(out.Links, [4]any{latin(path), l.Kind, latin(l.Target), latin(l.File)})
			return nil
		},
		Attribute: func(path string, a *Attribute) error {
			var value any
			if a.Text {
				texts, _, err := a.Texts(1<<20, maxText)
				if err != nil {
					return err
				}
				list := []string{}
				for _, s := range texts {
					list = append(list, latin(s))
				}
				value = list
			}
			out.Attributes = append(out.Attributes, [3]any{latin(path), latin(a.Name), value})
			return nil
		},
		Object: func(o *Object) error {
			if o.Dataset != nil {
				out.Datasets = append(out.Datasets, [2]any{latin(o.Path), append([]int64{}, o.Dataset.Dims...)})
			}
			return nil
		},
	})
}

// latin writes each byte as a letter, as the script does.
func latin(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteRune(rune(s[i]))
	}
	return b.String()
}

func sorted(t *testing.T, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var items []json.RawMessage
	if err := json.Unmarshal(b, &items); err != nil {
		t.Fatal(err)
	}
	lines := []string{}
	for _, i := range items {
		var c bytes.Buffer
		if err := json.Compact(&c, i); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, c.String())
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func part(b []byte) *inspect.Part {
	return inspect.NewPart("model.h5", bytes.NewReader(b), int64(len(b)), &inspect.Found{}, nil)
}

// clean says whether a file would be taken for whole and harmless.
func clean(b []byte) bool {
	p := part(b)
	if !Claims(p) {
		return false
	}
	return Scan(context.Background(), p, nil) == nil && p.Found().Verdict == inspect.Clean
}
