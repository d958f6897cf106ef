package record

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/ledger"
	"github.com/lodemark/lodemark/internal/sign"
)

var noon = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// bench is a ledger with a key whom the operator trusts, and a thief's whom nobody does.
type bench struct {
	t             *testing.T
	dir           string
	release, evil *sign.PrivateKey
	trust         *sign.Trust
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, dir: filepath.Join(t.TempDir(), "ledger"), release: newKey(t), evil: newKey(t)}
	file := filepath.Join(t.TempDir(), "release.pem")
	err := os.WriteFile(file, b.release.PEM(), 0o600)
	if err == nil {
		b.trust, err = sign.ReadTrust(file)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func newKey(t *testing.T) *sign.PrivateKey {
	t.Helper()
	k, err := sign.NewKey("ed25519")
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func verified(at time.Time) Run {
	return Run{Tool: lodemark.Tool{Name: "lodemark", Version: "test"}, Command: "verify", System: "desk", At: at,
		Records: []lodemark.Evidence{{Check: "dep-2-models-verified", CheckVersion: 1, Outcome: lodemark.Passed, Strength: lodemark.Exercised, Canary: true,
			Bears: []lodemark.Bearing{{Clause: "DEV-2.8", Settles: true}}, Reason: "signed by release",
			Examined: []lodemark.Digest{{Path: "model/w.bin", SHA256: strings.Repeat("a", 64)}}}}}
}

func (b *bench) append(r Run, key *sign.PrivateKey) {
	b.t.Helper()
	if _, _, err := Append(context.Background(), Ledger{Dir: b.dir}, key, r); err != nil {
		b.t.Fatal(err)
	}
}

// raw appends an entry as it is, checkpointed by the release key.
func (b *bench) raw(entry []byte) {
	b.t.Helper()
	l, err := ledger.Open(b.dir)
	if err == nil {
		_, err = l.Append(context.Background(), [][]byte{entry}, b.release)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) load(system string, trust *sign.Trust) Loaded {
	return Load(context.Background(), Source{Ledger: Ledger{Dir: b.dir}, Trust: trust, At: noon, System: system})
}

func TestWhatIsKeptIsReadAgain(t *testing.T) {
	b := newBench(t)
	if l := b.load("desk", b.trust); l.Found || len(l.Gaps) > 0 {
		t.Fatalf("without a ledger: %+v", l)
	}
	b.append(verified(noon.Add(-time.Hour)), b.release)
	b.append(verified(noon.Add(time.Hour)), b.release) // does not exist yet
	l := b.load("desk", b.trust)
	if !l.Found || len(l.Gaps) > 0 || len(l.Evidence) != 1 {
		t.Fatalf("loaded: %+v", l)
	}
	e := l.Evidence[0]
	if e.Kept == nil || !e.Kept.Trusted || e.Kept.Key != b.release.ID || e.Kept.Entry != 0 || e.Reason != "signed by release" || e.Sealed().ID != e.ID {
		t.Errorf("the record: %+v by %+v", e, e.Kept)
	}
}

// What a record is worth that is not what it seems.
func TestWhatIsNotTrusted(t *testing.T) {
	old := verified(noon.Add(-48 * time.Hour))
	for name, c := range map[string]struct {
		do     func(b *bench)
		system string
		nobody bool
		why    string
	}{
		"signed by a key that the operator does not name":   {do: func(b *bench) { b.append(verified(noon.Add(-time.Hour)), b.evil) }, why: "not among the trusted ones"},
		"the operator names nobody":                         {do: func(b *bench) { b.append(old, b.release) }, nobody: true, why: "nobody is trusted"},
		"made of another system":                            {do: func(b *bench) { b.append(old, b.release) }, system: "other", why: `it was made of "desk"`},
		"a statement of the thief's under a trusted ledger": {do: func(b *bench) { b.raw(sealed(b.t, old, b.evil, nil)) }, why: "not among the trusted ones"},
		"dated back behind what stands in front of it": {do: func(b *bench) {
			fresh := verified(noon.Add(-time.Hour))
			fresh.Records[0].Check = "other"
			b.append(fresh, b.release)
			b.append(old, b.release)
		}, why: "dated before an entry that stands in front"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			c.do(b)
			trust := b.trust
			if c.nobody {
				trust = nil
			}
			system := "desk"
			if c.system != "" {
				system = c.system
			}
			l := b.load(system, trust)
			found := false
			for _, e := range l.Evidence {
				if e.Check == "dep-2-models-verified" {
					found = true
					if e.Kept.Trusted || !strings.Contains(e.Kept.Why, c.why) {
						t.Errorf("trusted %v: %q; want ... %s ...", e.Kept.Trusted, e.Kept.Why, c.why)
					}
				}
			}
			if !found {
				t.Errorf("no record: %+v", l)
			}
		})
	}
}

// Nobody dates a failure back for gain: one behind a pass that was dated ahead counts.
func TestAFailureIsBelievedWhateverItsDate(t *testing.T) {
	b := newBench(t)
	ahead := verified(noon.Add(-time.Hour))
	b.append(ahead, b.release)
	failed := verified(noon.Add(-48 * time.Hour))
	failed.Records[0].Outcome, failed.Records[0].Strength = lodemark.Failed, lodemark.NoStrength
	b.append(failed, b.release)
	l := b.load("desk", b.trust)
	if len(l.Evidence) != 2 || !l.Evidence[1].Kept.Trusted || l.Evidence[1].Outcome != lodemark.Failed {
		t.Errorf("%+v", l.Evidence)
	}
}

// sealed writes a run as a signed statement, changed in between.
func sealed(t *testing.T, r Run, key *sign.PrivateKey, change func(s *sign.Statement, p map[string]any)) []byte {
	t.Helper()
	s, err := r.Statement()
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		var p map[string]any
		if err := json.Unmarshal(s.Predicate, &p); err != nil {
			t.Fatal(err)
		}
		change(&s, p)
		if s.Predicate, err = json.Marshal(p); err != nil {
			t.Fatal(err)
		}
	}
	payload, err := s.JSON()
	if err != nil {
		t.Fatal(err)
	}
	e, err := sign.Seal(sign.PayloadType, payload, key)
	if err != nil {
		t.Fatal(err)
	}
	return e.JSON()
}

func first(p map[string]any) map[string]any { return p["records"].([]any)[0].(map[string]any) }

// Statements that contradict themselves say nothing, whoever signed them, and that is told.
func TestStatementsThatContradictThemselves(t *testing.T) {
	other := strings.Repeat("b", 64)
	for name, c := range map[string]struct {
		change func(s *sign.Statement, p map[string]any)
		want   string
	}{
		"the outcome was changed and the id left": {func(s *sign.Statement, p map[string]any) { first(p)["reason"] = "all is well" }, "not the one that its id names"},
		"a failure became a pass":                 {func(s *sign.Statement, p map[string]any) { first(p)["outcome"] = "failed" }, "not the one that its id names"},
		"a subject was exchanged":                 {func(s *sign.Statement, p map[string]any) { s.Subject[0].Digest["sha256"] = other }, "its subjects are not"},
		"a subject was added": {func(s *sign.Statement, p map[string]any) {
			s.Subject = append(s.Subject, sign.Subject{Name: "x", Digest: map[string]string{"sha256": other}})
		}, "its subjects are not"},
		"a record is of another time": {func(s *sign.Statement, p map[string]any) { first(p)["at"] = "2026-10-01T00:00:00Z" }, "of another time"},
		"a record says itself who signed it": {func(s *sign.Statement, p map[string]any) {
			first(p)["kept"] = map[string]any{"signer": "release", "key": "x", "trusted": true, "entry": 0}
		}, "says itself who signed"},
		"a member that is not known":       {func(s *sign.Statement, p map[string]any) { p["and"] = 1 }, "and"},
		"a verdict outside the vocabulary": {func(s *sign.Statement, p map[string]any) { first(p)["strength"] = "absolute" }, "absolute"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.raw(sealed(t, verified(noon.Add(-time.Hour)), b.release, c.change))
			l := b.load("desk", b.trust)
			if len(l.Evidence) > 0 || len(l.Gaps) != 1 || !l.Gaps[0].Needed || !strings.Contains(l.Gaps[0].Reason, c.want) {
				t.Errorf("evidence %+v, gaps %+v; want a gap with %q", l.Evidence, l.Gaps, c.want)
			}
		})
	}
}

// A record that names a path outside of the target is told and not read.
func TestPathsStayInTheTarget(t *testing.T) {
	for _, path := range []string{"/etc/passwd", "../other/model.bin", "a/../../b", "a/.."} {
		b := newBench(t)
		r := verified(noon.Add(-time.Hour))
		r.Records[0].Examined[0].Path = path
		b.append(r, b.release)
		if l := b.load("desk", b.trust); len(l.Evidence) > 0 || len(l.Gaps) != 1 || !strings.Contains(l.Gaps[0].Reason, "outside the target") {
			t.Errorf("%s: evidence %+v, gaps %+v", path, l.Evidence, l.Gaps)
		}
	}
}

// One flipped bit anywhere in the ledger: what is in it counts as nobody's word, and the damage is named.
func TestADamagedLedgerIsNotBelieved(t *testing.T) {
	b := newBench(t)
	b.append(verified(noon.Add(-time.Hour)), b.release)
	var files []string
	err := filepath.WalkDir(b.dir, func(p string, d os.DirEntry, err error) error {
		if info, e := os.Stat(p); e == nil && info.Mode().IsRegular() && info.Size() > 0 {
			files = append(files, p)
		}
		return err
	})
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		was, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		bad := append([]byte{}, was...)
		bad[len(bad)/2] ^= 1
		if err := os.WriteFile(file, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		l := b.load("desk", b.trust)
		trusted := false
		for _, e := range l.Evidence {
			trusted = trusted || e.Kept.Trusted
		}
		if trusted || len(l.Gaps) == 0 {
			t.Errorf("%s flipped: %+v", file, l)
		}
		if err := os.WriteFile(file, was, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// Records that changed while they were examined, or that are bound to nothing, are bound to what can be said.
func TestStatementSubjects(t *testing.T) {
	r := verified(noon)
	r.Records = append(r.Records, r.Records[0])
	r.Records[1].Check, r.Records[1].Examined = "other", []lodemark.Digest{{Path: "model/w.bin", SHA256: strings.Repeat("b", 64)}}
	if _, err := r.Statement(); err == nil || !strings.Contains(err.Error(), "changed while") {
		t.Errorf("two digests of one file: %v", err)
	}
	r.Records = r.Records[:1]
	r.Records[0].Examined = nil
	s, err := r.Statement()
	if err != nil || len(s.Subject) != 1 || s.Subject[0].Name != "predicate" {
		t.Errorf("bound to nothing: %+v, %v", s.Subject, err)
	}
}

// A run too long for one entry is split; a record too long for one lies beside the ledger, bound by its digest.
func TestLongRuns(t *testing.T) {
	b := newBench(t)
	r := verified(noon.Add(-time.Hour))
	for i := range 300 {
		e := r.Records[0]
		e.Check, e.Reason = fmt.Sprintf("check-%d", i), strings.Repeat("word ", 60)
		r.Records = append(r.Records, e)
	}
	long := r.Records[0]
	long.Check, long.Examined = "long", nil
	for i := range 2000 {
		long.Examined = append(long.Examined, lodemark.Digest{Path: fmt.Sprintf("data/part-%05d.parquet", i), SHA256: fmt.Sprintf("%064x", i)})
	}
	r.Records = append(r.Records, long)
	first, n, err := Append(context.Background(), Ledger{Dir: b.dir}, b.release, r)
	if err != nil || first != 0 || n < 4 || n > 20 {
		t.Fatalf("entries %d from %d, %v", n, first, err)
	}
	l := b.load("desk", b.trust)
	if len(l.Gaps) > 0 || len(l.Evidence) != 302 {
		t.Fatalf("%d records, gaps %+v", len(l.Evidence), l.Gaps)
	}
	last := l.Evidence[301]
	if last.Check != "long" || len(last.Examined) != 2000 || !last.Kept.Trusted {
		t.Errorf("the long record: %s with %d digests by %+v", last.Check, len(last.Examined), last.Kept)
	}
	files, err := filepath.Glob(filepath.Join(filepath.Dir(b.dir), "records", "*.json"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	was, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func() error{
		"changed": func() error {
			return os.WriteFile(files[0], bytes.Replace(was, []byte("part-00001"), []byte("part-99991"), 1), 0o600)
		},
		"gone": func() error { return os.Remove(files[0]) },
		"a link": func() error {
			os.Remove(files[0])
			return os.Symlink("/etc/hostname", files[0])
		},
	} {
		os.Remove(files[0])
		if err := os.WriteFile(files[0], was, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := change(); err != nil {
			t.Fatal(err)
		}
		l := b.load("desk", b.trust)
		if len(l.Evidence) != 301 || len(l.Gaps) != 1 || !l.Gaps[0].Needed || !strings.Contains(l.Gaps[0].Reason, "its records") {
			t.Errorf("%s: %d records, gaps %+v", name, len(l.Evidence), l.Gaps)
		}
		os.Remove(files[0])
	}
}

func FuzzRead(f *testing.F) {
	s, _ := verified(noon).Statement()
	payload, _ := s.JSON()
	f.Add(payload)
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := read(data)
		if err != nil {
			return
		}
		again, err := r.Statement()
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		if _, err := again.JSON(); err != nil {
			t.Fatal(err)
		}
	})
}
