package boosting

import (
	"context"
	"encoding/xml"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/outside"
	"github.com/lodemark/lodemark/internal/model/xmlwalk"
)

func pmmlFormat() inspect.Format {
	return inspect.Format{
		Name:    "pmml",
		Doc:     "A parser of PMML reads what entities and document types name; some evaluators load Java classes that functions name.",
		Endings: []string{".pmml"},
		Claims: func(p *inspect.Part) bool {
			root := xmlwalk.Root(p.Head())
			_, local, ok := strings.Cut(root, ":")
			return root == "PMML" || ok && local == "PMML" || p.Ending() == ".pmml" && root != ""
		},
		Scan: scanPMML,
		Canary: func() (string, []byte) {
			return "canary.pmml", []byte(`<!DOCTYPE PMML [<!ENTITY canary SYSTEM "file:///canary">]><PMML version="4.4"><Header/><DataDictionary/></PMML>`)
		},
		CanaryWant: inspect.Dangerous,
	}
}

type pmmlVisitor struct {
	p         *inspect.Part
	root      string
	fields    int
	claimed   int
	models    int
	header    bool
	extension int // how many are open
	functions map[string]bool
	defined   map[string]bool
	at        map[string]int64
}

func scanPMML(ctx context.Context, p *inspect.Part) error {
	v := &pmmlVisitor{p: p, claimed: -1, functions: map[string]bool{}, defined: map[string]bool{}, at: map[string]int64{}}
	err := xmlwalk.Walk(ctx, p, "pmml", v)
	for f := range v.functions {
		if !v.defined[f] {
			v.function(f)
		}
	}
	p.Fact("framework", "pmml")
	if err != nil {
		outside.CommandIn(p, 0, "pmml-command", "the text", string(p.Head()))
		return err
	}
	switch {
	case v.root != "PMML":
		return &inspect.DamageError{Offset: 0, Reason: "its outermost element is " + inspect.Quote(v.root) + ", not PMML"}
	case !v.header && v.fields == 0:
		return &inspect.DamageError{Offset: -1, Reason: "has neither a header nor fields"}
	case v.claimed >= 0 && v.claimed != v.fields:
		return &inspect.DamageError{Offset: -1, Reason: "claims " + strconv.Itoa(v.claimed) + " fields and has " + strconv.Itoa(v.fields)}
	}
	p.Fact("fields", strconv.Itoa(v.fields))
	return nil
}

func (v *pmmlVisitor) Start(path []string, attrs []xml.Attr, at int64) {
	name := path[len(path)-1]
	if len(path) == 1 && v.root == "" {
		v.root = name
		v.p.Fact("version", xmlwalk.Attribute(attrs, "version"))
	}
	for _, a := range attrs {
		xmlwalk.Linked(v.p, "pmml", name, a, at)
		if strings.ContainsAny(a.Value, "(/|<") && a.Name.Space != "xmlns" && a.Name.Local != "xmlns" && a.Name.Local != "schemaLocation" {
			outside.CommandIn(v.p, at, "pmml-command", "the attribute "+inspect.Quote(a.Name.Local), a.Value)
		}
	}
	switch name {
	case "Header":
		v.header = true
	case "Application":
		v.p.Fact("producer", xmlwalk.Attribute(attrs, "name"))
		v.p.Fact("producer_version", xmlwalk.Attribute(attrs, "version"))
	case "DataDictionary":
		if n, err := strconv.Atoi(strings.TrimSpace(xmlwalk.Attribute(attrs, "numberOfFields"))); err == nil {
			v.claimed = n
		}
	case "DataField":
		if len(path) >= 2 && path[len(path)-2] == "DataDictionary" {
			v.fields++
		}
	case "Extension":
		v.extension++
	case "DefineFunction":
		if len(v.defined) < 10_000 {
			v.defined[xmlwalk.Attribute(attrs, "name")] = true
		}
	case "Apply":
		if f := xmlwalk.Attribute(attrs, "function"); strings.Contains(f, ".") && len(v.functions) < 1000 {
			v.functions[f] = true
			v.at[f] = at
		}
	case "script", "Script", "applet", "object", "iframe":
		v.p.Say(inspect.Dangerous, "pmml-script", at, "holds an element %s, which no model needs", inspect.Quote(name))
	}
	if strings.HasSuffix(name, "Model") && len(path) == 2 {
		v.p.Fact("architecture", name)
		v.models++
	}
}

// function judges a function that the file does not define and whose name is that of a Java class.
func (v *pmmlVisitor) function(name string) {
	lower := strings.ToLower(name)
	switch {
	case strings.HasPrefix(lower, "java.lang.math"), strings.HasPrefix(lower, "org.jpmml."), strings.HasPrefix(lower, "net.razorvine."), strings.HasPrefix(lower, "numpy."), strings.HasPrefix(lower, "scipy."):
	case strings.HasPrefix(lower, "java."), strings.HasPrefix(lower, "javax."), strings.HasPrefix(lower, "sun."), strings.HasPrefix(lower, "com.sun."), strings.HasPrefix(lower, "jdk."),
		strings.Contains(lower, "runtime"), strings.Contains(lower, "exec"), strings.Contains(lower, "script"):
		v.p.Say(inspect.Dangerous, "pmml-class", v.at[name], "calls the function %s, which is a class that an evaluator loads by name", inspect.Quote(name))
	default:
		v.p.Say(inspect.Unknown, "pmml-class", v.at[name], "calls the function %s, which an evaluator would look for as a class", inspect.Quote(name))
	}
}

func (v *pmmlVisitor) Text(_ []string, text []byte, at int64) {
	if v.extension == 0 && len(text) > 1<<10 || len(text) < 6 {
		return
	}
	s := string(text[:min(len(text), inspect.HeadBytes)])
	if strings.ContainsAny(s, "(/|<") {
		outside.CommandIn(v.p, at, "pmml-command", "the text", s)
	}
	if v.extension > 0 {
		inspect.Payload(v.p, at, "an extension", s)
	}
}

func (v *pmmlVisitor) End(path []string) {
	if path[len(path)-1] == "Extension" {
		v.extension--
	}
}
