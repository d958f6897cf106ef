package model

import (
	"bytes"
	"strings"
)

// base is the last element of a path of any kind of slashes.
func base(name string) string {
	return name[strings.LastIndexAny(name, `/\`)+1:]
}

// place is the first line of a stack trace that is ours, for a message that helps to find the defect.
func place(stack []byte) string {
	ours := []byte("/internal/model/")
	panicked := false
	for line := range bytes.Lines(stack) {
		panicked = panicked || bytes.HasPrefix(line, []byte("panic("))
		if at := bytes.Index(line, ours); panicked && at >= 0 && bytes.HasPrefix(line, []byte("\t")) {
			where, _, _ := strings.Cut(strings.TrimSpace(string(line[at+1:])), " ")
			return where
		}
	}
	return "unknown place"
}
