package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What a person sees: the program runs in a real terminal of 80 and of 200 columns, and the screen is compared with the one
// that was looked at and found good. Write it anew with -update, and look again.
func TestTerminal(t *testing.T) {
	if _, err := exec.LookPath("tmux"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("tmux is not installed, and in CI the terminal has to be tried")
		}
		t.Skip("SKIPPED: tmux is not installed, so nobody tried a real terminal")
	}
	binary := filepath.Join(t.TempDir(), "lodemark")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	examples, err := filepath.Abs(filepath.Join("..", "..", "examples"))
	if err != nil {
		t.Fatal(err)
	}
	for _, width := range []int{80, 200} {
		for name, command := range map[string]string{
			"helpdesk-risky": "assess helpdesk-risky --at 2026-11-01",
			"helpdesk-sound": "assess helpdesk-sound --at 2026-11-01",
			"code":           "code helpdesk-risky/app helpdesk-risky/tools --severity medium",
			"bom":            "bom helpdesk-sound --at 2026-11-01",
			"secrets":        "secrets helpdesk-risky",
			"lock":           "lock helpdesk-sound --check",
			"advisories":     "advisories helpdesk-sound --at 2026-11-01 --cache '' --database ../cmd/lodemark/testdata/advisories",
		} {
			name := fmt.Sprintf("terminal-%s-%d.txt", name, width)
			t.Run(name, func(t *testing.T) {
				got := screen(t, width, fmt.Sprintf("cd %s && %s %s", examples, binary, command))
				for i, line := range strings.Split(got, "\n") {
					if n := len([]rune(line)); n > width {
						t.Errorf("line %d has %d characters", i+1, n)
					}
				}
				golden := filepath.Join("testdata", name)
				if *update {
					if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(golden)
				if err != nil || string(want) != got {
					t.Errorf("the screen is another one (%v); look at it, then run with -update\n%s", err, cmp.Diff(string(want), got))
				}
			})
		}
	}
}

// screen runs a shell command in a terminal of its own and returns what stands on it in the end.
func screen(t *testing.T, width int, command string) string {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "tmux")
	done := filepath.Join(t.TempDir(), "done")
	tmux := func(args ...string) string {
		t.Helper()
		c := exec.Command("tmux", append([]string{"-S", socket, "-f", "/dev/null"}, args...)...)
		c.Env = append(os.Environ(), "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "CI=", "NO_COLOR=")
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("tmux %s: %v\n%s", args[0], err, out)
		}
		return string(out)
	}
	// The screen is tall enough for the whole report, so that nothing depends on scrolling.
	tmux("-u", "new-session", "-d", "-x", fmt.Sprint(width), "-y", "500", command+"; touch "+done+"; sleep 60")
	defer tmux("kill-server")
	for deadline := time.Now().Add(50 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if _, err := os.Stat(done); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the command did not end:\n%s", tmux("capture-pane", "-p"))
		}
	}
	time.Sleep(100 * time.Millisecond) // the last lines may still be on their way to the screen
	return strings.TrimRight(tmux("capture-pane", "-p"), "\n") + "\n"
}
