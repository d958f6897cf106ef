package assess

import "testing"

// Names of models stay readable, and what is drawn does not.
func TestMaskTellsNamesFromKeys(t *testing.T) {
	for line, masks := range map[string]bool{
		"`claude-3-5-sonnet-20240620` is no longer served":            false,
		"takes `paraphrase-MiniLM-L6-v2` in whatever state":           false,
		"takes `sentence-transformers/paraphrase-MiniLM-L12-v2` here": false,
		"`gpt-4o-mini-2024-07-18` stays what it is":                   false,
		"takes `sentence-transformers/paraphrase-multilingual-v2` so": false,
		"key = sk-proj-q7Vh2Lr9XwT4mBz8KdNf3GsYp6JcUa5E":              true,
		"token: 9c18ff53ef1946dbcba1dc97f5d15e1b1724":                 true,
		"password=ab12-cd34-9f8e7d6c5b4a39281706":                     true,
	} {
		if got := Mask(line) != line; got != masks {
			t.Errorf("%s: masked: %v (%s)", line, got, Mask(line))
		}
	}
}
