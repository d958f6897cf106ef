package framework

import (
	"bytes"
	"context"
	"errors"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/outside"
)

// marks tell by what a damaged file would have said: names that stand for code in the formats of this package.
var marks = []string{"FlexReadFile", "FlexWriteFile", "FlexPyFunc", "FlexEagerPyFunc", "FlexPyFuncStateless", "FlexLoadLibrary", "FlexSave", "py_func", "UserDefinedFunction", "PROMSXP"}

// maxTime bounds what a file that is made to be slow can cost.
const maxTime = 4 * time.Second

// searched looks for commands in what could not be read: a loader that is more lenient than we are may get further.
func searched(scan func(context.Context, *inspect.Part) error) func(context.Context, *inspect.Part) error {
	return func(ctx context.Context, p *inspect.Part) error {
		limited, cancel := context.WithTimeout(ctx, maxTime)
		defer cancel()
		err := scan(limited, p)
		if ctx.Err() == nil && limited.Err() != nil {
			err = &inspect.DamageError{Offset: -1, Reason: "takes longer to look at than " + maxTime.String()}
		}
		var damage *inspect.DamageError
		if errors.As(err, &damage) {
			search(p)
		}
		return err
	}
}

// search looks for commands and for names of code at both ends of a part.
func search(p *inspect.Part) {
	if p.Found().Verdict >= inspect.Dangerous {
		return
	}
	h, t := p.Head(), p.Tail()
	pieces := [][]byte{h, t}
	if p.Size <= inspect.HeadBytes {
		pieces = pieces[:1]
	}
	for i, b := range pieces {
		off := int64(0)
		if i == 1 {
			off = p.Size - int64(len(t))
		}
		if c := outside.Command(string(b)); c != "" {
			p.Say(inspect.Dangerous, "damaged-command", off, "could not be read, and spells out a command: %s", inspect.Quote(c))
			return
		}
		for _, m := range marks {
			if at := bytes.Index(b, []byte(m)); at >= 0 {
				p.Say(inspect.Dangerous, "damaged-operator", off+int64(at), "could not be read, and names %s", inspect.Quote(m))
				return
			}
		}
		for _, call := range []string{"system(", "system2(", "shell.exec(", "socketConnection("} {
			if e := p.Ending(); bytes.Contains(b, []byte(call)) && (e == ".rds" || e == ".rda" || e == ".rdata") {
				p.Say(inspect.Dangerous, "damaged-command", off, "could not be read, and spells out a call of %s", inspect.Quote(strings.TrimSuffix(call, "(")))
				return
			}
		}
		for _, name := range outside.Libraries(b) {
			if strings.ContainsAny(name, `/\\`) {
				p.Say(inspect.Dangerous, "damaged-library", off, "could not be read, and names the library %s", inspect.Quote(name))
				return
			}
		}
	}
}

// shared tells files whose endings models share with other trades, where only a model of some kind can have that content.
func shared(p *inspect.Part) bool {
	h := p.Head()
	name := strings.ToLower(p.Name)
	start := bytes.TrimRightFunc(h[:min(len(h), 512)], func(r rune) bool { return r >= utf8.RuneSelf }) // the last letter may be cut
	text := bytes.IndexByte(h, 0) < 0 && utf8.Valid(start)
	switch path.Ext(name) {
	case ".bst": // XGBoost's, and styles of BibTeX
		text = text && !bytes.HasPrefix(bytes.TrimLeft(h, " \t\r\n"), []byte("{"))
	case ".th": // PyTorch's
	case ".params": // MXNet's, by name and epoch: model-0010.params
		stem := strings.TrimSuffix(name, ".params")
		dash := strings.LastIndexByte(stem, '-')
		if dash < 1 || len(stem)-dash != 5 || strings.Trim(stem[dash+1:], "0123456789") != "" {
			return false
		}
		text = false
	default:
		return false
	}
	for _, magic := range []string{"GGUF", "ggml", "ggjt", "\x93NUMPY", "TFL3"} { // other readers have looked
		if bytes.HasPrefix(h, []byte(magic)) {
			return false
		}
	}
	return !text && !(len(h) > 8 && h[8] == '{') // a header of safetensors
}

// misnamedFormat takes what is named like a format of this package and has the content of none that is known.
func misnamedFormat(all []inspect.Format) inspect.Format {
	var endings []string
	for _, f := range all {
		endings = append(endings, f.Endings...)
	}
	return inspect.Format{
		Name: "misnamed",
		Doc:  "A file whose name promises a model and whose content is none: a lenient loader may read it all the same.",
		Claims: func(p *inspect.Part) bool {
			h := p.Head()
			if len(h) == 0 || !slices.Contains(endings, p.Ending()) && !shared(p) {
				return false
			}
			for _, magic := range []string{"\x1f\x8b", "BZh", "\xfd7zXZ", "\x28\xb5\x2f\xfd", "PK\x03\x04", "7z\xbc\xaf", "\x89HDF", "\x04\x22\x4d\x18", "version https://git-lfs", "Rar!"} {
				if bytes.HasPrefix(h, []byte(magic)) {
					return false
				}
			}
			if h[0] == 0x80 && len(h) > 2 && h[1] <= 5 || len(h) > 262 && string(h[257:262]) == "ustar" {
				return false
			}
			return !slices.ContainsFunc(all, func(f inspect.Format) bool { return f.Claims(p) })
		},
		Scan: func(_ context.Context, p *inspect.Part) error {
			search(p)
			return &inspect.DamageError{Offset: 0, Reason: "its content is not of the format that its name promises"}
		},
		Canary:     func() (string, []byte) { return "canary.tflite", []byte("none of the formats") },
		CanaryWant: inspect.NotRead,
	}
}
