package graphs

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/outside"
	"github.com/lodemark/lodemark/internal/model/protobuf"
)

func caffeFormats() []inspect.Format {
	return []inspect.Format{
		{
			Name:    "caffe",
			Doc:     "Caffe imports the Python modules that layers name, and reads the data files that they name.",
			Endings: []string{".caffemodel"},
			Claims: func(p *inspect.Part) bool {
				h := p.Head()
				if len(h) < 4 {
					return false
				}
				if p.Ending() == ".caffemodel" {
					return h[0] == 0x0a || h[0] == 0x12 || h[0] == 0xa2 && h[1] == 0x06 || h[0] == 0x1a
				}
				m := whole(p)
				name, ok, err := m.Next()
				next, ok2, err2 := m.Next()
				return ok && ok2 && err == nil && err2 == nil && name.Number == 1 && name.Type == protobuf.Bytes && name.Len < 200 && next.Number == 100 && next.Type == protobuf.Bytes
			},
			Scan: scanCaffe,
			Canary: func() (string, []byte) {
				layer := protobuf.AppendBytes(protobuf.AppendBytes([]byte(nil), 1, "l"), 2, "Python")
				layer = protobuf.AppendBytes(layer, 130, protobuf.AppendBytes(protobuf.AppendBytes([]byte(nil), 1, "canary"), 2, "Layer"))
				return "canary.caffemodel", protobuf.AppendBytes(protobuf.AppendBytes([]byte(nil), 1, "net"), 100, layer)
			},
			CanaryWant: inspect.Dangerous,
		},
		{
			Name:   "caffe-text",
			Doc:    "The text of a net of Caffe names Python modules that are imported, and data files that are read.",
			Claims: claimsCaffeText,
			Scan:   scanCaffeText,
			Canary: func() (string, []byte) {
				return "canary.prototxt", []byte("layer {\n  name: \"l\"\n  type: \"Python\"\n  python_param { module: \"canary\" layer: \"Layer\" }\n}\n")
			},
			CanaryWant: inspect.Dangerous,
		},
	}
}

// caffePython judges a layer that is written in Python.
func caffePython(p *inspect.Part, at int64, module, layer, text string) {
	v, what := inspect.Dangerous, "is imported and run"
	top, _, _ := strings.Cut(module, ".")
	if outside.Effectful(top) {
		v, what = inspect.Malicious, "is called with what no layer needs"
	}
	if text != "" {
		p.Say(v, "caffe-python", at, "a layer is Python: %s of the module %s %s, with %s", inspect.Quote(layer), inspect.Quote(module), what, inspect.Quote(text))
		return
	}
	p.Say(v, "caffe-python", at, "a layer is Python: %s of the module %s %s", inspect.Quote(layer), inspect.Quote(module), what)
}

// caffeFile judges a file that a layer reads. Nets for training name their data, wherever it lay.
func caffeFile(p *inspect.Part, at int64, name string) {
	switch {
	case name == "":
	case strings.Contains(name, ".."), strings.Contains(name, "://"), strings.HasPrefix(name, "~"), sensitive(name):
		p.Say(inspect.Dangerous, "caffe-path", at, "a layer reads %s, outside of the model's folder", inspect.Quote(name))
	default:
		p.Say(inspect.Clean, "caffe-data", at, "a layer reads %s", inspect.Quote(name))
	}
}

// sensitive says whether a path is one that no data for training lies at.
func sensitive(name string) bool {
	for _, start := range []string{"/etc/", "/proc/", "/dev/", "/root/", "/sys/", "/var/run/", "/var/lib/", "/boot/", "C:\\Windows", "C:/Windows", "\\\\"} {
		if strings.HasPrefix(strings.ToLower(name), strings.ToLower(start)) {
			return true
		}
	}
	return strings.Contains(name, "/.ssh/") || strings.Contains(name, "/.aws/")
}

func scanCaffe(ctx context.Context, p *inspect.Part) error {
	layers := 0
	err := each(whole(p), func(f protobuf.Field) error {
		switch f.Number {
		case 1:
			p.Fact("graph", f.Text(200))
		case 2, 100:
			if layers++; layers&0xfff == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			return caffeLayer(p, f)
		case 3, 4, 5, 6, 7, 8:
		default:
			return &inspect.DamageError{Offset: f.Off, Reason: "field " + strconv.Itoa(f.Number) + " is none of a net"}
		}
		return nil
	})
	p.Fact("framework", "caffe")
	p.Fact("layers", strconv.Itoa(layers))
	if err == nil && layers == 0 {
		err = &inspect.DamageError{Offset: -1, Reason: "has no layers"}
	}
	return err
}

// caffeSources are the parameters of layers that name files, and the fields that do.
var caffeSources = map[int][]int{100: {4}, 107: {1, 3}, 112: {1}, 115: {1, 3, 12}, 116: {1}, 129: {1, 3, 13}}

func caffeLayer(p *inspect.Part, f protobuf.Field) error {
	v1 := f.Number == 2
	return within(f, "a layer", func(f protobuf.Field) error {
		if f.Type != protobuf.Bytes {
			return nil
		}
		switch {
		case f.Number == 2 && !v1 || f.Number == 4 && v1:
			f.Text(100)
		case f.Number == 7 && !v1 || f.Number == 6 && v1: // blobs
			return each(f.Message(), func(protobuf.Field) error { return nil })
		case v1:
		case f.Number == 130:
			module, layer, text := "", "", ""
			err := within(f, "a Python layer", func(f protobuf.Field) error {
				switch f.Number {
				case 1:
					module = f.Text(maxName)
				case 2:
					layer = f.Text(maxName)
				case 3:
					text = f.Text(4000)
				}
				return nil
			})
			caffePython(p, f.Off, module, layer, text)
			return err
		case f.Number == 113:
			return within(f, "an output", func(f protobuf.Field) error {
				if f.Number == 1 {
					p.Say(inspect.Dangerous, "caffe-writes", f.Off, "a layer writes the file %s", inspect.Quote(f.Text(maxName)))
				}
				return nil
			})
		case caffeSources[f.Number] != nil:
			fields := caffeSources[f.Number]
			return within(f, "a data layer", func(f protobuf.Field) error {
				if slices.Contains(fields, f.Number) && f.Type == protobuf.Bytes {
					caffeFile(p, f.Off, f.Text(maxName))
				}
				return nil
			})
		}
		return nil
	})
}

func claimsCaffeText(p *inspect.Part) bool {
	if e := p.Ending(); e != ".prototxt" && e != ".pt" && e != ".txt" && e != ".pbtxt" && e != ".prototext" {
		return false
	}
	h := p.Head()
	if bytes.IndexByte(h[:min(len(h), 1000)], 0) >= 0 {
		return false
	}
	for _, mark := range []string{"layer {", "layers {", "layer{", "layers{", "layer  {"} {
		if i := bytes.Index(h, []byte(mark)); i >= 0 && (i == 0 || h[i-1] == '\n' || h[i-1] == ' ' || h[i-1] == '\t' || h[i-1] == '}') && bytes.Contains(h[i:], []byte("type:")) {
			return true
		}
	}
	return false
}

const maxCaffeText = 8 << 20

// scanCaffeText reads the text form of protocol buffers as far as layers go.
func scanCaffeText(ctx context.Context, p *inspect.Part) error {
	t := &protoText{ctx: ctx, p: p, at: 0}
	if p.Size > maxCaffeText {
		p.Say(inspect.NotRead, "limit", -1, "is larger than the %d bytes of text that are looked at", maxCaffeText)
		return nil
	}
	b, err := p.Read(0, int(p.Size))
	if err != nil {
		return err
	}
	t.text = string(b)
	layers := 0
	var module, layer, text string
	err = t.walk(func(path []string, value string, at int64) {
		switch key := path[len(path)-1]; {
		case value == "{" && (key == "layer" || key == "layers") && len(path) == 1:
			layers++
		case value == "{" && key == "python_param":
			module, layer, text = "", "", ""
		case value == "}" && key == "python_param":
			caffePython(p, at, module, layer, text)
		case len(path) >= 2 && path[len(path)-2] == "python_param":
			switch key {
			case "module":
				module = value
			case "layer":
				layer = value
			case "param_str":
				text = value
			}
		case key == "type" && len(path) == 2 && (value == "Python" || value == "PYTHON"):
			p.Say(inspect.Dangerous, "caffe-python", at, "a layer is Python: a module is imported and run for it")
		case key == "source" || key == "mean_file" || key == "root_folder" || key == "net" || key == "train_net" || key == "snapshot_prefix" || key == "weights":
			caffeFile(p, at, value)
		case key == "file_name" && len(path) >= 2 && path[len(path)-2] == "hdf5_output_param":
			p.Say(inspect.Dangerous, "caffe-writes", at, "a layer writes the file %s", inspect.Quote(value))
		case key == "name" && len(path) == 1:
			p.Fact("graph", value)
		}
	})
	p.Fact("framework", "caffe")
	p.Fact("layers", strconv.Itoa(layers))
	return err
}
