package design

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/model"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

func scannedModels() lodemark.Check {
	return lodemark.Check{
		ID: "sd-3-scanned-models", Version: 1,
		Title:    "Model files hold nothing that would run, import, fetch or read when they are loaded",
		Bears:    lodemark.Supports("SD-3.6", "DEV-1.6"),
		Severity: lodemark.SeverityCritical, Strength: lodemark.Enforced, MaxAge: settingsAge,
		Why: "A model file is a program to its loader: a pickle calls what it names, a graph reads and writes files, a configuration fetches code. Whoever " +
			"could change the file runs as the service that loads it.",
		Fix: "Do not load the file. Take the model anew from its publisher, compare digests, and prefer a format that holds data only (safetensors, GGUF, ONNX).",
		Help: "the files themselves must lie in the tree (not pointers to a large file store); models that are fetched at run time are scanned with " +
			"lodemark scan PATH where they arrive",
		Bad: scannedBad(), Good: scannedGood(),
		Run: runScannedModels,
	}
}

// besideModels are the files that loaders read beside a model, and act on.
var besideModels = []string{"config.json", "tokenizer_config.json", "processor_config.json", "preprocessor_config.json", "generation_config.json", "chat_template.jinja", "chat_template.json",
	"adapter_config.json", "model_index.json", "modules.json", "MLmodel"}

func runScannedModels(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	formats := model.Formats()
	var looked []lodemark.Component
	var findings []lodemark.Finding
	var gaps []lodemark.Gap
	seen := map[string]bool{}
	look := func(c lodemark.Component) {
		if seen[c.Path] || c.Path == "" {
			return
		}
		seen[c.Path] = true
		found, err := examined(ctx, s, c.Path, formats)
		if err != nil {
			gaps = append(gaps, lodemark.Unread(c.Path, 0, err, c.Test))
			return
		}
		looked = append(looked, c)
		findings = append(findings, modelFindings(c, found)...)
		gaps = append(gaps, modelGaps(c, found)...)
	}
	for c := range s.System.Of(lodemark.KindModel) {
		if ctx.Err() != nil {
			break
		}
		look(c)
		for _, name := range besideModels {
			beside := path.Join(path.Dir(c.Path), name)
			if hasFile(s.System, beside) {
				look(lodemark.Component{Kind: c.Kind, Path: beside, Test: c.Test})
			}
		}
	}
	r := lodemark.Conclude(looked, findings, gaps, "model files")
	if r.Outcome == lodemark.Passed && len(gaps) > 0 {
		r.Outcome, r.Reason = lodemark.Undecided, fmt.Sprintf("%s: %s", gaps[0].Path, gaps[0].Reason)
	}
	return r
}

// examined scans one file of the target.
func examined(ctx context.Context, s *lodemark.Subject, name string, formats []inspect.Format) (*inspect.Found, error) {
	content, err := s.Open(name)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	src := model.Source{Name: name, Bytes: content, Size: content.Size(), Beside: around{s, path.Dir(name)}}
	return model.Examine(ctx, src, formats, model.Limits{}), nil
}

// around opens the files beside a model.
type around struct {
	subject *lodemark.Subject
	dir     string
}

func (a around) open(rel string) (lodemark.Content, error) {
	name := path.Join(a.dir, rel)
	if path.IsAbs(rel) || name == ".." || strings.HasPrefix(name, "../") {
		return nil, fmt.Errorf("open %s: %w", bound.QuoteName(rel), bound.ErrOutside)
	}
	return a.subject.Open(name)
}

func (a around) Size(rel string) (int64, error) {
	c, err := a.open(rel)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	return c.Size(), nil
}

func (a around) Read(rel string, max int64) ([]byte, error) {
	size, err := a.Size(rel)
	if err != nil {
		return nil, err
	}
	if size > max {
		return nil, &bound.LimitError{Path: rel, Limit: bound.LimitFileBytes, Max: max}
	}
	return a.subject.Read(path.Join(a.dir, rel))
}

// modelFindings makes one finding of a file: the worst that was seen in it, with how much more there is.
func modelFindings(c lodemark.Component, found *inspect.Found) []lodemark.Finding {
	if found.Verdict < inspect.Dangerous {
		return nil
	}
	severity := lodemark.SeverityHigh
	if found.Verdict == inspect.Malicious {
		severity = lodemark.SeverityCritical
	}
	worst := found.Reasons[0]
	more := 0
	for _, r := range found.Reasons[1:] {
		if r.Verdict >= inspect.Dangerous {
			more++
		}
	}
	where := ""
	if worst.Part != "" {
		where = " (in its member " + worst.Part + ")"
	}
	message := fmt.Sprintf("%s is %s: %s%s.", c.Path, found.Verdict, worst.Message, where)
	if more > 0 {
		message += fmt.Sprintf(" %d more reason(s): lodemark scan %s", more, c.Path)
	}
	return []lodemark.Finding{{ID: "sd-3-scanned-models", Severity: severity, Path: c.Path, Message: message,
		Fix: "do not load it; take the model anew from its publisher and compare digests", Key: worst.ID + " " + worst.Message}}
}

// modelGaps tells what nobody could look at, and what nobody knows.
func modelGaps(c lodemark.Component, found *inspect.Found) []lodemark.Gap {
	if found.Verdict >= inspect.Dangerous {
		return nil // said louder
	}
	for _, r := range found.Reasons {
		if r.Verdict == inspect.NotRead || r.Verdict == inspect.Unknown {
			return []lodemark.Gap{{Path: c.Path, Reason: fmt.Sprintf("as a model file %s: %s", r.Verdict, r.Message)}}
		}
	}
	return nil
}

func hasFile(s *lodemark.System, name string) bool {
	_, there := slices.BinarySearchFunc(s.Files, name, func(f lodemark.File, name string) int { return strings.Compare(f.Path, name) })
	return there
}
