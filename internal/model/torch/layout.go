package torch

import (
	"path"
	"strings"

	"github.com/lodemark/lodemark/internal/model/archive"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// layout is what the names in a zip say it is.
type layout struct {
	root    string // folder that everything lies in, with the slash; "" for none
	pickle  *archive.Entry
	script  bool // TorchScript: constants.pkl or code/
	pack    bool // torch.package
	export  bool // torch.export
	records map[string]*archive.Entry
}

// weightEndings are those of files that torch.load is given.
var weightEndings = []string{".pt", ".pth", ".ckpt", ".ptl", ".pt2", ".pts", ".torchscript", ".jit"}

func ended(p *inspect.Part, endings ...string) bool {
	e := p.Ending()
	for _, want := range endings {
		if e == want {
			return true
		}
	}
	return false
}

// layoutOf reads the names of a zip; ok is false for one that no loader of PyTorch's takes.
func layoutOf(p *inspect.Part, z *archive.Zip) (l layout, ok bool) {
	l.root = rootOf(z)
	l.records = make(map[string]*archive.Entry, len(z.Entries))
	for i := range z.Entries {
		e := &z.Entries[i]
		name, inside := strings.CutPrefix(strings.ReplaceAll(e.Name, `\`, "/"), l.root)
		if !inside {
			continue
		}
		if _, again := l.records[name]; !again {
			l.records[name] = e
		}
		switch {
		case name == "data.pkl":
			l.pickle = e
		case name == "constants.pkl", strings.HasPrefix(name, "code/"):
			l.script = true
		case name == ".data/extern_modules", name == ".data/python_version":
			l.pack = true
		case name == "archive_format", name == "serialized_exported_program.json", name == "archive_version",
			strings.HasPrefix(name, "models/") && strings.HasSuffix(name, ".json"), strings.HasPrefix(name, "data/aotinductor/"):
			l.export = true
		}
	}
	return l, l.pickle != nil && (ended(p, weightEndings...) || l.written()) || l.pack || l.export
}

// written tells whether PyTorch wrote the zip, and not somebody who packed a pickle that is called so.
func (l *layout) written() bool {
	return l.script || l.records["version"] != nil || l.records[".data/version"] != nil || l.records["byteorder"] != nil || l.records["data/0"] != nil
}

// rootOf is the folder of the first member, as PyTorch's reader takes it, or that of data.pkl when the first has none.
func rootOf(z *archive.Zip) string {
	root := ""
	for i := range z.Entries {
		name := strings.ReplaceAll(z.Entries[i].Name, `\`, "/")
		if i == 0 {
			if at := strings.IndexByte(name, '/'); at >= 0 {
				root = name[:at+1]
			}
		}
		if dir, base := path.Split(name); base == "data.pkl" && strings.Count(dir, "/") <= 1 {
			return dir
		}
	}
	return root
}

// storage tells members that are bytes of tensors, by where they lie: the loader copies them and reads nothing in them.
func (l *layout) storage(name string) bool {
	name, inside := strings.CutPrefix(strings.ReplaceAll(name, `\`, "/"), l.root)
	if !inside {
		return false
	}
	dir, base := path.Split(name)
	switch dir {
	case "data/", "constants/", "tensors/", "xl_model_weights/":
		return digits(base) && (l.pickle != nil || l.script)
	case ".data/":
		return strings.HasSuffix(base, ".storage") || base == "serialization_id"
	case "data/weights/", "data/constants/":
		kind, number, ok := strings.Cut(base, "_")
		return l.export && ok && (kind == "weight" || kind == "tensor" || kind == "param" || kind == "buffer") && digits(number)
	}
	return false
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
