package deploy

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
)

// linedKeys finds the forms that are made of lines: PuTTY's, and those of minisign and signify.
func linedKeys(text string) []privateKey {
	var all []privateKey
	var putty *puttyKey
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "PuTTY-User-Key-File-") {
			putty = &puttyKey{line: n}
		} else if putty != nil && putty.take(line) {
			all = append(all, newKey(putty.line, "a PuTTY private key", putty.locked, putty.body))
			putty = nil
		}
		if k, ok := signatureKey(line); ok {
			k.line = n
			all = append(all, k)
		}
	}
	return all
}

// puttyKey is a PuTTY key while it is read.
type puttyKey struct {
	line, left int
	locked     bool
	body       []byte
}

// take reads one line more and says whether the private part is complete.
func (p *puttyKey) take(line string) bool {
	if p.left > 0 {
		raw, err := base64.StdEncoding.DecodeString(line)
		if err != nil {
			p.left = 0
			return false
		}
		p.body = append(p.body, raw...)
		p.left--
		return p.left == 0 && len(p.body) >= 32
	}
	switch name, value, _ := strings.Cut(line, ": "); name {
	case "Encryption":
		p.locked = value != "none"
	case "Private-Lines":
		if n, err := strconv.Atoi(value); err == nil && n > 0 && n < 500 {
			p.left = n
		}
	}
	return false
}

// signatureKey knows secret keys of minisign and signify: algorithm, way of locking, checksum.
func signatureKey(line string) (privateKey, bool) {
	if !strings.HasPrefix(line, "RWR") && !strings.HasPrefix(line, "RWQ") {
		return privateKey{}, false
	}
	raw, err := base64.StdEncoding.DecodeString(line)
	switch {
	case err != nil:
	case len(raw) == 158 && string(raw[:2]) == "Ed" && string(raw[4:6]) == "B2" && (string(raw[2:4]) == "Sc" || string(raw[2:4]) == "\x00\x00"):
		return newKey(0, "a minisign secret key", string(raw[2:4]) == "Sc", raw), true
	case len(raw) == 104 && string(raw[:4]) == "EdBK":
		return newKey(0, "a signify secret key", !bytes.Equal(raw[4:8], make([]byte, 4)), raw), true
	}
	return privateKey{}, false
}

// jsonKeys finds private keys that are written as JSON: JSON Web Keys, Tink keysets and the key files of in-toto and TUF.
func jsonKeys(data []byte) []privateKey {
	trimmed := bytes.TrimLeft(data, " \t\r\n\ufeff")
	if len(trimmed) == 0 || trimmed[0] != '{' && trimmed[0] != '[' {
		return nil
	}
	var v any
	if json.Unmarshal(trimmed, &v) != nil {
		return nil
	}
	w := jsonWalk{text: string(data)}
	w.visit(v, 32)
	return w.found
}

type jsonWalk struct {
	text  string
	found []privateKey
}

func (w *jsonWalk) visit(v any, depth int) {
	if depth == 0 || len(w.found) >= 100 {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			w.visit(x, depth-1)
		}
	case map[string]any:
		w.object(v)
		for _, name := range sortedNames(v) {
			w.visit(v[name], depth-1)
		}
	}
}

func (w *jsonWalk) object(m map[string]any) {
	word := func(name string) string { s, _ := m[name].(string); return s }
	switch {
	case word("kty") == "RSA" || word("kty") == "EC" || word("kty") == "OKP":
		w.add("a private JSON Web Key", word("d"), base64.RawURLEncoding.DecodeString, 16)
	case word("kty") == "oct":
		w.add("a symmetric JSON Web Key", word("k"), base64.RawURLEncoding.DecodeString, 16)
	case word("keyMaterialType") == "ASYMMETRIC_PRIVATE":
		w.add("a private Tink key", word("value"), base64.StdEncoding.DecodeString, 32)
	case word("private") != "" && word("public") != "": // "keyval" of in-toto and TUF; PEM in it is found as such
		w.add("a private in-toto key", word("private"), hex.DecodeString, 32)
	}
}

func (w *jsonWalk) add(kind, code string, decode func(string) ([]byte, error), least int) {
	raw, err := decode(strings.TrimRight(code, "="))
	if kind == "a private Tink key" {
		raw, err = decode(code)
	}
	if err != nil || len(raw) < least || !mixed(raw) {
		return
	}
	at := max(0, strings.Index(w.text, code))
	w.found = append(w.found, newKey(1+strings.Count(w.text[:at], "\n"), kind, false, raw))
}

// mixed tells a key from a filler of one letter.
func mixed(raw []byte) bool {
	for _, b := range raw {
		if b != raw[0] {
			return true
		}
	}
	return false
}
