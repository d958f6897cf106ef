package keras

import (
	"bytes"
	"context"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// claimsWeb takes the model.json of TensorFlow.js.
func claimsWeb(p *inspect.Part) bool {
	if p.Size > maxSource*4 || !startsObject(p.Head()) {
		return false
	}
	if head := plainHead(p.Head()); bytes.Contains(head, []byte(`"modelTopology"`)) || bytes.Contains(head, []byte(`"weightsManifest"`)) {
		return true
	}
	return p.Size > inspect.HeadBytes && p.Ending() == ".json" && bytes.Contains(plainHead(p.Tail()), []byte(`"weightsManifest"`))
}

func scanWeb(ctx context.Context, p *inspect.Part) error {
	b, ok, err := source(p)
	if !ok {
		return err
	}
	j := &judge{ctx: ctx, part: p, exact: true}
	n, twice, err := parseJSON(b)
	if err != nil {
		return err
	}
	if twice >= 0 {
		j.say(inspect.NotRead, "keras-duplicate-key", &node{off: twice}, "has a key twice in one object, and readers differ in which they take; both were looked at")
	}
	p.Fact("framework", "tensorflow.js")
	for _, key := range []string{"format", "generatedBy", "convertedBy"} {
		p.Fact(map[string]string{"format": "format", "generatedBy": "producer", "convertedBy": "converter"}[key], n.str(key))
	}
	topology := n.get("modelTopology")
	if topology.get("node") != nil { // a graph, whose operators run in a page
		topology = nil
	}
	if topology != nil {
		j.facts(topology)
		if inner := topology.get("model_config"); inner != nil {
			j.facts(inner)
		}
		j.visit(topology, "", 0)
	}
	j.visit(n.get("trainingConfig"), "", 0)
	j.visit(n.get("userDefinedMetadata"), "", 0)
	j.manifest(n.get("weightsManifest"))
	j.done()
	return nil
}

// manifest looks where the weights are said to lie.
func (j *judge) manifest(m *node) {
	if m == nil || m.kind != list {
		return
	}
	for _, group := range m.kids {
		paths := group.get("paths")
		if paths == nil || paths.kind != list {
			j.say(inspect.NotRead, "tfjs-manifest", group, "has a group of weights without files")
			continue
		}
		for _, f := range paths.kids {
			if f.kind != text || f.text == "" {
				j.say(inspect.NotRead, "tfjs-manifest", f, "has weights in a file without a name")
				continue
			}
			if outside(f.text) {
				j.say(inspect.Dangerous, "tfjs-weights-outside", f, "fetches its weights from %s, outside its own folder", inspect.Quote(f.text))
			}
		}
	}
}

// outside says whether a path leads out of the folder of the file that names it.
func outside(name string) bool {
	slashed := strings.ReplaceAll(name, `\`, "/")
	if strings.HasPrefix(slashed, "/") || strings.Contains(slashed, "://") || strings.HasPrefix(slashed, "data:") || len(slashed) > 1 && slashed[1] == ':' {
		return true
	}
	depth := 0
	for part := range strings.SplitSeq(slashed, "/") {
		switch part {
		case "", ".":
		case "..", "%2e%2e":
			if depth--; depth < 0 {
				return true
			}
		default:
			depth++
		}
	}
	return false
}
