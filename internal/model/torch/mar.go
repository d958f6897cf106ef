package torch

import (
	"context"
	"encoding/json"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/model/archive"
	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/pycode"
)

// marFormat is TorchServe's archive: a model and the handler that serves it.
func marFormat() inspect.Format {
	return inspect.Format{
		Name:    "torchserve",
		Doc:     "TorchServe imports and runs the handler in the archive, and installs its requirements when it is told to.",
		Endings: []string{".mar"},
		Covers:  []string{"zip", "torch-zip"},
		Claims: func(p *inspect.Part) bool {
			if !archive.IsZip(p) {
				return false
			}
			if ended(p, ".mar") {
				return true
			}
			z := archive.OpenZip(p)
			return z != nil && find(z, "MAR-INF/MANIFEST.json") != nil
		},
		Scan: scanMar,
		Canary: func() (string, []byte) {
			return "canary.mar", zipOf("MAR-INF/MANIFEST.json", `{"model":{"handler":"serve.py"}}`)
		},
		CanaryWant: inspect.Dangerous,
	}
}

// find returns the first member of a name.
func find(z *archive.Zip, name string) *archive.Entry {
	for i := range z.Entries {
		if strings.ReplaceAll(z.Entries[i].Name, `\`, "/") == name {
			return &z.Entries[i]
		}
	}
	return nil
}

type manifest struct {
	Runtime string `json:"runtime"`
	Model   struct {
		Name         string `json:"modelName"`
		Version      string `json:"modelVersion"`
		Handler      string `json:"handler"`
		File         string `json:"modelFile"`
		Serialized   string `json:"serializedFile"`
		Requirements string `json:"requirementsFile"`
		Config       string `json:"configFile"`
	} `json:"model"`
}

// builtin are the handlers that TorchServe itself has.
var builtin = []string{"image_classifier", "image_segmenter", "object_detector", "text_classifier", "base_handler", "densenet_handler", "vision_handler", "text_handler"}

func scanMar(ctx context.Context, p *inspect.Part) error {
	z := archive.OpenZip(p)
	if z == nil {
		return &inspect.DamageError{Offset: -1, Reason: "no reader of zips would take it"}
	}
	z.Report()
	p.Fact("framework", "torchserve")
	marManifest(p, z)
	for i := range z.Entries {
		e := &z.Entries[i]
		switch {
		case strings.HasSuffix(e.Name, ".py"):
			python(p, z, e, "serving")
		case path.Base(e.Name) == "requirements.txt" && strings.Count(e.Name, "/") == 0:
			p.Say(inspect.Clean, "mar-requirements", e.Header, "has a requirements.txt, which TorchServe installs from the network when it is told to")
		}
	}
	z.Walk(ctx, nil)
	return ctx.Err()
}

func marManifest(p *inspect.Part, z *archive.Zip) {
	e := find(z, "MAR-INF/MANIFEST.json")
	if e == nil {
		p.Say(inspect.NotRead, "mar-structure", -1, "has no MAR-INF/MANIFEST.json, without which TorchServe does not read it")
		return
	}
	b, ok := z.Small(e, 1<<20)
	var m manifest
	if !ok || json.Unmarshal(b, &m) != nil {
		p.Say(inspect.NotRead, "mar-structure", e.Header, "MAR-INF/MANIFEST.json cannot be read")
		return
	}
	p.Fact("name", m.Model.Name)
	p.Fact("version", m.Model.Version)
	module, _, _ := strings.Cut(m.Model.Handler, ":")
	for _, f := range []string{module, m.Model.File, m.Model.Serialized, m.Model.Config, m.Model.Requirements} {
		if strings.HasPrefix(f, "/") || strings.HasPrefix(f, "..") || strings.Contains(f, "/../") {
			p.Say(inspect.Dangerous, "mar-escape", e.Header, "the manifest names %s, outside the archive", inspect.Quote(f))
		}
	}
	if m.Model.Handler == "" || slices.Contains(builtin, strings.TrimSuffix(module, ".py")) && find(z, module) == nil && find(z, module+".py") == nil {
		return
	}
	if find(z, module) == nil && find(z, strings.TrimSuffix(module, ".py")+".py") == nil {
		p.Say(inspect.Dangerous, "mar-handler", e.Header, "names the handler %s, which it does not hold: code from elsewhere runs when the model is served", inspect.Quote(m.Model.Handler))
		return
	}
	p.Say(inspect.Clean, "mar-handler", e.Header, "brings the handler %s, which runs when the model is served; its code was looked at", inspect.Quote(m.Model.Handler))
}

// python looks at Python source in an archive whose loader runs it.
func python(p *inspect.Part, z *archive.Zip, e *archive.Entry, when string) {
	b, ok := z.Small(e, 4<<20)
	if !ok {
		p.Say(inspect.NotRead, "python-not-read", e.Header, "%s is too long or damaged, and was not looked at", inspect.Quote(e.Name))
		return
	}
	for _, f := range pycode.Look(b) {
		if v := f.Verdict(); v > inspect.Clean {
			p.Say(v, "python-effect", e.Header, "%s line %d %s, in code that runs in %s: %s", inspect.Quote(e.Name), f.Line, f.What(), when, inspect.Quote(f.Text))
		}
	}
}
