package keras

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// judge walks a configuration and says what its loader would do.
type judge struct {
	ctx     context.Context
	part    *inspect.Part
	at      int64 // where the source begins in the part
	exact   bool  // offsets in the source are offsets in the part
	revived bool  // classes that are not known are made from a saved graph, without code of theirs
	layers  int
	said    map[string]int
	inner   int // configurations inside text
}

// maxInner is how many texts with a configuration inside are looked at.
const maxInner = 500

// maxSaid is how often the same kind of thing is said of one configuration.
const maxSaid = 20

func (j *judge) say(v inspect.Verdict, id string, n *node, format string, args ...any) {
	if j.said == nil {
		j.said = map[string]int{}
	}
	if j.said[id]++; j.said[id] > maxSaid && v <= j.part.Found().Verdict {
		return
	}
	at := j.at
	if j.exact && n != nil && at >= 0 {
		at += int64(n.off)
	}
	j.part.Say(v, id, at, format, args...)
}

// whole judges a configuration in JSON.
func (j *judge) whole(b []byte) error {
	n, twice, err := parseJSON(b)
	if err != nil {
		var damage *inspect.DamageError
		if errors.As(err, &damage) && j.at >= 0 {
			damage.Offset = j.at + max(damage.Offset, 0)
		}
		return err
	}
	if twice >= 0 {
		j.say(inspect.NotRead, "keras-duplicate-key", &node{off: twice}, "has a key twice in one object, and readers differ in which they take; both were looked at")
	}
	j.facts(n)
	j.visit(n, "", 0)
	return nil
}

// facts keeps what the inventory wants of the outermost object.
func (j *judge) facts(n *node) {
	j.part.Fact("framework", "keras")
	for _, key := range []string{"keras_version", "backend"} {
		j.part.Fact(key, n.str(key))
	}
	if c := n.str("class_name"); c != "" && n.get("config") != nil {
		j.part.Fact("architecture", c)
		if name := n.get("config").str("name"); name != "" {
			j.part.Fact("name", name)
		}
	}
}

// visit looks at a value and all in it. key is what it is called where it stands.
func (j *judge) visit(n *node, key string, depth int) {
	if n == nil || depth > maxNested {
		return
	}
	switch n.kind {
	case text:
		j.text(n)
	case list:
		for _, k := range n.kids {
			if (key == "layers" || key == "config") && k.str("class_name") != "" {
				j.layers++
			}
			j.visit(k, key, depth+1)
		}
	case object:
		j.object(n, key)
		for i, k := range n.kids {
			j.visit(k, n.keys[i], depth+1)
		}
	}
}

// object judges one object: what it names, and what that does with its configuration.
func (j *judge) object(n *node, key string) {
	class := n.get("class_name")
	config := n.get("config")
	module, registered := n.str("module"), n.str("registered_name")
	switch {
	case class == nil || class.kind != text:
		j.loose(n)
	case strings.HasPrefix(class.text, "__"):
		j.wrapper(n, class.text, config)
	case class.text == "function":
		name := registered
		if config != nil && config.kind == text {
			name = config.text
		}
		j.reference(n, "function", module, name, registered)
		if registered != "" && registered != name && registered != "function" {
			j.reference(n, "function", module, registered, "")
		}
	case config == nil && module == "" && registered == "" && !knownClass(class.text) && n.get("inbound_nodes") == nil && n.get("items") == nil:
		// an object that happens to have a key of that name
	case class.text == "TensorShape", class.text == "TypeSpec", class.text == "CompositeTensor":
	default:
		j.reference(n, "class", module, class.text, registered)
		if config != nil {
			config.done = lambdaLike(class.text)
		}
		j.layer(n, class.text, config)
		if key != "" && config != nil && config.kind == text {
			j.say(inspect.Unknown, "keras-config-text", config, "%s has text for a configuration", inspect.Quote(class.text))
		}
	}
}

// lambdaLike says whether layers of a class have a function in their configuration that layer judges.
func lambdaLike(class string) bool {
	switch class[strings.LastIndexAny(class, ">.")+1:] {
	case "Lambda", "TFOpLambda", "SlicingOpLambda", "ClassMethod", "InstanceMethod", "InstanceProperty", "TensorFlowOpLayer":
		return true
	}
	return false
}

// wrapper judges the objects that stand for plain values of Python.
func (j *judge) wrapper(n *node, class string, config *node) {
	switch class {
	case "__lambda__":
		if n.done {
			return
		}
		j.lambda(n, config, "a value")
	case "__typespec__":
		name := n.str("spec_name")
		if strings.HasPrefix(n.str("module"), "tensorflow.python.") && strings.HasSuffix(name, "Spec") {
			return
		}
		j.reference(n, "class", n.str("module"), name, n.str("registered_name"))
	case "__tuple__", "__bytes__", "__ellipsis__", "__slice__", "__numpy__", "__tensor__", "__keras_tensor__", "__complex__", "__set__", "__dtype__":
	default:
		j.say(inspect.Unknown, "keras-class", n, "names %s, which is no class of Keras", inspect.Quote(class))
	}
}

// loose judges an object that names no class: settings that name functions, which some layers resolve.
func (j *judge) loose(n *node) {
	for i, key := range n.keys {
		v := n.kids[i]
		if v.kind != text || v.text == "" {
			continue
		}
		switch {
		case key == "module" || strings.HasSuffix(key, "_module"):
			j.moduleNamed(v, key)
		case n.done:
		case key == "fn" || key == "func" || key == "function" || key == "callable" || key == "target":
			j.functionNamed(n, v)
		case key == "vocabulary_file" && v.text != "":
			j.say(inspect.Dangerous, "keras-reads", v, "reads the file %s when the model is loaded", inspect.Quote(v.text))
		}
	}
}

// text judges a text: a configuration inside it, and addresses of files.
func (j *judge) text(n *node) {
	s := n.text
	if len(s) < 8 {
		return
	}
	if strings.HasPrefix(s, "file://") {
		j.say(inspect.Dangerous, "keras-file", n, "names the file %s, outside the model", inspect.Quote(s))
		return
	}
	if s[0] != '{' && s[0] != '[' && s[0] != '"' && s[0] != ' ' && s[0] != '\n' || !strings.Contains(s, "class_name") {
		return
	}
	if j.inner >= maxInner {
		j.say(inspect.NotRead, "limit", n, "has more than %d configurations inside texts", maxInner)
		return
	}
	j.inner++
	inner, _, err := parseJSON([]byte(s))
	if err != nil {
		return // a text that is no configuration
	}
	in := &judge{ctx: j.ctx, part: j.part, at: j.at, revived: j.revived, said: j.said, inner: j.inner}
	if j.exact && j.at >= 0 {
		in.at += int64(n.off)
	}
	in.visit(inner, "", 0)
	j.inner, j.said = in.inner, in.said
}

// done keeps what was counted.
func (j *judge) done() {
	if j.layers > 0 {
		j.part.Fact("layers", strconv.Itoa(j.layers))
	}
}
