package develop

import "testing"

func TestIgnoredBy(t *testing.T) {
	rules := append(parseIgnore(".gitignore", "# weights\n*.bin\n/data/\nmodels/**/cache\n!keep.bin\nout?.csv\nlogs/*.txt\n[ab].log\n"),
		parseIgnore("app/.gitignore", "local/\n")...)
	for p, want := range map[string]int{
		"x.bin": 2, "deep/down/x.bin": 2, "keep.bin": 0, "data/train.csv": 3, "app/data/train.csv": 0, "models/a/b/cache/x": 4, "models/cache/x": 4,
		"out1.csv": 6, "out.csv": 0, "logs/a.txt": 7, "logs/b/a.txt": 0, "a.log": 8, "c.log": 0, "app/local/x": 1, "local/x": 0, "data": 0,
	} {
		if r, ok := ignoredBy(rules, p); ok != (want > 0) || r.line != want && ok {
			t.Errorf("%s: ignored %v by line %d, want line %d", p, ok, r.line, want)
		}
	}
}

func FuzzIgnore(f *testing.F) {
	f.Add("*.bin\n!a/**/b[!c]\n/x/", "a/b/c.bin")
	f.Add("[\n[]\n\\!a", "[")
	f.Fuzz(func(t *testing.T, text, p string) {
		r, ok := ignoredBy(parseIgnore(".gitignore", text), p)
		if ok && (r.line < 1 || r.negated) {
			t.Errorf("%q is ignored by %+v", p, r)
		}
	})
}
