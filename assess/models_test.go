package assess

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/discover"
)

// unhurried assesses files with all the time that a scan may take.
func unhurried(t *testing.T, files map[string]string, checks ...lodemark.Check) *lodemark.Run {
	t.Helper()
	tree, err := bound.Memory(files, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	r, err := Tree(t.Context(), tree, Options{Target: "app", At: ExampleTime(), Practices: []lodemark.Practice{{Guideline: "DEV-1", Checks: checks}}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// weights is a safetensors file of n numbers with metadata.
func weights(n int, metadata string) string {
	header := fmt.Sprintf(`{"__metadata__":{%s},"w":{"dtype":"F32","shape":[%d],"data_offsets":[0,%d]}}`, metadata, n, 4*n)
	header += strings.Repeat(" ", -len(header)&7)
	return string(binary.LittleEndian.AppendUint64(nil, uint64(len(header)))) + header + strings.Repeat("\x00\x00\x80\x3f", n)
}

// llama is a GGUF file of one tensor of n numbers, with keys and texts.
func llama(n int, keys ...string) string {
	text := func(b []byte, s string) []byte {
		return append(binary.LittleEndian.AppendUint64(b, uint64(len(s))), s...)
	}
	b := binary.LittleEndian.AppendUint32([]byte("GGUF"), 3)
	b = binary.LittleEndian.AppendUint64(b, 1)
	b = binary.LittleEndian.AppendUint64(b, uint64(len(keys)/2))
	for i := 0; i < len(keys); i += 2 {
		b = text(binary.LittleEndian.AppendUint32(text(b, keys[i]), 8), keys[i+1])
	}
	b = binary.LittleEndian.AppendUint32(text(b, "token_embd.weight"), 1)
	b = binary.LittleEndian.AppendUint64(b, uint64(n))
	b = binary.LittleEndian.AppendUint32(b, 0)
	b = binary.LittleEndian.AppendUint64(b, 0)
	b = append(b, make([]byte, -len(b)&31)...)
	return string(append(b, make([]byte, 4*n)...))
}

const runsAtLoad = "cos\nsystem\n(S'echo canary'\ntR."

// What a model file, the configuration and the card beside it say stands in the component: name=value@place, "?" before what
// nobody counted.
func TestModelsInTheInventory(t *testing.T) {
	pointer := "version https://git-lfs.github.com/spec/v1\noid sha256:" + strings.Repeat("4d", 32) + "\nsize 134217728\n"
	for _, c := range []struct {
		name           string
		files          map[string]string
		format, judged string
		facts          []string
		not            string // no fact says so
	}{
		{"safetensors", map[string]string{"m/a.safetensors": weights(6, `"license":"mit","format":"pt"`)}, "safetensors", "clean",
			[]string{"parameters=6@m/a.safetensors", "tensors=1@m/a.safetensors", "dtype=F32@m/a.safetensors", "?licence=mit@m/a.safetensors"}, ""},
		{"safetensors without metadata", map[string]string{"m/a.safetensors": weights(6, "")}, "safetensors", "clean", []string{"parameters=6@m/a.safetensors"}, "licence"},
		{"GGUF", map[string]string{"m/a.gguf": llama(64, "general.architecture", "llama", "general.license", "apache-2.0")}, "gguf", "clean",
			[]string{"parameters=64@m/a.gguf", "?architecture=llama@m/a.gguf", "?licence=apache-2.0@m/a.gguf"}, ""},
		{"a configuration and a card beside it", map[string]string{"m/a.safetensors": weights(6, `"license":"mit"`), "m/config.json": `{"architectures":["BertModel"],"model_type":"bert"}`,
			"m/README.md": "---\nlicense: apache-2.0\nbase_model: example/base\n---\n\n# Ranker\n"}, "safetensors", "clean",
			[]string{"?licence=mit@m/a.safetensors", "?architecture=BertModel@m/config.json", "?licence=apache-2.0@m/README.md", "?base model=example/base@m/README.md"}, ""},
		{"those of another folder", map[string]string{"m/a.safetensors": weights(6, ""), "n/config.json": `{"architectures":["BertModel"]}`,
			"n/MODEL_CARD.md": "---\nlicense: apache-2.0\nlibrary_name: x\n---\n"}, "safetensors", "clean", []string{"tensors=1@m/a.safetensors"}, "architecture"},
		{"a pickle that runs a program", map[string]string{"m/a.pkl": runsAtLoad}, "pickle", "malicious", nil, ""},
		{"weights that are cut", map[string]string{"m/a.safetensors": weights(6, "")[:80]}, "safetensors", "not read", nil, "parameters"},
		{"a pointer", map[string]string{"m/a.safetensors": pointer}, "lfs-pointer", "not read", []string{"?sha256=" + strings.Repeat("4d", 32) + "@m/a.safetensors"}, ""},
		{"a format that nobody looks into", map[string]string{"m/lid.bin": "\xba\x16\x4f\x2f\x0c\x00\x00\x00"}, "", "not read", nil, ""},
	} {
		r := unhurried(t, c.files)
		models := slices.Collect(r.System.Of(lodemark.KindModel))
		if len(models) != 1 || models[0].Scan == nil {
			t.Fatalf("%s: models %+v", c.name, models)
		}
		scan := models[0].Scan
		var got []string
		for _, f := range scan.Facts {
			sure := map[lodemark.Origin]string{lodemark.OriginInferred: "", lodemark.OriginDeclared: "?"}[f.Origin]
			got = append(got, sure+f.Name+"="+f.Value+"@"+f.Place)
			if f.Name == c.not {
				t.Errorf("%s: %+v", c.name, f)
			}
		}
		if scan.Format != c.format || scan.Verdict != c.judged {
			t.Errorf("%s: %q %s, want %q %s", c.name, scan.Format, scan.Verdict, c.format, c.judged)
		}
		for _, want := range c.facts {
			if !slices.Contains(got, want) {
				t.Errorf("%s: %q lacks %s", c.name, got, want)
			}
		}
	}
}

// scanning is a check that examines the models, as sd-3-scanned-models does.
func scanning(run func(context.Context, *lodemark.Subject) []discover.Scan) lodemark.Check {
	c := pinned()
	c.Run = func(ctx context.Context, s *lodemark.Subject) lodemark.Result {
		r := lodemark.Result{Outcome: lodemark.Passed, Reason: "looked"}
		for _, one := range run(ctx, s) {
			r.Examined = append(r.Examined, one.Path)
		}
		return r
	}
	return c
}

// A digest stands in the component if one was taken; a pointer has none, as its own is not that of the model.
func TestDigestOfAModel(t *testing.T) {
	files := map[string]string{"m/a.safetensors": weights(2, ""), "m/b.safetensors": "version https://git-lfs.github.com/spec/v1\noid sha256:" + strings.Repeat("4d", 32) + "\nsize 9\n"}
	for _, c := range []struct {
		check lodemark.Check
		want  []bool
	}{{pinned(), []bool{false, false}}, {scanning(discover.Scans), []bool{true, false}}} {
		var got []bool
		for m := range unhurried(t, files, c.check).System.Of(lodemark.KindModel) {
			got = append(got, strings.HasPrefix(m.Digest, "sha256:"))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("digests %v, want %v", got, c.want)
		}
	}
}

// The check that judges the scans gets those that the components were described from: each file is opened for it once.
func TestOneScanServesAll(t *testing.T) {
	tree, err := bound.Memory(map[string]string{"m/a.safetensors": weights(2, ""), "m/config.json": "{}"}, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	src := newSource(tree)
	sys, err := discover.Discover(t.Context(), tree, lodemark.Declaration{})
	if err != nil {
		t.Fatal(err)
	}
	subject := subjectOf(t.Context(), sys, src, ExampleTime())
	var opened atomic.Int32
	subject.Open = func(path string) (lodemark.Content, error) {
		opened.Add(1)
		return src.Open(path)
	}
	scanModels(t.Context(), subject, 0)
	once := opened.Load()
	r := runOne(t.Context(), scanning(discover.Scans), subject, time.Minute)
	if once == 0 || opened.Load() != once || len(r.Examined) != 2 {
		t.Errorf("opened %d files, and %d after the check, which examined %q", once, opened.Load(), r.Examined)
	}
}

// stuck is a file that gives nothing and does not fail.
type stuck struct{ until chan struct{} }

func (s stuck) ReadAt([]byte, int64) (int, error) { <-s.until; return 0, io.EOF }
func (s stuck) Close() error                      { return nil }
func (s stuck) Size() int64                       { return 1 << 20 }

// A file that takes all the time there is stands in the inventory as not read; the run goes on, and the others are there.
func TestScanEndsInTime(t *testing.T) {
	tree, err := bound.Memory(map[string]string{"m/a.safetensors": weights(2, ""), "m/b.safetensors": weights(2, "")}, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	src := newSource(tree)
	sys, err := discover.Discover(t.Context(), tree, lodemark.Declaration{})
	if err != nil {
		t.Fatal(err)
	}
	subject := subjectOf(t.Context(), sys, src, ExampleTime())
	until := make(chan struct{})
	defer close(until)
	subject.Open = func(path string) (lodemark.Content, error) {
		if path == "m/b.safetensors" {
			return stuck{until}, nil
		}
		return src.Open(path)
	}
	scanModels(t.Context(), subject, time.Second)
	var got []string
	for m := range sys.Of(lodemark.KindModel) {
		got = append(got, m.Path+" "+m.Scan.Verdict)
	}
	if want := []string{"m/a.safetensors clean", "m/b.safetensors not read"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for _, one := range discover.Scans(t.Context(), subject) {
		if (one.Err != nil) != (one.Path == "m/b.safetensors") {
			t.Errorf("%s: %v", one.Path, one.Err)
		}
	}
}

// Facts of thousands of models are bounded; which are kept is the same in every run, and that some are not is told.
func TestFactsAreBounded(t *testing.T) {
	files := map[string]string{}
	for i := range 400 {
		var metadata []string
		for _, key := range []string{"license", "architecture", "name", "modelspec.author", "producer", "ss_base_model_version", "format"} {
			metadata = append(metadata, fmt.Sprintf("%q:%q", key, fmt.Sprintf("%d %s", i, strings.Repeat("x", 290))))
		}
		files[fmt.Sprintf("m/%03d.safetensors", i)] = weights(1, strings.Join(metadata, ","))
	}
	files["m/config.json"] = `{"architectures":["` + strings.Repeat("y", 290) + `"]}`
	for i := range 8 {
		for j := range 400 {
			files[fmt.Sprintf("m%d/%03d.safetensors", i, j)] = files[fmt.Sprintf("m/%03d.safetensors", j)]
		}
	}
	said := func() string {
		r := unhurried(t, files)
		with, without, bytes := 0, 0, 0
		for m := range r.System.Of(lodemark.KindModel) {
			if m.Scan == nil || m.Scan.Verdict != "clean" {
				t.Fatalf("%s: %+v", m.Path, m.Scan)
			}
			if len(m.Scan.Facts) == 0 {
				without++
				continue
			}
			with++
			for _, f := range m.Scan.Facts {
				bytes += len(f.Name) + len(f.Value)
			}
		}
		if with == 0 || without == 0 || bytes > 8<<20 {
			t.Errorf("%d models with facts of %d bytes, %d without", with, bytes, without)
		}
		if !slices.ContainsFunc(r.Gaps, func(g lodemark.Gap) bool {
			return strings.Contains(g.Reason, fmt.Sprintf("%d model file(s) stand in it without", without))
		}) {
			t.Errorf("nothing tells of %d without facts: %+v", without, r.Gaps)
		}
		out, err := json.Marshal(r.System.Components)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	if first, second := said(), said(); first != second {
		t.Error("two runs keep different facts")
	}
}
