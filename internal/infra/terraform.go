package infra

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// The bounds on a Terraform file. The parser recurses by brackets, by chains of operators and by template directives, and
// a stack that overflows cannot be recovered from, so all three are counted in the tokens before it runs.
const (
	maxTerraformBytes = 4 << 20
	maxChain          = 500  // operators of one expression
	maxDirectives     = 2000 // "%{if}" and "%{for}" of one file
)

// Block is one block of a Terraform file: a resource, a variable, or a block inside one.
type Block struct {
	Type       string // "resource"
	Labels     []string
	Line       int
	Attributes []Attribute // in the order of the file
	Blocks     []Block
}

// Attribute is a named value of a block. Open says that it is an expression, whose value the file alone does not tell;
// Value then has the line and no text. A list or object has Items instead of a text; so has what jsonencode is given.
type Attribute struct {
	Name  string // of an attribute or of an object's key; empty for an item of a list
	Value Value
	Open  bool
	Items []Attribute
}

// Attribute finds an attribute by name.
func (b Block) Attribute(name string) (Attribute, bool) { return attributeNamed(b.Attributes, name) }

// Item finds an item of an object by its key.
func (a Attribute) Item(name string) (Attribute, bool) { return attributeNamed(a.Items, name) }

func attributeNamed(all []Attribute, name string) (Attribute, bool) {
	for _, a := range all {
		if a.Name == name {
			return a, true
		}
	}
	return Attribute{}, false
}

// ParseTerraform reads the blocks of a Terraform file in its native syntax. Attributes at the top level, as files of
// variables have them, come in a first block without a type. The error is ErrTemplate for a template, else an *Error.
func ParseTerraform(data []byte) ([]Block, error) {
	if err := tooDeepTerraform(data); err != nil {
		return nil, err
	}
	file, diags := hclsyntax.ParseConfig(data, "", hcl.InitialPos)
	if diags.HasErrors() {
		if strings.Contains(string(data), "{{") {
			return nil, ErrTemplate
		}
		return nil, hclError(diags)
	}
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok {
		return nil, &Error{Message: "not the native syntax"}
	}
	top := block("", nil, 1, body)
	if len(top.Attributes) == 0 {
		return top.Blocks, nil
	}
	inner := top.Blocks
	top.Blocks = nil
	return append([]Block{top}, inner...), nil
}

func hclError(diags hcl.Diagnostics) error {
	for _, d := range diags {
		if d.Severity != hcl.DiagError {
			continue
		}
		e := &Error{Message: strings.ToLower(d.Summary)}
		if d.Subject != nil {
			e.Line = d.Subject.Start.Line
		}
		return e
	}
	return &Error{Message: "not readable"}
}

// tooDeepTerraform counts in the tokens what the parser would recurse on. Text inside quotes and heredocs has tokens of
// its own, so brackets in it do not count.
func tooDeepTerraform(data []byte) error {
	if len(data) > maxTerraformBytes {
		return &Error{Message: fmt.Sprintf("%d bytes; at most %d are read", len(data), maxTerraformBytes)}
	}
	tokens, _ := hclsyntax.LexConfig(data, "", hcl.InitialPos) // what does not lex does not parse either, and is told then
	var open []bool                                            // for each open bracket, whether a new line ends an expression in it
	chain, directives := 0, 0
	for _, t := range tokens {
		switch t.Type {
		case hclsyntax.TokenOBrace:
			open, chain = append(open, true), 0
		case hclsyntax.TokenOParen, hclsyntax.TokenOBrack, hclsyntax.TokenTemplateInterp, hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc:
			open = append(open, false)
		case hclsyntax.TokenTemplateControl:
			open = append(open, false)
			directives++
		case hclsyntax.TokenCBrace, hclsyntax.TokenCParen, hclsyntax.TokenCBrack, hclsyntax.TokenTemplateSeqEnd, hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc:
			open = open[:max(0, len(open)-1)]
		case hclsyntax.TokenQuestion, hclsyntax.TokenBang, hclsyntax.TokenMinus, hclsyntax.TokenStar, hclsyntax.TokenDot:
			chain++
		case hclsyntax.TokenComma:
			chain = 0
		case hclsyntax.TokenNewline:
			if len(open) == 0 || open[len(open)-1] {
				chain = 0
			}
		}
		switch {
		case len(open) > maxNesting:
			return &Error{t.Range.Start.Line, fmt.Sprintf("nested deeper than %d", maxNesting)}
		case chain > maxChain:
			return &Error{t.Range.Start.Line, fmt.Sprintf("more than %d operators in one expression", maxChain)}
		case directives > maxDirectives:
			return &Error{t.Range.Start.Line, fmt.Sprintf("more than %d template directives", maxDirectives)}
		}
	}
	return nil
}

func block(kind string, labels []string, line int, body *hclsyntax.Body) Block {
	b := Block{Type: kind, Labels: labels, Line: line}
	b.Attributes = attributes(body)
	for _, inner := range body.Blocks {
		b.Blocks = append(b.Blocks, block(inner.Type, inner.Labels, inner.TypeRange.Start.Line, inner.Body))
	}
	return b
}
