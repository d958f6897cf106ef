package inventory

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

var update = flag.Bool("update", false, "write book.json from data/*.yaml")

func TestBookIsGenerated(t *testing.T) {
	files, err := filepath.Glob("data/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no book in data: %v", err)
	}
	var all written
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		w, err := read(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all.Libraries = append(all.Libraries, w.Libraries...)
		all.Entries = append(all.Entries, w.Entries...)
	}
	slices.Sort(all.Libraries)
	var want bytes.Buffer
	enc := json.NewEncoder(&want)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(all); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("book.json", want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile("book.json"); err != nil || !bytes.Equal(got, want.Bytes()) {
		t.Errorf("book.json is not what data/*.yaml say (%v); run go test ./internal/source/inventory -run Generated -update", err)
	}
}
