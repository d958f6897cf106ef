package globals

import (
	_ "embed" // the data
	"strings"
)

//go:embed data/effects/stdlib.txt
var effectsStdlib string

//go:embed data/benign/stdlib.txt
var benignStdlib string

var (
	stdlibEffects = table{text: effectsStdlib}
	stdlibBenign  = table{text: benignStdlib}
)

// tables are those that a module's names are in, by the package it lies in.
func tables(module string) (effects, benign *table) {
	top, _, _ := strings.Cut(module, ".")
	switch top {
	default:
		return &stdlibEffects, &stdlibBenign
	}
}
