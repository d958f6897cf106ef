// Package schema holds the published JSON Schemas (draft 2020-12) of the files that lodemark reads and writes.
package schema

import (
	"embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed *.schema.json
var files embed.FS

const ending = ".schema.json"

// Names lists the schemas in order: "decision", "lodemark" and the like. Each stands in the file NAME.schema.json.
func Names() []string {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic("the embedded schemas cannot be listed: " + err.Error()) // they are compiled in
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ending))
	}
	slices.Sort(names) // "diff-a.schema.json" stands before "diff.schema.json"
	return names
}

// Read gives the text of a schema, by its name or the name of its file.
func Read(name string) ([]byte, error) {
	name = strings.TrimSuffix(name, ending)
	if !slices.Contains(Names(), name) {
		return nil, fmt.Errorf("reading schema %q: there are %s", name, strings.Join(Names(), ", "))
	}
	return files.ReadFile(name + ending)
}
