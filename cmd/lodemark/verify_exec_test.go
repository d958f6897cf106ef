//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark/internal/sign"
	"github.com/lodemark/lodemark/internal/sign/oms"
	"github.com/lodemark/lodemark/internal/sign/watch"
)

// inUse is the part of the verify command that uses what is verified.
func inUse(v *verifyFlags, u *useFlags) *cobra.Command {
	c := &cobra.Command{Use: "verify PATH", SilenceErrors: true, SilenceUsage: true,
		Args: func(_ *cobra.Command, args []string) error { return u.arguments(args) },
		RunE: func(c *cobra.Command, args []string) error {
			options, err := v.options(args[0])
			if err != nil {
				return err
			}
			bundle, trust, err := v.read(args[0], options)
			if err != nil {
				return err
			}
			return u.run(c, args[0], bundle, trust, options, func(r *oms.Result, err error) error { return v.outcome(args[0], r, err) })
		}}
	v.trust.add(c)
	u.add(c)
	return c
}

// served is a signed model and a command that may use it.
type served struct {
	t              *testing.T
	dir, public    string
	stdout, stderr *syncBuffer
	use            useFlags
	temp           string
}

// syncBuffer is written by a command that runs, and read by the test.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func newServed(t *testing.T) *served {
	t.Helper()
	top := t.TempDir()
	s := &served{t: t, dir: filepath.Join(top, "model"), public: filepath.Join(top, "release.pub"), stdout: &syncBuffer{}, stderr: &syncBuffer{}, temp: t.TempDir()}
	t.Setenv("TMPDIR", s.temp)
	key, err := sign.NewKey(sign.Ed25519)
	check(t, err, os.WriteFile(s.public, key.PEM(), 0o644), os.Mkdir(s.dir, 0o755))
	s.write("weights.bin", "signed weights")
	s.write("config.json", "{}")
	sig := filepath.Join(s.dir, "model.sig")
	bundle, err := oms.Sign(t.Context(), s.dir, oms.Options{Signature: sig}, key)
	check(t, err, os.WriteFile(sig, bundle, 0o644))
	return s
}

func check(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// write exchanges a file at once, so that no watch sees a half.
func (s *served) write(name, content string) {
	s.t.Helper()
	beside := s.dir + ".new"
	check(s.t, os.WriteFile(beside, []byte(content), 0o644), os.Rename(beside, filepath.Join(s.dir, name)))
}

func (s *served) run(ctx context.Context, args ...string) error {
	c := inUse(&verifyFlags{}, &s.use)
	c.SetArgs(append([]string{s.dir, "--trust", s.public}, args...))
	c.SetIn(strings.NewReader(""))
	c.SetOut(s.stdout)
	c.SetErr(s.stderr)
	return c.ExecuteContext(ctx)
}

// nothingLeft checks that no private copy is left behind.
func (s *served) nothingLeft() {
	s.t.Helper()
	entries, err := os.ReadDir(s.temp)
	check(s.t, err)
	if len(entries) > 0 {
		s.t.Errorf("%s is left", entries[0].Name())
	}
}

func codeOf(err error) int {
	if err == nil {
		return exitOK
	}
	if e := (*exit)(nil); errors.As(err, &e) {
		return e.code
	}
	return -1
}

func TestExec(t *testing.T) {
	for _, row := range []struct {
		name   string
		args   []string
		tamper func(s *served)
		code   int
		stdout string
		says   string // on standard error, or of the error
	}{
		{"a command behind PATH", []string{"--exec", "cat", "{}/weights.bin"}, nil, 0, "signed weights", "verified"},
		{"a command behind two dashes, with flags", []string{"--exec", "--", "sh", "-c", `cat "$LODEMARK_MODEL/weights.bin"`}, nil, 0, "signed weights", "2 files"},
		{"no shell sees the arguments", []string{"--exec", "--", "echo", "$HOME; {}", "|", "x"}, nil, 0, "$HOME; /", ""},
		{"its exit code is passed on", []string{"--exec", "--", "sh", "-c", "exit 42"}, nil, 42, "", ""},
		{"a signal that ended it, too", []string{"--exec", "--", "sh", "-c", "kill -KILL $$"}, nil, 128 + 9, "", ""},
		{"what was not signed is not there", []string{"--exec", "--", "ls", "-A", "{}"}, nil, 0, "config.json\nweights.bin\n", ""},
		{"nobody writes to the copy by accident", []string{"--exec", "--", "sh", "-c", `stat -c %a "$LODEMARK_MODEL" "$LODEMARK_MODEL/weights.bin"`}, nil, 0, "500\n400\n", ""},
		{"a changed model starts nothing", []string{"--exec", "echo", "started"}, func(s *served) { s.write("weights.bin", "poison weights") }, exitGate, "", "weights.bin is changed"},
		{"a file more starts nothing", []string{"--exec", "echo", "started"}, func(s *served) { s.write("x.py", "import os") }, exitGate, "", "x.py is beyond the signature"},
		{"no such command", []string{"--exec", "no-such-command-anywhere"}, nil, exitUsage, "", "start the command"},
		{"no command", []string{"--exec"}, nil, exitUsage, "", "needs a command"},
		{"two uses", []string{"--exec", "--watch", "true"}, nil, exitUsage, "", "exclude each other"},
		{"a folder cannot be sealed", []string{"--exec", "--sealed", "true"}, nil, exitUnknown, "", "only a single file can be sealed"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := newServed(t)
			if row.tamper != nil {
				row.tamper(s)
			}
			err := s.run(t.Context(), row.args...)
			said := s.stderr.String()
			if err != nil {
				said += err.Error()
			}
			if codeOf(err) != row.code || !strings.HasPrefix(s.stdout.String(), row.stdout) || row.stdout == "" && s.stdout.String() != "" || !strings.Contains(said, row.says) {
				t.Errorf("code %d, wrote %q, said %q", codeOf(err), s.stdout, said)
			}
			s.nothingLeft()
		})
	}
}

// The record is kept before the server starts; where it cannot be kept, nothing starts.
func TestExecPrepared(t *testing.T) {
	s := newServed(t)
	s.use.prepared = func(r *oms.Result) error {
		if s.stdout.String() != "" || len(r.Files) != 2 || !r.Signer.Trusted {
			t.Errorf("prepared too late, or with %+v", r)
		}
		return nil
	}
	check(t, s.run(t.Context(), "--exec", "echo", "started"))
	s.use.prepared = func(*oms.Result) error { return unknown("", "the disk is full") }
	if err := s.run(t.Context(), "--exec", "echo", "started"); codeOf(err) != exitUnknown || strings.Count(s.stdout.String(), "started") != 1 {
		t.Errorf("%v, %q", err, s.stdout)
	}
	s.nothingLeft()
}

// A single file as memory that nobody can write to.
func TestExecSealed(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("Linux alone seals memory")
	}
	s := newServed(t)
	file := filepath.Join(s.dir, "weights.bin")
	key, err := sign.NewKey(sign.Ed25519)
	check(t, err, os.WriteFile(s.public, key.PEM(), 0o644))
	for _, shard := range []int64{0, 5} {
		bundle, err := oms.Sign(t.Context(), file, oms.Options{ShardSize: shard}, key)
		check(t, err, os.WriteFile(file+".sig", bundle, 0o644))
		sealed := func(args ...string) error {
			*s.stdout = syncBuffer{}
			c := inUse(&verifyFlags{}, &s.use)
			c.SetArgs(append([]string{file, "--trust", s.public, "--exec", "--sealed", "--"}, args...))
			c.SetOut(s.stdout)
			c.SetErr(s.stderr)
			return c.ExecuteContext(t.Context())
		}
		if err := sealed("cat", "{}"); err != nil || s.stdout.String() != "signed weights" {
			t.Errorf("shards of %d: %v, %q", shard, err, s.stdout)
		}
		// Opening it to write succeeds, as the user owns it; the kernel refuses every byte.
		err = sealed("sh", "-c", `printf poison 1<> "$LODEMARK_MODEL"; cat "$LODEMARK_MODEL"`)
		if err != nil || s.stdout.String() != "signed weights" {
			t.Errorf("shards of %d: %v, %q", shard, err, s.stdout)
		}
		for _, content := range []string{"poison weights", "signed weights and more", "signed", ""} {
			check(t, os.WriteFile(file, []byte(content), 0o644))
			if err := sealed("cat", "{}"); codeOf(err) != exitGate || s.stdout.String() != "" {
				t.Errorf("shards of %d, %q: %v, %q", shard, content, err, s.stdout)
			}
		}
		check(t, os.WriteFile(file, []byte("signed weights"), 0o644))
	}
	s.nothingLeft()
}

// Signals reach the server, and its answer comes back.
func TestExecSignals(t *testing.T) {
	s := newServed(t)
	done := make(chan error, 1)
	go func() {
		done <- s.run(t.Context(), "--exec", "--", "sh", "-c", `trap 'echo reloaded' USR1; trap 'echo bye; exit 7' TERM; echo ready; while :; do sleep 0.02; done`)
	}()
	for _, step := range []struct {
		wait string
		send syscall.Signal
	}{{"ready", syscall.SIGUSR1}, {"reloaded", syscall.SIGTERM}} {
		deadline := time.Now().Add(10 * time.Second)
		for !strings.Contains(s.stdout.String(), step.wait) {
			if time.Now().After(deadline) {
				t.Fatalf("no %q: %q", step.wait, s.stdout)
			}
			time.Sleep(5 * time.Millisecond)
		}
		check(t, syscall.Kill(os.Getpid(), step.send))
	}
	select {
	case err := <-done:
		if codeOf(err) != 7 || !strings.Contains(s.stdout.String(), "bye") {
			t.Errorf("%v, %q", err, s.stdout)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it goes on after SIGTERM")
	}
	s.nothingLeft()
}

// A copy for others: complete or not there, made anew over an earlier one, and never beside anything that is not signed.
func TestCopyTo(t *testing.T) {
	s := newServed(t)
	to := filepath.Join(t.TempDir(), "models")
	list := func() string {
		var names []string
		check(t, filepath.WalkDir(to, func(p string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				names = append(names, filepath.Base(p))
			}
			return err
		}))
		return strings.Join(names, " ")
	}
	check(t, s.run(t.Context(), "--copy-to", to))
	if got := list(); got != "config.json weights.bin" {
		t.Error(got)
	}
	check(t, os.Mkdir(filepath.Join(to, ".lodemark-copy-1"), 0o700), os.WriteFile(filepath.Join(to, ".lodemark-copy-1", "half"), nil, 0o600))
	check(t, s.run(t.Context(), "--copy-to", to)) // a restarted init container, after one that was killed
	if got := list(); got != "config.json weights.bin" {
		t.Error(got)
	}
	info, err := os.Stat(filepath.Join(to, "weights.bin"))
	check(t, err)
	if info.Mode().Perm() != 0o444 {
		t.Errorf("permissions %v: the server runs as somebody else", info.Mode())
	}
	check(t, os.WriteFile(filepath.Join(to, "x.py"), nil, 0o644))
	if err := s.run(t.Context(), "--copy-to", to); codeOf(err) != exitUnknown || !strings.Contains(err.Error(), "x.py, which is not signed") {
		t.Errorf("beside another file: %v", err)
	}
	check(t, os.Remove(filepath.Join(to, "x.py")))
	s.write("weights.bin", "poison weights")
	empty := filepath.Join(t.TempDir(), "models")
	if err := s.run(t.Context(), "--copy-to", empty); codeOf(err) != exitGate {
		t.Errorf("changed: %v", err)
	}
	to = empty
	if got := list(); got != "" {
		t.Errorf("a refused copy left %s", got)
	}
	s.nothingLeft()
}

// The watch writes a line for every transition, hands each on, and ends with the last state.
func TestWatch(t *testing.T) {
	s := newServed(t)
	var mu sync.Mutex
	var kept []watch.State
	s.use.event = func(e watch.Event) error {
		mu.Lock()
		defer mu.Unlock()
		kept = append(kept, e.State)
		return nil
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	done := make(chan error, 1)
	go func() { done <- s.run(ctx, "--watch", "--poll", "20ms") }()
	for lines, act := range []func(){
		func() { s.write("weights.bin", "poison weights") },
		func() { s.write("weights.bin", "signed weights") },
		func() { check(t, os.Remove(filepath.Join(s.dir, "config.json"))) },
		stop,
	} {
		deadline := time.Now().Add(10 * time.Second)
		for strings.Count(s.stdout.String(), "\n") <= lines {
			if time.Now().After(deadline) {
				t.Fatalf("%d lines are missing: %s", lines, s.stdout)
			}
			time.Sleep(5 * time.Millisecond)
		}
		act()
	}
	if err := <-done; codeOf(err) != exitGate {
		t.Errorf("ended with %v", err)
	}
	var states []string
	d := json.NewDecoder(strings.NewReader(s.stdout.String()))
	for {
		var line struct {
			State       string
			Differences []struct{ What, Path string }
		}
		if err := d.Decode(&line); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		states = append(states, line.State)
		for _, x := range line.Differences {
			states = append(states, x.What+" "+x.Path)
		}
	}
	want := "verified, changed, changed weights.bin, verified, changed, missing config.json"
	if got := strings.Join(states, ", "); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(kept) != 4 {
		t.Errorf("handed on: %v", kept)
	}
}
