package oms

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/sign"
)

const (
	digestA = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb" // SHA-256 of "a"
	digestB = "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d" // of "b"
	rootAB  = "e5a01fee14e0ed5c48714f22180f25ad8365b53f9779f79dc4a3d7e93963f94a" // of both, one after the other
)

// statement is one as the reference writes it, over the files "a" and "d/b"; what it holds can be changed.
func statement(change func(s, predicate, serialization map[string]any)) []byte {
	resource := func(name, digest string) any {
		return map[string]any{"name": name, "algorithm": "sha256", "digest": digest}
	}
	serialization := map[string]any{"method": "files", "hash_type": "sha256", "allow_symlinks": false}
	predicate := map[string]any{"serialization": serialization, "resources": []any{resource("a", digestA), resource("d/b", digestB)}}
	s := map[string]any{"_type": sign.StatementType, "predicateType": predicateType, "predicate": predicate,
		"subject": []any{map[string]any{"name": "m", "digest": map[string]any{"sha256": rootAB}}}}
	if change != nil {
		change(s, predicate, serialization)
	}
	data, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return data
}

// parts is a statement over parts with these names, consistent otherwise.
func parts(method Method, names ...string) []byte {
	m := Manifest{Method: method}
	resources := []any{}
	for range names {
		m.Parts = append(m.Parts, Part{Digest: make([]byte, 32)})
	}
	for _, name := range names {
		resources = append(resources, map[string]any{"name": name, "algorithm": method.algorithm(), "digest": strings.Repeat("00", 32)})
	}
	return statement(func(s, p, serialization map[string]any) {
		p["resources"] = resources
		s["subject"].([]any)[0].(map[string]any)["digest"] = map[string]any{"sha256": hexOf(m.root())}
		if method.ShardSize > 0 {
			serialization["method"], serialization["shard_size"] = "shards", method.ShardSize
		}
	})
}

// TestManifestsAreRefused: each is signed by a key that the operator trusts, and refused all the same, for the reason it names.
func TestManifestsAreRefused(t *testing.T) {
	files, shards := Method{Hash: "sha256"}, Method{Hash: "sha256", ShardSize: 10}
	set := func(change func(s, p, ser map[string]any)) []byte { return statement(change) }
	for _, c := range []struct {
		name, reason string // empty: accepted
		payload      []byte
	}{
		{"as the reference writes it", "", statement(nil)},
		{"with members that later versions may add", "", set(func(s, p, ser map[string]any) { p["card"], ser["speed"], s["note"] = "x", 1, nil })},
		{"a size as protocol buffers write it", "", []byte(strings.Replace(string(parts(shards, "a:0:10", "a:10:13")), `"shard_size":10`, `"shard_size":10.0`, 1))},
		{"in an order of its own", "", parts(files, "b", "a/b", "a.txt")},
		{"out of the model", `"../a" is not a plain path below the model`, parts(files, "../a")},
		{"out of the model and back", "is not a plain path", parts(files, "x/../../m/a")},
		{"the folder above", "is not a plain path", parts(files, "..")},
		{"within, by a detour", "is not a plain path", parts(files, "x/../a")},
		{"with a dot", "is not a plain path", parts(files, "./a")},
		{"with two slashes", "is not a plain path", parts(files, "x//a")},
		{"with a slash at the end", "is not a plain path", parts(files, "a/")},
		{"absolute", "is an absolute path", parts(files, "/etc/passwd")},
		{"absolute on Windows", "is an absolute path", parts(files, "C:/a")},
		{"with a backslash", "holds a backslash", parts(files, `x\..\..\a`)},
		{"with a zero byte", "holds a zero byte", parts(files, "a\x00.safetensors")},
		{"empty", "an empty path", parts(files, "")},
		{"too long", "has 5000 bytes, more than 4096", parts(files, strings.Repeat("x", 5000))},
		{"a device", "names a device on Windows", parts(files, "x/NUL.safetensors")},
		{"another device", "names a device on Windows", parts(files, "com1")},
		{"twice", `"a" stands in the manifest twice`, parts(files, "a", "b", "a")},
		{"differing in case", `"Model.bin" and "model.bin" are one file`, parts(files, "Model.bin", "model.bin")},
		{"folders differing in case", "are one file", parts(files, "X/a", "x/a")},
		{"differing in the form of Unicode", "are one file", parts(files, "caf\u00e9", "cafe\u0301")},
		{"differing in a dot that Windows drops", "are one file", parts(files, "a", "a.")},
		{"a Kelvin sign", "are one file", parts(files, "\u212a", "k")},
		{"a file below a file", `"a" is a file, and "a/b" stands below it`, parts(files, "a", "a/b")},
		{"a file above a file", `"a" is a file, and "a/b/c" stands below it`, parts(files, "a/b/c", "a")},
		{"the model itself, beside a file", "names the model itself", parts(files, ".", "a")},
		{"a file beside the model itself", "names the model itself", parts(files, "a", ".")},
		{"no file", "names no file", parts(files)},
		{"another root digest", "the manifest contradicts itself", set(func(s, _, _ map[string]any) {
			s["subject"].([]any)[0].(map[string]any)["digest"] = map[string]any{"sha256": digestA}
		})},
		{"parts in another order than their root digest", "the manifest contradicts itself", set(func(_, p, _ map[string]any) { slices.Reverse(p["resources"].([]any)) })},
		{"two subjects", "has 2 subjects", set(func(s, _, _ map[string]any) { s["subject"] = append(s["subject"].([]any), s["subject"].([]any)[0]) })},
		{"no subject", "has 0 subjects", set(func(s, _, _ map[string]any) { s["subject"] = []any{} })},
		{"a subject without SHA-256", "is not in lower-case", set(func(s, _, _ map[string]any) {
			s["subject"].([]any)[0].(map[string]any)["digest"] = map[string]any{"md5": "00"}
		})},
		{"another type of statement", "the statement's type", set(func(s, _, _ map[string]any) { s["_type"] = "https://in-toto.io/Statement/v0.1" })},
		{"another predicate", "no signature of a model", set(func(s, _, _ map[string]any) { s["predicateType"] = "https://slsa.dev/provenance/v1" })},
		{"a predicate in other letters", "the predicate is missing", set(func(s, p, _ map[string]any) { s["Predicate"] = p; delete(s, "predicate") })},
		{"BLAKE3, which the reference knows", `by "blake3" are not known here`, set(func(_, _, ser map[string]any) { ser["hash_type"] = "blake3" })},
		{"MD5", `by "md5" are not known`, set(func(_, _, ser map[string]any) { ser["hash_type"] = "md5" })},
		{"no digest method", "are not known", set(func(_, _, ser map[string]any) { delete(ser, "hash_type") })},
		{"another digest method in a part", `by "blake2b", and the manifest says "sha256"`, set(func(_, p, _ map[string]any) {
			p["resources"].([]any)[0].(map[string]any)["algorithm"] = "blake2b"
		})},
		{"a digest in capitals", "lower-case", set(func(_, p, _ map[string]any) {
			p["resources"].([]any)[0].(map[string]any)["digest"] = strings.ToUpper(digestA)
		})},
		{"a short digest", "has 2 bytes, sha256 has 32", set(func(_, p, _ map[string]any) { p["resources"].([]any)[0].(map[string]any)["digest"] = "abcd" })},
		{"no digest", "lower-case", set(func(_, p, _ map[string]any) { delete(p["resources"].([]any)[0].(map[string]any), "digest") })},
		{"no list of parts", "no list of resources", set(func(_, p, _ map[string]any) { p["resources"] = map[string]any{} })},
		{"a part that is a text", "a resource is missing, or no object", set(func(_, p, _ map[string]any) { p["resources"] = []any{"a"} })},
		{"another way to cut", `by "tensors" is not known`, set(func(_, _, ser map[string]any) { ser["method"] = "tensors" })},
		{"files with a size of shards", "files have no size of shards", set(func(_, _, ser map[string]any) { ser["shard_size"] = 10 })},
		{"shards of no size", "the size of shards", set(func(_, _, ser map[string]any) { ser["method"] = "shards" })},
		{"shards of half a byte", "the size of shards", set(func(_, _, ser map[string]any) { ser["method"], ser["shard_size"] = "shards", 0.5 })},
		{"shards of less than nothing", "the size of shards", set(func(_, _, ser map[string]any) { ser["method"], ser["shard_size"] = "shards", -1 })},
		{"a hole between shards", `shard "a:11:20" begins at 11`, parts(shards, "a:0:10", "a:11:20")},
		{"shards that overlap", `shard "a:9:19" begins at 9`, parts(shards, "a:0:10", "a:9:19")},
		{"without the first shard", `shard "a:10:20" begins at 10`, parts(shards, "a:10:20")},
		{"a shard too long", "is not between 1 and 10 bytes long", parts(shards, "a:0:11")},
		{"an empty shard", "is not between 1 and 10 bytes long", parts(shards, "a:0:0")},
		{"a shard that ends before it begins", "is not between", parts(shards, "a:0:10", "a:10:9")},
		{"a short shard before the last", "is not the last one", parts(shards, "a:0:5", "a:5:10")},
		{"shards of a file apart", "stands in the manifest twice", parts(shards, "a:0:10", "b:0:3", "a:0:3")},
		{"a shard without range", "is no shard", parts(shards, "a")},
		{"a shard with a colon in its path", "is no shard", parts(shards, "x:a:0:3")},
		{"an offset with a zero before it", `"00" is no offset`, parts(shards, "a:00:3")},
		{"an offset with a sign", `"+0" is no offset`, parts(shards, "a:+0:3")},
		{"an offset beyond all files", "is no offset", parts(shards, "a:0:99999999999999999999")},
		{"leaving out everything", "leaves out the whole model", set(func(_, _, ser map[string]any) { ser["ignore_paths"] = []any{"."} })},
		{"leaving out everything, by another name", "leaves out the whole model", set(func(_, _, ser map[string]any) { ser["ignore_paths"] = []any{"./"} })},
		{"leaving out a number", "something else than a text", set(func(_, _, ser map[string]any) { ser["ignore_paths"] = []any{1} })},
		{"leaving out no list", "is no list", set(func(_, _, ser map[string]any) { ser["ignore_paths"] = "model.sig" })},
		{"millions of values", "holds more than 2000000 values", []byte(`{"_type":[` + strings.Repeat("0,", 2_000_001) + `0]}`)},
		{"commas within a text", "the statement's type", []byte(`{"_type":"` + strings.Repeat(`\",[{`, 1_000_000) + `"}`)},
		{"a member twice", "twice", []byte(strings.Replace(string(statement(nil)), `"resources":`, `"resources":[],"resources":`, 1))},
		{"more after it", "after", append(statement(nil), " {}"...)},
		{"no JSON", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := readManifest(c.payload)
			switch {
			case c.reason == "" && c.payload != nil:
				if err != nil || len(m.Files()) == 0 {
					t.Errorf("%v", err)
				}
			case err == nil || !strings.Contains(err.Error(), c.reason):
				t.Errorf("%+v, %v; want an error that says %q", m, err, c.reason)
			}
		})
	}
}

// TestARuleHidesNothingSigned: what is signed is verified whatever a rule says, and what a rule leaves out is told.
func TestARuleHidesNothingSigned(t *testing.T) {
	key := newKey(t, sign.Ed25519)
	dir := filepath.Join(t.TempDir(), "m")
	write(t, dir, map[string]string{"a": "a", "d/b": "b", "d/more.safetensors": "x", ".git/hooks/pre-commit": "x"})
	payload := statement(func(_, _, ser map[string]any) { ser["ignore_paths"] = []any{"d", "a", `..\x`, "../y", "/etc"} })
	bundle, err := Seal(payload, key)
	must(t, err)
	r, err := Verify(t.Context(), dir, bundle, trustOf(t, key), VerifyOptions{})
	if err != nil || told(r) != "extra .git/hooks/pre-commit" || len(r.Files) != 2 {
		t.Errorf("%v %+v", err, r)
	}
	if want := []Ignored{{Path: "d/more.safetensors", Rule: "d", Signed: true, Model: true}}; !slices.Equal(r.Ignored, want) {
		t.Errorf("left out: %+v", r.Ignored)
	}
	must(t, os.Remove(filepath.Join(dir, "a")))
	must(t, os.Symlink("d/b", filepath.Join(dir, "a")))
	if r, err = Verify(t.Context(), dir, bundle, trustOf(t, key), VerifyOptions{}); err != nil || r.OK() || told(r) != "extra .git/hooks/pre-commit, link a" {
		t.Errorf("%v %q", err, told(r))
	}
	// Neither does one of the operator's; and none can leave out all.
	if r, err = Verify(t.Context(), dir, bundle, trustOf(t, key), VerifyOptions{Ignore: []string{"a", ".git"}}); err != nil || r.OK() || told(r) != "link a" {
		t.Errorf("%v %q", err, told(r))
	}
	if _, err = Verify(t.Context(), dir, bundle, trustOf(t, key), VerifyOptions{Ignore: []string{"."}}); err == nil {
		t.Error("a rule left out the whole model")
	}
}

func TestWhatIsNotSigned(t *testing.T) {
	key := newKey(t, sign.Ed25519)
	for _, c := range []struct {
		name, reason string
		files        map[string]string
		links        map[string]string
		o            Options
	}{
		{name: "a link", reason: "l is a link to ../x", files: map[string]string{"a": "x"}, links: map[string]string{"l": "../x"}},
		{name: "a link in a folder", reason: "d/l is a link to /etc", files: map[string]string{"d/a": "x"}, links: map[string]string{"d/l": "/etc"}},
		{name: "several", reason: "k is a link to a; l is a link to b", files: map[string]string{"a": "x"}, links: map[string]string{"l": "b", "k": "a"}},
		{name: "names that are one elsewhere", reason: "are one file", files: map[string]string{"A": "x", "a": "y"}},
		{name: "a device", reason: "names a device", files: map[string]string{"aux.json": "x"}},
		{name: "a backslash", reason: "holds a backslash", files: map[string]string{`a\b`: "x"}},
		{name: "a name that is no text", reason: "is not UTF-8", files: map[string]string{"a\xff": "x"}},
		{name: "nothing", reason: "no file in it to sign", files: map[string]string{".git/HEAD": "x"}},
		{name: "an empty file alone, by shards", reason: "no file in it to sign", files: map[string]string{"a": ""}, o: Options{ShardSize: 10}},
		{name: "a colon, by shards", reason: "holds a colon", files: map[string]string{"a:b": "x"}, o: Options{ShardSize: 10}},
		{name: "a rule that leaves out all", reason: "leaves out the whole model", files: map[string]string{"a": "x"}, o: Options{Ignore: []string{"./"}}},
		{name: "a rule that leads out", reason: "is not a plain path", files: map[string]string{"a": "x"}, o: Options{Ignore: []string{"../x"}}},
		{name: "a repository within", reason: "d/.git/objects: objects of a git repository", files: map[string]string{"a": "x", "d/.git/objects/ab/cd": "x"}},
		{name: "shards without end", reason: "it has 300000 parts", files: map[string]string{"a": strings.Repeat("x", 300_000)}, o: Options{ShardSize: 1}},
		{name: "MD5", reason: `by "md5" are not known`, files: map[string]string{"a": "x"}, o: Options{Hash: "md5"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "m")
			write(t, dir, c.files)
			for name, target := range c.links {
				must(t, os.Symlink(target, filepath.Join(dir, name)))
			}
			if _, err := Sign(t.Context(), dir, c.o, key); err == nil || !strings.Contains(err.Error(), c.reason) {
				t.Errorf("%v, want %q", err, c.reason)
			}
		})
	}
	dir := t.TempDir()
	write(t, dir, map[string]string{"m/a": "x"})
	must(t, os.Symlink("m", filepath.Join(dir, "link")))
	for _, path := range []string{"link", "link/"} {
		var refused *RefusedError
		if _, err := Sign(t.Context(), dir+"/"+path, Options{}, key); !errors.As(err, &refused) || !strings.Contains(err.Error(), "is a link to m") {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := Sign(t.Context(), filepath.Join(dir, "absent"), Options{}, key); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func TestSingleFiles(t *testing.T) {
	key := newKey(t, sign.Ed25519)
	dir := t.TempDir()
	write(t, dir, map[string]string{"prompt.txt": "Be kind.", "other.txt": "x", "d/prompt.txt": "Be kind."})
	file := filepath.Join(dir, "prompt.txt")
	for _, o := range []Options{{}, {ShardSize: 3}} {
		bundle, err := Sign(t.Context(), file, o, key)
		must(t, err)
		m, err := Read(bundle)
		if err != nil || !m.Single() || m.Name != "prompt.txt" {
			t.Fatalf("%v %+v", err, m)
		}
		for path, want := range map[string]string{file: "", filepath.Join(dir, "d", "prompt.txt"): "", filepath.Join(dir, "other.txt"): "changed .", dir: "a single file, and"} {
			r, err := Verify(t.Context(), path, bundle, trustOf(t, key), VerifyOptions{})
			got := fmt.Sprint(err)
			if err == nil {
				got = told(r)
			}
			if got != want && (want == "" || !strings.Contains(got, want)) {
				t.Errorf("%s: %q, want %q", path, got, want)
			}
		}
	}
	folder, err := Sign(t.Context(), dir, Options{}, key)
	must(t, err)
	if _, err := Verify(t.Context(), file, folder, trustOf(t, key), VerifyOptions{}); err == nil || !strings.Contains(err.Error(), "of a folder") {
		t.Errorf("%v", err)
	}
}

func TestOrderIsByPathSegment(t *testing.T) {
	want := []string{"A", "a", "a/b", "a/b/c", "a b", "a-b", "a.txt", "b", "é"}
	have := slices.Clone(want)
	slices.Sort(have)
	slices.SortFunc(have, comparePaths)
	if !slices.Equal(have, want) {
		t.Errorf("%q, want %q", have, want)
	}
}
