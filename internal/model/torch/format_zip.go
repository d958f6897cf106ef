package torch

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/archive"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

func zipFormat() inspect.Format {
	return inspect.Format{
		Name:    "torch-zip",
		Doc:     "torch.load unpickles data.pkl, which can run anything; TorchScript, packages and exported programs bring code of their own.",
		Endings: weightEndings,
		Covers:  []string{"zip"},
		Claims:  claimsZip,
		Scan:    scanZip,
		Canary: func() (string, []byte) {
			return "canary.pt", zipOf("canary/data.pkl", "\x80\x02].", "canary/version", "3\n", "canary/code/__torch__.py", "def forward(x):\n  torch.save(x, \"/tmp/inert\")\n")
		},
		CanaryWant: inspect.Malicious,
	}
}

// zipOf makes a zip of names and contents in turn.
func zipOf(members ...string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i+1 < len(members); i += 2 {
		f, err := w.CreateHeader(&zip.FileHeader{Name: members[i]})
		if err == nil {
			_, err = f.Write([]byte(members[i+1]))
		}
		if err != nil {
			panic("torch: a canary cannot be written")
		}
	}
	if w.Close() != nil {
		panic("torch: a canary cannot be written")
	}
	return b.Bytes()
}

func claimsZip(p *inspect.Part) bool {
	if !archive.IsZip(p) {
		return false
	}
	if ended(p, ".pt", ".pth", ".ptl", ".pt2") {
		return true
	}
	z := archive.OpenZip(p)
	if z == nil {
		return false
	}
	_, ok := layoutOf(p, z)
	return ok
}

func scanZip(ctx context.Context, p *inspect.Part) error {
	z := archive.OpenZip(p)
	if z == nil {
		return &inspect.DamageError{Offset: -1, Reason: "no reader of zips would take it"}
	}
	z.Report()
	l, ok := layoutOf(p, z)
	s := &scan{ctx: ctx, p: p, z: z, l: &l}
	if !ok {
		p.Say(inspect.NotRead, "torch-structure", -1, "is a zip named like a model of PyTorch, and has no data.pkl")
	} else {
		s.structure()
	}
	z.Walk(ctx, func(e *archive.Entry) bool { return ok && l.storage(e.Name) })
	return ctx.Err()
}

// scan is the look at one zip.
type scan struct {
	ctx context.Context
	p   *inspect.Part
	z   *archive.Zip
	l   *layout
}

func (s *scan) structure() {
	p, l := s.p, s.l
	p.Fact("framework", "pytorch")
	switch {
	case l.pack:
		p.Fact("kind", "torch.package")
		s.pack()
	case l.export:
		p.Fact("kind", "torch.export")
		s.export()
	case l.script:
		p.Fact("kind", "TorchScript")
	}
	if l.pickle != nil {
		s.storages()
		if l.records["version"] == nil && l.records[".data/version"] == nil {
			p.Say(inspect.NotRead, "torch-structure", -1, "has no version record, without which PyTorch does not read it")
		}
	}
	if e := l.records["byteorder"]; e != nil {
		if b, ok := s.z.Small(e, 64); !ok || string(b) != "little" && string(b) != "big" {
			p.Say(inspect.NotRead, "torch-structure", e.Header, "its byte order is neither little nor big")
		}
	}
	if l.script {
		s.script()
	}
}

// storages compares what data.pkl refers to with what there is.
func (s *scan) storages() {
	p, l := s.p, s.l
	b, ok := s.z.Small(l.pickle, maxPickle)
	if !ok {
		return
	}
	refs, ok := references(b)
	if !ok {
		return
	}
	wrong := 0
	say := func(at int64, format string, args ...any) {
		if wrong++; wrong <= 4 {
			p.Say(inspect.NotRead, "torch-structure", at, format, args...)
		}
	}
	var bytes, parameters int64
	dtypes := map[string]int64{}
	for _, r := range refs {
		e := l.records["data/"+r.key]
		if e == nil {
			say(-1, "data.pkl refers to the storage %s, and there is none", inspect.Quote(r.key))
			continue
		}
		if want, ok := r.bytes(); ok && want != e.Plain {
			say(e.Header, "storage %s has %d bytes, and data.pkl says %d", inspect.Quote(r.key), e.Plain, want)
		}
		bytes += e.Plain
		parameters += r.count
		dtypes[r.dtype] += e.Plain
	}
	if wrong > 4 {
		p.Say(inspect.NotRead, "torch-structure", -1, "%d storages are not as data.pkl says", wrong)
	}
	p.Fact("tensors", strconv.Itoa(len(refs)))
	if len(refs) > 0 {
		p.Fact("parameters", strconv.FormatInt(parameters, 10))
		p.Fact("bytes", strconv.FormatInt(bytes, 10))
		p.Fact("dtype", most(dtypes))
	}
	s.unused(refs)
}

// unused says that there are bytes nobody refers to, and looks at the first of each storage: weights do not begin like programs.
func (s *scan) unused(refs []reference) {
	known := make(map[string]string, len(refs))
	for _, r := range refs {
		known[r.key] = r.dtype
	}
	extra := 0
	var weights []inspect.Tensor
	for name, e := range s.l.records {
		key, ok := strings.CutPrefix(name, "data/")
		if !ok || !digits(key) {
			continue
		}
		dtype, referred := known[key]
		if !referred {
			extra++
		}
		if e.Method == 0 && e.Body >= 0 {
			kind := map[string]string{"FloatStorage": "F32", "HalfStorage": "F16", "BFloat16Storage": "BF16"}[dtype]
			weights = append(weights, inspect.Tensor{Name: key, Off: e.Body, Len: e.Plain, Kind: kind})
		}
	}
	slices.SortFunc(weights, func(a, b inspect.Tensor) int { return cmp.Compare(a.Off, b.Off) })
	inspect.Weights(s.p, weights)
	if extra > 0 {
		s.p.Say(inspect.Clean, "torch-unused-storage", -1, "%d storages are referred to by nothing", extra)
	}
}

// most is the key with the greatest number.
func most(m map[string]int64) string {
	best := ""
	for k, n := range m {
		if best == "" || n > m[best] || n == m[best] && k < best {
			best = k
		}
	}
	return best
}
