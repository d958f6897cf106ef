package design

import (
	"context"
	"fmt"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/discover"
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

func runScannedModels(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	var looked []lodemark.Component
	var findings []lodemark.Finding
	var gaps []lodemark.Gap
	for _, one := range discover.Scans(ctx, s) {
		if one.Card {
			continue // no loader acts on it
		}
		if one.Err != nil {
			gaps = append(gaps, lodemark.Unread(one.Path, 0, one.Err, one.Test))
			continue
		}
		looked = append(looked, lodemark.Component{Kind: lodemark.KindModel, Path: one.Path, Test: one.Test})
		findings = append(findings, modelFindings(one)...)
		gaps = append(gaps, modelGaps(one)...)
	}
	r := lodemark.Conclude(looked, findings, gaps, "model files")
	if r.Outcome == lodemark.Passed && len(gaps) > 0 {
		r.Outcome, r.Reason = lodemark.Undecided, fmt.Sprintf("%s: %s", gaps[0].Path, gaps[0].Reason)
	}
	return r
}

// modelFindings makes one finding of a file: the worst that was seen in it, with how much more there is.
func modelFindings(one discover.Scan) []lodemark.Finding {
	if one.Verdict < inspect.Dangerous {
		return nil
	}
	severity := lodemark.SeverityHigh
	if one.Verdict == inspect.Malicious {
		severity = lodemark.SeverityCritical
	}
	where := ""
	if one.Worst.Part != "" {
		where = " (in its member " + one.Worst.Part + ")"
	}
	message := fmt.Sprintf("%s is %s: %s%s.", one.Path, one.Verdict, one.Worst.Message, where)
	if one.More > 0 {
		message += fmt.Sprintf(" %d more reason(s): lodemark scan %s", one.More, one.Path)
	}
	return []lodemark.Finding{{ID: "sd-3-scanned-models", Severity: severity, Path: one.Path, Message: message,
		Fix: "do not load it; take the model anew from its publisher and compare digests", Key: one.Worst.ID + " " + one.Worst.Message}}
}

// modelGaps tells what nobody could look at, and what nobody knows.
func modelGaps(one discover.Scan) []lodemark.Gap {
	if one.Worst.Verdict != inspect.NotRead && one.Worst.Verdict != inspect.Unknown {
		return nil // nothing to tell, or said louder
	}
	return []lodemark.Gap{{Path: one.Path, Reason: fmt.Sprintf("as a model file %s: %s", one.Worst.Verdict, one.Worst.Message)}}
}
