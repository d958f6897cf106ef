package pickle

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// A pickle that runs something has no honest use as a constant, whatever it is spelled in. What is less stays information.
func TestHiddenPickle(t *testing.T) {
	const protocol0 = "cposix\nsystem\n(S'echo x'\ntR."
	long := func(s string) string { return "X" + string([]byte{byte(len(s)), byte(len(s) >> 8), 0, 0}) + s }
	b64 := base64.StdEncoding.EncodeToString
	latin1 := func(s string) string { // as protocol 2 has bytes
		var b strings.Builder
		for i := range len(s) {
			b.WriteRune(rune(s[i]))
		}
		return b.String()
	}
	padded := pickled(call(system, echo) + "0B\x00\x00\x02\x00" + strings.Repeat("\x00", 128<<10) + "0N")
	tests := []struct {
		name, data string
		want       inspect.Verdict
	}{
		{"in bytes", pickled(raw(inner)), inspect.Dangerous},
		{"in short bytes", pickled("C" + string([]byte{byte(len(inner))}) + inner), inspect.Dangerous},
		{"in a byte array", "\x80\x05\x96" + string([]byte{byte(len(inner)), 0, 0, 0, 0, 0, 0, 0}) + inner + ".", inspect.Dangerous},
		{"in a value of a dictionary", pickled(dict(text("weights"), raw(inner))), inspect.Dangerous},
		{"protocol 0 in bytes", pickled(raw(protocol0)), inspect.Dangerous},
		{"protocol 0 in text", pickled(text(protocol0)), inspect.Dangerous},
		{"protocol 0 with a newline", pickled(text(protocol0 + "\n")), inspect.Dangerous},
		{"in a text of Python 2's", "\x80\x02" + "U" + string([]byte{byte(len(inner))}) + inner + ".", inspect.Dangerous},
		{"in bytes of protocol 2", "\x80\x02" + call(global("_codecs.encode"), long(latin1(inner)), "X\x06\x00\x00\x00latin1") + ".", inspect.Dangerous},
		{"in the escapes of STRING", "S'cposix\\nsystem\\n(S\"echo x\"\\ntR.'\n.", inspect.Dangerous},
		{"in Base64", pickled(text(b64([]byte(inner)))), inspect.Dangerous},
		{"in Base64 of bytes", pickled(raw(b64([]byte(inner)))), inspect.Dangerous},
		{"in Base64 without padding", pickled(text(strings.TrimRight(b64([]byte(inner)), "="))), inspect.Dangerous},
		{"in Base64 with a newline", pickled(text(b64([]byte(inner)) + "\n")), inspect.Dangerous},
		{"protocol 0 in Base64", pickled(text(b64([]byte(protocol0)))), inspect.Dangerous},
		{"in hexadecimal digits", pickled(text(hex.EncodeToString([]byte(inner)))), inspect.Dangerous},
		{"in capital ones", pickled(text(strings.ToUpper(hex.EncodeToString([]byte(inner))))), inspect.Dangerous},
		{"protocol 0 in hexadecimal digits", pickled(text(hex.EncodeToString([]byte(protocol0)))), inspect.Dangerous},
		{"large", pickled(raw(padded)), inspect.Dangerous},
		{"large, in Base64", pickled(raw(b64([]byte(padded)))), inspect.Dangerous},

		{"followed by something else", pickled(raw(inner + "and more")), inspect.Clean},
		{"without its STOP", pickled(raw(inner[:len(inner)-1])), inspect.Clean},
		{"that is dangerous, and not more", pickled(raw(pickled(call(global("torch.load"), text("other.bin"))))), inspect.Clean},
		{"that is harmless", pickled(raw(pickled(call(global("collections.OrderedDict"))))), inspect.Clean},
		{"a sentence", pickled(text("copy this\nand that\n(or neither) to where it is.")), inspect.Clean},
		{"a hash", pickled(text("80049500000000000000000000000000000000000000000000000000000000002e")), inspect.Clean},
		{"a word that could be Base64", pickled(text("cbcbcbcbcbcbcbcbcbcbcbcg")), inspect.Clean},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			found := scanned(t, "x.pkl", []byte(test.data))
			if found.Verdict != test.want || found.Verdict == inspect.Dangerous && !hasReason(found, "pickle-hidden") {
				t.Errorf("%s, want %s: %v", found.Verdict, test.want, found.Reasons)
			}
		})
	}
}

// What the file itself unpickles is said to run, and it is not said that nothing unpickles it.
func TestHiddenAndUnpickled(t *testing.T) {
	found := scanned(t, "x.pkl", []byte(pickled(call(global("pickle.loads"), raw(inner)))))
	for _, r := range found.Reasons {
		if strings.Contains(r.Message, "nothing here unpickles it") {
			t.Errorf("%v", r)
		}
	}
	if found.Verdict != inspect.Malicious {
		t.Errorf("%s: %v", found.Verdict, found.Reasons)
	}
}

// Thousands of constants that look like pickles cost no more than a bounded number of tries.
func TestManyHiddenPickles(t *testing.T) {
	var b strings.Builder
	b.WriteString("\x80\x04](")
	for range 50_000 {
		b.WriteString(raw(inner[:len(inner)-1]))
	}
	b.WriteString("e.")
	found := scanned(t, "x.pkl", []byte(b.String()))
	if found.Verdict != inspect.Clean || len(found.Reasons) > maxHidden {
		t.Errorf("%s: %d reasons", found.Verdict, len(found.Reasons))
	}
}
