package report

import (
	"io"

	"github.com/lodemark/lodemark"
)

// BOM is the inventory of a system that is to be told, with what only the operator can say of it.
type BOM struct {
	Run      *lodemark.Run
	Author   string // who makes this inventory known; empty: not said
	Version  string // of the system; empty: not said
	Elements bool   // text and markdown list the minimum elements of an SBOM for AI one by one
}

// BOMFormat is one way to tell an inventory.
type BOMFormat struct {
	Name, About string
	Write       func(io.Writer, *BOM, Options) error
}

// BOMFormats lists the formats, text first.
func BOMFormats() []BOMFormat {
	return []BOMFormat{
		{"text", "for people at a terminal", writeBOMText},
		{"json", "every place of everything, for programs", writeBOMJSON},
		{"cyclonedx", "for other tools (CycloneDX 1.7 JSON, with model cards, datasets and services)", writeCycloneDX},
		{"markdown", "for a document or a pull request", writeBOMMarkdown},
	}
}
