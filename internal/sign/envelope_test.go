package sign

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"strings"
	"testing"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
)

// What the specification of DSSE prints, and what its Go implementation gives.
func TestPAE(t *testing.T) {
	for _, row := range []struct{ payloadType, payload, want string }{
		{"", "", "DSSEv1 0  0 "},
		{"http://example.com/HelloWorld", "hello world", "DSSEv1 29 http://example.com/HelloWorld 11 hello world"},
		{"http://example.com/HelloWorld", "\u0ca0", "DSSEv1 29 http://example.com/HelloWorld 3 \u0ca0"},
		{"a", "b c", "DSSEv1 1 a 3 b c"},
		{"a 1 b", "c", "DSSEv1 5 a 1 b 1 c"}, // the lengths keep type and payload apart
	} {
		if got := string(PAE(row.payloadType, []byte(row.payload))); got != row.want {
			t.Errorf("PAE(%q, %q) = %q, want %q", row.payloadType, row.payload, got, row.want)
		}
		if other := string(dsse.PAE(row.payloadType, []byte(row.payload))); other != row.want {
			t.Errorf("the library gives %q for (%q, %q)", other, row.payloadType, row.payload)
		}
	}
}

// The specification's vector: an envelope without a key id. Its signature is the bare r and s; ours is the same pair as ASN.1 DER, as the
// libraries in use have it.
func TestTheVectorOfTheSpecification(t *testing.T) {
	const printed = `{"payload": "aGVsbG8gd29ybGQ=",
 "payloadType": "http://example.com/HelloWorld",
 "signatures": [{"sig": "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="}]}`
	point := []byte{4}
	for _, coordinate := range []string{"46950820868899156662930047687818585632848591499744589407958293238635476079160", "5640078356564379163099075877009565129882514886557779369047442380624545832820"} {
		n, _ := new(big.Int).SetString(coordinate, 10)
		point = append(point, n.FillBytes(make([]byte, 32))...)
	}
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		t.Fatal(err)
	}
	key, err := PublicOf(public)
	if err != nil {
		t.Fatal(err)
	}
	e, err := ReadEnvelope([]byte(printed))
	if err != nil {
		t.Fatal(err)
	}
	if string(e.Payload) != "hello world" {
		t.Errorf("payload %q", e.Payload)
	}
	wants(t, e.VerifyKey(key), "does not fit") // r and s without DER
	raw := e.Signatures[0].Sig
	e.Signatures[0].Sig, err = asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(raw[:32]), new(big.Int).SetBytes(raw[32:])})
	if err != nil {
		t.Fatal(err)
	}
	signer, err := e.Verify(believing(key), noon)
	if err != nil || !signer.Trusted || signer.Name != "key 1" {
		t.Errorf("signer %+v, %v", signer, err)
	}
}

// libraryKey lets the library's verifier and signer use a key of ours.
type libraryKey struct{ *PrivateKey }

func (k libraryKey) Sign(_ context.Context, data []byte) ([]byte, error) {
	return k.PrivateKey.Sign(data)
}
func (k libraryKey) Verify(_ context.Context, data, sig []byte) error {
	return k.PrivateKey.Verify(data, sig)
}
func (k libraryKey) KeyID() (string, error)   { return k.ID, nil }
func (k libraryKey) Public() crypto.PublicKey { return k.Key }

// Envelopes of the library are read here, and ours there.
func TestEnvelopesOfTheLibrary(t *testing.T) {
	for _, k := range []*PrivateKey{newKey(t, "a"), newECDSA(t, elliptic.P256()), newECDSA(t, elliptic.P384()), newECDSA(t, elliptic.P521())} {
		s, err := dsse.NewEnvelopeSigner(libraryKey{k})
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := s.SignPayload(context.Background(), PayloadType, []byte(`{"a":1}`))
		if err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(theirs)
		if err != nil {
			t.Fatal(err)
		}
		e, err := ReadEnvelope(data)
		if err != nil {
			t.Fatal(err)
		}
		if signer, err := e.Verify(believing(k.PublicKey), noon); err != nil || !signer.Trusted {
			t.Errorf("%s: their envelope: %+v, %v", k.Algorithm, signer, err)
		}

		v, err := dsse.NewEnvelopeVerifier(libraryKey{k})
		if err != nil {
			t.Fatal(err)
		}
		var ours dsse.Envelope
		if err := json.Unmarshal(seal(t, PayloadType, `{"a":1}`, k).JSON(), &ours); err != nil {
			t.Fatal(err)
		}
		if accepted, err := v.Verify(context.Background(), &ours); err != nil || len(accepted) != 1 {
			t.Errorf("%s: our envelope: %v, %v", k.Algorithm, accepted, err)
		}
		ours.PayloadType = "application/json"
		if _, err := v.Verify(context.Background(), &ours); err == nil {
			t.Errorf("%s: the library verifies anything", k.Algorithm)
		}
	}
}

func TestEnvelopeJSONIsOneReading(t *testing.T) {
	e := seal(t, PayloadType, `{"_type":"x"}`, newKey(t, "a"))
	again, err := ReadEnvelope(e.JSON())
	if err != nil {
		t.Fatal(err)
	}
	if string(again.JSON()) != string(e.JSON()) {
		t.Errorf("%s\nbecame\n%s", e.JSON(), again.JSON())
	}
	if strings.Contains(string(e.JSON()), "\n") {
		t.Error("more than one line")
	}
}

// What is no envelope, each with what has to be said of it.
func TestReadEnvelopeRefuses(t *testing.T) {
	const good = `{"payloadType":"text/plain","payload":"aGVsbG8=","signatures":[{"keyid":"k","sig":"AAAA"}]}`
	if _, err := ReadEnvelope([]byte(good)); err != nil {
		t.Fatal(err)
	}
	many := strings.TrimSuffix(strings.Repeat(`{"sig":"AAAA"},`, maxSignatures+1), ",")
	for name, row := range map[string]struct{ text, want string }{
		"nothing":                       {"", "unexpected end"},
		"null":                          {"null", "null stands"},
		"an array":                      {"[]", "array"},
		"a second envelope":             {good + good, "after top-level value"},
		"a repeated member":             {strings.Replace(good, `{"payloadType"`, `{"payload":"eA==","payloadType"`, 1), `"payload" stands twice`},
		"a repeated sig":                {strings.Replace(good, `"sig":`, `"sig":"BBBB","sig":`, 1), `"sig" stands twice`},
		"a repeated member, escaped":    {strings.Replace(good, `{"payloadType"`, `{"pay\u006coad":"eA==","payloadType"`, 1), `"payload" stands twice`},
		"an unknown member":             {strings.Replace(good, `"payload"`, `"note":1,"payload"`, 1), `"note" is unknown`},
		"a member of another case":      {strings.Replace(good, `"payload":`, `"PAYLOAD":"eA==","payload":`, 1), `"PAYLOAD" is unknown`},
		"only a member of another case": {strings.Replace(good, `"payload":`, `"Payload":`, 1), `"Payload" is unknown`},
		"a member with a long s":        {strings.Replace(good, `"sig":`, `"ſig":`, 1), `"ſig" is unknown`}, // encoding/json folds ſ to s
		"no payload":                    {`{"payloadType":"text/plain","signatures":[{"sig":"AAAA"}]}`, "missing"},
		"no type":                       {`{"payload":"","signatures":[{"sig":"AAAA"}]}`, "missing"},
		"an empty type":                 {strings.Replace(good, "text/plain", "", 1), "payload type is empty"},
		"a type with a space":           {strings.Replace(good, "text/plain", "text/plain 5", 1), "holds what no media type does"},
		"a type with a line break":      {strings.Replace(good, "text/plain", `text\nplain`, 1), "holds what no media type does"},
		"a null payload":                {strings.Replace(good, `"aGVsbG8="`, "null", 1), "null stands"},
		"a payload that is an object":   {strings.Replace(good, `"aGVsbG8="`, "{}", 1), "object"},
		"broken base64":                 {strings.Replace(good, "aGVsbG8=", "aGVsbG8", 1), "payload: broken base64"},
		"base64 with stray bits":        {strings.Replace(good, "aGVsbG8=", "aGVsbG9=", 1), "payload: broken base64"},
		"base64 with a line break":      {strings.Replace(good, "aGVsbG8=", `aGVs\nbG8=`, 1), "payload: base64 that is not canonical"},
		"base64 of two alphabets":       {strings.Replace(good, "aGVsbG8=", "+-==", 1), "payload: broken base64"},
		"base64 in a signature":         {strings.Replace(good, `"AAAA"`, `"AAA"`, 1), "signature 1: broken base64"},
		"no signatures":                 {strings.Replace(good, `{"keyid":"k","sig":"AAAA"}`, "", 1), "no signatures"},
		"null signatures":               {`{"payloadType":"text/plain","payload":"","signatures":null}`, "no signatures"},
		"an empty signature":            {strings.Replace(good, `"AAAA"`, `""`, 1), "signature 1 has 0 bytes"},
		"a signature without sig":       {strings.Replace(good, `,"sig":"AAAA"`, "", 1), "signature 1 has no sig"},
		"a null signature":              {strings.Replace(good, `{"keyid":"k","sig":"AAAA"}`, "null", 1), "null stands"},
		"too many signatures":           {strings.Replace(good, `{"keyid":"k","sig":"AAAA"}`, many, 1), "more than 16 signatures"},
		"the same key twice":            {strings.Replace(good, `[{`, `[{"keyid":"k","sig":"BBBB"},{`, 1), "by the same key"},
		"the same signature twice":      {strings.Replace(good, `[{`, `[{"sig":"AAAA"},{`, 1), "the same signature twice"},
		"half a surrogate pair":         {strings.Replace(good, `"k"`, `"\ud800"`, 1), "half a surrogate pair"},
		"bytes that are no text":        {strings.Replace(good, `"k"`, "\"\xff\"", 1), "invalid UTF-8"},
		"a byte order mark":             {"\ufeff" + good, "invalid character"},
		"deep nesting":                  {strings.Replace(good, `"k"`, strings.Repeat("[", 65)+strings.Repeat("]", 65), 1), "deeper than 64"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadEnvelope([]byte(row.text))
			wants(t, err, row.want)
			if e := (*EnvelopeError)(nil); err != nil && !errors.As(err, &e) {
				t.Errorf("error of type %T", err)
			}
		})
	}
}

// DSSE lets signers write URL-safe base64, and verifiers have to take it.
func TestEnvelopeTakesBothAlphabets(t *testing.T) {
	k := newKey(t, "a")
	e := seal(t, "text/plain", "\xff\xfe\xfd??>>", k)
	url := base64.URLEncoding.EncodeToString
	text, err := json.Marshal(map[string]any{"payloadType": e.PayloadType, "payload": url(e.Payload),
		"signatures": []any{map[string]string{"keyid": k.ID, "sig": url(e.Signatures[0].Sig)}}})
	if err != nil {
		t.Fatal(err)
	}
	again, err := ReadEnvelope(text)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.Verify(believing(k.PublicKey), noon); err != nil {
		t.Error(err)
	}
}

// What is an envelope, and was tampered with.
func TestVerifyRefuses(t *testing.T) {
	a, b, unknown := newKey(t, "a"), newKey(t, "b"), newKey(t, "x")
	p256 := newECDSA(t, elliptic.P256())
	trust := believing(a.PublicKey, b.PublicKey, p256.PublicKey)
	good := func() Envelope { return seal(t, PayloadType, `{"verdict":"met"}`, a) }
	if s, err := good().Verify(trust, noon); err != nil || !s.Trusted || s.Name != "key 1" || s.KeyID != a.ID {
		t.Fatalf("the untouched envelope: %+v, %v", s, err)
	}
	by := func(k *PrivateKey, id string, e Envelope) Signature {
		return Signature{KeyID: id, Sig: seal(t, e.PayloadType, string(e.Payload), k).Signatures[0].Sig}
	}
	for name, row := range map[string]struct {
		tamper func(e *Envelope)
		want   string
		bad    bool // a bad signature, not one by somebody unknown
	}{
		"one bit of the payload":                 {func(e *Envelope) { e.Payload[3] ^= 1 }, "signature 1", true},
		"another verdict":                        {func(e *Envelope) { e.Payload = []byte(`{"verdict":"not met"}`) }, "signature 1", true},
		"a byte more":                            {func(e *Envelope) { e.Payload = append(e.Payload, ' ') }, "signature 1", true},
		"no payload":                             {func(e *Envelope) { e.Payload = nil }, "signature 1", true},
		"another type":                           {func(e *Envelope) { e.PayloadType = "application/json" }, "signature 1", true},
		"bytes moved from payload to type":       {func(e *Envelope) { e.PayloadType += "{"; e.Payload = e.Payload[1:] }, "signature 1", true},
		"one bit of the signature":               {func(e *Envelope) { e.Signatures[0].Sig[7] ^= 1 }, "signature 1", true},
		"a signature cut off":                    {func(e *Envelope) { e.Signatures[0].Sig = e.Signatures[0].Sig[:63] }, "signature 1", true},
		"a signature with a byte more":           {func(e *Envelope) { e.Signatures[0].Sig = append(e.Signatures[0].Sig, 0) }, "signature 1", true},
		"no signature":                           {func(e *Envelope) { e.Signatures = nil }, "no signatures", false},
		"the id of another trusted key":          {func(e *Envelope) { e.Signatures[0].KeyID = b.ID }, "signature 1", true},
		"the id of a key of another algorithm":   {func(e *Envelope) { e.Signatures[0].KeyID = p256.ID }, "signature 1", true},
		"a stranger's signature under a good id": {func(e *Envelope) { e.Signatures[0] = by(unknown, a.ID, *e) }, "signature 1", true},
		"a stranger's signature":                 {func(e *Envelope) { e.Signatures[0] = by(unknown, unknown.ID, *e) }, "is not among the trusted ones", false},
		"a stranger's signature without an id":   {func(e *Envelope) { e.Signatures[0] = by(unknown, "", *e) }, "is not among the trusted ones", false},
		"the id of a key in another spelling":    {func(e *Envelope) { e.Signatures[0] = by(unknown, strings.ToUpper(a.ID), *e) }, "is not among the trusted ones", false},
		"a forgery beside a good one": {func(e *Envelope) {
			e.Signatures = append(e.Signatures, Signature{KeyID: b.ID, Sig: make([]byte, 64)})
		}, "signature 2", true},
		"one key that signed twice, once without an id": {func(e *Envelope) { e.Signatures = append(e.Signatures, by(a, "", *e)) }, "two signatures by the same key", false},
		"a signature over the payload alone": {func(e *Envelope) {
			e.Signatures[0].Sig, _ = a.Sign(e.Payload)
		}, "signature 1", true},
		"a signature over another envelope": {func(e *Envelope) { e.Signatures = seal(t, "text/plain", "hello", a).Signatures }, "signature 1", true},
		"an Ed25519 signature of zeros":     {func(e *Envelope) { e.Signatures[0].Sig = make([]byte, 64) }, "signature 1", true},
		"an Ed25519 S that is not reduced":  {func(e *Envelope) { unreduced(e.Signatures[0].Sig) }, "signature 1", true},
	} {
		t.Run(name, func(t *testing.T) {
			e := good()
			row.tamper(&e)
			signer, err := e.Verify(trust, noon)
			wants(t, err, row.want)
			if signer.Trusted {
				t.Errorf("the signer is trusted: %+v", signer)
			}
			if errors.Is(err, ErrBadSignature) != row.bad {
				t.Errorf("%v: a bad signature: %v, want %v", err, !row.bad, row.bad)
			}
		})
	}
}

// unreduced adds the order of the group to S: the same point, another signature, for a verifier that does not look.
func unreduced(sig []byte) {
	order, _ := new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	s := new(big.Int)
	for i := 63; i >= 32; i-- {
		s.Lsh(s, 8).Or(s, big.NewInt(int64(sig[i])))
	}
	s.Add(s, order)
	for i := 32; i < 64; i++ {
		sig[i] = byte(s.Uint64())
		s.Rsh(s, 8)
	}
}

func TestVerifyTakesAnyTrustedSignature(t *testing.T) {
	a, unknown := newKey(t, "a"), newKey(t, "x")
	e := seal(t, "text/plain", "hello", unknown)
	e.Signatures = append(e.Signatures, seal(t, "text/plain", "hello", a).Signatures...)
	if s, err := e.Verify(believing(a.PublicKey), noon); err != nil || s.KeyID != a.ID {
		t.Errorf("a stranger's signature before a good one: %+v, %v", s, err)
	}
	e.Signatures[1].KeyID = "their own name for it"
	if s, err := e.Verify(believing(newKey(t, "b").PublicKey, a.PublicKey), noon); err != nil || s.Name != "key 2" {
		t.Errorf("with a foreign key id: %+v, %v", s, err)
	}
}

// A good signature by somebody unknown, a good one by somebody known and not trusted, and a bad one are three different things.
func TestUntrustedIsNotBad(t *testing.T) {
	a := newKey(t, "a")
	e := seal(t, "text/plain", "hello", a)
	revoked := believing(a.PublicKey)
	revoked.keys[0].Revoked, revoked.keys[0].Reason = noon, "laptop lost"
	for name, row := range map[string]struct {
		trust   *Trust
		checked bool
		why     string
	}{
		"nobody is trusted": {nil, false, "nobody is trusted"},
		"empty trust":       {&Trust{}, false, "nobody is trusted"},
		"somebody else is":  {believing(newKey(t, "b").PublicKey), false, "is not among the trusted ones"},
		"revoked":           {revoked, true, "was revoked on 2026-11-26: laptop lost"},
	} {
		_, err := e.Verify(row.trust, noon)
		var untrusted *UntrustedError
		if !errors.As(err, &untrusted) || untrusted.Checked != row.checked || untrusted.Signer.KeyID != a.ID || !strings.Contains(untrusted.Signer.Why, row.why) {
			t.Errorf("%s: %v (%+v), want checked %v, %q", name, err, untrusted, row.checked, row.why)
		}
	}
	if err := e.VerifyKey(a.PublicKey); err != nil {
		t.Errorf("VerifyKey: %v", err)
	}
	wants(t, e.VerifyKey(newKey(t, "b").PublicKey), "no signature by the key")
	e.Payload[0] ^= 1
	wants(t, e.VerifyKey(a.PublicKey), "does not fit")
}

// ECDSA signatures are a pair of numbers below the order of the curve, both at least 1, in DER.
func TestECDSANumbersOutOfRange(t *testing.T) {
	k := newECDSA(t, elliptic.P256())
	n := elliptic.P256().Params().N
	message := []byte("hello")
	digest := sha256.Sum256(message)
	r, s, err := ecdsa.Sign(zeros{}, k.signer.(*ecdsa.PrivateKey), digest[:])
	if err != nil {
		t.Fatal(err)
	}
	der := func(r, s *big.Int) []byte {
		out, err := asn1.Marshal(struct{ R, S *big.Int }{r, s})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	plus := func(a, b *big.Int) *big.Int { return new(big.Int).Add(a, b) }
	good := der(r, s)
	for name, row := range map[string]struct {
		sig []byte
		ok  bool
	}{
		"as signed":            {good, true},
		"r is 0":               {der(big.NewInt(0), s), false},
		"s is 0":               {der(r, big.NewInt(0)), false},
		"both are 0":           {der(big.NewInt(0), big.NewInt(0)), false},
		"r is the order":       {der(n, s), false},
		"r plus the order":     {der(plus(r, n), s), false},
		"s plus the order":     {der(r, plus(s, n)), false},
		"r is negative":        {der(new(big.Int).Neg(r), s), false},
		"s is negative":        {der(r, new(big.Int).Neg(s)), false},
		"r and s swapped":      {der(s, r), false},
		"a byte behind":        {append(der(r, s), 0), false},
		"a long form length":   {append([]byte{0x30, 0x81, good[1]}, good[2:]...), false},
		"a padded number":      {padded(good), false},
		"the bare numbers":     {append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...), false},
		"nothing":              {nil, false},
		"the order minus s":    {der(r, new(big.Int).Sub(n, s)), true}, // anybody can write it; nothing here takes a signature for a name
		"an Ed25519 signature": {mustSign(t, newKey(t, "a"), message), false},
	} {
		if err := k.Verify(message, row.sig); (err == nil) != row.ok {
			t.Errorf("%s: %v, want good: %v", name, err, row.ok)
		}
	}
}

// zeros is a source of randomness for ecdsa.Sign, which mixes in the key and the message.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// padded gives r a leading zero that DER does not allow.
func padded(sig []byte) []byte {
	out := []byte{0x30, sig[1] + 1, 0x02, sig[3] + 1, 0}
	return append(out, sig[4:]...)
}

func mustSign(t *testing.T, k *PrivateKey, message []byte) []byte {
	t.Helper()
	sig, err := k.Sign(message)
	if err != nil {
		t.Fatal(err)
	}
	return sig
}

// The hash belongs to the curve: a key of one curve checks nothing that another hash was used for.
func TestEachCurveHasItsHash(t *testing.T) {
	k := newECDSA(t, elliptic.P384())
	message := []byte("hello")
	short := sha256.Sum256(message)
	sig, err := k.signer.Sign(zeros{}, short[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	wants(t, k.Verify(message, sig), "does not fit")
	wants(t, k.Verify(message, mustSign(t, k, message)), "")
}

func FuzzReadEnvelope(f *testing.F) {
	k, err := NewKey(Ed25519)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seal(f, PayloadType, `{"a":1}`, k).JSON())
	f.Add([]byte(`{"payloadType":"text/plain","payload":"aGVsbG8=","signatures":[{"keyid":"k","sig":"AAAA"},{"sig":"-_A="}]}`))
	f.Add([]byte(`{"payloadType":"t","payload":"\ud83d\ude00","signatures":[]}`))
	trust := believing(k.PublicKey)
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := ReadEnvelope(data)
		if err != nil {
			return
		}
		again, err := ReadEnvelope(e.JSON())
		if err != nil || string(again.JSON()) != string(e.JSON()) {
			t.Fatalf("%q is read, and what is written of it is not the same: %v", data, err)
		}
		if _, err := e.Verify(trust, noon); err == nil && string(e.Payload) != `{"a":1}` {
			t.Fatalf("%q verifies", data)
		}
	})
}
