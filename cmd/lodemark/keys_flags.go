package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark/internal/sign"
)

// keyFlags choose the key that signs.
type keyFlags struct {
	key    string   // name in the folder of keys, or a file
	folder string   // of keys
	apart  []string // folders, the target's above all, that the key must not lie in; set before private is called
}

func (f *keyFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.key, "key", "", "sign with this key: a name of lodemark keys, or a file")
	addKeys(c, &f.folder)
}

func addKeys(c *cobra.Command, folder *string) {
	c.Flags().StringVar(folder, "keys", "", "the folder of your keys (default: lodemark/keys in your configuration folder)")
}

// set says whether a key was asked for.
func (f *keyFlags) set() bool { return f.key != "" }

// private opens the key. The passphrase comes from LODEMARK_PASSPHRASE, or is asked on the terminal.
func (f *keyFlags) private(stderr io.Writer) (*sign.PrivateKey, error) {
	if f.key == "" {
		return nil, usage("lodemark keys new NAME makes one", "--key names no key")
	}
	passphrase := func() ([]byte, error) { return passphraseOf(stderr, f.key) }
	if isFile(f.key) {
		if err := keepApart(f.key, f.apart); err != nil {
			return nil, err
		}
		key, err := sign.ReadPrivateFile(f.key, passphrase)
		return key, keyProblem(err)
	}
	dir, err := keyFolder(f.folder)
	if err != nil {
		return nil, err
	}
	if err := keepApart(dir, f.apart); err != nil {
		return nil, err
	}
	folder, err := sign.OpenKeys(dir)
	if err != nil {
		return nil, keyProblem(err)
	}
	key, err := folder.Private(f.key, time.Now(), passphrase)
	return key, keyProblem(err)
}

// isFile says whether --key means a file. A plain name never does: what lies in the working folder may be the target's.
func isFile(key string) bool {
	return strings.ContainsAny(key, `/\`) || filepath.Ext(key) == ".pem" || filepath.Ext(key) == ".key"
}

// keyFolder is the folder of the operator's keys.
func keyFolder(given string) (string, error) {
	if given != "" {
		return given, nil
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", usage("name the folder with --keys", "there is no configuration folder to keep keys in: %w", err)
	}
	return filepath.Join(dir, "lodemark", "keys"), nil
}

// keyProblem turns what package sign says into an error with a hint, and keeps what has one.
func keyProblem(err error) error {
	var known *exit
	var permission *sign.PermissionError
	switch {
	case err == nil || errors.As(err, &known) || errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &permission):
		return usage(fmt.Sprintf("chmod %o %s; if others could have read a private key, make a new one", permission.Want, permission.Path), "%w", err)
	case errors.Is(err, fs.ErrNotExist):
		return usage("name a file that is there", "%w", err)
	}
	return usage(hintOf(err), "%w", err)
}

// keepApart refuses a key that lies in one of the trees, or in any AI system at all: whoever may change the system could then sign for
// it, and a copy of the system would hold the key (DEP-2.7).
func keepApart(key string, trees []string) error {
	path := settled(key)
	for _, tree := range trees {
		if inside(path, settled(tree)) {
			return usage("keep keys elsewhere: lodemark keys uses your configuration folder", "the key %s lies in %s, which it is to vouch for: whoever changes the one could sign with the other", plain(key), plain(tree))
		}
	}
	for dir := path; ; dir = filepath.Dir(dir) {
		for _, mark := range []string{"lodemark.yaml", ".lodemark"} {
			if _, err := os.Lstat(filepath.Join(dir, mark)); err == nil {
				return usage("keep keys elsewhere: lodemark keys uses your configuration folder", "the key %s lies in the AI system %s: whoever changes the one could sign with the other", plain(key), plain(dir))
			}
		}
		if filepath.Dir(dir) == dir {
			return nil
		}
	}
}

// settled is the absolute path without links, as far as it exists.
func settled(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return filepath.Clean(path)
	}
	for rest := ""; ; {
		if real, err := filepath.EvalSymlinks(abs); err == nil {
			return filepath.Join(real, rest)
		}
		if filepath.Dir(abs) == abs {
			return filepath.Join(abs, rest)
		}
		rest = filepath.Join(filepath.Base(abs), rest)
		abs = filepath.Dir(abs)
	}
}

func inside(path, tree string) bool {
	rel, err := filepath.Rel(tree, path)
	return err == nil && filepath.IsLocal(rel)
}

// trustFlags say whom the operator believes.
type trustFlags struct {
	paths []string
	apart []string // folders, the target's above all, that no trust may come from; set before read is called
}

func (f *trustFlags) add(c *cobra.Command) {
	c.Flags().StringArrayVar(&f.paths, "trust", nil, "whom you believe: a PEM file, a folder of them, or a trust.yaml; repeatable")
}

// read reads them all; nil, which trusts nobody, where none is given.
func (f *trustFlags) read() (*sign.Trust, error) {
	var all *sign.Trust
	for _, path := range f.paths {
		for _, tree := range f.apart {
			if inside(settled(path), settled(tree)) {
				return nil, usage("take it from somewhere that the target cannot change", "--trust %s lies in %s: a target does not say whom to believe about itself", plain(path), plain(tree))
			}
		}
		one, err := sign.ReadTrust(path)
		if err != nil {
			return nil, usage(cmpHint(hintOf(err), "lodemark keys export writes such files, lodemark schema trust shows the layout"), "--trust: %w", err)
		}
		for _, file := range one.Files() { // a link in a folder, or a file that trust.yaml names, may lie elsewhere
			for _, tree := range f.apart {
				if inside(settled(file), settled(tree)) {
					return nil, usage("take it from somewhere that the target cannot change", "--trust %s reads %s, which lies in %s: a target does not say whom to believe about itself", plain(path), plain(file), plain(tree))
				}
			}
		}
		all = all.Merge(one)
	}
	return all, nil
}

func cmpHint(hint, otherwise string) string {
	if hint != "" {
		return hint
	}
	return otherwise
}
