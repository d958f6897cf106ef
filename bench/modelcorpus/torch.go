package main

import (
	"archive/tar"
	"bytes"
	"fmt"
	"strings"
)

// torchZip is what torch.save writes, around a pickle.
func torchZip(prefix string, data []byte, more ...entry) []byte {
	entries := []entry{
		{name: prefix + "/data.pkl", data: data, align: 64},
		{name: prefix + "/byteorder", data: []byte("little"), align: 64},
		{name: prefix + "/data/0", data: make([]byte, 16), align: 64},
	}
	for _, e := range more {
		e.name = prefix + "/" + e.name
		e.align = 64
		entries = append(entries, e)
	}
	return zipped(append(entries, entry{name: prefix + "/version", data: []byte("3\n"), align: 64})...)
}

// tensor is torch's way to name a tensor over storage 0.
func tensor() any {
	id := tuple{"storage", global{"torch", "FloatStorage"}, "0", "cpu", 4}
	return call{fn: global{"torch._utils", "_rebuild_tensor_v2"}, args: tuple{seq{id, raw("Q")}, 0, tuple{4}, tuple{1}, false, fn("collections", "OrderedDict")}}
}

func stateDict(more ...any) any {
	return append(dict{"layer.weight", tensor()}, more...)
}

// torchFiles are archives of torch, old and new.
func torchFiles(c *corpus) {
	s := style{proto: 2}
	payloads := []gadget{
		{"posix", "system", tuple{cmd}}, {"builtins", "exec", tuple{code}}, {"subprocess", "Popen", tuple{list{"echo", word}}}, {"runpy", "_run_code", tuple{code, dict{}}},
		{"webbrowser", "open", tuple{url}}, {"torch.utils.collect_env", "run", tuple{cmd}}, {"builtins", "open", tuple{"corpus.txt", "w"}}, {"torch.hub", "load", tuple{"example/model", "m"}},
	}
	for i, g := range payloads {
		name := []string{"pytorch_model.bin", "model.pt", "model.pth", "model.ckpt", "checkpoint.pt.tar"}[i%5]
		c.hostile("torch", "state dict with a call", "JFrog: malicious models on the hub", name, torchZip("archive", pickled(s, stateDict("x", fn(g.module, g.name, g.args...)))))
	}
	c.hostile("torch", "call before the state dict", "fickling pytorch injection", "model.pt", torchZip("model", pickled(s, seq{fn("posix", "system", cmd), raw("0"), stateDict()})))
	c.hostile("torch", "persistent id with a call", "torch.load", "model.pt", torchZip("archive", pickled(s, seq{tuple{"storage", fn("posix", "system", cmd), "0", "cpu", 4}, raw("Q")})))
	c.hostile("torch", "broken pickle", "nullifAI", "model.pt", torchZip("archive", []byte("\x80\x02cposix\nsystem\nX\x04\x00\x00\x00echo\x85RX\xff\xff\x00\x00")))
	c.hostile("torch", "other pickles of the archive", "torch.jit loads constants.pkl", "model.pt", torchZip("archive", pickled(s, stateDict()), entry{name: "constants.pkl", data: system()}))
	c.hostile("torch", "other pickles of the archive", "torch.jit mobile: bytecode.pkl", "model.ptl", torchZip("archive", pickled(s, stateDict()), entry{name: "bytecode.pkl", data: system()}))
	c.hostile("torch", "pickle in a storage", "The Art of Hide and Seek: nested files", "model.pt", torchZip("archive", pickled(s, fn("torch.storage", "_load_from_bytes", torchZip("archive", system())))))
	c.hostile("torch", "two data.pkl", "parser differentials of zip readers", "model.pt", zipped(
		entry{name: "archive/data.pkl", data: pickled(s, stateDict())}, entry{name: "archive/data.pkl", data: system()}, entry{name: "archive/data/0", data: make([]byte, 16)}, entry{name: "archive/version", data: []byte("3\n")}))
	c.hostile("torch", "other name of data.pkl", "torch takes the first folder as the name", "model.pt", zipped(
		entry{name: "evil/data.pkl", data: system()}, entry{name: "evil/version", data: []byte("3\n")}, entry{name: "archive/data.pkl", data: pickled(s, stateDict())}, entry{name: "archive/data/0", data: make([]byte, 16)}))
	c.hostile("torch", "packed data.pkl", "torch reads deflated members", "model.pt", zipped(entry{name: "archive/data.pkl", data: system(), deflate: true}, entry{name: "archive/version", data: []byte("3\n")}))
	for name, data := range map[string][]byte{"model.pt": archive{before: []byte("GIF89a;"), shift: true, entries: []entry{{name: "a/data.pkl", data: system()}, {name: "a/version", data: []byte("3\n")}}}.bytes()} {
		c.hostile("torch", "bytes before the zip", "polyglot files (Trail of Bits)", name, data)
	}

	legacy := func(object []byte) []byte {
		out := pickled(s, nil)[:2]
		out = append(out, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, '.')
		out = append(out, pickled(s, 1001)...)
		out = append(out, pickled(s, dict{"protocol_version", 1001, "little_endian", true, "type_sizes", dict{"short", 2, "int", 4, "long", 4}})...)
		out = append(out, object...)
		return append(out, pickled(s, list{})...)
	}
	c.hostile("torch", "legacy file", "torch.serialization._legacy_load", "model.pth", legacy(system()))
	c.hostile("torch", "legacy file", "torch.serialization._legacy_load", "pytorch_model.bin", legacy(pickled(s, dict{"a", fn("builtins", "exec", code)})))
	c.hostile("torch", "legacy storage keys", "torch.serialization._legacy_load reads five pickles", "model.pt", append(legacy(pickled(s, dict{}))[:len(legacy(pickled(s, dict{})))-4], system()...))
	c.hostile("torch", "call instead of the magic number", "picklescan pytorch magic number bypass (GHSA-97f8-7cmv-76j2)", "model.pt",
		append(pickled(s, fn("builtins", "eval", "119547037146038801333356")), legacy(pickled(s, dict{}))...))
	c.hostile("torch", "legacy sys info", "torch.serialization._legacy_load", "model.pt", append(append(legacy(nil)[:15], pickled(s, 1001)...), system()...))
	c.hostile("torch", "old tar file", "torch.serialization.legacy_load", "model.pt", tarred(tarEntry{name: "sys_info", data: pickled(s, dict{"protocol_version", 1000})}, tarEntry{name: "pickle", data: system()}, tarEntry{name: "storages", data: pickled(s, 0)}, tarEntry{name: "tensors", data: pickled(s, 0)}))
	c.hostile("torch", "old tar file", "torch.serialization.legacy_load", "model.pth.tar", tarred(tarEntry{name: "storages", data: system()}, tarEntry{name: "pickle", data: pickled(s, dict{})}))

	script := func(source string, more ...entry) []byte {
		all := append([]entry{{name: "code/__torch__.py", data: []byte(source)}, {name: "constants.pkl", data: pickled(s, tuple{})}}, more...)
		return torchZip("model", pickled(s, built{call{global{"__torch__", "M"}, tuple{}, newobj}, dict{"training", false}}), all...)
	}
	class := func(body ...string) string {
		return "class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n  def forward(self: __torch__.M,\n    x: Tensor) -> Tensor:\n    " + strings.Join(body, "\n    ") + "\n    return x\n"
	}
	const hats = "Safe Harbor or Hostile Waters (Black Hat USA 2025): TorchScript"
	c.hostile("torch", "TorchScript writes a file", hats, "model.pt", script(class(`_0 = torch.save(x, "/tmp/lodemark-corpus")`)))
	c.hostile("torch", "TorchScript writes a file", hats, "model.torchscript", script(class(`ops.aten.save(x, "corpus.bin")`)))
	c.hostile("torch", "TorchScript reads a file", hats, "model.pt", script(class(`y = torch.from_file("/etc/hostname", False, 10, dtype=0)`)))
	c.hostile("torch", "TorchScript reads a file", hats, "model.pt", script(class(`y = ops.aten.from_file("/etc/hostname", True, 10)`)))
	c.hostile("torch", "TorchScript calls a custom op", hats, "model.pt", script(class(`y = ops.evil_ops.run(x, "echo")`)))
	c.hostile("torch", "TorchScript calls a custom class", hats, "model.pt", script(class(`y = __torch__.torch.classes.evil.Shell.__new__(__torch__.torch.classes.evil.Shell)`)))
	c.hostile("torch", "TorchScript with a pickled call", "torch.load falls back", "model.pt", torchZip("model", system(), entry{name: "code/__torch__.py", data: []byte(class("y = x"))}, entry{name: "constants.pkl", data: pickled(s, tuple{})}))
	c.hostile("torch", "TorchScript attributes with a call", hats, "model.pt", script(class("y = x"), entry{name: "attributes.pkl", data: system()}))

	pack := func(files ...entry) []byte {
		all := append([]entry{{name: ".data/version", data: []byte("6\n")}, {name: ".data/extern_modules", data: []byte("torch\nos\n")}, {name: ".data/python_version", data: []byte("3.11.2")}}, files...)
		for i := range all {
			all[i].name = "pkg/" + all[i].name
		}
		return zipped(all...)
	}
	const tp = "torch.package documentation: packages hold code"
	c.hostile("torch", "torch package runs code", tp, "model.pt", pack(entry{name: "model/__init__.py", data: []byte("import os\nos.system('" + cmd + "')\n")}, entry{name: "model/model.pkl", data: pickled(s, call{fn: global{"model", "M"}})}))
	c.hostile("torch", "torch package runs code", tp, "package.pt", pack(entry{name: "m.py", data: []byte("import subprocess as s\ns.Popen(['echo', '" + word + "'])\n")}, entry{name: "m/p.pkl", data: pickled(s, call{fn: global{"m", "M"}})}))
	c.hostile("torch", "torch package with a call", tp, "package.pt", pack(entry{name: "m.py", data: []byte("x = 1\n")}, entry{name: "m/p.pkl", data: system()}))
	c.hostile("torch", "exported program with native code", "torch.export and AOTInductor", "model.pt2", zipped(
		entry{name: "model/archive_format", data: []byte("pt2")}, entry{name: "model/version", data: []byte("0")}, entry{name: "model/data/aotinductor/model/c1.wrapper.so", data: elf()}, entry{name: "model/models/model.json", data: []byte("{}")}))
	c.hostile("torch", "exported program with a pickle", "torch.export", "model.pt2", zipped(
		entry{name: "model/archive_format", data: []byte("pt2")}, entry{name: "model/version", data: []byte("0")}, entry{name: "model/data/sample_inputs/model.pt", data: torchZip("archive", system())}, entry{name: "model/models/model.json", data: []byte("{}")}))
}

// elf is the head of a program, and nothing that could run.
func elf() []byte {
	b := append([]byte("\x7fELF\x02\x01\x01\x00"), make([]byte, 120)...)
	b[16], b[18] = 3, 62
	return b
}

type tarEntry struct {
	name, link string
	kind       byte
	data       []byte
}

func tarred(entries ...tarEntry) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		if e.kind == 0 {
			e.kind = tar.TypeReg
		}
		must(w.WriteHeader(&tar.Header{Name: e.name, Linkname: e.link, Typeflag: e.kind, Size: int64(len(e.data)), Mode: 0o644, Format: tar.FormatGNU}))
		_, err := w.Write(e.data)
		must(err)
	}
	must(w.Close())
	return b.Bytes()
}

// otherArchives carry hostile members in containers that are not zip, or that point outside themselves.
func otherArchives(c *corpus) {
	const slip = "zip slip; CVE-2025-4517 (tarfile); Keras CVE-2025-12060"
	c.hostile("container", "7z with a pickle", "nullifAI (ReversingLabs)", "model.7z", sevenZip("data.pkl", system()))
	c.hostile("container", "7z with a pickle", "nullifAI (ReversingLabs)", "pytorch_model.bin", sevenZip("model/data.pkl", system()))
	c.hostile("container", "tar with a pickle", "modelaudit tar tests", "model.tar", tarred(tarEntry{name: "config.json", data: []byte("{}")}, tarEntry{name: "model.pkl", data: system()}))
	for _, how := range []string{"gzip", "xz", "zstd", "lz4", "zlib"} {
		c.hostile("container", "packed tar with a pickle", "modelaudit tar tests", "model.tar."+how, packed(how, tarred(tarEntry{name: "weights/model.pt", data: torchZip("archive", system())})))
	}
	for _, name := range []string{"../../corpus.txt", "/tmp/corpus.txt", "a/../../b.txt", `..\..\b.txt`, "C:\\corpus.txt"} {
		c.hostile("container", "path that leaves the archive", slip, "model.zip", zipped(entry{name: "config.json", data: []byte("{}")}, entry{name: name, data: []byte("x")}))
	}
	c.hostile("container", "path that leaves the archive", slip, "model.tar", tarred(tarEntry{name: "../../corpus.txt", data: []byte("x")}))
	c.hostile("container", "path that leaves the archive", slip, "model.tar.gz", packed("gzip", tarred(tarEntry{name: "/tmp/corpus.txt", data: []byte("x")})))
	c.hostile("container", "link that leaves the archive", slip, "model.tar", tarred(tarEntry{name: "a", link: "/etc", kind: tar.TypeSymlink}, tarEntry{name: "a/corpus", data: []byte("x")}))
	c.hostile("container", "link that leaves the archive", slip, "model.tar", tarred(tarEntry{name: "weights.bin", link: "../../../etc/passwd", kind: tar.TypeLink}))
	c.hostile("container", "link that leaves the archive", slip, "model.zip", zipped(entry{name: "weights.bin", data: []byte("/etc/passwd"), mode: 0o120777}))
	deep := system()
	for i := range 8 {
		deep = zipped(entry{name: fmt.Sprintf("level%d.zip", i), data: deep})
	}
	c.hostile("container", "archives in archives", "modelaudit nested archive tests", "model.zip", deep)
	c.hostile("container", "archives in archives", "modelaudit nested archive tests", "model.tar.gz", packed("gzip", tarred(tarEntry{name: "a.zip", data: zipped(entry{name: "b.7z", data: sevenZip("m.pkl", system())})})))
	c.hostile("container", "two tars in one", "tar readers that go on after the end", "model.tar", append(tarred(tarEntry{name: "a.txt", data: []byte("x")}), tarred(tarEntry{name: "m.pkl", data: system()})...))
}
