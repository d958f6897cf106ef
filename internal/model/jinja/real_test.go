package jinja

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// TestRealTemplates reads every file of the folder that LODEMARK_TEMPLATES names, such as chat templates out of public model
// repositories, and wants each of them to be parsed and clean.
func TestRealTemplates(t *testing.T) {
	dir := os.Getenv("LODEMARK_TEMPLATES")
	if dir == "" {
		t.Skip("LODEMARK_TEMPLATES names no folder of real chat templates")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal("no templates", err)
	}
	n := 0
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		n++
		for _, e := range Look(src) {
			if e.Verdict != inspect.Clean {
				t.Errorf("%s: %s %s at %d: %s", filepath.Base(f), e.Verdict, e.ID, e.Offset, e.Message)
			} else {
				t.Logf("%s: %s: %s", filepath.Base(f), e.ID, e.Message)
			}
		}
	}
	t.Logf("%d templates", n)
}
