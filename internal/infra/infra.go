// Package infra reads how a system is built and run: container files, compose files, Kubernetes manifests, Terraform,
// workflows of GitHub and GitLab, and systemd units. Every fact keeps the line it stands on.
//
// The readers know formats and nothing about guidelines. They take bytes and return values; nothing is executed, no variable
// is looked up outside the file, and what a file leaves open stays open.
package infra

import (
	"errors"
	"fmt"
)

// Error says where a file stops making sense.
type Error struct {
	Line    int // 1-based; 0: not known
	Message string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Message
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Message)
}

// LineOf is the line at which a file stops making sense; 0 where the error does not say.
func LineOf(err error) int {
	if e := (*Error)(nil); errors.As(err, &e) {
		return e.Line
	}
	return 0
}

// Value is a scalar as it is written, with its line. The zero value is one that is not there.
type Value struct {
	Text string
	Line int // 1-based; 0: not there
}

// Given says whether the value stands in the file, be it empty.
func (v Value) Given() bool { return v.Line > 0 }

// True says whether the value is given and a truth that YAML 1.1 and 1.2 readers agree on.
func (v Value) True() bool { return v.Text == "true" || v.Text == "True" || v.Text == "TRUE" }

// False says whether the value is given and false.
func (v Value) False() bool { return v.Text == "false" || v.Text == "False" || v.Text == "FALSE" }

// Setting is a named value: an environment variable, an argument, an input.
type Setting struct {
	Name  string
	Value Value
}
