//go:build unix

package durable

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// What is written to a pipe arrives in it, and the pipe stays one: so does /dev/null, for those who may replace it.
func TestWriteFileKeepsPipes(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skipf("SKIPPED: no pipe can be made here, so writing into one was not tested: %v", err)
	}
	got := make(chan string, 1)
	go func() {
		data, _ := os.ReadFile(path)
		got <- string(data)
	}()
	if info, _ := os.Lstat(path); info.Mode()&fs.ModeNamedPipe == 0 {
		t.Fatal("no pipe to begin with")
	}
	if err := WriteFile(path, 0o644, text("report")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(path); err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		t.Fatalf("the pipe is %v now, %v", info.Mode(), err)
	}
	if s := <-got; s != "report" {
		t.Errorf("%q arrived", s)
	}
	only(t, dir, "pipe")
}
