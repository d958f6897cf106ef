package rules

import (
	"testing"
)

// What writing needs is no hidden text; what nobody sees is, with its place and its number.
func TestFindUnseen(t *testing.T) {
	for _, test := range []struct {
		name, text string
		at, count  int // count 0: nothing
	}{
		{"plain", "Use tabs.", 0, 0},
		{"family and heart", "👩‍👩‍👧 ❤️‍🔥", 0, 0},
		{"keycap and variant of a symbol", "1️⃣ ✔︎", 0, 0},
		{"flag of a part of a country", "\U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F", 0, 0},
		{"Persian with joiners", "می\u200cخواهم", 0, 0},
		{"Hebrew with controls of direction", "\u202bשלום\u202c", 0, 0},
		{"Thai with breaks", "ไทย\u200bภาษา", 0, 0},
		{"variant of a Chinese character", "葛\U000E0100", 0, 0},
		{"a stray space at an end", "done\u200b\n", 0, 0},
		{"a break in an address", "https://example.org/a\u200bb", 0, 0},
		{"tags", "ok\U000E0041\U000E0042", 2, 2},
		{"tags behind a flag that ends", "\U0001F3F4\U000E0067\U000E007F\U000E0049\U000E0047\U000E004E\U000E004F\U000E0052\U000E0045", 4, 8},
		{"controls of direction in English", "a \u202eb", 2, 1},
		{"characters without width in a word", "de\u200blete", 2, 1},
		{"bits", "x \u200b\u200c\u200b\u200d y", 2, 4},
		{"one kind, many times", "x \u200b\u200b\u200b\u200b\u200b\u200b y", 2, 6},
		{"bytes in selectors", "😀\U000E0101\U000E0102\U000E0103", 4, 3},
		{"concealed in a terminal", "a\x1b[8mb", 1, 1},
	} {
		found := findUnseen(test.text)
		switch {
		case test.count == 0 && len(found) > 0:
			t.Errorf("%s: found %+v", test.name, found)
		case test.count > 0 && (len(found) == 0 || found[0].at != test.at || found[0].count != test.count):
			t.Errorf("%s: found %+v, want %d at %d", test.name, found, test.count, test.at)
		}
	}
}

func FuzzFindUnseen(f *testing.F) {
	f.Add("a\u200bb\U000E0041")
	f.Fuzz(func(t *testing.T, text string) {
		for _, u := range findUnseen(text) {
			if u.at < 0 || u.at >= len(text) || u.count < 1 {
				t.Fatalf("%+v of %q", u, text)
			}
		}
		poisonedTool(text)
		poisonedText(text)
	})
}

// What is fixed to a version is no finding, whatever starts it.
func TestLooseVersions(t *testing.T) {
	for spec, loose := range map[string]bool{"pkg": true, "@a/b": true, "pkg@latest": true, "@a/b@next": true, "pkg@1.2.3": false, "@a/b@1.0.0": false, "pkg@^1": false, "tsx": false,
		"github:o/r": true, "github:o/r#4f1c2e9d0b7a": false, "https://github.com/o/r#v1.2.0": false} {
		if looseNPM(spec) != loose {
			t.Errorf("npm %s: loose %v", spec, !loose)
		}
	}
	for spec, loose := range map[string]bool{"pkg": true, "pkg@latest": true, "pkg==1.0": false, "pkg@1.0": false, "git+https://example.org/o/r": true, "git+https://example.org/o/r@v1.0": false, "git+https://example.org/o/r@main": true} {
		if loosePython(spec) != loose {
			t.Errorf("python %s: loose %v", spec, !loose)
		}
	}
}
