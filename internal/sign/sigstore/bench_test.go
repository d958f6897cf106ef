package sigstore

import (
	"strings"
	"testing"
	"time"
)

func BenchmarkVerify(b *testing.B) {
	w := newWorld(&testing.T{})
	root, data := w.trust(), w.make(recipe{}).json(&testing.T{})
	for b.Loop() {
		read, err := ReadBundle(data)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Verify(read, foo, root, expected); err != nil {
			b.Fatal(err)
		}
	}
}

// The worst that fits into a bundle is looked at in seconds.
func TestHostileBundlesTakeLittleTime(t *testing.T) {
	w := newWorld(t)
	full := w.make(recipe{})
	for range maxEntries - 1 {
		next := m(w.make(recipe{})).Entries[0]
		m(full).Entries = append(m(full).Entries, next)
	}
	long := w.make(recipe{payload: strings.Replace(payloadText, `"predicate":{}`, `"predicate":"`+strings.Repeat("x", 4<<20)+`"`, 1)})
	signatures := w.make(recipe{body: func(body map[string]any) {
		body["spec"].(map[string]any)["signatures"] = make([]struct{}, 1<<18)
	}})
	deep := `{"mediaType":` + strings.Repeat("[", 1<<18)
	wide := `{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"tlogEntries":[` + strings.Repeat(`{},`, 1<<18) + `{}]}}`
	for _, test := range []struct {
		name string
		data []byte
	}{{"many entries", full.json(t)}, {"a long payload", long.json(t)}, {"many signatures in the log", signatures.json(t)}, {"nested deeply", []byte(deep)}, {"a wide list", []byte(wide)}} {
		start := time.Now()
		if b, err := ReadBundle(test.data); err == nil {
			_, _ = Verify(b, foo, w.trust(), expected)
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s took %v", test.name, took)
		} else {
			t.Logf("%s: %d bytes in %v", test.name, len(test.data), took)
		}
	}
}
