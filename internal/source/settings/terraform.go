package settings

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Terraform reads a file of Terraform or another one in HCL. A block stands under its type and then its labels, each as a key:
// resource.aws_s3_bucket.models.acl. Of values that are not constants the code is kept, as it is written.
func Terraform(data []byte) (*Node, error) {
	data, err := bounded(data)
	if err != nil {
		return nil, err
	}
	if err := shallow(data); err != nil {
		return nil, err
	}
	file, problems := hclsyntax.ParseConfig(data, "", hcl.InitialPos)
	if problems.HasErrors() {
		line := 1
		if s := problems[0].Subject; s != nil {
			line = max(1, s.Start.Line)
		}
		return nil, &Error{line, problems[0].Summary}
	}
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok {
		return nil, &Error{1, "not in HCL's own syntax"}
	}
	r := &hclReader{data: data}
	root := &Node{Line: 1, EndLine: max(1, body.EndRange.End.Line)}
	return root, r.body(root, body)
}

// Bounds on what makes the library go deeper: it takes expressions apart by recursion.
const (
	maxTerraform = 1 << 20
	maxNested    = 100
	maxChained   = 1000 // operators of one kind in one file that can stand in one another without brackets
)

func shallow(data []byte) error {
	if len(data) > maxTerraform {
		return &Error{1, fmt.Sprintf("larger than %d bytes", maxTerraform)}
	}
	depth, line, prefixes, asked := 0, 1, 0, 0
	for _, c := range data {
		switch c {
		case '\n':
			line++
		case '(', '[', '{':
			if depth++; depth > maxNested {
				return &Error{line, fmt.Sprintf("more than %d brackets in one another", maxNested)}
			}
		case ')', ']', '}':
			depth = max(0, depth-1)
		case '?':
			asked++
		}
		switch c {
		case '!', '-', ' ', '\t', '\r', '\n':
			if c == '!' || c == '-' {
				prefixes++
			}
		default:
			prefixes = 0
		}
		if prefixes > maxChained || asked > maxChained {
			return &Error{line, "operators without an end"}
		}
	}
	return nil
}

type hclReader struct {
	builder
	data []byte
}

func (r *hclReader) body(parent *Node, body *hclsyntax.Body) error {
	if parent.depth() > maxDepth {
		return &Error{parent.Line, "blocks too deep"}
	}
	for _, a := range sortedAttributes(body.Attributes) {
		n, err := r.add(parent, a.Name, a.SrcRange.Start.Line)
		if err != nil {
			return err
		}
		n.EndLine = a.SrcRange.End.Line
		if err := r.value(n, a.Expr); err != nil {
			return err
		}
	}
	for _, b := range body.Blocks {
		at := parent
		for _, key := range append([]string{b.Type}, b.Labels...) {
			n, err := r.add(at, key, b.TypeRange.Start.Line)
			if err != nil {
				return err
			}
			n.EndLine = b.CloseBraceRange.End.Line
			at = n
		}
		if err := r.body(at, b.Body); err != nil {
			return err
		}
	}
	return nil
}

func sortedAttributes(all hclsyntax.Attributes) []*hclsyntax.Attribute {
	out := make([]*hclsyntax.Attribute, 0, len(all))
	for _, a := range all {
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b *hclsyntax.Attribute) int { return a.SrcRange.Start.Byte - b.SrcRange.Start.Byte })
	return out
}

func (r *hclReader) value(n *Node, expr hclsyntax.Expression) error {
	switch e := expr.(type) {
	case *hclsyntax.TupleConsExpr:
		n.List = true
		for i, item := range e.Exprs {
			c, err := r.add(n, index(i), item.Range().Start.Line)
			if err != nil {
				return err
			}
			if err := r.value(c, item); err != nil {
				return err
			}
		}
		return nil
	case *hclsyntax.ObjectConsExpr:
		for _, item := range e.Items {
			c, err := r.add(n, unquote(r.code(item.KeyExpr.Range())), item.KeyExpr.Range().Start.Line)
			if err != nil {
				return err
			}
			if err := r.value(c, item.ValueExpr); err != nil {
				return err
			}
		}
		return nil
	case *hclsyntax.TemplateExpr:
		if e.IsStringLiteral() { // anything else would have to be worked out
			if v, problems := e.Value(nil); !problems.HasErrors() {
				n.Scalar, n.Value = true, v.AsString()
				return nil
			}
		}
	}
	n.Scalar, n.Value = true, strings.TrimSpace(r.code(expr.Range()))
	return nil
}

func (r *hclReader) code(at hcl.Range) string {
	return string(r.data[min(at.Start.Byte, len(r.data)):min(max(at.End.Byte, at.Start.Byte), len(r.data))])
}
