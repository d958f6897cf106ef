package inventory

import (
	"path"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// A model that lies in a file is loaded by a path. How far the path is known, and from where it counts, is told beside the asset, so that it can
// be held against the files of the tree.

// from says from where a path counts.
type from int

const (
	somewhere from = iota // below a folder that is only known at run time
	here                  // the folder that the program is started in
	tree                  // the root of the tree: a path that begins at the file itself
)

// filePath is a path as far as it is written out.
type filePath struct {
	text  string
	from  from
	known bool
}

// maxPathSteps bounds how far one path is followed.
const maxPathSteps = 12

// pathOf follows an expression that gives a path.
func (l *look) pathOf(v syntax.ID, steps int) filePath {
	t := l.t
	if v == 0 || steps == 0 {
		return filePath{}
	}
	if c, ok := l.f.Constant(v); ok && c.String {
		if !c.Partial {
			return filePath{c.Text, here, c.Text != ""}
		}
		if i := strings.LastIndexByte(c.Text, '}'); i >= 0 && i+2 < len(c.Text) && c.Text[i+1] == '/' && c.Env == "" {
			if t.Kind(v) == syntax.Format || t.Kind(v) == syntax.Binary {
				if p := l.formatted(v, steps-1); p.known {
					return p
				}
			}
			return filePath{c.Text[i+2:], somewhere, true}
		}
		if k := t.Kind(v); k != syntax.Ident && k != syntax.Attribute && k != syntax.Call {
			return filePath{}
		}
	}
	switch t.Kind(v) {
	case syntax.Cast, syntax.Await:
		return l.pathOf(t.Child(v, 0), steps-1)
	case syntax.Ident:
		if n := t.Name(v); n == "__file__" || n == "__filename" {
			return filePath{l.f.Path, tree, true}
		} else if n == "__dirname" {
			return filePath{dirOf(l.f.Path), tree, true}
		}
		if b := l.f.Binding(v); b != 0 && t.Kind(b) == syntax.Assign {
			return l.pathOf(l.f.Value(b), steps-1)
		} else if b != 0 && t.Kind(b) == syntax.WithItem { // with open("model.pkl", "rb") as f
			return l.pathOf(t.Child(b, 0), steps-1)
		} else if b != 0 && t.Kind(b) == syntax.Param && t.Kind(t.Last(b)) != syntax.Annotation { // the default of what a function is given
			return l.pathOf(t.Last(b), steps-1)
		}
	case syntax.Attribute:
		switch t.Name(v) {
		case "parent":
			return l.pathOf(t.Child(v, 0), steps-1).up()
		case "dirname", "url", "filename": // of import.meta
			if strings.HasPrefix(t.Code(v), "import.meta.") {
				p := filePath{l.f.Path, tree, true}
				if t.Name(v) == "dirname" {
					p = p.up()
				}
				return p
			}
		}
		if o := t.Child(v, 0); t.Kind(o) == syntax.Ident && (t.Name(o) == "self" || t.Name(o) == "cls" || t.Name(o) == "this") {
			if class := t.Enclosing(v, syntax.Class); class != 0 {
				if fields := l.f.Fields(class, t.Name(v)); len(fields) == 1 && t.Kind(fields[0]) == syntax.Assign {
					return l.pathOf(l.f.Value(fields[0]), steps-1)
				}
			}
		}
	case syntax.Index: // Path(__file__).parents[1]
		if o := t.Child(v, 0); t.Kind(o) == syntax.Attribute && t.Name(o) == "parents" {
			if n, err := strconv.Atoi(t.Code(t.Child(v, 1))); err == nil && n >= 0 && n < 20 {
				p := l.pathOf(t.Child(o, 0), steps-1)
				for range n + 1 {
					p = p.up()
				}
				return p
			}
		}
	case syntax.Binary:
		if t.Name(v) == "/" {
			return l.pathOf(t.Child(v, 0), steps-1).join(l.pathOf(t.Last(v), steps-1))
		}
	case syntax.Call:
		return l.pathCall(v, steps-1)
	}
	return filePath{}
}

// formatted is the path of f"{FOLDER}/model.pt", where the folder is known.
func (l *look) formatted(v syntax.ID, steps int) filePath {
	t := l.t
	head := t.Child(v, 0)
	switch t.Kind(v) {
	case syntax.Binary: // FOLDER + "/model.pt"
		tail, ok := l.f.Constant(t.Last(v))
		if ok && tail.String && !tail.Partial && strings.HasPrefix(tail.Text, "/") {
			return l.pathOf(head, steps).join(filePath{tail.Text[1:], here, true})
		}
	case syntax.Format:
		if t.Kind(head) == syntax.Interp && t.Kind(t.Next(head)) == syntax.Str && t.Next(t.Next(head)) == 0 {
			if tail, ok := t.Text(t.Next(head)); ok && strings.HasPrefix(tail, "/") {
				return l.pathOf(t.Child(head, 0), steps).join(filePath{tail[1:], here, true})
			}
		}
	}
	return filePath{}
}

// pathCall is the path that a call gives: of parts, of what stands above one, of the same one in another form.
func (l *look) pathCall(v syntax.ID, steps int) filePath {
	t := l.t
	callee := t.Child(v, 0)
	object := syntax.ID(0)
	if t.Kind(callee) == syntax.Attribute {
		object = t.Child(callee, 0)
	}
	first := t.Next(callee)
	switch t.Name(callee) {
	case "Path", "PurePath", "join", "resolve", "joinpath", "safe_join", "PosixPath":
		if (t.Name(callee) == "resolve" || t.Name(callee) == "join") && first == 0 {
			return l.pathOf(object, steps)
		}
		p := filePath{}
		if t.Name(callee) == "joinpath" {
			p = l.pathOf(object, steps)
		} else if first == 0 {
			return filePath{".", here, true}
		}
		for a := first; a != 0; a = t.Next(a) {
			if t.Kind(a) == syntax.Keyword {
				continue
			}
			next := l.pathOf(a, steps)
			if a == first && t.Name(callee) != "joinpath" {
				p = next
				continue
			}
			p = p.join(next)
		}
		return p
	case "getenv", "get": // os.getenv("MODEL_DIR", FOLDER / "model")
		if name := l.f.Name(callee); name == "os.getenv" || name == "os.environ.get" {
			return l.pathOf(t.Next(first), steps)
		}
		return filePath{}
	case "dirname":
		return l.pathOf(first, steps).up()
	case "cwd", "getcwd":
		return filePath{".", here, true}
	case "open", "read_bytes", "readFileSync", "readFile":
		if t.Kind(callee) == syntax.Attribute && (first == 0 || t.Kind(first) == syntax.Str && openMode.MatchString(t.Code(first))) { // Path("model.pkl").open("rb")
			return l.pathOf(object, steps)
		}
		return l.pathOf(first, steps)
	case "abspath", "realpath", "normpath", "str", "fspath", "expanduser", "fileURLToPath", "String":
		if first != 0 {
			return l.pathOf(first, steps)
		}
		return l.pathOf(object, steps)
	case "absolute", "as_posix", "toString":
		return l.pathOf(object, steps)
	case "URL": // new URL("./model.onnx", import.meta.url)
		if second := t.Next(first); second != 0 {
			return l.pathOf(second, steps).up().join(l.pathOf(first, steps))
		}
	}
	return filePath{}
}

// openMode is how a file is opened.
var openMode = pattern.New(`^["'][rb]{1,2}["']$`)

func (p filePath) up() filePath {
	if !p.known || p.from == somewhere {
		return filePath{}
	}
	p.text = dirOf(p.text)
	return p
}

func (p filePath) join(next filePath) filePath {
	switch {
	case !next.known:
		return filePath{}
	case next.from == tree || strings.HasPrefix(next.text, "/"):
		return next
	case next.from == somewhere || !p.known:
		return filePath{next.text, somewhere, true}
	}
	p.text = path.Join(p.text, next.text)
	return p
}

func dirOf(name string) string { return path.Dir(path.Clean(name)) }

// noWeights are names of what is pickled and is no model.
var noWeights = pattern.New(`(?i)(?:vector_?(?:db|store|index)|faiss|index|cache|corpus|dataset|embeddings?|chunks|documents|docs|bm25|history|results?|metadata|features|columns|(?:^|[/_])(?:[xy]_)?(?:train|test|val)|dataframe|(?:^|[/_])df)[^/]*\.(?:pkl|pickle|joblib|npy|npz)$`)

// loads tells of a model that a call takes where it is loaded from, if that is a file: v names it. What is written out in parts is the name.
func (l *look) loads(e *Entry, a *Asset, v, call syntax.ID) {
	if a.Kind != lodemark.KindModel && a.Kind != lodemark.KindEmbeddingModel {
		return
	}
	if a.Origin != lodemark.OriginUnresolved {
		if e.Role == "file" || isPath(a.Name) {
			a.set(lodemark.LoadPath, a.Name)
		}
	} else if p := l.pathOf(v, maxPathSteps); p.known && len(p.text) <= 300 && !noWeights.MatchString(p.text) && (weightsFile.MatchString(p.text) || storedModel.MatchString(p.text) || pathEnding.MatchString(p.text) || p.from != somewhere && e.Role == "file") {
		a.set(lodemark.LoadPath, p.text)
		switch p.from {
		case tree:
			a.set(lodemark.LoadFrom, lodemark.LoadFromRoot)
		case somewhere:
			a.set(lodemark.LoadFrom, lodemark.LoadFromSomewhere)
		}
		if p.from != somewhere {
			a.set("written", a.Name)
			a.Name, a.Origin = p.text, ""
		}
	} else {
		return
	}
	if a.at != call {
		if line, _ := l.t.Line(l.t.Node(call).Start); line > 0 {
			a.set(lodemark.LoadLines, strconv.Itoa(line))
		}
	}
}
