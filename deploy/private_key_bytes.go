package deploy

import (
	"bytes"
	"encoding/binary"
	"maps"
	"slices"
)

// binaryKey knows the forms that are bytes from the start: DER, PKCS#12, Java keystores and PGP key rings.
func binaryKey(data []byte) (privateKey, bool) {
	switch {
	case len(data) < 32:
	case data[0] == 0x30 && pkcs12(data):
		// A store of certificates has no bag for keys. Where bags are hidden by encryption, none is seen and none is claimed.
		if bytes.Contains(data, shroudedKeyBag) || bytes.Contains(data, plainKeyBag) {
			return newKey(0, "a PKCS#12 store with a private key", !bytes.Contains(data, plainKeyBag), data), true
		}
	case data[0] == 0x30 && derShape(data, 0x02) && privateDER(data):
		return newKey(0, "a private key in DER", false, data), true
	case bytes.HasPrefix(data, []byte{0xfe, 0xed, 0xfe, 0xed}) && javaKey(data):
		return newKey(0, "a Java keystore with a private key", true, data), true
	case bytes.HasPrefix(data, []byte("openssh-key-v1\x00")):
		return newKey(0, "an OpenSSH private key", true, data), true
	case data[0] >= 0x80 && pgpSecret(data):
		return newKey(0, "a PGP private key", false, data), true
	}
	return privateKey{}, false
}

// derContent is the content of the one sequence that a whole file is; nil where the lengths do not agree, as they never do
// in an example that was shortened.
func derContent(raw []byte) []byte {
	if len(raw) < 4 || raw[0] != 0x30 {
		return nil
	}
	head, length := 2, int(raw[1])
	if raw[1] >= 0x80 {
		n := int(raw[1] & 0x7f)
		if n < 1 || n > 3 || len(raw) < 2+n {
			return nil
		}
		head, length = 2+n, 0
		for _, b := range raw[2 : 2+n] {
			length = length<<8 | int(b)
		}
	}
	if len(raw) != head+length {
		return nil
	}
	return raw[head:]
}

// derShape says whether bytes are one sequence that begins with an element of the tag.
func derShape(raw []byte, tag byte) bool {
	content := derContent(raw)
	return len(content) > 24 && content[0] == tag
}

// privateDER tells private keys from the other sequences that begin with a number: version 0 or 1, then the algorithm of
// PKCS#8, a large number of RSA or DSA, or the octets of an elliptic curve.
func privateDER(raw []byte) bool {
	c := derContent(raw)
	return len(c) > 24 && c[0] == 0x02 && c[1] == 1 && c[2] <= 1 && (c[3] == 0x30 && bytes.IndexByte(c[5:min(len(c), 9)], 0x06) >= 0 || c[3] == 0x02 && c[4] >= 0x40 || c[3] == 0x04 && c[4] >= 20)
}

var (
	shroudedKeyBag = []byte{0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01, 0x02}
	plainKeyBag    = []byte{0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01, 0x01}
	pkcs7          = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07}
)

// pkcs12 knows version 3 and the content type of PKCS#7 at its start, in definite and indefinite lengths.
func pkcs12(data []byte) bool {
	head := data[:min(len(data), 40)]
	at := bytes.Index(head, []byte{0x02, 0x01, 0x03, 0x30})
	return at > 0 && at <= 6 && bytes.Contains(head, pkcs7)
}

// javaKey walks the entries of a Java keystore until one with a private key.
func javaKey(data []byte) bool {
	if len(data) < 12 {
		return false
	}
	entries := binary.BigEndian.Uint32(data[8:])
	rest := data[12:]
	skip := func(width int) bool { // a length of so many bytes, and what it counts
		if len(rest) < width {
			return false
		}
		n := 0
		for _, b := range rest[:width] {
			n = n<<8 | int(b)
		}
		if n > len(rest)-width {
			return false
		}
		rest = rest[width+n:]
		return true
	}
	for ; entries > 0 && len(rest) >= 4; entries-- {
		tag := binary.BigEndian.Uint32(rest)
		rest = rest[4:]
		if tag == 1 {
			return true
		}
		if tag != 2 || !skip(2) || len(rest) < 8 {
			return false
		}
		rest = rest[8:] // its date
		if !skip(2) || !skip(4) {
			return false
		}
	}
	return false
}

// opensshCipher reads the name of the cipher that locks an OpenSSH key; "none" is no lock.
func opensshCipher(raw []byte) (string, bool) {
	rest, ok := bytes.CutPrefix(raw, []byte("openssh-key-v1\x00"))
	if !ok || len(rest) < 100 {
		return "", false
	}
	n := binary.BigEndian.Uint32(rest)
	if n > 64 {
		return "", false
	}
	return string(rest[4 : 4+n]), true
}

// pgpSecret says whether bytes begin with a PGP packet of a secret key, of a known version and a length that fits.
func pgpSecret(raw []byte) bool {
	if len(raw) < 40 {
		return false
	}
	at, length := 0, 0
	switch h := raw[0]; {
	case h == 0xc5 && raw[1] < 192:
		at, length = 2, int(raw[1])
	case h == 0xc5 && raw[1] < 224:
		at, length = 3, (int(raw[1])-192)<<8+int(raw[2])+192
	case h == 0x94:
		at, length = 2, int(raw[1])
	case h == 0x95:
		at, length = 3, int(raw[1])<<8|int(raw[2])
	case h == 0x96:
		at, length = 5, int(binary.BigEndian.Uint32(raw[1:]))
	}
	return at > 0 && length > 20 && length <= len(raw)-at && raw[at] >= 3 && raw[at] <= 6
}

func sortedNames(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
