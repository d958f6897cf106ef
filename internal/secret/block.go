package secret

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"strings"
)

// blockBytes is the longest private key that is read: RSA of 16384 bits takes 13 KB.
const blockBytes = 32 << 10

// block reads a private key between its marks, in a file of its own and inside of JSON, YAML, variables and code.
func (l *looking) block(at int) {
	if at < l.past {
		return
	}
	window := l.text[at:min(len(l.text), at+blockBytes)]
	if has(bytes.ToLower(window[:min(len(window), 20)]), "putty") {
		l.putty(at, window)
		return
	}
	const begin = "-----BEGIN "
	if !has(window, begin) {
		return
	}
	head := window[len(begin):min(len(window), 100)]
	n := bytes.Index(head, []byte("-----"))
	if n < 0 {
		return
	}
	kind := string(head[:n])
	if !strings.HasSuffix(kind, "PRIVATE KEY") && !strings.HasSuffix(kind, "PRIVATE KEY BLOCK") {
		return
	}
	start := len(begin) + n + 5
	end := bytes.Index(window[start:], []byte("-----END "))
	to, size := 0, 0
	if end >= 0 {
		size, to = end, start+end
		if i := bytes.Index(window[to+5:min(len(window), to+120)], []byte("-----")); i >= 0 {
			to += 5 + i + 5
		}
	} else { // cut off: what is there may serve still
		for size < len(window)-start && (keyBlockByte(window[start+size])) {
			size++
		}
		to = start + size
	}
	body := window[start : start+size]
	l.past = at + to
	test, encrypted, ok := keyBody(kind, body)
	if !ok {
		return
	}
	form := kind
	if encrypted {
		form = "encrypted"
	} else if bytes.Contains(l.text[max(0, at-2048):min(len(l.text), at+to+2048)], []byte(`"service_account"`)) {
		form = "service_account"
	}
	if test == "" && l.kind.test {
		test = amongTests
	}
	l.add(candidate{rule: l.form("block", form), from: at, to: at + to, secret: string(body), name: l.nameBefore(at), test: test})
}

func keyBlockByte(c byte) bool {
	return keyByte(c) || strings.IndexByte("+/=\n\r \t\\:,\"'", c) >= 0
}

// keyBody says whether the inside of a block is a key: what is left of it without escapes, marks and lines of headers is base64 of enough
// bytes, which begin as keys of the kind do.
func keyBody(kind string, body []byte) (test string, encrypted, ok bool) {
	text := string(body)
	encrypted = strings.HasPrefix(kind, "ENCRYPTED") || strings.Contains(text, "ENCRYPTED")
	if i := strings.LastIndex(text, "DEK-Info:"); i >= 0 {
		if j := strings.IndexAny(text[i:], "\n\\"); j >= 0 {
			text = text[i+j:]
		}
	}
	for _, esc := range []string{`\r`, `\n`, `\t`} {
		text = strings.ReplaceAll(text, esc, "\n")
	}
	var b strings.Builder
	for _, line := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\r\n\\\"'+,>#;|", r) && r != '+' }) {
		line = strings.Trim(line, "+")
		if strings.Contains(line, ":") || strings.HasPrefix(line, "=") && len(line) == 5 { // a header, and the checksum of PGP
			continue
		}
		if strings.Trim(line, base62+"+/=") != "" {
			if len(line) > 3 {
				return "", false, false
			}
			continue
		}
		b.WriteString(line)
	}
	packed := strings.TrimRight(b.String(), "=")
	if len(packed) < 40 {
		return "", false, false
	}
	raw, err := base64.RawStdEncoding.DecodeString(packed[:len(packed)-len(packed)%4])
	if err != nil || len(raw) < 30 {
		return "", false, false
	}
	if sureWord(packed) || counted(packed)*4 > len(packed) || entropy(packed) < 4 {
		return "a placeholder between the marks of a key", encrypted, true
	}
	switch {
	case kind == "OPENSSH PRIVATE KEY":
		if !bytes.HasPrefix(raw, []byte("openssh-key-v1\x00")) {
			return "no key of its kind: it does not begin as one", encrypted, true
		}
		encrypted = !bytes.HasPrefix(raw[15:], []byte("\x00\x00\x00\x04none"))
	case strings.Contains(kind, "PGP"), encrypted && !strings.HasPrefix(kind, "ENCRYPTED"), strings.HasPrefix(kind, "SSH2"):
	case raw[0] != 0x30:
		return "no key of its kind: it does not begin as one", encrypted, true
	}
	return "", encrypted, true
}

// putty reads a key file of PuTTY.
func (l *looking) putty(at int, window []byte) {
	i := bytes.Index(window, []byte("Private-Lines:"))
	if i < 0 {
		return
	}
	form := "putty"
	if j := bytes.Index(window[:i], []byte("Encryption: ")); j >= 0 && !has(window[j+12:], "none") {
		form = "encrypted"
	}
	end := i
	for end < len(window) && (keyBlockByte(window[end])) {
		end++
	}
	if end-i < 60 {
		return
	}
	l.past = at + end
	test := ""
	if l.kind.test {
		test = amongTests
	}
	l.add(candidate{rule: l.form("block", form), from: at, to: at + end, secret: string(window[i:end]), test: test})
}

// encodedBlock reads a private key or a signed token that was written in base64 once more, as kubeconfig files and Secrets of Kubernetes
// hold them.
func (l *looking) encodedBlock(at int) {
	block := has(l.text[at:], "LS0tLS1CRUdJTi")
	if !block && !has(l.text[at:], "ZXlK") || at < l.past || !l.begins(at) {
		return
	}
	to := at
	for to < len(l.text) && to-at < 2*blockBytes && (keyByte(l.text[to]) && l.text[to] != '-' && l.text[to] != '_' || l.text[to] == '+' || l.text[to] == '/') {
		to++
	}
	if to-at < 60 {
		return
	}
	l.past = to
	raw, err := base64.RawStdEncoding.DecodeString(string(l.text[at : to-(to-at)%4]))
	if err != nil || block && !bytes.Contains(raw[:min(len(raw), 64)], []byte("PRIVATE KEY")) {
		return
	}
	l.inside(raw, at, to, l.nameBefore(at))
}

// inside looks into what was decoded, and puts what is found to the place of the code.
func (l *looking) inside(decoded []byte, from, to int, name string) bool {
	if l.depth >= mostDepth {
		return false
	}
	in := &looking{Rules: l.Rules, text: decoded, kind: l.kind, depth: l.depth + 1}
	in.look()
	l.cut = l.cut || in.cut
	all := in.settle()
	if len(all) == 0 {
		return false
	}
	c := all[0]
	c.from, c.to, c.name, c.decoded = from, to, cmp.Or(name, c.name), true
	l.add(c)
	return true
}
