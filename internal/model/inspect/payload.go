package inspect

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// Payload looks whether free text in a file, such as metadata, hides what is no text: a program, a pickle that calls something,
// code. No loader acts on it by itself, but no honest model needs it, and something that does act on it is not far. Packed data
// alone is information. where is how a sentence calls the text.
func Payload(p *Part, offset int64, where, text string) {
	if verdict, kind := payloadKind([]byte(text)); kind != "" {
		p.Say(verdict, "hidden-payload", offset, "%s holds %s", where, kind)
		return
	}
	if kind := codeIn(text); kind != "" {
		p.Say(Dangerous, "hidden-code", offset, "%s holds %s, which no model needs", where, kind)
		return
	}
	if verdict, kind := payloadKind(unbase64(text)); kind != "" {
		p.Say(verdict, "hidden-payload", offset, "%s holds %s in base64", where, kind)
	}
}

// unbase64 is the beginning of what a text stands for, if all of it is base64.
func unbase64(text string) []byte {
	text = strings.TrimSpace(text)
	if len(text) < 16 || strings.IndexFunc(text, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("+/=-_\n\r", r))
	}) >= 0 {
		return nil
	}
	head := strings.NewReplacer("\n", "", "\r", "", "-", "+", "_", "/").Replace(text[:min(len(text), 4096)])
	decoded, _ := base64.RawStdEncoding.DecodeString(strings.TrimRight(head[:len(head)&^3], "="))
	return decoded
}

// payloadKind names what bytes are that should be text.
func payloadKind(b []byte) (Verdict, string) {
	for _, m := range []struct {
		magic, kind string
		verdict     Verdict
	}{
		{"\x7fELF", "a program (ELF)", Dangerous}, {"MZ\x90\x00", "a program (PE)", Dangerous}, {"\xcf\xfa\xed\xfe", "a program (Mach-O)", Dangerous},
		{"\xca\xfe\xba\xbe\x00\x00\x00", "a program (class file)", Dangerous}, {"#!/", "a script", Dangerous},
		{"PK\x03\x04", "an archive (zip)", Clean}, {"\x1f\x8b\x08", "packed data (gzip)", Clean},
	} {
		if bytes.HasPrefix(b, []byte(m.magic)) {
			return m.verdict, m.kind
		}
	}
	if len(b) > 4 && b[0] == 0x80 && b[1] >= 2 && b[1] <= 5 {
		named := bytes.IndexByte(b, 0x93) >= 0 || bytes.IndexByte(b, 'c') >= 0 && bytes.IndexByte(b, '\n') >= 0
		if named && (bytes.IndexByte(b, 'R') >= 0 || bytes.IndexByte(b, 0x81) >= 0) {
			return Dangerous, "a pickle that calls something"
		}
		return Clean, "a pickle"
	}
	return Clean, ""
}

// codeIn names what code a text holds. Only what does not stand in descriptions by chance counts: a call, not a name.
func codeIn(text string) string {
	lower := strings.ToLower(text[:min(len(text), 64<<10)])
	for _, mark := range []struct{ text, kind string }{
		{"__import__(", "Python code"}, {"os.system(", "Python code that runs a program"}, {"os.popen(", "Python code that runs a program"}, {"subprocess.popen(", "Python code that runs a program"},
		{"subprocess.run(", "Python code that runs a program"}, {"subprocess.call(", "Python code that runs a program"}, {"subprocess.check_output(", "Python code that runs a program"},
		{"exec(base64", "Python code that is hidden"}, {"exec(compile(", "Python code"}, {"pickle.loads(", "Python code that unpickles"},
		{"<script", "a script"}, {"javascript:", "a script"}, {"powershell -e", "a command"}, {"| sh\n", "a command"}, {"| bash", "a command"}, {"|bash", "a command"}, {"/bin/sh -c", "a command"},
	} {
		if strings.Contains(lower, mark.text) {
			return mark.kind
		}
	}
	return ""
}
