// Package report draws a run: for a terminal, as JSON, SARIF, Markdown, JUnit and one self-contained HTML page. Reports say
// what the run holds and nothing else; text of the target can never leave its place in one.
package report

import (
	"io"

	"github.com/lodemark/lodemark"
)

// Options say how a report is drawn. Only text looks at Width (columns; zero: 80), Color and ASCII.
type Options struct {
	Width   int
	Color   bool
	ASCII   bool // no character outside ASCII
	Verbose bool // every clause with its reason, every finding with its lines
	// Threats are how the threats of the system stand, for the page; nil: there is no threat model.
	Threats *Threats
}

// Format is one way to draw a run.
type Format struct {
	Name, About string
	Write       func(io.Writer, *lodemark.Run, Options) error
}

// Formats lists the formats, text first.
func Formats() []Format {
	return []Format{
		{"text", "for people at a terminal", writeText},
		{"json", "everything, for programs", writeJSON},
		{"sarif", "findings for code scanning (SARIF 2.1.0)", writeSARIF},
		{"markdown", "for a pull request comment", writeMarkdown},
		{"html", "one self-contained page", writeHTML},
		{"junit", "clauses as test cases", writeJUnit},
	}
}
