package keras

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark/internal/model/globals"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

const maxYAML = 4 << 20

// claimsYAML takes configurations that model.to_yaml wrote.
func claimsYAML(p *inspect.Part) bool {
	if e := p.Ending(); e != ".yaml" && e != ".yml" || p.Size > maxYAML {
		return false
	}
	head := p.Head()
	if !bytes.Contains(head, []byte("class_name")) {
		return false
	}
	for _, key := range []string{"keras_version", "backend:", "layers:", "backend\"", "layers\""} {
		if bytes.Contains(head, []byte(key)) {
			return bytes.Contains(head, []byte("config"))
		}
	}
	return false
}

func scanYAML(ctx context.Context, p *inspect.Part) error {
	b, ok, err := source(p)
	if !ok {
		return err
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(b, &doc); err != nil {
		return &inspect.DamageError{Offset: -1, Reason: fmt.Sprintf("as YAML: %s", inspect.Cut(err.Error()))}
	}
	if len(doc.Content) == 0 {
		return &inspect.DamageError{Offset: 0, Reason: "as YAML: holds nothing"}
	}
	j := &judge{ctx: ctx, part: p, at: -1}
	y := &yamlReader{judge: j, open: map[*yaml.Node]bool{}}
	n := y.node(doc.Content[0], 0)
	if y.full {
		p.Say(inspect.NotRead, "limit", -1, "has more values than are looked at, or values inside themselves")
	}
	j.facts(n)
	j.visit(n, "", 0)
	j.done()
	return nil
}

// yamlReader turns YAML into nodes. Aliases are followed, within the bound on values.
type yamlReader struct {
	judge *judge
	nodes int
	full  bool
	open  map[*yaml.Node]bool
}

func (y *yamlReader) node(v *yaml.Node, depth int) *node {
	n := &node{}
	if y.nodes++; y.nodes > maxNodes || depth > maxNested || y.open[v] {
		y.full = true
		return n
	}
	y.tag(v)
	switch v.Kind {
	case yaml.AliasNode:
		y.open[v] = true
		n = y.node(v.Alias, depth+1)
		delete(y.open, v)
	case yaml.MappingNode:
		n.kind = object
		y.open[v] = true
		for i := 0; i+1 < len(v.Content); i += 2 {
			if v.Content[i].Kind != yaml.ScalarNode { // a key that is no text may still make objects
				y.node(v.Content[i], depth+1)
			} else {
				y.tag(v.Content[i])
			}
			n.keys = append(n.keys, v.Content[i].Value)
			n.kids = append(n.kids, y.node(v.Content[i+1], depth+1))
		}
		delete(y.open, v)
	case yaml.SequenceNode:
		n.kind = list
		y.open[v] = true
		for _, c := range v.Content {
			n.kids = append(n.kids, y.node(c, depth+1))
		}
		delete(y.open, v)
	case yaml.ScalarNode:
		n.kind, n.text = text, v.Value
		if v.ShortTag() == "!!null" {
			n.kind = null
		} else if t := v.ShortTag(); t == "!!int" || t == "!!float" {
			n.kind = number
		} else if t == "!!bool" {
			n.kind = boolean
		}
	}
	return n
}

// tag judges a tag that makes an object of Python.
func (y *yamlReader) tag(v *yaml.Node) {
	t := strings.TrimPrefix(strings.TrimPrefix(v.Tag, "tag:yaml.org,2002:"), "!!")
	rest, ok := strings.CutPrefix(t, "python/")
	if !ok {
		return
	}
	what, name, named := strings.Cut(rest, ":")
	if !named {
		return // tuple, unicode, str, int ...
	}
	module, last, dot := cutLast(name, ".")
	if !dot {
		module, last = "builtins", name
	}
	if what == "module" {
		module, last = name, ""
	}
	module, last = globals.Python2(module, last)
	g := globals.Lookup(module, last)
	if what == "module" {
		g = globals.Module(module)
	}
	at := fmt.Sprintf("line %d", v.Line)
	switch {
	case g.Capability&attack != 0:
		y.judge.say(inspect.Malicious, "keras-yaml-object", nil, "makes %s (%s) when it is loaded, which %s", inspect.Quote(name), at, g.What)
	case g.Known && g.Capability == globals.Constructs:
	default:
		y.judge.say(inspect.Dangerous, "keras-yaml-object", nil, "makes %s (%s) when it is loaded: any object of Python", inspect.Quote(name), at)
	}
}
