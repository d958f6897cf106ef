package framework

import (
	"bytes"
	"context"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/model/archive"
	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/outside"
)

// javaFormat is models as Java code, and archives that hold such code beside a model. An archive of Java code alone is a program
// like any other, and no file of a model.
func javaFormat() inspect.Format {
	return inspect.Format{
		Name: "java-code",
		Doc:  "Java code in an archive of a model runs when it is put to use.",
		Claims: func(p *inspect.Part) bool {
			h := p.Head()
			switch {
			case p.Ending() == ".java" && bytes.Contains(h, []byte("class ")):
				return bytes.Contains(h, []byte("GenModel"))
			case p.Depth > 0 && bytes.HasPrefix(h, []byte(classMagic)):
				return bytes.Contains(h, []byte("hex/genmodel/GenModel"))
			}
			code, model := contents(p)
			return code && model
		},
		Scan: func(ctx context.Context, p *inspect.Part) error {
			if p.Ending() == ".java" || bytes.HasPrefix(p.Head(), []byte(classMagic)) {
				javaCode(p, "", 0, p.Head())
				return nil
			}
			return scanJavaArchive(ctx, p)
		},
		Canary: func() (string, []byte) {
			return "canary.java", []byte("public class canary extends hex.genmodel.GenModel {}")
		},
		CanaryWant: inspect.Dangerous,
	}
}

// classMagic is how compiled classes begin; the last byte tells them from programs of macOS.
const classMagic = "\xca\xfe\xba\xbe\x00\x00\x00"

// javaCode judges the code of one member, or of the part itself where name is "".
func javaCode(p *inspect.Part, name string, at int64, code []byte) {
	what := "is"
	if name != "" {
		what = "holds " + inspect.Quote(name) + ", which is"
	}
	if c := outside.Command(string(code)); c != "" {
		p.Say(inspect.Malicious, "java-code", at, "%s Java code that runs programs: %s", what, inspect.Quote(c))
		return
	}
	p.Say(inspect.Dangerous, "java-code", at, "%s Java code, which runs when the model is put to use", what)
}

// runsInJava tells members that a virtual machine of Java can run.
func runsInJava(name string) bool {
	return slices.Contains([]string{".class", ".java", ".jar"}, strings.ToLower(path.Ext(name)))
}

// holdsModel tells members that are models, or the description of one.
func holdsModel(name string) bool {
	lower := strings.ToLower(path.Base(strings.ReplaceAll(name, `\`, "/")))
	switch lower {
	case "model.ini", "saved_model.pb", "coefficients.bin", "mlmodel", "bundle.json", "part-00000":
		return true
	}
	switch path.Ext(lower) {
	case ".onnx", ".pkl", ".pickle", ".joblib", ".pt", ".pth", ".ckpt", ".h5", ".hdf5", ".keras", ".tflite", ".safetensors", ".gguf", ".mlmodel", ".caffemodel", ".pmml", ".ubj", ".cbm", ".mojo", ".npy", ".npz",
		".pdmodel", ".t7", ".rds", ".mleap":
		return true
	}
	return strings.HasSuffix(lower, ".params") || strings.HasSuffix(lower, "-symbol.json")
}

// contents says whether an archive holds code of Java's, and whether it holds a model.
func contents(p *inspect.Part) (code, model bool) {
	see := func(name string) {
		code = code || runsInJava(name)
		model = model || holdsModel(name)
	}
	switch {
	case len(p.Head()) < 30:
	case archive.IsTar(p):
		archive.EachTar(p, func(name string, _, _ int64) bool {
			see(name)
			return !code || !model
		})
	case archive.IsZip(p):
		if z := archive.OpenZip(p); z != nil {
			for i := 0; i < len(z.Entries) && !(code && model); i++ {
				see(z.Entries[i].Name)
			}
		}
	}
	return code, model
}

const (
	maxJava  = 20       // members that are spoken of for what they are
	maxCodes = 2000     // members that are looked at for commands
	maxCode  = 64 << 10 // bytes of one
)

func scanJavaArchive(ctx context.Context, p *inspect.Part) error {
	seen := 0
	look := func(name string, at int64, code []byte) {
		if seen++; seen <= maxJava || outside.Command(string(code)) != "" {
			javaCode(p, name, at, code)
		}
	}
	if archive.IsTar(p) {
		archive.EachTar(p, func(name string, at, size int64) bool {
			if runsInJava(name) {
				code, _ := p.Read(at, int(min(size, maxCode, max(0, p.Size-at)))) // what was cut off is said by who unpacks it
				look(name, at, code)
			}
			return seen < maxCodes && ctx.Err() == nil
		})
		return ctx.Err()
	}
	z := archive.OpenZip(p)
	if z == nil {
		return nil
	}
	for i := range z.Entries {
		if e := &z.Entries[i]; runsInJava(e.Name) && seen < maxCodes && ctx.Err() == nil {
			code, _ := z.Small(e, maxCode)
			look(e.Name, e.Header, code)
		}
	}
	return ctx.Err()
}
