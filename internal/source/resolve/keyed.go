package resolve

import (
	"path"
	"strings"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// maxKeys bounds how deep a value is looked for in settings.
const maxKeys = 8

// keyedConstant is what stands at `settings["a"]["b"]`, `settings.a.b` or `settings.get("a")`: in a dictionary of this file or of another
// one of the target, in a class with defaults, or in a file of settings that is read by a constant name.
func (f *File) keyedConstant(id syntax.ID, steps int) (Constant, bool) {
	base, keys, otherwise := f.keys(id, steps)
	if base == 0 || len(keys) == 0 {
		return Constant{}, false
	}
	if v, ok := f.keyedIn(base, keys, steps); ok {
		return v, true
	}
	if otherwise != 0 {
		return f.constant(otherwise, steps)
	}
	return Constant{}, false
}

func (f *File) keyedIn(base syntax.ID, keys []string, steps int) (Constant, bool) {
	t := f.Tree
	if t.Kind(base) == syntax.Ident {
		b := f.Binding(base)
		switch {
		case b == 0:
			return Constant{}, false
		case t.Kind(b) == syntax.Alias:
			if file, ok := f.importedSettings(b); ok {
				return f.setting(file, keys)
			}
			return f.exported(join(f.Name(base), strings.Join(keys, ".")))
		case t.Kind(b) == syntax.Class:
			return f.fieldOf(b, keys, steps)
		case t.Kind(b) != syntax.Assign || !f.boundOnce(base) || t.Within(base, f.Value(b)):
			return Constant{}, false
		case t.Kind(t.Child(b, 0)) == syntax.Dict: // const { config } = require("./config")
			return f.exported(join(f.Name(base), strings.Join(keys, ".")))
		case t.Kind(t.Child(b, 0)) != syntax.Ident:
			return Constant{}, false
		}
		if len(f.keyed[binding{f.scopes[b], f.Word(base)}]) > 0 {
			return Constant{}, false // keys are set later on
		}
		base = f.Value(b)
	}
	for base != 0 && (t.Kind(base) == syntax.Await || t.Kind(base) == syntax.Cast) {
		base = t.Child(base, 0)
	}
	switch {
	case base == 0:
	case t.Kind(base) == syntax.Dict:
		v, _ := f.Property(base, keys[0])
		if v == 0 {
			return Constant{}, false
		}
		if len(keys) == 1 {
			return f.constant(v, steps-1)
		}
		return f.keyedIn(v, keys[1:], steps-1)
	case t.Kind(base) == syntax.Call:
		if file, ok := f.readSettings(base, steps); ok {
			return f.setting(file, keys)
		}
		if class := f.classNamed(f.Name(t.Child(base, 0))); class != 0 {
			return f.fieldOf(class, keys, steps)
		}
		return f.exported(join(f.Name(base), strings.Join(keys, ".")))
	case t.Kind(base) == syntax.Ident && steps > 0:
		return f.keyedIn(base, keys, steps-1)
	}
	return Constant{}, false
}

// keys takes an access apart: what it begins with, and the constant keys one after the other; of `.get("a", x)` also what it falls back to.
func (f *File) keys(id syntax.ID, steps int) (base syntax.ID, keys []string, otherwise syntax.ID) {
	t := f.Tree
	for len(keys) < maxKeys {
		key := ""
		switch t.Kind(id) {
		case syntax.Attribute:
			key, base = t.Name(id), t.Child(id, 0)
		case syntax.Index:
			v, ok := f.constant(t.Child(id, 1), steps-1)
			if !ok || v.Partial || t.Next(t.Child(id, 1)) != 0 {
				return 0, nil, 0
			}
			key, base = v.Text, t.Child(id, 0)
		case syntax.Call:
			callee := t.Child(id, 0)
			if t.Kind(callee) != syntax.Attribute || t.Name(callee) != "get" {
				return id, keys, otherwise
			}
			v, ok := f.constant(t.Child(id, 1), steps-1)
			if !ok || v.Partial {
				return id, keys, otherwise
			}
			if len(keys) == 0 {
				otherwise = t.Child(id, 2)
			}
			key, base = v.Text, t.Child(callee, 0)
		default:
			return id, keys, otherwise
		}
		keys = append([]string{key}, keys...)
		if id = base; id == 0 {
			break
		}
	}
	return 0, nil, 0
}

func (f *File) classNamed(name string) syntax.ID {
	own, ok := strings.CutPrefix(name, f.Module+".")
	if !ok {
		return 0
	}
	if b := f.bindings[binding{f.Tree.Root, f.words[own]}]; len(b) == 1 && f.Tree.Kind(b[0]) == syntax.Class {
		return b[0]
	}
	return 0
}

// fieldOf is the default of a class's field: of settings that environment variables can change.
func (f *File) fieldOf(class syntax.ID, keys []string, steps int) (Constant, bool) {
	if len(keys) != 1 {
		return Constant{}, false
	}
	fields := f.Fields(class, keys[0])
	if len(fields) != 1 || f.Tree.Kind(fields[0]) != syntax.Assign || steps <= 0 {
		return Constant{}, false
	}
	return f.constant(f.Value(fields[0]), steps-1)
}

// exported is a constant of another module.
func (f *File) exported(name string) (Constant, bool) {
	e, ok := f.around.known(name)
	return e.Constant, ok && e.Folds
}

func (f *File) setting(file string, keys []string) (Constant, bool) {
	if f.around == nil || f.around.Setting == nil {
		return Constant{}, false
	}
	text, ok := f.around.Setting(f.Path, file, keys)
	return Constant{Text: text, String: true}, ok
}

// readSettings is the constant name of the file that a call reads settings from.
func (f *File) readSettings(call syntax.ID, steps int) (string, bool) {
	t := f.Tree
	switch f.Name(t.Child(call, 0)) {
	case "yaml.safe_load", "yaml.load", "yaml.full_load", "json.load", "json.loads", "toml.load", "toml.loads", "tomllib.load", "tomli.load", "tomllib.loads",
		"omegaconf.OmegaConf.load", "OmegaConf.load", "hydra.compose", "JSON.parse", "js-yaml.load", "yaml.parse", "ruamel.yaml.YAML.load", "dotenv.dotenv_values":
	default:
		return "", false
	}
	return f.openedName(t.Child(call, 1), steps)
}

// openedName is the name of the file that an expression reads: `open("x")`, a name that `with open("x") as f` binds, `Path("x").read_text()`.
func (f *File) openedName(id syntax.ID, steps int) (string, bool) {
	t := f.Tree
	for ; id != 0 && steps > 0; steps-- {
		switch t.Kind(id) {
		case syntax.Str, syntax.Strings, syntax.Format, syntax.Binary:
			v, ok := f.constant(id, steps)
			return settingsName(v), ok && settingsName(v) != ""
		case syntax.Await, syntax.Cast:
			id = t.Child(id, 0)
		case syntax.Ident:
			b := f.Binding(id)
			switch {
			case b != 0 && t.Kind(b) == syntax.WithItem:
				id = t.Child(b, 0)
			case b != 0 && t.Kind(b) == syntax.Assign && f.boundOnce(id) && !t.Within(id, f.Value(b)):
				id = f.Value(b)
			default:
				return "", false
			}
		case syntax.Call:
			callee := t.Child(id, 0)
			switch name := f.Name(callee); {
			case name == "open", name == "io.open", name == "fs.readFileSync", name == "fs/promises.readFile", name == "pathlib.Path", name == "path.join",
				name == "path.resolve", name == "os.path.join", name == "fs.promises.readFile":
				id = f.lastArgument(id)
				if strings.HasSuffix(name, "open") || strings.Contains(name, "ead") {
					id = t.Next(callee)
				}
			case t.Kind(callee) == syntax.Attribute && (t.Name(callee) == "read" || t.Name(callee) == "read_text" || t.Name(callee) == "open" || t.Name(callee) == "toString" || t.Name(callee) == "resolve"):
				id = t.Child(callee, 0)
			default:
				return "", false
			}
		default:
			return "", false
		}
	}
	return "", false
}

// lastArgument of path.join(__dirname, "..", "config.yaml") is the file's name.
func (f *File) lastArgument(call syntax.ID) syntax.ID {
	if last := f.Tree.Last(call); last != f.Tree.Child(call, 0) {
		return last
	}
	return 0
}

// settingsName is the part of a path that is known: what follows the last part that is not.
func settingsName(v Constant) string {
	name := v.Text
	if i := strings.LastIndex(name, "{}"); i >= 0 {
		name = name[i+2:]
	}
	name = strings.TrimLeft(name, "/")
	switch strings.ToLower(path.Ext(name)) {
	case ".yaml", ".yml", ".json", ".toml", ".env", ".jsonc":
		return name
	}
	return ""
}

// importedSettings is the path of a file of settings that an import of JavaScript binds.
func (f *File) importedSettings(alias syntax.ID) (string, bool) {
	t := f.Tree
	from := t.Parent(alias)
	if t.Language == syntax.Python || t.Kind(from) != syntax.ImportOf {
		return "", false
	}
	name := t.Code(t.Child(from, 0))
	return name, strings.HasSuffix(name, ".json")
}
