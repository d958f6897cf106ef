package sign

import (
	"crypto/elliptic"
	"encoding/json"
	"strings"
	"testing"
)

// What reading one entry of a ledger costs: the envelope, the statement inside, the signature.
func BenchmarkEntry(b *testing.B) {
	predicate := `{"findings":[` + strings.TrimSuffix(strings.Repeat(`{"id":"dev-1-pinned-models","path":"app/main.py","line":12,"outcome":"passed"},`, 20), ",") + `]}`
	text := strings.Replace(goodStatement, `{"buildDefinition":{}}`, predicate, 1)
	for _, k := range []*PrivateKey{newKey(b, "a"), newECDSA(b, elliptic.P256())} {
		data := seal(b, PayloadType, text, k).JSON()
		trust := believing(k.PublicKey)
		b.Run("read "+k.Algorithm, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				e, err := ReadEnvelope(data)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := e.Statement(); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("verify "+k.Algorithm, func(b *testing.B) {
			e, err := ReadEnvelope(data)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := e.Verify(trust, noon); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("encoding/json alone", func(b *testing.B) {
		data := seal(b, PayloadType, text, newKey(b, "a")).JSON()
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			var e envelopeJSON
			if err := json.Unmarshal(data, &e); err != nil {
				b.Fatal(err)
			}
			var s statementJSON
			if err := json.Unmarshal([]byte(text), &s); err != nil {
				b.Fatal(err)
			}
		}
	})
}
