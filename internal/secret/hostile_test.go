package secret

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// Files that are made to cost time: one line each. Twice the bytes may take no more than about twice the time.
func TestHostileLines(t *testing.T) {
	r := loaded(t)
	for _, piece := range []string{
		"sk-", "sk-ant-", "key=", "api_key: ", "token=\"", "://", "a://b:c@", "postgres://a:", "eyJ", "eyJhbGciOiJIUzI1NiJ9.eyJ.", "-----BEGIN PRIVATE KEY-----", "-----BEGIN ", "kind: Secret\n", "kind: Secret\ndata:\n a_token: abcd\n", "kind: Secret data: ", "LS0tLS1CRUdJTi",
		"T3BlbkFJ", "Q~", ".atlasv1.", "Password=a;", "PuTTY-User-Key-File-2: Private-Lines:", "Authorization: Basic ", "password\\\":\\\"", "hf_a", "a", "\x00", "\xff", "AKIA", "sig=sv=", "name: token\nvalue: ", ":AAa", "1:AA", "_mmk", "-us1", "AccountKey=",
	} {
		took := func(n int) time.Duration {
			text := bytes.Repeat([]byte(piece), n/len(piece))
			best := time.Hour
			for range 3 {
				start := time.Now()
				r.Look("a.env", text)
				best = min(best, time.Since(start))
			}
			return best
		}
		took(1 << 16) // the expressions are compiled when they are first used
		small, large := took(1<<17), took(1<<19)
		if large > 4*time.Second || large > 16*small && large > 300*time.Millisecond {
			t.Errorf("%q: %v for 128 KB, %v for 512 KB", piece, small, large)
		}
	}
}

// Placeholders hide nothing, however many there are.
func TestManyPlaceholders(t *testing.T) {
	text := strings.Repeat("K=gsk_"+strings.Repeat("x", 52)+"\n", 5000) + expand("K=gsk_{52 base62}", "hidden")
	found, cut := loaded(t).Look("a.env", []byte(text))
	if last := found[len(found)-1]; len(found) != mostFound+1 || !cut || last.Test != "" || last.Line != 5001 {
		t.Errorf("%d found, the last in line %d", len(found), last.Line)
	}
}

// No more than mostFound are told, and each place is in the text.
func TestMany(t *testing.T) {
	line := expand("K=gsk_{52 base62}", "many") + "\n"
	found, cut := loaded(t).Look("a.env", []byte(strings.Repeat(line, 5000)))
	if len(found) != mostFound || !cut || found[mostFound-1].Line != mostFound || found[0].Column != 3 {
		t.Errorf("%d found, the last in line %d", len(found), found[len(found)-1].Line)
	}
}

func FuzzLook(f *testing.F) {
	r := loaded(f)
	for _, one := range written(f) {
		for i, text := range append(one.Bad, one.Good...) {
			if i < 3 {
				f.Add("a.env", []byte(expand(text, one.ID)))
			}
		}
	}
	f.Add("a.ipynb", []byte(`"os.environ[\"A_TOKEN\"] = \"`))
	f.Add("a.yaml", []byte("kind: Secret\ndata:\n  a: b\n---\nkind: Secret"))
	f.Add("Dockerfile", []byte("ENV TOKEN \\\n"))
	f.Fuzz(func(t *testing.T, path string, text []byte) {
		before := -1
		found, _ := r.Look(path, text)
		for _, one := range found {
			if one.Offset < before || one.Length <= 0 || one.Offset+one.Length > len(text) || one.Line != 1+bytes.Count(text[:one.Offset], []byte("\n")) || one.Column != one.Offset-bytes.LastIndexByte(text[:one.Offset], '\n') {
				t.Fatalf("%s stands at %d, line %d, column %d, %d bytes of %d", one.ID, one.Offset, one.Line, one.Column, one.Length, len(text))
			}
			before = one.Offset
			shown, ok := strings.CutSuffix(one.Shown, "…")
			if !ok || len(shown) > 4 || len(shown)*4 > one.Length || len(one.Digest) != 16 {
				t.Fatalf("%s shows %d of %d characters", one.ID, len(shown), one.Length)
			}
		}
	})
}

// plainSource is text as sources are: names, strings, comments, and no secret.
var plainSource = []byte(strings.Repeat(`// answer asks the model and gives back what it says, with the documents that it was given.
func (d *Desk) answer(ctx context.Context, question string, documents []Document) (string, error) {
	messages := []Message{{Role: "system", Content: d.instructions}, {Role: "user", Content: question}}
	for _, document := range documents {
		messages = append(messages, Message{Role: "user", Content: document.Title + "\n" + document.Text})
	}
	response, err := d.client.Chat(ctx, d.model, messages, 0.2)
	if err != nil {
		return "", fmt.Errorf("asking the model: %w", err)
	}
	return strings.TrimSpace(response.Text), nil
}
`, 2000))

func BenchmarkPlainSource(b *testing.B) {
	r := loaded(b)
	b.SetBytes(int64(len(plainSource)))
	b.ReportAllocs()
	for b.Loop() {
		r.Look("desk.go", plainSource)
	}
}

// Text that speaks of keys and tokens all the time, as the sources of clients do.
func BenchmarkSpeakingOfKeys(b *testing.B) {
	r := loaded(b)
	text := []byte(strings.Repeat("api_key = os.environ.get(\"OPENAI_API_KEY\")\nif api_key is None:\n    raise ValueError('set OPENAI_API_KEY: tokens cost money, max_tokens=256')\nheaders = {\"Authorization\": f\"Bearer {api_key}\", \"url\": \"https://example.org/v1/keys\"}\ntokenizer.pad_token = tokenizer.eos_token\n", 4000))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		r.Look("client.py", text)
	}
}

func BenchmarkOneLine(b *testing.B) {
	r := loaded(b)
	text := bytes.Repeat([]byte("iVBORw0KGgoAAAANSUhEUgAAAqwAAAHgCAYAAAB"), 50<<20/40)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		r.Look("a.ipynb", text)
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		all, err := embeddedRules()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := compile(all); err != nil {
			b.Fatal(err)
		}
	}
}
