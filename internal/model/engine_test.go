package model

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// boxes is a format of the tests' own: "box:" and what is inside, so that nesting can be seen without any real parser.
func boxes(scan func(context.Context, *inspect.Part) error) []inspect.Format {
	return []inspect.Format{{
		Name: "box", Endings: []string{".box"},
		Claims: func(p *inspect.Part) bool { return bytes.HasPrefix(p.Head(), []byte("box:")) },
		Scan:   scan,
	}, {
		Name:   "bad",
		Claims: func(p *inspect.Part) bool { return bytes.HasPrefix(p.Head(), []byte("bad")) },
		Scan: func(_ context.Context, p *inspect.Part) error {
			p.Say(inspect.Malicious, "bad", 0, "bad")
			return nil
		},
	}}
}

func open(ctx context.Context, p *inspect.Part) error {
	p.Stream(ctx, "inner", p.Section(4, p.Size), 0)
	return nil
}

func examine(data string, formats []inspect.Format, l Limits) *inspect.Found {
	return Examine(context.Background(), Source{Name: "x.box", Bytes: strings.NewReader(data), Size: int64(len(data))}, formats, l)
}

func TestWhatIsInsideCounts(t *testing.T) {
	f := examine("box:box:bad", boxes(open), Limits{})
	if f.Verdict != inspect.Malicious || f.Format != "box" || f.Parts != 3 || f.Reasons[0].Part != "inner!inner" {
		t.Errorf("%+v", f)
	}
}

func TestLimitsMakeNotRead(t *testing.T) {
	for name, c := range map[string]struct {
		data string
		l    Limits
	}{
		"depth":    {strings.Repeat("box:", 20), Limits{}},
		"unpacked": {"box:" + strings.Repeat("x", 1000), Limits{Unpacked: 100}},
	} {
		f := examine(c.data, boxes(open), c.l)
		if f.Verdict != inspect.NotRead || f.Reasons[0].ID != "limit" {
			t.Errorf("%s: %s %v", name, f.Verdict, f.Reasons)
		}
	}
	slow := boxes(func(ctx context.Context, p *inspect.Part) error { <-ctx.Done(); return ctx.Err() })
	if f := examine("box:", slow, Limits{Time: time.Millisecond}); f.Verdict != inspect.NotRead || f.Reasons[0].ID != "limit" {
		t.Errorf("time: %v", f.Reasons)
	}
}

// What comes before the damage of a member is looked at, since a loader acts on it too.
func TestBrokenStreamIsLookedAtAsFarAsItGoes(t *testing.T) {
	broken := boxes(func(ctx context.Context, p *inspect.Part) error {
		p.Stream(ctx, "inner", io.MultiReader(strings.NewReader("bad"), errReader{}), 0)
		return nil
	})
	f := examine("box:", broken, Limits{})
	if f.Verdict != inspect.Malicious || len(f.Reasons) != 2 || f.Reasons[1].Verdict != inspect.NotRead {
		t.Errorf("%s %v", f.Verdict, f.Reasons)
	}
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, errors.New("torn") }

func TestADefectOfOursIsNotRead(t *testing.T) {
	f := examine("box:", boxes(func(context.Context, *inspect.Part) error { panic("index out of range") }), Limits{})
	if f.Verdict != inspect.NotRead || !strings.Contains(f.Reasons[0].Message, "engine_test.go") {
		t.Errorf("%s %v", f.Verdict, f.Reasons)
	}
}

func TestNamedLikeAModelAndNone(t *testing.T) {
	for data, id := range map[string]string{"": "empty", "something": "unknown-format"} {
		f := examine(data, boxes(open), Limits{})
		if f.Verdict != inspect.NotRead || f.Format != "box" || f.Reasons[0].ID != id {
			t.Errorf("%q: %s %v", data, f.Verdict, f.Reasons)
		}
	}
}

func TestCoveredFormatsDoNotLookTwice(t *testing.T) {
	formats := boxes(open)
	special := formats[0]
	special.Name, special.Covers = "special", []string{"box"}
	looked := 0
	for i := range formats {
		formats[i].Scan = func(context.Context, *inspect.Part) error { looked++; return nil }
	}
	special.Scan = formats[0].Scan
	if f := examine("box:", append([]inspect.Format{special}, formats...), Limits{}); f.Format != "special" || looked != 1 {
		t.Errorf("%s, looked %d times", f.Format, looked)
	}
}

func TestPolicies(t *testing.T) {
	formats := boxes(func(_ context.Context, p *inspect.Part) error { p.Say(inspect.Unknown, "class", 0, "x"); return nil })
	for policy, want := range map[Policy]inspect.Verdict{Balanced: inspect.Unknown, Strict: inspect.Dangerous, Permissive: inspect.Clean} {
		f, err := Bytes(context.Background(), "x.box", strings.NewReader("box:"), 4, Options{Formats: formats, Unknown: policy})
		if err != nil || f.Verdict != want || len(f.Reasons) != 1 {
			t.Errorf("%d: %s %v %v", policy, f.Verdict, f.Reasons, err)
		}
	}
}

func TestTree(t *testing.T) {
	tree, err := bound.Memory(map[string]string{"a/one.box": "box:bad", "b.box": "box:fine", "c.box": "", "README.md": "# text", "blob": "bad"}, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	out, err := Tree(context.Background(), tree, Options{Formats: boxes(open), Digest: true})
	if err != nil || out.Other != 1 {
		t.Fatalf("%+v %v", out, err)
	}
	var got []string
	for _, f := range out.Files {
		got = append(got, f.Path+" "+f.Verdict.String())
		if len(f.SHA256) != 64 {
			t.Errorf("%s has the digest %q", f.Path, f.SHA256)
		}
	}
	if want := "a/one.box malicious, b.box clean, blob malicious, c.box not read"; strings.Join(got, ", ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, ", "), want)
	}
}

func TestBesideStaysInside(t *testing.T) {
	tree, err := bound.Memory(map[string]string{"m/a.box": "box:", "m/b": "12345", "c": "x"}, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	n := neighbours{tree, "m"}
	for name, want := range map[string]string{"b": "12345", "./b": "12345", "../c": "x"} {
		if b, err := n.Read(name, 100); err != nil || string(b) != want {
			t.Errorf("%s: %q %v", name, b, err)
		}
	}
	for _, name := range []string{"../../etc/passwd", "/etc/passwd", ".."} {
		if _, err := n.Read(name, 100); err == nil || name != ".." && !errors.Is(err, bound.ErrOutside) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := n.Read("b", 4); err == nil {
		t.Error("a file over the limit was read")
	}
}

// Every format has a sample that it must see, and a sentence that says why it is looked at.
func TestFormatsAreWhole(t *testing.T) {
	names := map[string]bool{}
	for _, f := range Formats() {
		if f.Name == "" || f.Doc == "" || f.Claims == nil || f.Scan == nil || f.Canary == nil || f.CanaryWant == inspect.Clean || names[f.Name] {
			t.Errorf("the format %q is not whole, or listed twice", f.Name)
			continue
		}
		names[f.Name] = true
		name, data := f.Canary()
		got, err := Bytes(context.Background(), name, bytes.NewReader(data), int64(len(data)), Options{})
		if err != nil || got.Format != f.Name || got.Verdict != f.CanaryWant {
			t.Errorf("the sample of %s comes out as %s, %s %v (%v), want %s", f.Name, got.Format, got.Verdict, got.Reasons, err, f.CanaryWant)
		}
	}
	for _, f := range Formats() {
		for _, covered := range f.Covers {
			if !names[covered] {
				t.Errorf("%s covers %q, which is no format", f.Name, covered)
			}
		}
	}
}
