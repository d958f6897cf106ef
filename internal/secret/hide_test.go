package secret

import (
	"os"
	"strings"
	"testing"
)

// What is left of a text when the secrets of a file are known: nothing of a secret longer than its beginning, and all of the rest.
func TestHider(t *testing.T) {
	key, password := expand("sk-ant-api03-{93 url}AA", "hide"), expand("{16 password}", "hide")
	file := "ANTHROPIC_API_KEY=" + key + "\nDB_PASSWORD='" + password + "'\nDATABASE_URL=postgres://desk:kX9mP2v%40L7q@db.example.org/desk\n" + expand("{lines RSA PRIVATE KEY}", "hide") + "\n"
	var h Hider
	h.Learn([]byte(file), look(loaded(t), ".env", file))
	for text, want := range map[string]string{
		"the key " + key + " is there":             "the key sk-a**** is there",
		"cut `" + key[:40] + "…`":                  "cut `sk-a****…`",
		"its end: " + key[60:72]:                   "its end: ****",
		"nine of it: " + key[30:39] + ", eight":    "nine of it: ****, eight",
		"password=" + password:                     "password=****",
		"desk:kX9mP2v%40L7q@db":                    "desk:****@db",
		"kX9mP2v@L7q":                              "****",
		"sk-ant-api03-... is how a key begins":     "sk-ant-api03-... is how a key begins",
		"-----BEGIN RSA PRIVATE KEY----- is shown": "-----BEGIN RSA PRIVATE KEY----- is shown",
		"ordinary text of some length":             "ordinary text of some length",
	} {
		if got := h.Text(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	var none Hider
	if got := none.Text(key); got != key || none.Knows() {
		t.Errorf("one that knows nothing gives %q", got)
	}
}

// Of every rule's examples, whole and cut anywhere, no run of twelve characters of the secret is left.
func TestNothingIsLeft(t *testing.T) {
	all, err := Examples(os.DirFS("data"), "left")
	if err != nil || len(all) < 400 {
		t.Fatalf("%d examples, %v", len(all), err)
	}
	r := loaded(t)
	for _, e := range all {
		var h Hider
		found := look(r, e.File, e.Text)
		h.Learn([]byte(e.Text), found)
		for _, f := range found {
			if f.Test != "" && !f.drawn {
				continue
			}
			whole := e.Text[f.Offset : f.Offset+f.Length]
			for _, text := range []string{e.Text, whole, "see " + whole[:len(whole)*2/3], whole[len(whole)/3:] + ": so"} {
				got := h.Text(text)
				for at := f.public; at+12 <= len(whole); at++ {
					if run := whole[at : at+12]; strings.Contains(got, run) && !strings.ContainsAny(run, "\n\\ ") && !strings.Contains(run, "--") && !strings.Contains("PuTTY-User-Key-File-2: PuTTY-User-Key-File-3: Public-Lines: Private-Lines: Private-MAC:", run) && !plainWord(run) && !strings.HasPrefix(whole, "http") {
						t.Errorf("%s: of %d characters those at %d are left in a text of %d", f.ID, len(whole), at, len(text))
						break
					}
				}
			}
		}
	}
}

func FuzzHider(f *testing.F) {
	key := expand("gsk_{52 base62}", "fuzz")
	f.Add("K="+key+"\n", key[:20])
	f.Add("a://b:kX9mP2vL7q@c", "kX9mP2vL7q")
	f.Fuzz(func(t *testing.T, file, text string) {
		var h Hider
		found := look(loaded(t), "a.env", file)
		h.Learn([]byte(file), found)
		if got := h.Text(text); len(got) > len(text)+4*len(text)/6+8 {
			t.Errorf("%d bytes of %d", len(got), len(text))
		} else if again := h.Text(got); len(found) == 0 && again != text {
			t.Errorf("%q was masked to %q", text, got)
		}
		for _, one := range found {
			if whole := file[one.Offset : one.Offset+one.Length]; one.drawn && len(whole) >= 24 && len(whole) < 200 && !strings.ContainsAny(whole, " \t\r\n\\'\"/") && strings.Contains(h.Text(whole), whole) {
				t.Errorf("a secret of %d characters is left whole", len(whole))
			}
		}
	})
}
