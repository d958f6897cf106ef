package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/sign"
)

// tryCommand runs a command in this process.
func tryCommand(args ...string) (code int, stdout, stderr string) {
	var out, complaint bytes.Buffer
	code = run(args, &out, &complaint)
	return code, out.String(), complaint.String()
}

// keysIn makes keys in a folder, without passphrases, and gives the folder.
func keysIn(t *testing.T, dir string, names ...string) string {
	t.Helper()
	for _, name := range names {
		if code, _, complaint := tryCommand("keys", "new", name, "--unprotected", "--keys", dir); code != exitOK {
			t.Fatal(complaint)
		}
	}
	return dir
}

func TestKeysListHoldsToItsSchema(t *testing.T) {
	dir := keysIn(t, t.TempDir(), "release", "ci", "old")
	for _, args := range [][]string{{"rotate", "ci", "--unprotected"}, {"revoke", "old", "--reason", "laptop lost"}} {
		if code, _, complaint := tryCommand(append(append([]string{"keys"}, args...), "--keys", dir)...); code != exitOK {
			t.Fatal(complaint)
		}
	}
	_, out, _ := tryCommand("keys", "list", "--format", "json", "--keys", dir)
	for _, state := range []string{"current", "retired", "revoked"} {
		if !strings.Contains(out, `"state": "`+state+`"`) {
			t.Errorf("no key is %s in %s", state, out)
		}
	}
	holdsTo(t, "keys", []byte(out))
	_, out, _ = tryCommand("keys", "list", "--format", "json", "--keys", filepath.Join(dir, "none"))
	holdsTo(t, "keys", []byte(out))
}

// The key that other commands sign with: by name, or by a path.
func TestKeyFlags(t *testing.T) {
	home := t.TempDir()
	keys := keysIn(t, filepath.Join(home, "keys"), "release")
	data, err := os.ReadFile(glob(t, filepath.Join(keys, "release-*.key")))
	if err != nil {
		t.Fatal(err)
	}
	system := filepath.Join(home, "system")
	plainFolder := filepath.Join(home, "plain")
	for path, mode := range map[string]os.FileMode{"system/key.pem": 0o600, "plain/key.pem": 0o600, "plain/open.pem": 0o644, "release": 0o600} {
		path = filepath.Join(home, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(system, "lodemark.yaml"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(home) // where a file lies that is called like the key: it is not meant
	for name, row := range map[string]struct {
		flags keyFlags
		want  string // error
	}{
		"by name":                    {keyFlags{key: "release", folder: keys}, ""},
		"by path":                    {keyFlags{key: filepath.Join(plainFolder, "key.pem")}, ""},
		"by its ending":              {keyFlags{key: "key.pem"}, "no such file"},
		"apart from the target":      {keyFlags{key: "release", folder: keys, apart: []string{system}}, ""},
		"a name that is not there":   {keyFlags{key: "other", folder: keys}, `there is no key "other"`},
		"a name like a file's":       {keyFlags{key: "release", folder: filepath.Join(home, "none")}, `there is no key "release"`},
		"in the target":              {keyFlags{key: filepath.Join(plainFolder, "key.pem"), apart: []string{plainFolder}}, "which it is to vouch for"},
		"its folder is in target":    {keyFlags{key: "release", folder: keys, apart: []string{home}}, "which it is to vouch for"},
		"in some AI system":          {keyFlags{key: filepath.Join(system, "key.pem")}, "lies in the AI system"},
		"readable by others":         {keyFlags{key: filepath.Join(plainFolder, "open.pem")}, "has the permissions 0644"},
		"none":                       {keyFlags{}, "--key names no key"},
		"a file that is not there":   {keyFlags{key: "./nothing.pem"}, "no such file"},
		"a file of trust, by a slip": {keyFlags{key: filepath.Join(keys, "trust.yaml")}, "has the permissions 0644"},
	} {
		t.Run(name, func(t *testing.T) {
			if runtime.GOOS == "windows" && strings.Contains(row.want, "permissions") {
				t.Skip("Windows has other permissions")
			}
			k, err := row.flags.private(&bytes.Buffer{})
			switch {
			case row.want == "" && (err != nil || k == nil):
				t.Errorf("%v", err)
			case row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want)):
				t.Errorf("%v, want an error that says %q", err, row.want)
			}
		})
	}
}

func glob(t *testing.T, pattern string) string {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil || len(found) != 1 {
		t.Fatalf("%s: %v, %v", pattern, found, err)
	}
	return found[0]
}

// Whom to believe: what several --trust say is put together, and none of it comes from the target.
func TestTrustFlags(t *testing.T) {
	home := t.TempDir()
	one, two := keysIn(t, filepath.Join(home, "one"), "a"), keysIn(t, filepath.Join(home, "two"), "b", "c")
	if code, _, complaint := tryCommand("keys", "export", "a", "--keys", one, "-o", filepath.Join(home, "a.pub")); code != exitOK {
		t.Fatal(complaint)
	}
	for name, row := range map[string]struct {
		flags trustFlags
		keys  int
		want  string
	}{
		"nobody":          {trustFlags{}, 0, ""},
		"a key":           {trustFlags{paths: []string{filepath.Join(home, "a.pub")}}, 1, ""},
		"a folder":        {trustFlags{paths: []string{two}}, 2, ""},
		"several":         {trustFlags{paths: []string{filepath.Join(home, "a.pub"), one, two}}, 3, ""},
		"from the target": {trustFlags{paths: []string{one}, apart: []string{home}}, 0, "a target does not say whom to believe about itself"},
		"the target":      {trustFlags{paths: []string{one}, apart: []string{one}}, 0, "a target does not say whom to believe about itself"},
		"beside it":       {trustFlags{paths: []string{one}, apart: []string{two, one + "more"}}, 1, ""},
		"nothing":         {trustFlags{paths: []string{filepath.Join(home, "none")}}, 0, "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			trust, err := row.flags.read()
			if row.want == "" && err != nil || row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want)) {
				t.Errorf("%v, want %q", err, row.want)
			}
			if len(trust.Keys()) != row.keys || (row.keys == 0) != (trust == nil) {
				t.Errorf("%d keys, want %d", len(trust.Keys()), row.keys)
			}
		})
	}
}

// Everything that a key of the folder signs is believed by whoever was given its trust.yaml.
func TestWhatAKeySignsIsBelieved(t *testing.T) {
	dir := keysIn(t, t.TempDir(), "release")
	k, err := (&keyFlags{key: "release", folder: dir}).private(&bytes.Buffer{})
	if err != nil {
		t.Fatal(err)
	}
	trust, err := (&trustFlags{paths: []string{dir}}).read()
	if err != nil {
		t.Fatal(err)
	}
	e, err := sign.Seal(sign.PayloadType, []byte("{}"), k)
	if err != nil {
		t.Fatal(err)
	}
	if s, err := e.Verify(trust, time.Now()); err != nil || s.Name != "release" {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestInside(t *testing.T) {
	for _, row := range []struct {
		path, tree string
		want       bool
	}{{"/a/b", "/a", true}, {"/a", "/a", true}, {"/ab", "/a", false}, {"/a/../b", "/a", false}, {"/a/..b", "/a", true}, {"/", "/a", false}} {
		if got := inside(filepath.Clean(row.path), row.tree); got != row.want {
			t.Errorf("inside(%s, %s) = %v", row.path, row.tree, got)
		}
	}
}
