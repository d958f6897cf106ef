//go:build unix

package main

import (
	"os"
	"syscall"
)

// userSignals are those that people and supervisors send to a process to make it do something.
func userSignals() []os.Signal {
	return []os.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGWINCH, syscall.SIGCONT}
}
