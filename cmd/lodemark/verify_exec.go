package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/lodemark/lodemark/internal/sign"
	"github.com/lodemark/lodemark/internal/sign/copies"
	"github.com/lodemark/lodemark/internal/sign/oms"
	"github.com/lodemark/lodemark/internal/sign/watch"
)

// useFlags say what becomes of a model once it is verified: nothing, a copy for others, a server that loads a private copy, or a watch over it.
type useFlags struct {
	exec     bool
	copyTo   string
	sealed   bool
	watch    bool
	interval time.Duration
	poll     time.Duration
	argv     []string // the command and its arguments

	// prepared is told of what was verified before a server is started or a copy is published; its error keeps that from happening. Nil: nobody asks.
	prepared func(*oms.Result) error
	// event is told of every transition that --watch sees. Nil: nobody asks.
	event func(watch.Event) error
}

func (f *useFlags) add(c *cobra.Command) {
	flags := c.Flags()
	flags.BoolVar(&f.exec, "exec", false, "run the command behind PATH (or behind --) on a verified private copy: {} and LODEMARK_MODEL are its path")
	flags.BoolVar(&f.sealed, "sealed", false, "with --exec: a single file as memory that nobody can write to (Linux)")
	flags.StringVar(&f.copyTo, "copy-to", "", "copy what was signed to this folder, and leave it there only if it is verified")
	flags.BoolVar(&f.watch, "watch", false, "go on watching, and tell every change within seconds")
	flags.DurationVar(&f.interval, "interval", time.Hour, "with --watch: read everything again at this interval")
	flags.DurationVar(&f.poll, "poll", time.Second, "with --watch: look at names, sizes and times at this interval")
}

// any says whether the model is to be used, and not only looked at.
func (f *useFlags) any() bool { return f.exec || f.copyTo != "" || f.watch }

// arguments takes PATH and, with --exec, the command behind it.
func (f *useFlags) arguments(args []string) error {
	uses := 0
	for _, on := range []bool{f.exec, f.copyTo != "", f.watch} {
		if on {
			uses++
		}
	}
	switch {
	case uses > 1:
		return usage("run one of them; a second run can do the other", "--exec, --copy-to and --watch exclude each other")
	case f.sealed && !f.exec:
		return usage("add --exec, or leave it out", "--sealed goes with --exec")
	case f.watch && (f.interval <= 0 || f.poll <= 0):
		return usage("--interval 1h, --poll 1s", "an interval has to be longer than nothing")
	case !f.exec && len(args) != 1:
		return usage("lodemark verify models/helpdesk --trust FILE", "verify needs one file or folder, got %d", len(args))
	case f.exec && len(args) < 2:
		return usage("lodemark verify models/helpdesk --trust FILE --exec -- SERVER --model {}", "--exec needs a command")
	}
	f.argv = args[1:]
	return nil
}

// run uses a model whose signature lies in bundle. tell turns what was found wrong into the command's error.
func (f *useFlags) run(c *cobra.Command, path string, bundle []byte, trust *sign.Trust, o oms.VerifyOptions, tell func(*oms.Result, error) error) error {
	if f.watch {
		return f.keepWatching(c, path, trust, o, tell)
	}
	manifest, signer, err := oms.Signed(bundle, trust, o)
	if err != nil {
		return tell(nil, err)
	}
	var refused error
	made, err := copies.Make(c.Context(), path, manifest, copies.Options{Into: f.copyTo, Sealed: f.sealed, Verify: o, Ready: func(r *oms.Result) error {
		r.Signer = signer
		if f.prepared != nil {
			refused = f.prepared(r)
		}
		return refused
	}})
	if refused != nil {
		return refused
	}
	if c.Context().Err() != nil {
		return context.Canceled
	}
	if changed := (*copies.ChangedError)(nil); errors.As(err, &changed) {
		return &exit{exitGate, err, "nothing was started and nothing is left of the copy; lodemark verify lists all differences"}
	}
	if err != nil {
		return unknown("", "copy %s: %w", plain(path), err)
	}
	stderr := c.ErrOrStderr()
	fmt.Fprintf(stderr, "lodemark: verified %s: %s (%s) as signed by %s\n", plain(path), count(len(made.Result.Files), "file"), bytesOf(made.Bytes), signerName(signer))
	if f.copyTo != "" {
		fmt.Fprintf(stderr, "lodemark: the verified copy is %s\n", plain(made.Path))
		return made.Close()
	}
	err = f.start(c, made)
	if left := made.Close(); left != nil {
		fmt.Fprintf(stderr, "lodemark: error: the private copy could not be removed: %v\n", left)
	}
	return err
}

// start runs the operator's command on the copy, and passes its exit code on.
func (f *useFlags) start(c *cobra.Command, made *copies.Copy) error {
	path := made.Path
	argv := make([]string, len(f.argv))
	child := exec.Command(f.argv[0]) // the operator's own command line; nothing of the model is executed
	if made.Sealed != nil {
		child.ExtraFiles = []*os.File{made.Sealed}
		path = "/proc/self/fd/3" // the first file behind the three that every process has
	}
	for i, a := range f.argv {
		argv[i] = strings.ReplaceAll(a, "{}", path)
	}
	child.Args = argv
	child.Env = append(os.Environ(), "LODEMARK_MODEL="+path)
	child.Stdin, child.Stdout, child.Stderr = c.InOrStdin(), c.OutOrStdout(), c.ErrOrStderr()
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, forwarded(child.Stdin)...)
	defer signal.Stop(signals)
	if err := child.Start(); err != nil {
		return usage("is it installed, and spelt as in a shell? There is none here", "start the command: %w", err)
	}
	ended := make(chan struct{})
	go func() {
		for {
			select {
			case s := <-signals:
				_ = child.Process.Signal(s) // it may have ended meanwhile
			case <-ended:
				return
			}
		}
	}()
	err := child.Wait()
	close(ended)
	return exitOf(err)
}

// forwarded are the signals that are passed on. What a terminal sends when keys are pressed, it sends to the command as well.
func forwarded(stdin io.Reader) []os.Signal {
	all := userSignals()
	file, ok := stdin.(*os.File)
	if ok && term.IsTerminal(int(file.Fd())) {
		return all
	}
	return append(all, os.Interrupt)
}

// exitOf passes the exit code of the command on: as it is, or 128 and the signal's number, as shells do.
func exitOf(err error) error {
	if err == nil {
		return nil
	}
	failed := (*exec.ExitError)(nil)
	if !errors.As(err, &failed) {
		return unknown("", "run the command: %w", err)
	}
	code := failed.ExitCode()
	if status, ok := failed.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		code = 128 + int(status.Signal())
	}
	return &exit{code: code, err: errors.New("")} // the command has said what there is to say
}
