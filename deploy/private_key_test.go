package deploy

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
)

// bytesOf makes n bytes that look random.
func bytesOf(n int) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(i*7 + i*i*13)
	}
	return out
}

// sequence wraps content into a DER sequence.
func sequence(content []byte) []byte {
	head := []byte{0x30, byte(len(content))}
	if len(content) > 127 {
		head = []byte{0x30, 0x82, byte(len(content) >> 8), byte(len(content))}
	}
	return append(head, content...)
}

func rsaKey() []byte {
	return sequence(append([]byte{0x02, 0x01, 0x00, 0x02, 0x82, 0x01, 0x01, 0x00}, bytesOf(900)...))
}

func opensshKey(cipher string) []byte {
	out := append([]byte("openssh-key-v1\x00"), binary.BigEndian.AppendUint32(nil, uint32(len(cipher)))...)
	return append(append(out, cipher...), bytesOf(200)...)
}

func pgpKey() string {
	packet := append([]byte{0x95, 0x01, 0x00, 4}, bytesOf(255)...)
	return strings.Replace(armour("PGP PRIVATE KEY BLOCK", packet), "-----\n", "-----\nVersion: GnuPG v2\nComment: made up\n\n", 1)
}

func puttyFile(encryption string) string {
	body := base64.StdEncoding.EncodeToString(bytesOf(48))
	return "PuTTY-User-Key-File-3: ssh-ed25519\r\nEncryption: " + encryption + "\r\nComment: made up\r\nPublic-Lines: 1\r\n" + body + "\r\nPrivate-Lines: 1\r\n" + body + "\r\nPrivate-MAC: 00\r\n"
}

func javaStore(tag byte) string {
	out := []byte{0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2, 0, 0, 0, 2}
	certificate := append([]byte{0, 0, 0, 2, 0, 2, 'c', 'a', 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 'X', '.', '5', '0', '9', 0, 0, 0, 20}, bytesOf(20)...)
	return string(append(append(out, certificate...), 0, 0, 0, tag)) + strings.Repeat("x", 64)
}

func store12(bag []byte) string {
	inner := append([]byte{0x02, 0x01, 0x03, 0x30, 0x82, 0x01, 0x00, 0x06, 0x09}, pkcs7...)
	return string(sequence(append(append(append(inner, 0x01), bag...), bytesOf(300)...)))
}

func chunks(text string, n int) []string {
	var out []string
	for len(text) > n {
		out, text = append(out, text[:n]), text[n:]
	}
	return append(out, text)
}

func indented(text string) string { return "    " + strings.ReplaceAll(text, "\n", "\n    ") }

func TestPrivateKeyForms(t *testing.T) {
	pkcs8 := armour("PRIVATE KEY", madeUpKey())
	minisign := append([]byte("EdScB2"), bytesOf(152)...)
	signify := append([]byte("EdBK\x00\x00\x00\x2a"), bytesOf(96)...)
	scalar := base64.RawURLEncoding.EncodeToString(bytesOf(32))
	for _, x := range []struct {
		name, text string
		kind       string // empty: no key
		line       int
		locked     bool
	}{
		{"PKCS#8", pkcs8, "a PKCS#8 private key", 1, false},
		{"PKCS#8 with Windows line ends", strings.ReplaceAll(pkcs8, "\n", "\r\n"), "a PKCS#8 private key", 1, false},
		{"in YAML", "tls:\n  key: |\n" + indented(pkcs8), "a PKCS#8 private key", 3, false},
		{"in a variable", "A=1\nSIGNING_KEY=\"" + strings.ReplaceAll(pkcs8, "\n", `\n`) + "\"\n", "a PKCS#8 private key", 2, false},
		{"in JSON within a variable", `KEY='{"private_key":"` + strings.ReplaceAll(pkcs8, "\n", `\\n`) + "\"}'\n", "a PKCS#8 private key", 1, false},
		{"in JSON with its slashes escaped", `{"k":"` + strings.ReplaceAll(strings.ReplaceAll(armour("RSA PRIVATE KEY", rsaKey()), "/", `\/`), "\n", `\n`) + `"}`, "a private key", 1, false},
		{"all of it in Base64", "data:\n  tls.crt: " + base64.StdEncoding.EncodeToString([]byte(armour("CERTIFICATE", bytesOf(300)))) + "\n  tls.key: " +
			base64.StdEncoding.EncodeToString([]byte(pkcs8)) + "\n", "a PKCS#8 private key", 3, false},
		{"in Base64 over several lines", "data:\n  tls.key: |\n    " + strings.Join(chunks(base64.StdEncoding.EncodeToString([]byte(pkcs8)), 60), "\n    ") + "\nkind: Secret\n", "a PKCS#8 private key", 3, false},
		{"RSA", armour("RSA PRIVATE KEY", rsaKey()), "a private key", 1, false},
		{"elliptic curve, after its parameters", armour("EC PARAMETERS", bytesOf(8)) + armour("EC PRIVATE KEY", sequence(append([]byte{2, 1, 1, 4, 32}, bytesOf(80)...))), "a private key", 4, false},
		{"encrypted PKCS#8", armour("ENCRYPTED PRIVATE KEY", sequence(append([]byte{0x30, 0x40}, bytesOf(200)...))), "a PKCS#8 private key", 1, true},
		{"encrypted the old way", strings.Replace(armour("RSA PRIVATE KEY", bytesOf(1192)), "-----\n", "-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n", 1), "a private key", 1, true},
		{"OpenSSH", armour("OPENSSH PRIVATE KEY", opensshKey("none")), "an OpenSSH private key", 1, false},
		{"OpenSSH behind a passphrase", armour("OPENSSH PRIVATE KEY", opensshKey("aes256-ctr")), "an OpenSSH private key", 1, true},
		{"PGP", pgpKey(), "a PGP private key", 1, false},
		{"PuTTY", puttyFile("none"), "a PuTTY private key", 1, false},
		{"PuTTY behind a passphrase", puttyFile("aes256-cbc"), "a PuTTY private key", 1, true},
		{"age", "# public key: age1x\n" + madeUpAgeKey + "\n", "an age secret key", 2, false},
		{"minisign", "untrusted comment: minisign encrypted secret key\n" + base64.StdEncoding.EncodeToString(minisign) + "\n", "a minisign secret key", 2, true},
		{"signify", "untrusted comment: signify secret key\n" + base64.StdEncoding.EncodeToString(signify) + "\n", "a signify secret key", 2, true},
		{"JSON Web Key", "{\n\"kty\": \"OKP\", \"crv\": \"Ed25519\",\n\"d\": \"" + scalar + "\"}", "a private JSON Web Key", 3, false},
		{"a set of JSON Web Keys", `{"keys": [{"kty": "EC", "x": "a"}, {"kty": "EC", "d": "` + scalar + `"}]}`, "a private JSON Web Key", 1, false},
		{"in-toto", `{"keytype": "ed25519", "keyval": {"public": "00", "private": "` + hex.EncodeToString(bytesOf(32)) + `"}}`, "a private in-toto key", 1, false},
		{"Tink", `{"key": [{"keyData": {"keyMaterialType": "ASYMMETRIC_PRIVATE", "value": "` + base64.StdEncoding.EncodeToString(bytesOf(64)) + `"}}]}`, "a private Tink key", 1, false},
		{"DER", string(rsaKey()), "a private key in DER", 0, false},
		{"PKCS#8 in DER", string(madeUpKey()), "a private key in DER", 0, false},
		{"PKCS#12 with a key", store12(shroudedKeyBag), "a PKCS#12 store with a private key", 0, true},
		{"Java keystore with a key after a certificate", javaStore(1), "a Java keystore with a private key", 0, true},
		{"PGP key ring", string(append([]byte{0x95, 0x00, 0x60, 4}, bytesOf(95)...)), "a PGP private key", 0, false},

		{name: "a public key", text: armour("PUBLIC KEY", bytesOf(294))},
		{name: "a certificate", text: armour("CERTIFICATE", bytesOf(900))},
		{name: "a certificate in Base64", text: base64.StdEncoding.EncodeToString([]byte(armour("CERTIFICATE", bytesOf(900))))},
		{name: "an example with dots", text: pemBegin + "RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA...\n-----END RSA PRIVATE KEY-----\n"},
		{name: "an example that was cut", text: pemBegin + "RSA PRIVATE KEY-----\n" + armour("x", rsaKey())[21:86] + "-----END RSA PRIVATE KEY-----\n"},
		{name: "a placeholder", text: pemBegin + "PRIVATE KEY-----\nYOURPRIVATEKEYHERE\n-----END PRIVATE KEY-----\n"},
		{name: "letters for a body", text: pemBegin + "PRIVATE KEY-----\n" + strings.Repeat("A", 64) + "\n-----END PRIVATE KEY-----\n"},
		{name: "a template", text: "key: |\n  " + pemBegin + "PRIVATE KEY-----\n  {{ signing_key }}\n  -----END PRIVATE KEY-----\n"},
		{name: "only the first line", text: "if text.startswith('" + pemBegin + "PRIVATE KEY-----'):\n"},
		{name: "first and last line in a program", text: `return "` + pemBegin + `PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----"`},
		{name: "a key of a security chip", text: armour("TSS2 PRIVATE KEY", sequence(append([]byte{0x06, 6}, bytesOf(200)...)))},
		{name: "a PGP public key", text: armour("PGP PUBLIC KEY BLOCK", append([]byte{0x99, 0x01, 0x00, 4}, bytesOf(255)...))},
		{name: "a PGP message", text: string(append([]byte{0x85, 0x01, 0x0c, 3}, bytesOf(300)...))},
		{name: "an age key with a wrong letter", text: strings.Replace(madeUpAgeKey, "UST2", "USTS", 1)},
		{name: "an age key in a manual", text: "AGE-SECRET-KEY-1XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"},
		{name: "a minisign public key", text: "untrusted comment: minisign public key\nRWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3\n"},
		{name: "a public JSON Web Key", text: `{"kty": "EC", "crv": "P-256", "x": "` + scalar + `"}`},
		{name: "a JSON Web Key with dots", text: `{"kty": "EC", "d": "..."}`},
		{name: "PKCS#12 of certificates", text: store12(nil)},
		{name: "Java keystore of certificates", text: javaStore(2)},
		{name: "a certificate in DER", text: string(sequence(append([]byte{0x30, 0x82, 0x01, 0x00}, bytesOf(400)...)))},
		{name: "a model", text: oneTensor()},
	} {
		t.Run(x.name, func(t *testing.T) {
			keys := privateKeysIn([]byte(x.text))
			switch {
			case x.kind == "" && len(keys) > 0:
				t.Errorf("%+v is no key", keys)
			case x.kind != "" && len(keys) != 1:
				t.Errorf("%d keys found, want one", len(keys))
			case x.kind != "" && (keys[0].kind != x.kind || keys[0].line != x.line || keys[0].locked != x.locked || keys[0].mark == ""):
				t.Errorf("%+v, want %q at line %d, locked %v", keys[0], x.kind, x.line, x.locked)
			}
		})
	}
}

// A file of nothing but beginnings must not take quadratic time.
func TestManyBeginnings(t *testing.T) {
	for _, part := range []string{pemBegin + "PRIVATE KEY-----", wrappedBegin, agePrefix, "PuTTY-User-Key-File-2: x\nPrivate-Lines: 400\n", "-----", "RWRTY0Iy\n", pemBegin + "PRIVATE KEY-----a: b\n"} {
		if keys := privateKeysIn([]byte(strings.Repeat(part, keyFileBytes/len(part)))); len(keys) > 0 {
			t.Errorf("%d keys in a file of %q", len(keys), part)
		}
	}
}

func FuzzPrivateKeys(f *testing.F) {
	for _, s := range []string{armour("PRIVATE KEY", madeUpKey()), puttyFile("none"), madeUpAgeKey, javaStore(1), store12(shroudedKeyBag), string(rsaKey()), pgpKey(),
		`{"kty":"EC","d":"AAAA"}`, `{"keyval":{"private":"00"}}`, wrappedBegin + "AAAA"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, k := range privateKeysIn(data) {
			if k.line < 0 || k.line > strings.Count(string(data), "\n")+1 || k.kind == "" || k.mark == "" {
				t.Errorf("%s", fmt.Sprint(k))
			}
		}
	})
}
