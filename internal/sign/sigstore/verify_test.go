package sigstore

import (
	"testing"
)

func TestGoodBundlesAreBelieved(t *testing.T) {
	w := newWorld(t)
	for _, test := range []struct {
		name   string
		recipe recipe
		times  int
		log    string
	}{
		{"a log of version 1 and a timestamp", recipe{}, 2, "https://log1.example.org"},
		{"a log of version 1 alone", recipe{noStamp: true}, 1, "https://log1.example.org"},
		{"a log of version 2 and a timestamp", recipe{second: true}, 1, "https://log2.example.org"},
	} {
		t.Run(test.name, func(t *testing.T) {
			b, err := ReadBundle(w.make(test.recipe).json(t))
			if err != nil {
				t.Fatal(err)
			}
			v, err := Verify(b, foo, w.trust(), expected)
			if err != nil {
				t.Fatal(err)
			}
			if v.SAN != signerName || v.Issuer != signerIssuer || len(v.Times) != test.times || len(v.Logs) != 1 || v.Logs[0] != test.log {
				t.Errorf("%+v", v)
			}
			if string(v.Payload) != payloadText || !v.Times[0].At.Equal(noon) {
				t.Errorf("payload %q, time %v", v.Payload, v.Times)
			}
		})
	}
}
