package infra

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// attributes lists the attributes of a body in the order of the file; the parser keeps them in a map.
func attributes(body *hclsyntax.Body) []Attribute {
	found := make([]*hclsyntax.Attribute, 0, len(body.Attributes))
	for _, a := range body.Attributes {
		found = append(found, a)
	}
	slices.SortFunc(found, func(a, b *hclsyntax.Attribute) int { return cmp.Compare(a.SrcRange.Start.Byte, b.SrcRange.Start.Byte) })
	var all []Attribute
	for _, a := range found {
		all = append(all, attribute(a.Name, a.NameRange.Start.Line, a.Expr))
	}
	return all
}

// attribute reads an expression as far as the file alone tells its value. Nothing is evaluated but literals.
func attribute(name string, line int, e hclsyntax.Expression) Attribute {
	a := Attribute{Name: name, Value: Value{Line: line}}
	switch e := e.(type) {
	case *hclsyntax.ParenthesesExpr:
		return attribute(name, line, e.Expression)
	case *hclsyntax.FunctionCallExpr:
		if (e.Name == "jsonencode" || e.Name == "yamlencode") && len(e.Args) == 1 {
			return attribute(name, line, e.Args[0])
		}
		a.Open = true
	case *hclsyntax.TupleConsExpr:
		for _, item := range e.Exprs {
			a.Items = append(a.Items, attribute("", item.StartRange().Start.Line, item))
		}
	case *hclsyntax.ObjectConsExpr:
		for _, item := range e.Items {
			if key, ok := keyOf(item.KeyExpr); ok {
				a.Items = append(a.Items, attribute(key, item.KeyExpr.StartRange().Start.Line, item.ValueExpr))
			}
		}
	default:
		text, ok := literalText(e)
		a.Value.Text, a.Open = text, !ok
	}
	return a
}

func keyOf(e hclsyntax.Expression) (string, bool) {
	if word := hcl.ExprAsKeyword(e); word != "" {
		return word, true
	}
	if k, ok := e.(*hclsyntax.ObjectConsKeyExpr); ok {
		return literalText(k.Wrapped)
	}
	return literalText(e)
}

// literalText is the text of a string, number or truth without any expression in it. Null is open: it means "not set".
func literalText(e hclsyntax.Expression) (string, bool) {
	switch e := e.(type) {
	case *hclsyntax.TemplateExpr:
		var text strings.Builder // a heredoc has a part for each line
		for _, part := range e.Parts {
			lit, ok := part.(*hclsyntax.LiteralValueExpr)
			if !ok || lit.Val.Type().FriendlyName() != "string" || lit.Val.IsNull() {
				return "", false
			}
			text.WriteString(lit.Val.AsString())
		}
		return text.String(), true
	case *hclsyntax.LiteralValueExpr:
		v := e.Val
		if v.IsNull() || !v.IsKnown() {
			return "", false
		}
		switch v.Type().FriendlyName() {
		case "string":
			return v.AsString(), true
		case "bool":
			return strconv.FormatBool(v.True()), true
		case "number":
			return v.AsBigFloat().Text('g', 20), true
		}
	}
	return "", false
}
