package inspect

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// Payload looks whether free text in a file, such as metadata, hides something that is not text: a pickle, a program, an
// archive, plainly or in base64. No loader acts on it by itself, so it is information. where is how a sentence calls the text.
func Payload(p *Part, offset int64, where, text string) {
	if kind := payloadKind([]byte(text)); kind != "" {
		p.Say(Clean, "hidden-payload", offset, "%s holds %s", where, kind)
		return
	}
	trimmed := strings.TrimSpace(text)
	if len(trimmed) < 16 || strings.IndexFunc(trimmed, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("+/=-_\n\r", r))
	}) >= 0 {
		return
	}
	head := strings.NewReplacer("\n", "", "\r", "", "-", "+", "_", "/").Replace(trimmed[:min(len(trimmed), 4096)])
	decoded, _ := base64.RawStdEncoding.DecodeString(strings.TrimRight(head[:len(head)&^3], "="))
	if kind := payloadKind(decoded); kind != "" {
		p.Say(Clean, "hidden-payload", offset, "%s holds %s in base64", where, kind)
	}
}

// payloadKind names what bytes are that should be text.
func payloadKind(b []byte) string {
	for _, m := range []struct{ magic, kind string }{
		{"\x7fELF", "a program (ELF)"}, {"MZ\x90\x00", "a program (PE)"}, {"\xcf\xfa\xed\xfe", "a program (Mach-O)"}, {"\xca\xfe\xba\xbe", "a program (class file)"},
		{"#!/", "a script"}, {"PK\x03\x04", "an archive (zip)"}, {"\x1f\x8b\x08", "packed data (gzip)"},
	} {
		if bytes.HasPrefix(b, []byte(m.magic)) {
			return m.kind
		}
	}
	if len(b) > 4 && b[0] == 0x80 && b[1] >= 2 && b[1] <= 5 && (bytes.HasSuffix(b, []byte(".")) || bytes.ContainsAny(b, "c\x93R")) {
		return "a pickle"
	}
	return ""
}
