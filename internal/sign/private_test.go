package sign

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
)

const secret = "correct horse battery"

func says(passphrase string) func() ([]byte, error) {
	return func() ([]byte, error) { return []byte(passphrase), nil }
}

func file(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Keys as openssl writes them: both halves are read, and what openssl signed with each is good.
func TestKeysOfOpenSSL(t *testing.T) {
	for name, algorithm := range map[string]string{
		"ed25519": Ed25519, "p256-pkcs8": ECDSAP256, "p256-sec1-params": ECDSAP256, "p384-sec1": ECDSAP384, "p521-pkcs8": ECDSAP521,
	} {
		t.Run(name, func(t *testing.T) {
			private, err := ReadPrivate(file(t, "openssl/"+name+".pem"), nil)
			if err != nil {
				t.Fatal(err)
			}
			public, err := ReadPublic(file(t, "openssl/"+name+".pub"))
			if err != nil {
				t.Fatal(err)
			}
			if public.ID != private.ID || public.Algorithm != algorithm || !bytes.Equal(public.PEM(), file(t, "openssl/"+name+".pub")) {
				t.Errorf("public %s %s, private %s %s, want %s and the same bytes", public.Algorithm, public.ID, private.Algorithm, private.ID, algorithm)
			}
			message, signature := file(t, "openssl/message"), file(t, "openssl/"+name+".sig")
			if err := public.Verify(message, signature); err != nil {
				t.Error(err)
			}
			message[0] ^= 1
			if err := public.Verify(message, signature); !errors.Is(err, ErrBadSignature) {
				t.Errorf("another message: %v", err)
			}
		})
	}
}

// Private keys that are protected, or are none that can be used: what is said of each.
func TestReadPrivate(t *testing.T) {
	wrapped := func(passphrase string, factor int) []byte {
		var out bytes.Buffer
		r, err := age.NewScryptRecipient(passphrase)
		if err != nil {
			t.Fatal(err)
		}
		r.SetWorkFactor(factor)
		w, err := age.Encrypt(&out, r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(file(t, "openssl/ed25519.pem")); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	var toSomebody bytes.Buffer
	w, err := age.Encrypt(&toSomebody, identity.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	w.Close()
	cheap := wrapped(secret, 10)
	open := func(name string) []byte { return file(t, "openssl/"+name) }
	for name, row := range map[string]struct {
		data       []byte
		passphrase func() ([]byte, error)
		want       string
	}{
		"age":                               {cheap, says(secret), ""},
		"age, another passphrase":           {cheap, says("another passphrase"), "the passphrase does not open the key"},
		"age, an empty passphrase":          {cheap, says(""), "an empty passphrase"},
		"age, nobody to ask":                {cheap, nil, "no passphrase is at hand"},
		"age, nobody answers":               {cheap, func() ([]byte, error) { return nil, errors.New("no terminal") }, "no terminal"},
		"age, a bit of the header flipped":  {flipped(cheap, 60), says(secret), "the passphrase does not open the key"},
		"age, a bit of the content flipped": {flipped(cheap, len(cheap)-1), says(secret), "is damaged"},
		"age, cut off":                      {cheap[:len(cheap)-20], says(secret), "is damaged"},
		"age, costly":                       {costly(cheap), says(secret), "scrypt work factor too large"},
		"age, to somebody's key":            {toSomebody.Bytes(), says(secret), "encrypted to somebody's key (\"X25519\")"},
		"PBES2":                             {open("ed25519-pbes2.pem"), says(secret), ""},
		"PBES2, AES-128, SHA-1":             {open("p256-pbes2-sha1.pem"), says(secret), ""},
		"PBES2, AES-192, SHA-512":           {open("p256-pbes2-sha512.pem"), says(secret), ""},
		"PBES2, another passphrase":         {open("ed25519-pbes2.pem"), says("another passphrase"), "the passphrase does not open the key"},
		"PBES2, nobody to ask":              {open("ed25519-pbes2.pem"), nil, "no passphrase is at hand"},
		"PBES2, costly":                     {open("p256-slow.pem"), says(secret), "wants 20000000 rounds"},
		"PBES2, scrypt":                     {open("p256-scrypt.pem"), says(secret), "protected with 1.3.6.1.4.1.11591.4.11 is not taken"},
		"PBES2, triple DES":                 {open("p256-des3.pem"), says(secret), "cipher 1.2.840.113549.3.7 is not taken"},
		"PBES1":                             {open("p256-pbes1.pem"), says(secret), "encrypted with 1.2.840.113549.1.12.1.3 is not taken"},
		"the old PEM encryption":            {open("p256-dek.pem"), says(secret), "DEK-Info"},
		"RSA":                               {open("rsa-pkcs1.pem"), nil, `"RSA PRIVATE KEY" is not taken`},
		"SSH":                               {open("ssh.key"), nil, "a private key of SSH"},
		"a public key":                      {open("ed25519.pub"), nil, "a public half only"},
		"two keys":                          {append(open("ed25519.pem"), open("p256-pkcs8.pem")...), nil, "2 PEM blocks are not one private key"},
		"nothing":                           {nil, nil, "an empty file"},
		"text":                              {[]byte("hello"), nil, "no PEM block"},
		"an encrypted key of nothing":       {[]byte(pemOf("ENCRYPTED PRIVATE KEY", []byte{0x30, 0})), says(secret), "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			k, err := ReadPrivate(row.data, row.passphrase)
			wants(t, err, row.want)
			if err == nil && k.Verify([]byte("m"), mustSign(t, k, []byte("m"))) != nil {
				t.Error("the key does not sign")
			}
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("took %s", took)
			}
		})
	}
}

func flipped(data []byte, at int) []byte {
	out := bytes.Clone(data)
	out[at] ^= 1
	return out
}

// costly has the header ask for 2^40 steps.
func costly(data []byte) []byte {
	return bytes.Replace(data, []byte(" 10\n"), []byte(" 40\n"), 1)
}

// A file could hold the private half of one key and the public half of another: what it signs would be good for nobody.
func TestHalvesBelongTogether(t *testing.T) {
	a, b := newKey(t, "a"), newKey(t, "b")
	key := bytes.Clone(a.signer.(ed25519.PrivateKey))
	copy(key[32:], b.Key.(ed25519.PublicKey))
	_, err := privateOf(ed25519.PrivateKey(key))
	wants(t, err, "does not fit the public half")
}

func mustDecode(t *testing.T, text []byte) []byte {
	t.Helper()
	blocks, err := readPEM(text)
	if err != nil {
		t.Fatal(err)
	}
	return blocks[len(blocks)-1].Bytes
}

// What Write gives is read back with the passphrase, and without it tells nothing.
func TestWritePrivate(t *testing.T) {
	for _, row := range []struct{ algorithm, passphrase, beginning string }{
		{Ed25519, "", "-----BEGIN PRIVATE KEY-----\n"},
		{ECDSAP256, "", "-----BEGIN PRIVATE KEY-----\n"},
		{Ed25519, secret, armored + "\n"},
	} {
		k, err := NewKey(row.algorithm)
		if err != nil {
			t.Fatal(err)
		}
		data, err := k.Write([]byte(row.passphrase))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(data), row.beginning) {
			t.Errorf("%s begins with %.40q, want %q", row.algorithm, data, row.beginning)
		}
		again, err := ReadPrivate(data, says(row.passphrase))
		if err != nil {
			t.Fatal(err)
		}
		if again.ID != k.ID || k.Verify([]byte("m"), mustSign(t, again, []byte("m"))) != nil {
			t.Errorf("%s: another key came back", row.algorithm)
		}
	}
	if _, err := NewKey("rsa"); err == nil {
		t.Error("an RSA key was made")
	}
}

func TestRequest(t *testing.T) {
	k := newKey(t, "a")
	for subject, mail := range map[string]int{"Release team": 0, "release@example.org": 1} {
		text, err := k.Request(subject)
		if err != nil {
			t.Fatal(err)
		}
		r, err := x509.ParseCertificateRequest(mustDecode(t, text))
		if err != nil || r.CheckSignature() != nil || r.Subject.CommonName != subject || len(r.EmailAddresses) != mail {
			t.Errorf("%+v, %v", r, err)
		}
	}
}

func FuzzReadPublic(f *testing.F) {
	for _, name := range []string{"ed25519.pub", "p256-pkcs8.pub", "p384-sec1.pub", "p521-pkcs8.pub", "ssh.key.pub", "rsa-pkcs1.pem"} {
		f.Add(file(f, "openssl/"+name))
	}
	f.Add([]byte(certificatePEM(newRoot(f, "root"))))
	f.Fuzz(func(t *testing.T, data []byte) {
		k, err := ReadPublic(data)
		if err != nil {
			return
		}
		again, err := ReadPublic(k.PEM())
		if err != nil || again.ID != k.ID || len(again.Chain) != len(k.Chain) {
			t.Fatalf("%q became %+v: %v", data, again, err)
		}
		_ = k.Verify([]byte("m"), []byte("s"))
	})
}

func FuzzReadPrivate(f *testing.F) {
	for _, name := range []string{"ed25519.pem", "p256-pkcs8.pem", "p256-sec1-params.pem", "p521-pkcs8.pem", "p256-pbes2-sha1.pem", "p256-scrypt.pem", "p256-dek.pem", "ssh.key"} {
		f.Add(file(f, "openssl/"+name))
	}
	f.Add([]byte("age-encryption.org/v1\n-> X25519 abc\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		k, err := ReadPrivate(data, nil) // with a passphrase, most of the time would go into scrypt
		if err != nil {
			return
		}
		if k.Verify([]byte("m"), mustSign(t, k, []byte("m"))) != nil {
			t.Fatalf("%q is a key that does not verify what it signs", data)
		}
	})
}
