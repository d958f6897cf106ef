package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// ranks are what scanners say, ours and theirs, from harmless to worst; no entry at all is the least.
var ranks = []string{"no entry", "skipped", "clean", "unknown", "suspicious", "not read", "error", "timeout", "crash", "dangerous", "flagged", "malicious"}

// verdicts are the worst by file and by folder above it.
type verdicts map[string]string

func (v verdicts) add(name, verdict string) {
	for at := name; at != ""; {
		if old, ok := v[at]; !ok || slices.Index(ranks, verdict) > slices.Index(ranks, old) {
			v[at] = verdict
		}
		cut := strings.LastIndexByte(strings.TrimSuffix(at, "/"), '/')
		at = at[:cut+1]
	}
}

// of is the verdict of a file, of all below a folder, or of what a container of that name held.
func (v verdicts) of(name string) string {
	for _, at := range []string{name, strings.TrimSuffix(name, "/") + "/"} {
		if verdict, ok := v[at]; ok {
			return verdict
		}
	}
	return "no entry"
}

// found, suspected and quiet are what a verdict amounts to.
func found(verdict string) bool {
	return slices.Index(ranks, verdict) >= slices.Index(ranks, "dangerous")
}

func suspected(verdict string) bool { return verdict == "suspicious" || verdict == "unknown" }

func quiet(verdict string) bool { return slices.Index(ranks, verdict) <= slices.Index(ranks, "clean") }

// said is what one scanner said of everything.
type said struct {
	name    string
	seconds time.Duration // of CPU
	files   verdicts
}

func saidBy(name, path string) (said, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return said{}, err
	}
	var file struct {
		CPU   float64           `json:"cpu"`
		Files map[string]string `json:"files"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return said{}, fmt.Errorf("%s: %w", path, err)
	}
	r := said{name, time.Duration(file.CPU * float64(time.Second)), verdicts{}}
	for f, verdict := range file.Files {
		verdict, _, _ = strings.Cut(verdict, " ") // a crash says of what kind
		if !slices.Contains(ranks, verdict) {
			return said{}, fmt.Errorf("%s: %s has the verdict %q, which is none", path, f, verdict)
		}
		r.files.add(f, verdict)
	}
	return r, nil
}
