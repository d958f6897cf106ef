package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/lodemark/lodemark/internal/ledger"
	"github.com/lodemark/lodemark/internal/sign"
	"github.com/lodemark/lodemark/internal/sign/watch"
	"github.com/lodemark/lodemark/schema"
)

// What the commands about signatures and records write as JSON, good and bad, holds to the published schemas; and the schemas refuse what
// these commands never write.

// desk is a small AI system with a model in it, and two keys that lie outside of it.
type desk struct {
	t                *testing.T
	top, dir, model  string
	key, pub         string // of the operator
	other, stranger  string // the private key of somebody else, and its public half
	release, unknown *sign.PrivateKey
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	top := t.TempDir()
	d := &desk{t: t, top: top, dir: filepath.Join(top, "desk"), model: filepath.Join(top, "desk", "model")}
	d.write("desk/lodemark.yaml", "schema: lodemark/1\nname: desk\n")
	d.write("desk/model/weights.bin", "weights that are as they were signed")
	d.write("desk/model/config.json", "{}")
	d.release, d.key, d.pub = d.newKey("release")
	d.unknown, d.other, d.stranger = d.newKey("other")
	return d
}

func (d *desk) newKey(name string) (key *sign.PrivateKey, private, public string) {
	d.t.Helper()
	key, err := sign.NewKey(sign.Ed25519)
	sure(d.t, err)
	pem, err := key.Write(nil)
	sure(d.t, err)
	return key, d.write("keys/"+name+".pem", string(pem)), d.write("keys/"+name+".pub", string(key.PEM()))
}

// write writes a file below the folder of the test, at once, so that nobody sees a half.
func (d *desk) write(name, text string) string {
	d.t.Helper()
	path := filepath.Join(d.top, filepath.FromSlash(name))
	beside := filepath.Join(d.top, "beside")
	sure(d.t, os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(beside, []byte(text), 0o600), os.Rename(beside, path))
	return path
}

// does runs a command that has to end with a code, and gives what it wrote.
func (d *desk) does(code int, args ...string) string {
	d.t.Helper()
	got, out, complaint := tryCommand(args...)
	if got != code {
		d.t.Fatalf("%s: ended with %d, want %d: %s", strings.Join(args, " "), got, code, complaint)
	}
	return out
}

// sure ends a test that could not be set up.
func sure(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// published compiles a schema, and holds times to their format, too.
func published(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	text, err := schema.Read(name)
	sure(t, err)
	rules, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	sure(t, err)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	sure(t, c.AddResource(name, rules))
	s, err := c.Compile(name)
	sure(t, err)
	return s
}

// written is one output of a command: what it is an example of, and what has to stand in it so that it is.
type written struct {
	of    string
	out   string
	tells []string
}

// holdTo validates outputs. They have to be what they are an example of, or nothing is shown.
func holdTo(t *testing.T, name string, all []written) {
	t.Helper()
	s := published(t, name)
	for _, x := range all {
		for _, want := range x.tells {
			if !strings.Contains(strings.Join(strings.Fields(x.out), ""), want) {
				t.Errorf("%s, %s: %s is not in %s", name, x.of, want, x.out)
			}
		}
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(x.out))
		sure(t, err)
		if err := s.Validate(doc); err != nil {
			t.Errorf("%s, %s: %v\n%s", name, x.of, err, x.out)
			continue
		}
		objects(doc, func(o map[string]any) { // none of them may hold more
			o["no such member"] = json.Number("1")
			if s.Validate(doc) == nil {
				t.Errorf("%s takes a member that is not its own in %v", name, o)
			}
			delete(o, "no such member")
		})
	}
}

// objects visits all objects, but for what a statement states in a layout of its own.
func objects(doc any, visit func(map[string]any)) {
	switch x := doc.(type) {
	case map[string]any:
		visit(x)
		for name, v := range x {
			if name != "predicate" {
				objects(v, visit)
			}
		}
	case []any:
		for _, v := range x {
			objects(v, visit)
		}
	}
}

// refuses changes a good output in one place at a time: at (a path with dots) becomes a value, or is taken away by nil.
func refuses(t *testing.T, name, out string, wrong map[string]any) {
	t.Helper()
	s := published(t, name)
	for _, at := range slices.Sorted(maps.Keys(wrong)) {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(out))
		sure(t, err)
		if err := s.Validate(doc); err != nil {
			t.Fatalf("%s refuses what is good: %v", name, err)
		}
		value, err := json.Marshal(wrong[at])
		sure(t, err)
		put(t, doc, strings.Split(at, "."), value)
		if s.Validate(doc) == nil {
			t.Errorf("%s takes an output in which %s is %s", name, at, value)
		}
	}
}

// put puts a value at a path, and makes sure that this changes something.
func put(t *testing.T, doc any, path []string, value []byte) {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(value))
	sure(t, err)
	for ; ; path = path[1:] {
		at, last := path[0], len(path) == 1
		var before any
		switch x := doc.(type) {
		case map[string]any:
			before = x[at]
			switch _, there := x[at]; {
			case last && v == nil && !there:
				t.Fatalf("there is no %s to take away", at)
			case last && v == nil:
				delete(x, at)
			case last:
				x[at] = v
			}
		case []any:
			i, err := strconv.Atoi(at)
			sure(t, err)
			before = x[i]
			if last {
				x[i] = v
			}
		default:
			t.Fatalf("there is no %s", strings.Join(path, "."))
		}
		switch {
		case last && fmt.Sprint(before) == fmt.Sprint(v):
			t.Fatalf("%s is %s already", at, value)
		case last:
			return
		}
		doc = before
	}
}

func TestVerifyHoldsToItsSchema(t *testing.T) {
	d := newDesk(t)
	d.does(exitOK, "sign", d.model, "--key", d.key)
	verify := func(code int, trust string, more ...string) string {
		t.Helper()
		return d.does(code, append([]string{"verify", d.model, "--trust", trust, "--format", "json"}, more...)...)
	}
	good := verify(exitOK, d.pub)
	all := []written{
		{"a good model", good, []string{`"verified":true`, `"method":"files,sha256"`, `"path":"weights.bin"`, `"differences":[]`}},
		{"a key that is not trusted", verify(exitGate, d.stranger), []string{`"verified":false`, `issignedbyanunknownkey`}},
		{"as of a time", verify(exitOK, d.pub, "--at", "2026-01-31T12:00:00Z"), []string{`"verified":true`}},
		{"a file left out by the operator", func() string {
			d.write("desk/model/cache/x.bin", "x")
			return verify(exitOK, d.pub, "--ignore", "cache")
		}(), []string{`"path":"cache/x.bin","rule":"cache","signed":false,"model":true`}},
	}
	d.write("desk/model/weights.bin", "weights that are not as they were signed")
	sure(t, os.Remove(filepath.Join(d.model, "config.json")), os.Symlink("weights.bin", filepath.Join(d.model, "link.bin")))
	all = append(all, written{"a model that was changed", verify(exitGate, d.pub), []string{`"verified":false`, `"what":"changed","path":"weights.bin","want":"sha256:`, `"have":"sha256:`,
		`"what":"missing","path":"config.json"`, `"what":"extra","path":"cache/x.bin"`, `"what":"link","path":"link.bin"`}})
	bad := all[len(all)-1].out
	sure(t, os.Remove(filepath.Join(d.model, "link.bin")))
	d.write("desk/model/empty.txt", "")
	d.does(exitOK, "sign", d.model, "--key", d.key, "--shards", "16", "--ignore", "cache")
	all = append(all, written{"shards", verify(exitOK, d.pub), []string{`"method":"shardsof16bytes,sha256"`, `"digest":"sha256-sharded-16:`, `"signed":true`, `"cache","model.sig"],"empty"`, `"empty":["empty.txt"]`}})
	d.write("desk/model/weights.bin", "weights that are not as they were sealed")
	all = append(all, written{"a shard that was changed", verify(exitGate, d.pub), []string{`"detail":"bytes32to40"`}})
	signature := filepath.Join(d.model, "model.sig")
	text, err := os.ReadFile(signature)
	sure(t, err)
	var bundle map[string]any
	sure(t, json.Unmarshal(text, &bundle))
	envelope := bundle["dsseEnvelope"].(map[string]any)
	envelope["payload"] = "e30="
	forged, err := json.Marshal(bundle)
	sure(t, err)
	d.write("desk/model/model.sig", string(forged))
	all = append(all, written{"a signature that does not fit", verify(exitGate, d.pub), []string{`"verified":false,"reason":`, `"files":[]`}})
	var out bytes.Buffer // with the signer that an outcome may carry
	sure(t, verifyJSON(&out, d.model, signature, nil, &sign.UntrustedError{Signer: sign.Signer{KeyID: d.unknown.ID, Why: "no trusted key made this signature"}}))
	all = append(all, written{"a signer who is not trusted", out.String(), []string{`"trusted":false,"why":`}})
	holdTo(t, "verify", all)
	refuses(t, "verify", good, map[string]any{"score": 1, "schema": "lodemark.verify/2", "reason": "none", "method": "by hand", "digest": "sha256:00", "files": []any{}, "signer": nil,
		"signer.trusted": false, "files.0.size": -1, "files.0.digest": "md5:00", "verified": false})
	refuses(t, "verify", all[len(all)-1].out, map[string]any{"signer.why": nil, "signer.trusted": true})
	refuses(t, "verify", all[len(all)-2].out, map[string]any{"differences": []any{map[string]any{"what": "missing", "path": "weights.bin"}}})
	refuses(t, "verify", bad, map[string]any{"verified": true, "reason": nil, "differences.0.what": "gone", "differences.0.want": nil})
}

// watching runs the watch and gives its lines one by one, and a function that ends it and gives its error.
func (d *desk) watching(args ...string) (next func() string, end func() error) {
	ctx, stop := context.WithCancel(d.t.Context())
	lines, w := io.Pipe()
	c := commands()
	c.SetArgs(append([]string{"verify", d.model, "--watch", "--poll", "10ms"}, args...))
	c.SetOut(w)
	c.SetErr(io.Discard)
	done := make(chan error, 1)
	go func() {
		err := c.ExecuteContext(ctx)
		w.CloseWithError(io.EOF)
		done <- err
	}()
	late := time.AfterFunc(30*time.Second, func() { lines.CloseWithError(fmt.Errorf("no line of the watch came")) })
	in := bufio.NewScanner(lines)
	next = func() string {
		d.t.Helper()
		if !in.Scan() {
			stop()
			d.t.Fatal(in.Err())
		}
		return in.Text()
	}
	return next, func() error {
		stop()
		late.Stop()
		for in.Scan() { // what it still has to say
		}
		return <-done
	}
}

func TestWatchHoldsToItsSchema(t *testing.T) {
	d := newDesk(t)
	var signatures [2]string // by somebody else, and by the operator: exchanged at once, while the watch looks
	for i, key := range []string{d.other, d.key} {
		d.does(exitOK, "sign", d.model, "--key", key)
		text, err := os.ReadFile(filepath.Join(d.model, "model.sig"))
		sure(t, err)
		signatures[i] = string(text)
	}
	next, end := d.watching("--trust", d.pub)
	all := []written{{"the start", next(), []string{`"state":"verified"`, `"signer":"release"`}}}
	for _, step := range []struct {
		of    string
		do    func()
		tells []string
	}{
		{"a changed file", func() { d.write("desk/model/weights.bin", "poison") }, []string{`"state":"changed","was":"verified"`, `"weights.bin"],"differences":[{"what":"changed","path":"weights.bin"`}},
		{"the file is back", func() { d.write("desk/model/weights.bin", "weights that are as they were signed") }, []string{`"state":"verified","was":"changed"`}},
		{"signed by somebody else", func() {
			d.write("desk/model/model.sig", signatures[0])
		},
			[]string{`"state":"changed","was":"verified"`, `"error":"notsignedbyanybodytrusted`}},
		{"no signature any more", func() { sure(t, os.Remove(filepath.Join(d.model, "model.sig"))) }, []string{`"state":"unknown","was":"changed"`, `"error":"readthesignature`}},
		{"signed again", func() { d.write("desk/model/model.sig", signatures[1]) }, []string{`"state":"verified","was":"unknown"`}},
		{"a file is gone", func() { sure(t, os.Remove(filepath.Join(d.model, "config.json"))) }, []string{`{"what":"missing","path":"config.json"}`}},
	} {
		step.do()
		all = append(all, written{step.of, next(), step.tells})
	}
	if err := end(); code(err) != exitGate {
		t.Errorf("the watch ended with %v", err)
	}
	next, end = d.watching("--trust", d.stranger)
	all = append(all, written{"a key that is not trusted", next(), []string{`"state":"changed","touched":`, `"error":"notsignedbyanybodytrusted`}})
	if err := end(); code(err) != exitGate {
		t.Errorf("the watch ended with %v", err)
	}
	var out bytes.Buffer // a model that takes long to read would be needed to see this one
	writeEvent(&out, d.model, watch.Event{At: time.Now(), State: watch.Suspected, Was: watch.Verified, Paths: slices.Repeat([]string{"weights.bin"}, 300)})
	all = append(all, written{"a suspicion", out.String(), []string{`"state":"suspected"`, `"and200more"`}})
	holdTo(t, "verify-watch", all)
	refuses(t, "verify-watch", all[0].out, map[string]any{"state": "suspected", "signer": nil, "at": "2026-13-01T00:00:00Z", "seconds": -1, "error": "none", "touched": []any{}, "schema": "x"})
	refuses(t, "verify-watch", all[1].out, map[string]any{"state": "verified", "differences": nil, "error": "changed", "was": "good", "differences.0.detail": "", "differences.0.want": nil})
	refuses(t, "verify-watch", all[4].out, map[string]any{"error": nil, "state": "safe"})
}

func TestVerifyReportHoldsToItsSchema(t *testing.T) {
	d := newDesk(t)
	report := filepath.Join(d.top, "release.dossier")
	d.does(exitOK, "sign", d.model, "--key", d.key)
	d.does(exitOK, "verify", d.model, "--trust", d.pub, "--target", d.dir, "--record", "--key", d.key, "--quiet")
	d.does(exitOK, "assess", d.dir, "--trust", d.pub, "--quiet", "--dossier", report, "--key", d.key)
	again := func(code int, trust string, more ...string) string {
		t.Helper()
		return d.does(code, append([]string{"verify-report", report, "--trust", trust, "--format", "json"}, more...)...)
	}
	good := again(exitOK, d.pub, "--path", d.dir)
	all := []written{
		{"the same verdicts", good, []string{`"trusted":true`, `"kept":1`, `"compared":true,"same":true`}},
		{"records only", again(exitOK, d.pub, "--records-only"), []string{`"compared":false,"same":true`}},
		{"a key that is not trusted", again(exitGate, d.stranger, "--path", d.dir), []string{`"signer":""`, `"trusted":false,"why":`, `"same":false`, `"what":"verdict","which":"DEV-2.8"`}},
	}
	d.write("desk/model/weights.bin", "poison")
	bad := again(exitGate, d.pub, "--path", d.dir)
	all = append(all, written{"a file that was changed", bad, []string{`"trusted":true`, `"same":false`, `"what":"file","which":"model/weights.bin"`, `"what":"verdict","which":"DEV-2.8"`}})
	holdTo(t, "verify-report", all)
	refuses(t, "verify-report", good, map[string]any{"schema": "lodemark.verify/1", "score": 1, "trusted": false, "why": "none", "key": "release", "same": false, "kept": -1, "at": "yesterday", "tool.name": nil})
	refuses(t, "verify-report", bad, map[string]any{"same": true, "differences": []any{}, "differences.0.what": "opinion", "compared": false})
	refuses(t, "verify-report", all[2].out, map[string]any{"why": nil, "trusted": true})
}

// states writes the statement of a builder about a file, signed.
func (d *desk) states(name, predicateType, digest string, key *sign.PrivateKey) string {
	d.t.Helper()
	predicate := `{"buildDefinition": {"buildType": "https://actions.github.io/buildtypes/workflow/v1",
		"externalParameters": {"workflow": {"repository": "https://git.example.org/desk", "ref": "refs/tags/v1", "path": "train.yml"}, "inputs": {"precision": "fp16"}},
		"resolvedDependencies": [{"uri": "git+https://git.example.org/desk@refs/tags/v1", "digest": {"gitCommit": "2ce3f90facdb51aeb950d5bc641e981be61fdf48"}}]},
		"runDetails": {"builder": {"id": "https://builds.example.org/train@v2"}, "metadata": {"finishedOn": "2026-01-20T12:00:00Z"}}}`
	s := sign.Statement{Subject: []sign.Subject{{Name: "weights.bin", Digest: map[string]string{"sha256": digest}}}, PredicateType: predicateType, Predicate: json.RawMessage(predicate)}
	payload, err := s.JSON()
	sure(d.t, err)
	e, err := sign.Seal(sign.PayloadType, payload, key)
	sure(d.t, err)
	return d.write(name, string(e.JSON()))
}

func TestProvenanceHoldsToItsSchema(t *testing.T) {
	const slsa = "https://slsa.dev/provenance/v1"
	d := newDesk(t)
	weights := filepath.Join(d.model, "weights.bin")
	sum := sha256.Sum256([]byte("weights that are as they were signed"))
	digest := hex.EncodeToString(sum[:])
	build, test := d.states("build.json", slsa, digest, d.release), d.states("test.json", "https://example.org/tested/v1", digest, d.release)
	sure(t, os.Remove(filepath.Join(d.model, "config.json")))
	expected := []string{"--builder", "https://builds.example.org/train", "--source", "https://git.example.org/desk"}
	verify := func(code int, artefact, trust string, more ...string) string {
		t.Helper()
		return d.does(code, append([]string{"provenance", "verify", artefact, "--trust", trust, "--format", "json", "--at", "2026-11-01"}, more...)...)
	}
	with := func(attestation ...string) (out []string) {
		for _, a := range attestation {
			out = append(out, "--attestation", a)
		}
		return append(out, expected...)
	}
	good := verify(exitOK, weights, d.pub, with(build, test)...)
	refused := verify(exitGate, weights, d.stranger, with(build)...)
	open := verify(exitUnknown, weights, d.pub, "--attestation", build)
	all := []written{
		{"a good build", good, []string{`"verdict":"verified"`, `"name":"release","key":"sha256:`, `"name":"parameters","state":"open"`, `"others":["https://example.org/tested/v1"]`}},
		{"a folder", verify(exitOK, d.model, d.pub, with(build)...), []string{`"digests":{},"files":1`}},
		{"a digest", verify(exitOK, "sha256:"+digest, d.pub, with(build)...), []string{`"artefact":"sha256:`, `"verdict":"verified"`}},
		{"a key that is not trusted", refused, []string{`"verdict":"refused"`, `"name":"signature","state":"failed"`, `"level":0`}},
		{"nobody says what to expect", open, []string{`"verdict":"undecided"`, `"name":"builder","state":"open"`}},
		{"another builder", verify(exitGate, weights, d.pub, "--attestation", build, "--builder", "https://builds.example.org/laptop"), []string{`"name":"builder","state":"failed"`, `"level":0`}},
		{"no provenance", verify(exitUnknown, weights, d.pub, with(test)...), []string{`"verdict":"undecided"`, `"attestations":[]`}},
	}
	d.write("desk/model/weights.bin", "poison")
	all = append(all, written{"a file that was changed", verify(exitGate, weights, d.pub, with(build)...), []string{`"verdict":"refused"`, `"name":"subject","state":"failed"`}})
	holdTo(t, "provenance", all)
	for i, step := range []string{"form", "signature", "subject", "builder", "source"} { // without any of these it is not verified
		refuses(t, "provenance", good, map[string]any{fmt.Sprint("attestations.0.steps.", i): map[string]any{"name": step, "state": "open", "said": "not asked for"}})
	}
	refuses(t, "provenance", good, map[string]any{"verdict": "undecided", "score": 1, "schema": "lodemark.provenance/2", "digests.md5": "00", "digests.sha256": digest[1:], "at": "2026-11-01",
		"attestations": []any{}, "attestations.0.level": 4, "attestations.0.verdict": "refused", "attestations.0.signer": nil, "attestations.0.signer.key": nil, "attestations.0.source.repository": "desk",
		"attestations.0.steps.0.name": "signature", "attestations.0.steps.0.state": "failed", "attestations.0.steps.0.shows": nil, "files": 1})
	refuses(t, "provenance", refused, map[string]any{"verdict": "verified", "attestations.0.verdict": "verified", "attestations.0.level": 2, "attestations.0.steps": []any{}, "attestations": []any{}})
	refuses(t, "provenance", open, map[string]any{"verdict": "verified", "attestations.0.verdict": "verified"})
}

// recorded is a desk with a ledger: two statements by the operator, and what else can lie in a ledger.
func recorded(t *testing.T) (d *desk, dir string) {
	d = newDesk(t)
	d.does(exitOK, "sign", d.model, "--key", d.key)
	d.does(exitOK, "verify", d.model, "--trust", d.pub, "--target", d.dir, "--record", "--key", d.key, "--quiet")
	dir = filepath.Join(d.dir, filepath.FromSlash(ledger.DefaultDir))
	note, err := sign.Seal("text/plain", []byte("a note"), d.unknown)
	sure(t, err)
	broken, err := sign.Seal(sign.PayloadType, []byte(`{"_type": "something else"}`), d.release)
	sure(t, err)
	both := note
	again, err := sign.Seal("text/plain", []byte("a note"), d.release)
	sure(t, err)
	both.Signatures = append(slices.Clone(note.Signatures), again.Signatures...)
	forged := again
	forged.Payload = []byte("another note")
	l, err := ledger.Open(dir)
	sure(t, err)
	_, err = l.Append(t.Context(), [][]byte{note.JSON(), broken.JSON(), both.JSON(), forged.JSON(), []byte("no envelope")}, d.release)
	sure(t, err)
	return d, dir
}

func TestLedgerListHoldsToItsSchema(t *testing.T) {
	d, _ := recorded(t)
	list := func(more ...string) string {
		t.Helper()
		return d.does(exitOK, append([]string{"ledger", "list", d.dir, "--format", "json"}, more...)...)
	}
	good := list("--trust", d.pub)
	bad := list("--trust", d.stranger)
	d.does(exitOK, "ledger", "cosign", d.dir, "--name", "audit.example.org", "--key", d.other, "--seen", filepath.Join(d.top, "seen"), "--trust", d.pub)
	holdTo(t, "ledger-list", []written{
		{"all kinds of entries", good, []string{`"kind":"statement"`, `"kind":"envelope","type":"text/plain"`, `"kind":"unknown"`, `"state":"trusted"`, `"state":"untrusted"`, `"state":"bad"`, `"state":"unsigned"`}},
		{"a key that is not trusted", bad, []string{`"trusted":false,"why":"thecheckpointisnotsignedbyanykeythatyouname"`, `"index":0`, `"state":"untrusted"`}},
		{"nobody is trusted", list(), []string{`"state":"untrusted"`}},
		{"with a witness who is trusted", list("--trust", d.pub, "--trust", d.stranger), []string{`"witnesses":[{"name":"other","key":"sha256:`, `"as":"audit.example.org","time":"20`}},
		{"with a witness who is not", list("--trust", d.pub), []string{`"unknown_signatures":1`}},
		{"nothing is chosen", list("--type", "nothing"), []string{`"entries":[]`}},
	})
	refuses(t, "ledger-list", good, map[string]any{"score": 1, "schema": "lodemark.ledger-list/2", "ledger.root": "00", "ledger.origin": "", "ledger.signer.key": "release", "ledger.signer.why": "none",
		"entries.0.kind": "unknown", "entries.0.subjects": nil, "entries.0.state": "unsigned", "entries.0.leaf_hash": "sha256:00", "entries.0.time": "2026-11-26", "entries.0.signers.0.name": nil,
		"entries.0.subjects.0.digest": map[string]any{}})
	refuses(t, "ledger-list", list("--trust", d.pub, "--trust", d.stranger), map[string]any{"ledger.witnesses.0.name": nil, "ledger.witnesses.0.as": ""})
	refuses(t, "ledger-list", bad, map[string]any{"entries.0.why": nil, "entries.0.state": "good", "ledger.signer.trusted": true})
}

func TestLedgerShowHoldsToItsSchema(t *testing.T) {
	d, _ := recorded(t)
	show := func(index int, trust string) string {
		t.Helper()
		return d.does(exitOK, "ledger", "show", fmt.Sprint(index), d.dir, "--trust", trust, "--format", "json")
	}
	good, note, raw := show(0, d.pub), show(2, d.pub), show(6, d.pub)
	holdTo(t, "ledger-entry", []written{
		{"a statement", good, []string{`"kind":"statement","type":"https://lodemark.example.org/evidence/v1"`, `"state":"trusted"`, `"predicate":{`}},
		{"a key that is not trusted", show(0, d.stranger), []string{`"kind":"statement"`, `"state":"untrusted","why":`}},
		{"an envelope", note, []string{`"kind":"envelope","type":"text/plain"`, `"state":"untrusted"`, `"payload":"`}},
		{"a statement that is broken", show(3, d.pub), []string{`"kind":"envelope","type":"application/vnd.in-toto+json"`, `"why":"notastatement`, `"state":"trusted"`}},
		{"two signatures", show(4, d.pub), []string{`"trusted":false},{"name":"release"`, `"state":"trusted"`}},
		{"what was changed after it was signed", show(5, d.pub), []string{`"state":"bad","why":`}},
		{"no envelope", raw, []string{`"kind":"unknown","state":"unsigned","why":`, `"data":"`}},
	})
	refuses(t, "ledger-entry", good, map[string]any{"schema": "lodemark.ledger-list/1", "predicate": nil, "payload": "e30=", "data": "e30=", "entry.signers.0.name": nil, "entry.bytes": -1, "entry.subjects.0.digest.sha256": "00", "entry.signers": nil})
	refuses(t, "ledger-entry", note, map[string]any{"payload": "e3=0", "predicate": map[string]any{}, "entry.why": nil, "entry.time": "2026-11-26T00:00:00Z", "entry.type": nil})
	refuses(t, "ledger-entry", raw, map[string]any{"data": "%", "entry.state": "trusted", "entry.why": nil, "entry.kind": "file"})
}

func TestLedgerVerifyHoldsToItsSchema(t *testing.T) {
	d, dir := recorded(t)
	verify := func(code int, more ...string) string {
		t.Helper()
		return d.does(code, append([]string{"ledger", "verify", "--format", "json"}, more...)...)
	}
	seen, proof := filepath.Join(d.top, "seen"), filepath.Join(d.top, "0.tlog-proof")
	good := verify(exitOK, d.dir, "--trust", d.pub, "--seen", seen)
	d.does(exitOK, "ledger", "prove", "0", d.dir, "-o", proof)
	d.does(exitOK, "ledger", "cosign", d.dir, "--name", "audit.example.org", "--key", d.other, "--seen", filepath.Join(d.top, "witness"), "--trust", d.pub)
	proven := verify(exitOK, "--proof", proof, "--trust", d.pub)
	all := []written{
		{"a whole ledger", good, []string{`"good":true`, `"size":7`, `"signer":{"name":"release"`}},
		{"one that was seen, with a witness", verify(exitOK, d.dir, "--trust", d.pub, "--trust", d.stranger, "--witnesses", "1", "--seen", seen), []string{`"witnesses":[{`, `"seen":7`}},
		{"a key that is not trusted", verify(exitGate, d.dir, "--trust", d.stranger), []string{`"good":false,"problem":"thecheckpointisnotsignedbyanykeythatyouname"`}},
		{"a proof", proven, []string{`"good":true`, `"proven":{"index":0`}},
		{"a proof by a key that is not trusted", verify(exitGate, "--proof", proof, "--trust", d.stranger), []string{`"good":false,"problem":`, `"proven":{"index":0`}},
	}
	text, err := os.ReadFile(proof)
	sure(t, err)
	other := bytes.Replace(text, []byte("index 0\n"), []byte("index 1\n"), 1)
	if bytes.Equal(other, text) {
		t.Fatalf("no index is in %s", text)
	}
	all = append(all, written{"a proof that was changed", verify(exitGate, "--proof", d.write("1.tlog-proof", string(other)), "--trust", d.pub), []string{`"good":false`, `"entry":1`}})
	d.write("desk/.lodemark/ledger/tile/mine.txt", "mine")
	all = append(all, written{"a file that is not its own", verify(exitOK, d.dir, "--trust", d.pub), []string{`"foreign":["tile/mine.txt"`}})
	entries := glob(t, filepath.Join(dir, "tile", "entries", "*", "7"))
	kept, err := os.ReadFile(entries)
	sure(t, err)
	sure(t, os.WriteFile(entries, append([]byte("forged"), kept[6:]...), 0o600))
	damaged := verify(exitGate, d.dir, "--trust", d.pub)
	sure(t, os.WriteFile(entries, kept, 0o600))
	all = append(all, written{"an entry that was changed", damaged, []string{`"good":false`, `"file":"tile/entries/`, `"entry":0`, `"offset":0`}})
	head, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	sure(t, err)
	d.write("desk/.lodemark/ledger/checkpoint", strings.Replace(string(head), "\n7\n", "\n8\n", 1))
	all = append(all, written{"a checkpoint that was changed", verify(exitGate, d.dir, "--trust", d.pub), []string{`"file":"checkpoint"`, `"size":8`}})
	d.write("desk/.lodemark/ledger/checkpoint", "no checkpoint")
	all = append(all, written{"no checkpoint", verify(exitGate, d.dir, "--trust", d.pub), []string{`"problem":"checkpoint`, `"origin":""`, `"root":""`}})
	sure(t, os.RemoveAll(dir))
	all = append(all, written{"a ledger that is gone", verify(exitGate, d.dir, "--trust", d.pub, "--seen", seen), []string{`"problem":"gone:7entries`}})
	holdTo(t, "ledger-verify", all)
	refuses(t, "ledger-verify", good, map[string]any{"good": false, "problem": "none", "schema": "lodemark.ledger-verify/2", "ledger.root": "", "ledger.signer.trusted": false, "ledger.size": -1, "at": "now", "score": 1})
	refuses(t, "ledger-verify", damaged, map[string]any{"good": true, "problem": nil, "file": nil, "entry": -1})
	refuses(t, "ledger-verify", proven, map[string]any{"seen": 7, "proven.leaf_hash": "", "proven.why": 1, "foreign": []any{"x"}, "proven.signers.0.name": nil, "proven.state": "unsigned", "proven.subjects": nil})
	refuses(t, "ledger-verify", all[1].out, map[string]any{"ledger.witnesses.0.name": nil, "seen": "all"})
	refuses(t, "ledger-verify", all[4].out, map[string]any{"proven.why": nil, "good": true})
}
