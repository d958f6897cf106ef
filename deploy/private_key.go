package deploy

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// privateKey is a private key that was found, without anything of it.
type privateKey struct {
	line   int    // 1-based, of its first mark; 0 in a file of bytes
	kind   string // "a PKCS#8 private key"
	locked bool   // a passphrase stands before it
	mark   string // a digest of its bytes, by which it is known again
}

func newKey(line int, kind string, locked bool, body []byte) privateKey {
	sum := sha256.Sum256(body)
	return privateKey{line, kind, locked, hex.EncodeToString(sum[:8])}
}

// privateKeysIn finds the private keys of a file by their content. Each form must decode to what it says it is, so that a
// shortened example in a manual is none. The work is linear in the size.
func privateKeysIn(data []byte) []privateKey {
	if k, ok := binaryKey(data); ok {
		return []privateKey{k}
	}
	if bytes.IndexByte(data, 0) >= 0 || !mayHoldKey(data) {
		return nil
	}
	text := string(data)
	n := &lineCounter{text: text}
	all := armouredKeys(text, n.reset())
	all = append(all, wrappedKeys(text, n.reset())...)
	all = append(all, ageKeys(text, n.reset())...)
	all = append(all, linedKeys(text)...)
	return append(all, jsonKeys(data)...)
}

// keySigns stand in every text that holds a private key of a known form.
var keySigns = [][]byte{[]byte("PRIVATE KEY"), []byte(wrappedBegin), []byte(agePrefix), []byte("PuTTY-User-Key-File-"), []byte("RWRTY0Iy"), []byte("RWQAAEIy"),
	[]byte("RWRCSw"), []byte(`"kty"`), []byte(`"keyval"`), []byte("ASYMMETRIC_PRIVATE")}

func mayHoldKey(data []byte) bool {
	for _, s := range keySigns {
		if bytes.Contains(data, s) {
			return true
		}
	}
	return false
}

// lineCounter tells the lines of offsets that only grow.
type lineCounter struct {
	text     string
	at, line int
}

func (c *lineCounter) reset() *lineCounter {
	c.at, c.line = 0, 1
	return c
}

func (c *lineCounter) of(offset int) int {
	if offset > c.at {
		c.line += strings.Count(c.text[c.at:offset], "\n")
		c.at = offset
	}
	return c.line
}

const pemBegin = "-----BEGIN "

// armouredKeys finds PEM, OpenSSH and PGP keys, also where line ends are written as "\n" in a string.
func armouredKeys(text string, n *lineCounter) []privateKey {
	var all []privateKey
	for pos := 0; ; {
		i := strings.Index(text[pos:], pemBegin)
		if i < 0 {
			return all
		}
		begin := pos + i
		pos = begin + len(pemBegin)
		end := strings.Index(text[pos:min(len(text), pos+64)], "-----")
		if end < 0 {
			continue
		}
		label := text[pos : pos+end]
		pos += end + 5
		if !strings.Contains(label, "PRIVATE KEY") {
			continue
		}
		length := strings.Index(text[pos:], "-----")
		if length < 0 {
			return all
		}
		body := text[pos : pos+length]
		pos += length
		if strings.HasPrefix(text[pos:], "-----END "+label+"-----") {
			if k, ok := armouredKey(label, body); ok {
				k.line = n.of(begin)
				all = append(all, k)
			}
		}
	}
}

// armouredKey judges one block by its label and its body.
func armouredKey(label, body string) (privateKey, bool) {
	headers, raw, ok := unarmoured(body)
	if !ok || len(raw) < 32 {
		return privateKey{}, false
	}
	found := func(kind string, locked, is bool) (privateKey, bool) { return newKey(0, kind, locked, raw), is }
	if strings.Contains(headers, "Proc-Type: 4,ENCRYPTED") { // the old way: the bytes themselves are encrypted
		return found("a private key", true, len(raw) >= 64 && len(raw)%8 == 0 && varied(raw))
	}
	switch label {
	case "OPENSSH PRIVATE KEY":
		cipher, is := opensshCipher(raw)
		return found("an OpenSSH private key", cipher != "none", is)
	case "PGP PRIVATE KEY BLOCK":
		return found("a PGP private key", false, pgpSecret(raw))
	case "ENCRYPTED PRIVATE KEY":
		return found("a PKCS#8 private key", true, derShape(raw, 0x30))
	case "ENCRYPTED SIGSTORE PRIVATE KEY", "ENCRYPTED COSIGN PRIVATE KEY":
		return found("a Sigstore signing key", true, bytes.HasPrefix(raw, []byte(`{"kdf"`)))
	case "TSS2 PRIVATE KEY":
		return privateKey{}, false // of use in one security chip only
	case "PRIVATE KEY":
		return found("a PKCS#8 private key", false, derShape(raw, 0x02))
	}
	return found("a private key", false, derShape(raw, 0x02))
}

// unarmoured splits a block into its headers and its decoded bytes. Indentation, quotes, and line ends written as "\n" are
// how YAML, JSON and files of variables carry one.
func unarmoured(body string) (headers string, raw []byte, ok bool) {
	body = strings.NewReplacer(`\\r`, "", `\\n`, "\n", `\r`, "", `\n`, "\n", `\/`, "/", "\r", "\n").Replace(body)
	var code strings.Builder
	for line := range strings.SplitSeq(body, "\n") {
		line = strings.Trim(line, " \t\"',|>\\")
		switch {
		case strings.Contains(line, ": ") && code.Len() == 0:
			headers += line + "\n"
		case len(line) == 5 && line[0] == '=': // the checksum of PGP
		default:
			code.WriteString(line)
		}
		if len(headers) > 2048 {
			return "", nil, false
		}
	}
	raw, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(code.String(), " ", ""))
	return headers, raw, err == nil
}

// varied tells encrypted bytes from a filler such as "AAAA".
func varied(raw []byte) bool {
	var seen [256]bool
	n := 0
	for _, b := range raw {
		if !seen[b] {
			seen[b] = true
			n++
		}
	}
	return n >= 24
}

// wrappedBegin is how a PEM block begins when the whole of it is in Base64, as in Kubernetes secrets and kubeconfig files.
const wrappedBegin = "LS0tLS1CRUdJTi"

func wrappedKeys(text string, n *lineCounter) []privateKey {
	var all []privateKey
	for pos := 0; ; {
		i := strings.Index(text[pos:], wrappedBegin)
		if i < 0 {
			return all
		}
		begin := pos + i
		code, end := base64Lines(text, begin)
		pos = end
		code = strings.TrimRight(code, "=")
		inner, err := base64.RawStdEncoding.DecodeString(code)
		if err != nil {
			continue
		}
		inside := string(inner)
		for _, k := range armouredKeys(inside, (&lineCounter{text: inside}).reset()) {
			k.line = n.of(begin)
			all = append(all, k)
		}
	}
}

// base64Lines takes the Base64 that begins somewhere, over the lines on which nothing else stands.
func base64Lines(text string, begin int) (code string, end int) {
	var b strings.Builder
	for at := begin; ; {
		from := at
		for at < len(text) && isBase64(text[at]) {
			at++
		}
		rest := strings.TrimPrefix(text[at:min(len(text), at+2)], "\r")
		ends := rest == "" || rest[0] == '\n'
		if from > begin && !ends || at == from {
			return b.String(), max(end, from)
		}
		b.WriteString(text[from:at])
		if end = at; !ends {
			return b.String(), end
		}
		for at < len(text) && at < end+64 && (text[at] == '\r' || text[at] == '\n' || text[at] == ' ' || text[at] == '\t') {
			at++
		}
	}
}

func isBase64(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '='
}

const agePrefix = "AGE-SECRET-KEY-"

func ageKeys(text string, n *lineCounter) []privateKey {
	var all []privateKey
	for pos := 0; ; {
		i := strings.Index(text[pos:], agePrefix)
		if i < 0 {
			return all
		}
		begin := pos + i
		end := begin
		for end < len(text) && end-begin < 4096 && (text[end] == '-' || text[end] >= 'A' && text[end] <= 'Z' || text[end] >= '0' && text[end] <= '9') {
			end++
		}
		pos = end
		if word := text[begin:end]; len(word) >= 70 && bech32(word) {
			all = append(all, newKey(n.of(begin), "an age secret key", false, []byte(word)))
		}
	}
}

const bech32Letters = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"

// bech32 checks the checksum that ends every age key, so that a made-up one is not taken for a key.
func bech32(word string) bool {
	one := strings.LastIndexByte(word, '1')
	if one < 1 || len(word)-one < 8 {
		return false
	}
	sum := uint32(1)
	step := func(v byte) {
		top := sum >> 25
		sum = (sum&0x1ffffff)<<5 ^ uint32(v)
		for i, g := range [5]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
			if top>>i&1 == 1 {
				sum ^= g
			}
		}
	}
	prefix := strings.ToLower(word[:one])
	for i := range len(prefix) {
		step(prefix[i] >> 5)
	}
	step(0)
	for i := range len(prefix) {
		step(prefix[i] & 31)
	}
	for i := one + 1; i < len(word); i++ {
		v := strings.IndexByte(bech32Letters, word[i])
		if v < 0 {
			return false
		}
		step(byte(v))
	}
	return sum == 1
}
