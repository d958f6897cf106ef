package torch

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// modelEndings are those of files that somebody hands to a loader of models, not to the system as a program.
var modelEndings = []string{
	".pt", ".pth", ".ckpt", ".ptl", ".pt2", ".pte", ".pkl", ".pickle", ".joblib", ".sav", ".dill", ".bin", ".safetensors", ".gguf", ".ggml", ".onnx",
	".h5", ".hdf5", ".keras", ".pb", ".tflite", ".npy", ".npz", ".model", ".mlmodel", ".msgpack", ".mar", ".nemo", ".skops", ".pdparams", ".pdmodel",
	".params", ".caffemodel", ".weights", ".engine", ".plan", ".cbm", ".ubj", ".rds", ".rda", ".t7", ".orbax", ".llm",
}

func executableFormat() inspect.Format {
	return inspect.Format{
		Name: "executable",
		Doc:  "A program that is named like a model: whoever opens it by a double click, or a loader that falls back to the system, runs it.",
		Claims: func(p *inspect.Part) bool {
			return slices.Contains(modelEndings, p.Ending()) && program(p.Head()) != "" && !isLlamafile(p.Head())
		},
		Scan: func(_ context.Context, p *inspect.Part) error {
			p.Say(inspect.Malicious, "content-disguise", 0, "is named like a model (%s), and its content is %s", inspect.Quote(p.Ending()), program(p.Head()))
			return nil
		},
		Canary:     func() (string, []byte) { return "canary.pt", []byte("#!/bin/sh\necho inert\n") },
		CanaryWant: inspect.Malicious,
	}
}

// program names what kind of program bytes begin like, "" for none.
func program(h []byte) string {
	if len(h) < 8 {
		return ""
	}
	big := binary.BigEndian.Uint32(h)
	switch {
	case string(h[:4]) == "\x7fELF" && (h[4] == 1 || h[4] == 2) && (h[5] == 1 || h[5] == 2):
		return "a program or library for Linux (ELF)"
	case string(h[:2]) == "MZ" && isPE(h):
		return "a program or library for Windows (PE)"
	case big == 0xfeedface, big == 0xfeedfacf, big == 0xcefaedfe, big == 0xcffaedfe:
		return "a program or library for macOS (Mach-O)"
	case big == 0xcafebabe && binary.BigEndian.Uint32(h[4:]) < 40 && binary.BigEndian.Uint32(h[4:]) > 0:
		return "a program for macOS (Mach-O for several processors)"
	case big == 0xcafebabe && binary.BigEndian.Uint16(h[6:]) >= 45 && binary.BigEndian.Uint16(h[6:]) < 100:
		return "a Java class"
	case isScript(h):
		return "a script"
	case len(h) >= 20 && string(h[:20]) == "L\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00F":
		return "a Windows shortcut"
	case string(h[:4]) == "dex\n":
		return "an Android program (DEX)"
	case string(h[:8]) == "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
		return "an OLE document, which carries macros or installs programs"
	case string(h[:8]) == "!<arch>\n":
		return "a library archive"
	case bytes.HasPrefix(bytes.ToLower(h[:min(len(h), 64)]), []byte("@echo off")), bytes.HasPrefix(bytes.ToLower(h[:min(len(h), 64)]), []byte("<script")),
		bytes.HasPrefix(h, []byte("<?php")):
		return "a script"
	}
	return ""
}

// isPE follows the pointer to the header of a Windows program.
func isPE(h []byte) bool {
	if len(h) < 64 {
		return false
	}
	at := int64(binary.LittleEndian.Uint32(h[60:]))
	if at+4 > int64(len(h)) {
		return at < 1<<20 && binary.LittleEndian.Uint16(h[2:]) < 512 && binary.LittleEndian.Uint16(h[8:]) >= 2 && len(h) >= 1<<10
	}
	sig := h[at : at+4]
	return string(sig) == "PE\x00\x00" || string(sig[:2]) == "NE" || string(sig[:2]) == "LE"
}

// isScript tells a first line that names an interpreter.
func isScript(h []byte) bool {
	if string(h[:2]) != "#!" {
		return false
	}
	line := h[2:min(len(h), 130)]
	end := bytes.IndexByte(line, '\n')
	if end < 0 {
		end = len(line)
	}
	return bytes.IndexByte(line[:end], '/') >= 0
}

func isLlamafile(h []byte) bool {
	return bytes.HasPrefix(h, []byte("MZqFpD='")) || bytes.HasPrefix(h, []byte("jartsr='")) || bytes.HasPrefix(h, []byte("APEDBG='"))
}

func llamafileFormat() inspect.Format {
	return inspect.Format{
		Name:    "llamafile",
		Doc:     "A program for several systems with the weights inside: using it means running it.",
		Endings: []string{".llamafile"},
		Claims: func(p *inspect.Part) bool {
			return isLlamafile(p.Head()) || ended(p, ".llamafile") && program(p.Head()) != ""
		},
		Scan: func(_ context.Context, p *inspect.Part) error {
			p.Fact("kind", "llamafile")
			p.Say(inspect.Dangerous, "llamafile-executes", 0, "is a program for several operating systems with weights inside: whoever uses it runs it, and what it does cannot be told from its weights")
			return nil
		},
		Canary:     func() (string, []byte) { return "canary.llamafile", []byte("MZqFpD='\ninert\n") },
		CanaryWant: inspect.Dangerous,
	}
}
