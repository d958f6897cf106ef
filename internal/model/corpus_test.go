package model_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/lodemark/lodemark/scan"
)

// TestCorpus keeps what the corpus of bench/modelcorpus shows. The scanners were mended by what it showed, so this is a test against
// falling back; it does not say how much of hostile files that nobody here has seen is found. The files of real libraries, which need
// Python, come with bench/modelcorpus/run.sh.
func TestCorpus(t *testing.T) {
	if testing.Short() {
		t.Skip("writes and scans 1,800 files")
	}
	dir := t.TempDir()
	corpus := filepath.Join(dir, "corpus")
	tool := filepath.Join(dir, "modelcorpus")
	for _, command := range [][]string{{"go", "build", "-o", tool, "../../bench/modelcorpus"}, {tool, "-out", corpus}} {
		if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", command, err, out)
		}
	}
	result, err := scan.Path(t.Context(), corpus, scan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	report := filepath.Join(dir, "report.json")
	text, err := json.Marshal(result)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(report, text, 0o644); err != nil {
		t.Fatal(err)
	}
	misses := filepath.Join(dir, "misses.md")
	out, err := exec.Command(tool, "-judge", report, "-labels", filepath.Join(corpus, "labels.jsonl"), "-misses", misses).CombinedOutput()
	if err != nil {
		list, _ := os.ReadFile(misses)
		t.Errorf("%v\n%s\n%s", err, out, list)
	}
}
