package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"unicode/utf8"

	"golang.org/x/term"
)

// Passphrases come from these variables, or from the terminal: never from a flag, which everybody on the machine can read.
const (
	passphraseVariable    = "LODEMARK_PASSPHRASE"
	oldPassphraseVariable = "LODEMARK_OLD_PASSPHRASE" // of the file that is imported, where it has another
)

// minPassphrase is the shortest that a new key is protected with, in characters.
const minPassphrase = 12

// passphraseOf is the passphrase of a key that is there.
func passphraseOf(stderr io.Writer, key string) ([]byte, error) {
	if p := os.Getenv(passphraseVariable); p != "" {
		return []byte(p), nil
	}
	return ask(stderr, "Passphrase of "+plain(key)+": ")
}

// importPassphrase is the passphrase of a file that is imported.
func importPassphrase(stderr io.Writer, file string) ([]byte, error) {
	if p := os.Getenv(oldPassphraseVariable); p != "" {
		return []byte(p), nil
	}
	return passphraseOf(stderr, file)
}

// newPassphrase is the passphrase of a key that is being made; asked twice.
func newPassphrase(stderr io.Writer, key string) ([]byte, error) {
	p := []byte(os.Getenv(passphraseVariable))
	if len(p) == 0 {
		var err error
		if p, err = ask(stderr, "New passphrase of "+plain(key)+": "); err != nil {
			return nil, err
		}
		again, err := ask(stderr, "Once more: ")
		if err != nil {
			return nil, err
		}
		if !bytes.Equal(p, again) {
			return nil, usage("try again", "the two passphrases differ")
		}
	}
	if utf8.RuneCount(p) < minPassphrase {
		return nil, usage("some random words are easy to remember", "the passphrase has %d characters, and at least %d keep a thief of the file busy", utf8.RuneCount(p), minPassphrase)
	}
	return p, nil
}

// ask reads a line from the terminal without showing it.
func ask(stderr io.Writer, prompt string) ([]byte, error) {
	in := os.Stdin
	if !term.IsTerminal(int(in.Fd())) {
		tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
		if err != nil {
			return nil, usage("set "+passphraseVariable, "the key is protected, and there is no terminal to ask for the passphrase")
		}
		defer tty.Close()
		in = tty
	}
	fmt.Fprint(stderr, prompt)
	defer fmt.Fprintln(stderr)
	return readHidden(in)
}

// readHidden gives the terminal back as it was also where somebody interrupts.
func readHidden(in *os.File) ([]byte, error) {
	state, err := term.GetState(int(in.Fd()))
	if err != nil {
		return nil, fmt.Errorf("ask for a passphrase: %w", err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	type answer struct {
		line []byte
		err  error
	}
	done := make(chan answer, 1)
	go func() {
		line, err := term.ReadPassword(int(in.Fd()))
		done <- answer{line, err}
	}()
	select {
	case a := <-done:
		if a.err != nil {
			return nil, fmt.Errorf("ask for a passphrase: %w", a.err)
		}
		return a.line, nil
	case <-ctx.Done():
		return nil, errors.Join(context.Canceled, term.Restore(int(in.Fd()), state))
	}
}
