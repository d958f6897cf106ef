//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package durable

import (
	"errors"
	"os"
)

const nonblock = 0

// lockFile refuses: two writers without a lock would write over each other.
func lockFile(*os.File) error { return errors.New("this system has no lock for files") }
