package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// An interrupt ends the run with a word about it, and leaves no report, no half of one, and no temporary file.
func TestInterruptLeavesNoHalfFile(t *testing.T) {
	dir := t.TempDir()
	binary := filepath.Join(dir, "lodemark")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	tree := filepath.Join(dir, "tree")
	for i := range 4000 {
		folder := filepath.Join(tree, fmt.Sprint("part", i%40))
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprintf("services:\n  s%d:\n    image: vllm/vllm-openai:latest\n    ports: [\"%d:8000\"]\n", i, 10000+i)
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("compose.part%d.yaml", i)), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(dir, "out")
	if err := os.Mkdir(out, 0o755); err != nil {
		t.Fatal(err)
	}
	// How long a run takes depends on the machine, so the delay is halved until an interrupt comes before the end.
	for delay := 2 * time.Second; delay > time.Millisecond; delay /= 2 {
		c := exec.Command(binary, "assess", tree, "-q", "--format", "json="+filepath.Join(out, "report.json"), "--format", "html="+filepath.Join(out, "report.html"))
		var stderr strings.Builder
		c.Stderr = &stderr
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(delay)
		_ = c.Process.Signal(os.Interrupt) // an error says that it has ended already
		err := c.Wait()
		left, readErr := os.ReadDir(out)
		if readErr != nil {
			t.Fatal(readErr)
		}
		if c.ProcessState.ExitCode() == exitUnknown {
			if len(left) > 0 || !strings.Contains(stderr.String(), "interrupted") {
				t.Errorf("%d file(s) left, said %q", len(left), stderr.String())
			}
			return
		}
		for _, e := range left { // ended before: then every file is whole
			data, err := os.ReadFile(filepath.Join(out, e.Name()))
			if err != nil || strings.HasSuffix(e.Name(), ".json") && !json.Valid(data) {
				t.Errorf("%s is not whole: %v", e.Name(), err)
			}
			os.Remove(filepath.Join(out, e.Name()))
		}
		t.Logf("after %v: %v", delay, err)
	}
	t.Error("no interrupt came before the end of a run")
}
