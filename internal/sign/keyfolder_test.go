package sign

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// openFolder reads a folder of keys anew, as the next command does.
func openFolder(t *testing.T, dir string) *KeyFolder {
	t.Helper()
	f, err := OpenKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// states shows each key of a folder as NAME:LETTER:STATE:KEPT, by the letter that newKey made it from.
func states(t *testing.T, dir string) string {
	t.Helper()
	letters := map[string]string{}
	for _, l := range []string{"a", "b", "c", "d"} {
		letters[newKey(t, l).ID] = l
	}
	f := openFolder(t, dir)
	var out []string
	for _, k := range f.Keys() {
		state := "signs"
		switch {
		case !k.Revoked.IsZero():
			state = "revoked"
		case !k.Retired.IsZero():
			state = "retired"
		}
		_, kept := f.PrivateFile(k)
		out = append(out, strings.Join([]string{k.Name, letters[k.Key.ID], state, kept}, ":"))
	}
	return strings.Join(out, " ")
}

// A key's life, one command after the other: each line says what is in the folder afterwards.
func TestAKeysLife(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "lodemark", "keys")
	a, b, c := newKey(t, "a"), newKey(t, "b"), newKey(t, "c")
	hour := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }
	for _, step := range []struct {
		what string
		do   func(*KeyFolder) error
		want string // error
		then string
	}{
		{"nothing", func(*KeyFolder) error { return nil }, "", ""},
		{"new", func(f *KeyFolder) error {
			return f.Add(TrustedKey{Name: "release", From: noon, Uses: []Use{UseModel}}, a, nil)
		}, "", "release:a:signs:unprotected"},
		{"new again", func(f *KeyFolder) error { return f.Add(TrustedKey{Name: "release"}, b, nil) }, "is there already", "release:a:signs:unprotected"},
		{"the same key under another name", func(f *KeyFolder) error { return f.Add(TrustedKey{Name: "other"}, a, nil) }, "already", "release:a:signs:unprotected"},
		{"a name that is a path", func(f *KeyFolder) error { return f.Add(TrustedKey{Name: "../x"}, b, nil) }, "a key is not called", "release:a:signs:unprotected"},
		{"rotate", func(f *KeyFolder) error {
			_, err := f.Rotate(TrustedKey{Name: "release", From: hour(1)}, b, []byte(secret), hour(1))
			return err
		}, "", "release:a:retired:absent release:b:signs:passphrase"},
		{"rotate back to the old key", func(f *KeyFolder) error {
			_, err := f.Rotate(TrustedKey{Name: "release"}, a, nil, hour(2))
			return err
		}, "already", "release:a:retired:absent release:b:signs:passphrase"},
		{"rotate what is not there", func(f *KeyFolder) error {
			_, err := f.Rotate(TrustedKey{Name: "nobody"}, c, nil, hour(2))
			return err
		}, `there is no key "nobody"`, "release:a:retired:absent release:b:signs:passphrase"},
		{"revoke the old one by its id", func(f *KeyFolder) error {
			_, err := f.Revoke(a.ID[:20], "found in a repository", hour(3))
			return err
		}, "", "release:a:revoked:absent release:b:signs:passphrase"},
		{"revoke it again", func(f *KeyFolder) error { _, err := f.Revoke(a.ID, "x", hour(3)); return err }, "revoked on 2026-11-26 already", "release:a:revoked:absent release:b:signs:passphrase"},
		{"revoke without a reason", func(f *KeyFolder) error { _, err := f.Revoke("release", " ", hour(4)); return err }, "revoked without a reason", "release:a:revoked:absent release:b:signs:passphrase"},
		{"revoke", func(f *KeyFolder) error { _, err := f.Revoke("release", "laptop lost", hour(4)); return err }, "", "release:a:revoked:absent release:b:revoked:absent"},
		{"revoke what is revoked", func(f *KeyFolder) error { _, err := f.Revoke("release", "x", hour(4)); return err }, "was revoked on", "release:a:revoked:absent release:b:revoked:absent"},
		{"new after all", func(f *KeyFolder) error { return f.Add(TrustedKey{Name: "release", From: hour(5)}, c, nil) }, "", "release:a:revoked:absent release:b:revoked:absent release:c:signs:unprotected"},
	} {
		wants(t, step.do(openFolder(t, dir)), step.want)
		if got := states(t, dir); got != step.then {
			t.Fatalf("after %s: %q, want %q", step.what, got, step.then)
		}
	}

	// The folder is trust in its owner: of b, which was retired and then revoked, nothing is believed; c is from its first moment on.
	trust, err := ReadTrust(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		k    PublicKey
		at   time.Time
		want bool
	}{{a.PublicKey, noon, false}, {b.PublicKey, hour(2), false}, {c.PublicKey, hour(4), false}, {c.PublicKey, hour(5), true}} {
		if s := trust.Signer(row.k, row.at); s.Trusted != row.want {
			t.Errorf("at %s: %+v, want %v", clock(row.at), s, row.want)
		}
	}
	private, err := openFolder(t, dir).Private("release", hour(6), nil)
	if err != nil || private.ID != c.ID {
		t.Errorf("the key that signs: %v", err)
	}
	_, err = openFolder(t, dir).Private("release", hour(4), nil)
	wants(t, err, "is valid from")
}

// After rotating, what the old key signed until that moment is trusted, and what bears a later date is not.
func TestRotatingKeepsThePast(t *testing.T) {
	dir := t.TempDir()
	a, b := newKey(t, "a"), newKey(t, "b")
	wants(t, openFolder(t, dir).Add(TrustedKey{Name: "release", From: noon, Uses: []Use{UseModel}}, a, nil), "")
	now := noon.Add(90*time.Minute + 300*time.Millisecond)
	_, err := openFolder(t, dir).Rotate(TrustedKey{Name: "release", From: now}, b, nil, now)
	wants(t, err, "")
	trust := openFolder(t, dir).Trust()
	for _, row := range []struct {
		k    PublicKey
		at   time.Time
		want bool
	}{{a.PublicKey, noon, true}, {a.PublicKey, now, true}, {a.PublicKey, now.Add(time.Second), false}, {b.PublicKey, now, true}, {b.PublicKey, noon, false}} {
		if s := trust.For(UseModel).Signer(row.k, row.at); s.Trusted != row.want {
			t.Errorf("%+v, want %v", s, row.want)
		}
		if s := trust.For(UseGate).Signer(row.k, row.at); s.Trusted {
			t.Errorf("the uses were lost: %+v", s)
		}
	}
}

func TestCertify(t *testing.T) {
	dir := t.TempDir()
	root := newRoot(t, "our root")
	k := newKey(t, "a")
	wants(t, openFolder(t, dir).Add(TrustedKey{Name: "release"}, k, nil), "")
	leaf := issue(t, root, nil, k.signer)
	chain, err := ReadPublic([]byte(certificatePEM(leaf)))
	wants(t, err, "")
	_, err = openFolder(t, dir).Certify("release", chain)
	wants(t, err, "")
	private, err := openFolder(t, dir).Private("release", noon, nil)
	if err != nil || len(private.Chain) != 1 || private.ID != k.ID {
		t.Fatalf("%+v, %v", private, err)
	}
	if s := (&Trust{roots: []trustedRoot{{name: "acme", certificate: root.certificate}}}).Signer(private.PublicKey, noon); !s.Trusted {
		t.Errorf("%+v", s)
	}
	other, err := ReadPublic([]byte(certificatePEM(issue(t, root, nil, nil))))
	wants(t, err, "")
	_, err = openFolder(t, dir).Certify("release", other)
	wants(t, err, "the certificate is for the key")
	_, err = openFolder(t, dir).Certify("release", k.PublicKey)
	wants(t, err, "the certificate is for the key")
}

// What is wrong with a folder of keys, and what is said of it.
func TestKeyFolderRefuses(t *testing.T) {
	k := newKey(t, "a")
	fresh := func(t *testing.T) string {
		dir := t.TempDir()
		wants(t, openFolder(t, dir).Add(TrustedKey{Name: "release"}, k, nil), "")
		return dir
	}
	private := func(dir string) string {
		return filepath.Join(dir, "release-"+strings.TrimPrefix(k.ID, "sha256:")[:8]+".key")
	}
	if info, err := os.Stat(private(fresh(t))); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the private half: %v, %v", info, err)
	}
	for name, row := range map[string]struct {
		tamper func(dir string) error
		want   string
	}{
		"others read the private half": {func(dir string) error { return os.Chmod(private(dir), 0o640) }, "has the permissions 0640"},
		"all read the private half":    {func(dir string) error { return os.Chmod(private(dir), 0o604) }, "has the permissions 0604"},
		"others write to the folder":   {func(dir string) error { return os.Chmod(dir, 0o770) }, "has the permissions 0770"},
		"the private half is gone":     {func(dir string) error { return os.Remove(private(dir)) }, "no such file"},
		"it is a folder":               {func(dir string) error { return errors.Join(os.Remove(private(dir)), os.Mkdir(private(dir), 0o700)) }, "not a regular file"},
		"it is another key": {func(dir string) error {
			data, err := newKey(t, "b").Write(nil)
			return errors.Join(err, os.WriteFile(private(dir), data, 0o600))
		}, "holds another key than trust.yaml says"},
		"it is large":         {func(dir string) error { return os.WriteFile(private(dir), make([]byte, maxKeyFile+1), 0o600) }, "larger than"},
		"the state is broken": {func(dir string) error { return os.WriteFile(filepath.Join(dir, keyState), []byte("keys: ["), 0o600) }, "trust.yaml"},
		"the state is a folder": {func(dir string) error {
			p := filepath.Join(dir, keyState)
			return errors.Join(os.Remove(p), os.Mkdir(p, 0o700))
		}, "not a regular file"},
		"the state names no key": {func(dir string) error { return os.Remove(filepath.Join(dir, keyState)) }, `there is no key "release"`},
		"the folder is a file": {func(dir string) error {
			return errors.Join(os.RemoveAll(dir), os.WriteFile(dir, nil, 0o600))
		}, "is not a folder"},
	} {
		t.Run(name, func(t *testing.T) {
			if runtime.GOOS == "windows" && strings.Contains(row.want, "permissions") {
				t.Skip("Windows has other permissions")
			}
			dir := fresh(t)
			if err := row.tamper(dir); err != nil {
				t.Fatal(err)
			}
			f, err := OpenKeys(dir)
			if err == nil {
				_, err = f.Private("release", noon, nil)
			}
			wants(t, err, row.want)
		})
	}
}

// Two commands at the same time: the second to finish is told, and nothing is lost.
func TestKeyFolderChangedMeanwhile(t *testing.T) {
	dir := t.TempDir()
	wants(t, openFolder(t, dir).Add(TrustedKey{Name: "first"}, newKey(t, "a"), nil), "")
	slow := openFolder(t, dir)
	wants(t, openFolder(t, dir).Add(TrustedKey{Name: "second"}, newKey(t, "b"), nil), "")
	wants(t, slow.Add(TrustedKey{Name: "third"}, newKey(t, "c"), nil), "changed meanwhile")
	if got := states(t, dir); got != "first:a:signs:unprotected second:b:signs:unprotected" {
		t.Error(got)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 3 {
		t.Errorf("%v, %v: the private half of the third stayed", entries, err)
	}
}

// A crash between the private half and the state leaves a file too many, which nobody names; everything else goes on.
func TestAPrivateHalfThatNobodyNames(t *testing.T) {
	dir := t.TempDir()
	k := newKey(t, "a")
	data, err := k.Write(nil)
	wants(t, err, "")
	if err := os.WriteFile(filepath.Join(dir, "release-00000000.key"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	wants(t, openFolder(t, dir).Add(TrustedKey{Name: "release"}, newKey(t, "b"), nil), "")
	if got := states(t, dir); got != "release:b:signs:unprotected" {
		t.Error(got)
	}
}

func TestKeyName(t *testing.T) {
	for name, ok := range map[string]bool{
		"release": true, "team-a.signing": true, "2026_q4": true, strings.Repeat("a", 64): true,
		"": false, "Release": false, "a/b": false, `a\b`: false, "..": false, ".a": false, "-a": false, "a b": false, "a\n": false, "ä": false,
		strings.Repeat("a", 65): false, "a.pem": false, "a.key": false,
	} {
		if err := KeyName(name); (err == nil) != ok {
			t.Errorf("KeyName(%q) = %v", name, err)
		}
	}
}

func TestReadPrivateFileOfAnotherKind(t *testing.T) {
	_, err := ReadPrivateFile(filepath.Join(t.TempDir(), "none.pem"), nil)
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
	_, err = ReadPrivateFile(os.DevNull, nil)
	wants(t, err, "not a regular file")
}
