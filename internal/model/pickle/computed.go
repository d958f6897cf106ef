package pickle

import (
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"compress/zlib"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"io"
	"strings"
	"unicode/utf8"
)

const (
	maxDecoded = 4 << 20  // bytes of one constant
	allDecoded = 32 << 20 // of all of them
)

// computed is the text or bytes that a call of constants gives.
func (m *machine) computed(v value, max int) ([]byte, bool) {
	n := &m.nodes.nodes[v.payload()]
	if n.data != nil {
		return n.data, len(n.data) <= max
	}
	if n.from.kind() != kName || m.names.all[n.from.payload()].act != actDecode || m.calling >= maxCalling || m.budget.decoded > allDecoded {
		return nil, false
	}
	m.calling++
	defer func() { m.calling-- }()
	fn := &m.names.all[n.from.payload()]
	items, all := m.members(n.args)
	if !all {
		return nil, false
	}
	out, ok := m.evaluate(fn.module, fn.name, items)
	if !ok || len(out) > maxDecoded {
		return nil, false
	}
	m.budget.decoded += len(out) + 64
	m.nodes.nodes[v.payload()].data = out
	return out, len(out) <= max
}

// evaluate does what a decoding function of Python does. ok is false for what it does not know.
func (m *machine) evaluate(module, fn string, items []value) (out []byte, ok bool) {
	var first []byte
	firstOK := false
	if len(items) > 0 {
		if first, firstOK = m.constant(items[0], maxDecoded); firstOK {
			first = append([]byte{}, first...)
			m.budget.decoded += len(first) + 64
		}
	}
	switch strings.TrimPrefix(module, "_") {
	case "codecs":
		if fn == "latin_1_encode" || fn == "utf_8_encode" || fn == "utf_8_decode" || !firstOK {
			return nil, false // those give tuples
		}
		codec, ok := m.codec(items)
		if !ok {
			return nil, false
		}
		return recode(first, codec, fn == "encode")
	case "base64", "binascii":
		if !firstOK {
			return nil, false
		}
		return unbase(first, fn)
	case "zlib", "gzip", "bz2":
		if !firstOK {
			return nil, false
		}
		return unpack(first, strings.TrimPrefix(module, "_"))
	case "operator":
		if len(items) != 2 {
			return nil, false
		}
		second, ok := m.constant(items[1], maxDecoded)
		if times, isInt := intOf(items[1]); fn == "mul" && isInt && firstOK && times >= 0 && int64(len(first))*times <= maxDecoded {
			return bytes.Repeat(first, int(times)), true
		}
		if !ok || !firstOK {
			return nil, false
		}
		if fn == "mod" {
			return bytes.Replace(first, []byte("%s"), second, 1), bytes.Count(first, []byte("%")) == 1 && bytes.Contains(first, []byte("%s"))
		}
		return append(first, second...), fn != "mul"
	case "builtins":
		return m.builtin(fn, items, first, firstOK)
	}
	return nil, false
}

// codec is the second argument of what decodes or encodes.
func (m *machine) codec(items []value) (string, bool) {
	if len(items) < 2 {
		return "utf-8", true
	}
	b, ok := m.constant(items[1], 40)
	return string(b), ok
}

func (m *machine) builtin(fn string, items []value, first []byte, firstOK bool) (out []byte, ok bool) {
	if len(items) == 0 {
		return []byte{}, fn == "bytes" || fn == "str" || fn == "bytearray"
	}
	switch fn {
	case "chr":
		n, ok := intOf(items[0])
		if !ok || n < 0 || n > utf8.MaxRune {
			return nil, false
		}
		return appendRune(nil, rune(n)), true
	case "bytes", "bytearray", "memoryview":
		if firstOK {
			if len(items) > 1 {
				codec, ok := m.constant(items[1], 40)
				if !ok {
					return nil, false
				}
				return recode(first, string(codec), true)
			}
			return first, true
		}
		numbers, all := m.members(items[0])
		if !all {
			return nil, false
		}
		for _, v := range numbers {
			n, ok := intOf(v)
			if !ok || n < 0 || n > 255 {
				return nil, false
			}
			out = append(out, byte(n))
		}
		return out, true
	case "bytes.fromhex", "bytearray.fromhex":
		return unbase(bytes.ReplaceAll(first, []byte(" "), nil), "unhexlify")
	case "str", "bytes.decode", "str.encode":
		if !firstOK {
			return nil, false
		}
		codec, ok := m.codec(items)
		if !ok {
			return nil, false
		}
		return recode(first, codec, fn == "str.encode")
	case "str.join", "bytes.join":
		if len(items) < 2 || !firstOK {
			return nil, false
		}
		parts, all := m.members(items[1])
		if !all {
			return nil, false
		}
		for i, v := range parts {
			b, ok := m.constant(v, maxDecoded)
			if !ok || len(out) > maxDecoded {
				return nil, false
			}
			if i > 0 {
				out = append(out, first...)
			}
			out = append(out, b...)
		}
		return out, true
	case "str.replace":
		if len(items) != 3 || !firstOK {
			return nil, false
		}
		from, ok1 := m.constant(items[1], maxName)
		from = append([]byte{}, from...)
		to, ok2 := m.constant(items[2], maxName)
		if !ok1 || !ok2 || len(first)*(len(to)+1) > maxDecoded {
			return nil, false
		}
		return bytes.ReplaceAll(first, from, to), true
	case "str.lower":
		return bytes.ToLower(first), firstOK
	case "str.upper":
		return bytes.ToUpper(first), firstOK
	case "str.strip":
		return bytes.TrimSpace(first), firstOK && len(items) == 1
	case "str.__add__", "bytes.__add__":
		if len(items) != 2 || !firstOK {
			return nil, false
		}
		second, ok := m.constant(items[1], maxDecoded)
		return append(first, second...), ok
	case "reversed":
		for i, j := 0, len(first)-1; i < j; i, j = i+1, j-1 {
			first[i], first[j] = first[j], first[i]
		}
		return first, firstOK
	}
	return nil, false
}

// recode is codecs.encode and codecs.decode.
func recode(b []byte, codec string, encode bool) ([]byte, bool) {
	switch strings.ReplaceAll(strings.ToLower(codec), "_", "-") {
	case "latin1", "latin-1", "iso-8859-1", "iso8859-1", "l1", "8859", "cp819":
		if !encode {
			out := make([]byte, 0, 2*len(b))
			for _, x := range b {
				out = utf8.AppendRune(out, rune(x))
			}
			return out, true
		}
		out := make([]byte, 0, len(b))
		for len(b) > 0 {
			r, n := utf8.DecodeRune(b)
			if r > 0xff || r == utf8.RuneError && n == 1 {
				return nil, false
			}
			out = append(out, byte(r))
			b = b[n:]
		}
		return out, true
	case "utf-8", "utf8", "ascii", "us-ascii", "u8":
		return b, true
	case "utf-16", "utf-16le", "utf-16-le", "utf16":
		if encode {
			return nil, false
		}
		var out []byte
		for ; len(b) >= 2; b = b[2:] {
			if r := rune(b[0]) | rune(b[1])<<8; r != 0xfeff {
				out = appendRune(out, r)
			}
		}
		return out, true
	case "rot13", "rot-13":
		out := append([]byte{}, b...)
		for i, x := range out {
			if lower := x | 0x20; lower >= 'a' && lower <= 'z' {
				out[i] = x - lower + 'a' + (lower-'a'+13)%26
			}
		}
		return out, true
	case "hex", "hex-codec", "base64", "base64-codec", "base-64":
		if encode {
			if strings.HasPrefix(strings.ToLower(codec), "hex") {
				return []byte(hex.EncodeToString(b)), true
			}
			return []byte(base64.StdEncoding.EncodeToString(b) + "\n"), true
		}
		if strings.HasPrefix(strings.ToLower(codec), "hex") {
			return unbase(b, "unhexlify")
		}
		return unbase(b, "b64decode")
	case "zlib", "zip", "zlib-codec":
		if !encode {
			return unpack(b, "zlib")
		}
	case "bz2", "bz2-codec":
		if !encode {
			return unpack(b, "bz2")
		}
	case "unicode-escape", "raw-unicode-escape", "string-escape":
		if !encode {
			if out, err := unquote(append(append([]byte{'\''}, b...), '\''), 0); err == nil {
				return rawUnicode(out)
			}
		}
	}
	return nil, false
}

// unbase undoes the codings of base64 and binascii.
func unbase(b []byte, fn string) (out []byte, ok bool) {
	switch fn {
	case "unhexlify", "a2b_hex", "b16decode":
		out = make([]byte, hex.DecodedLen(len(b)))
		n, err := hex.Decode(out, b)
		return out[:n], err == nil
	case "hexlify", "b2a_hex", "b16encode":
		return []byte(hex.EncodeToString(b)), true
	case "b64decode", "standard_b64decode", "urlsafe_b64decode", "decodebytes", "decodestring", "a2b_base64":
		kept := make([]byte, 0, len(b))
		for _, x := range b { // Python passes over what is no digit
			switch {
			case x == '-' && fn == "urlsafe_b64decode":
				kept = append(kept, '+')
			case x == '_' && fn == "urlsafe_b64decode":
				kept = append(kept, '/')
			case x >= '0' && x <= '9', x|0x20 >= 'a' && x|0x20 <= 'z', x == '+', x == '/':
				kept = append(kept, x)
			}
		}
		out = make([]byte, base64.RawStdEncoding.DecodedLen(len(kept)))
		n, err := base64.RawStdEncoding.Decode(out, kept)
		return out[:n], err == nil
	case "b64encode", "standard_b64encode":
		return []byte(base64.StdEncoding.EncodeToString(b)), true
	case "encodebytes", "encodestring", "b2a_base64":
		return []byte(base64.StdEncoding.EncodeToString(b) + "\n"), true
	case "b32decode":
		out, err := base32.StdEncoding.DecodeString(string(b))
		return out, err == nil
	case "b85decode":
		return base85(b)
	}
	return nil, false
}

const base85Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"

func base85(b []byte) ([]byte, bool) {
	pad := (5 - len(b)%5) % 5
	b = append(append([]byte{}, b...), "~~~~~"[:pad]...)
	out := make([]byte, 0, len(b)/5*4)
	for ; len(b) > 0; b = b[5:] {
		var v uint64
		for _, x := range b[:5] {
			i := strings.IndexByte(base85Digits, x)
			if i < 0 {
				return nil, false
			}
			v = v*85 + uint64(i)
		}
		out = append(out, byte(v>>24), byte(v>>16), byte(v>>8), byte(v))
	}
	return out[:len(out)-pad], true
}

// unpack undoes a compression, up to the bound of a constant.
func unpack(b []byte, how string) ([]byte, bool) {
	var r io.Reader
	var err error
	switch how {
	case "zlib":
		r, err = zlib.NewReader(bytes.NewReader(b))
	case "gzip":
		r, err = gzip.NewReader(bytes.NewReader(b))
	case "bz2":
		r = bzip2.NewReader(bytes.NewReader(b))
	default:
		return nil, false
	}
	if err != nil {
		return nil, false
	}
	out, err := io.ReadAll(io.LimitReader(r, maxDecoded+1))
	return out, err == nil && len(out) <= maxDecoded
}
