package ledger

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/sign"
)

// A witness signs only what grew out of what it saw before, and is known by its verifier key.
func TestWitness(t *testing.T) {
	k, witness := newKey(t, sign.Ed25519), newKey(t, sign.Ed25519)
	owner := trusting(t, k.PublicKey)
	dir := ledgerOf(t, 5, k)
	fork := copied(t, dir)
	memory := filepath.Join(t.TempDir(), "seen")
	cosign := func(dir, name string, by *sign.PrivateKey, trust *sign.Trust) error {
		l := mustOpen(t, dir)
		l.Remember(memory)
		return l.Cosign(context.Background(), name, by, trust, noon)
	}
	vkey, err := VKey("audit.example.org", witness.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	named, err := sign.ParseTrust([]byte("schema: "+sign.TrustSchema+"\nwitnesses:\n  - {name: the auditor, key: "+vkey+"}\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	everybody := owner.Merge(named)

	for range 2 { // the second cosignature takes the place of the first
		if err := cosign(dir, "audit.example.org", witness, owner); err != nil {
			t.Fatal(err)
		}
		r, err := verifyDir(dir, everybody)
		if err != nil || len(r.Witnesses) != 1 || r.Unknown != 0 {
			t.Fatalf("%+v, %v", r, err)
		}
		if w := r.Witnesses[0]; !w.Trusted || w.Name != "the auditor" || w.As != "audit.example.org" || !w.Time.Equal(noon) {
			t.Errorf("%+v", w)
		}
	}
	if r, err := mustOpen(t, dir).Verify(everybody, noon.Add(-time.Hour)); err != nil || r.Witnesses[0].Trusted || !strings.Contains(r.Witnesses[0].Why, "still to come") {
		t.Errorf("a cosignature of the future: %+v, %v", r.Witnesses, err)
	}
	if r, err := verifyDir(dir, owner); err != nil || len(r.Witnesses) != 0 || r.Unknown != 1 {
		t.Errorf("a witness whom nobody names: %+v, %v", r, err)
	}

	mustAppend(t, mustOpen(t, dir), batchOf(5, 9), k)
	if r, err := verifyDir(dir, everybody); err != nil || len(r.Witnesses) != 0 {
		t.Errorf("the cosignature of an earlier checkpoint: %+v, %v", r, err)
	}
	if err := cosign(dir, "audit.example.org", witness, owner); err != nil {
		t.Fatal(err)
	}

	// Histories that are not the one that was seen.
	mustAppend(t, mustOpen(t, fork), batchOf(105, 120), k)
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"a fork", cosign(fork, "audit.example.org", witness, owner), "rewritten: the first 9 entries"},
		{"an earlier state", cosign(copied(t, ledgerOf(t, 2, k)), "audit.example.org", witness, owner), "another ledger"},
		{"by nobody trusted", cosign(dir, "audit.example.org", witness, trusting(t, witness.PublicKey)), "by nobody trusted"},
		{"by the owner's own key", cosign(dir, "audit.example.org", k, owner), "cannot be its witness"},
		{"a key of another kind", cosign(dir, "audit.example.org", newKey(t, sign.ECDSAP256), owner), "cosigns with Ed25519"},
		{"a name with a space", cosign(dir, "the auditor", witness, owner), "is no name of a witness"},
		{"the ledger's own name", cosign(dir, mustOpen(t, dir).Checkpoint().Origin, witness, owner), "the name of the ledger"},
		{"without a memory", mustOpen(t, dir).Cosign(context.Background(), "audit.example.org", witness, owner, noon), "without a memory"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, c.err, c.want)
		}
	}
}

// A cosignature can travel alone, and is added where it fits.
func TestAddCosignature(t *testing.T) {
	k, witness := newKey(t, sign.Ed25519), newKey(t, sign.Ed25519)
	trust := trusting(t, k.PublicKey, witness.PublicKey)
	dir := ledgerOf(t, 5, k)
	l := mustOpen(t, dir)
	l.Remember(filepath.Join(t.TempDir(), "seen"))
	line, err := l.CosignLine("audit.example.org", witness, trust, noon)
	if err != nil {
		t.Fatal(err)
	}
	add := func(line string, trust *sign.Trust) error {
		_, err := mustOpen(t, dir).AddCosignature(context.Background(), line, trust, noon)
		return err
	}
	for _, c := range []struct{ name, line, want string }{
		{"nothing", "", "not one signature line"},
		{"two lines", line + strings.Replace(line, "audit", "other", 1), "not one signature line"},
		{"text", "hello\n", "not one signature line"},
		{"altered", strings.Replace(line, line[60:61], map[bool]string{true: "B", false: "A"}[line[60] == 'A'], 1), "not"},
	} {
		if err := add(c.line, trust); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
	if err := add(line, trusting(t, k.PublicKey)); err == nil || !strings.Contains(err.Error(), "not by a witness that you name") {
		t.Errorf("an unknown witness: error %v", err)
	}
	if err := add(line, trust); err != nil {
		t.Fatal(err)
	}
	if r, err := verifyDir(dir, trust); err != nil || len(r.Witnesses) != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	mustAppend(t, mustOpen(t, dir), batchOf(5, 6), k)
	if err := add(line, trust); err == nil || !strings.Contains(err.Error(), "not for the checkpoint that is there now") {
		t.Errorf("of an earlier checkpoint: error %v", err)
	}
}

// Another key goes on with a ledger only after it was handed over.
func TestHandOver(t *testing.T) {
	old, fresh := newKey(t, sign.Ed25519), newKey(t, sign.ECDSAP256)
	dir := ledgerOf(t, 5, old)
	trustOf := func(more string) *sign.Trust {
		trust, err := sign.ParseTrust([]byte("schema: "+sign.TrustSchema+"\nkeys:\n  - {name: old, key: "+quoted(old)+more+"}\n  - {name: fresh, key: "+quoted(fresh)+"}\n"), nil)
		if err != nil {
			t.Fatal(err)
		}
		return trust
	}
	retired := trustOf(", retired: 2026-11-20")
	var foreign *ForeignError
	if _, err := mustOpen(t, dir).Append(context.Background(), batchOf(5, 6), fresh); !errors.As(err, &foreign) {
		t.Errorf("before: error %v", err)
	}
	for name, trust := range map[string]*sign.Trust{"revoked": trustOf(", revoked: 2026-11-20, reason: stolen"), "unknown": trusting(t, fresh.PublicKey)} {
		if err := mustOpen(t, dir).HandOver(context.Background(), fresh, trust, noon); err == nil || !strings.Contains(err.Error(), "by nobody trusted") {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if err := mustOpen(t, dir).HandOver(context.Background(), fresh, retired, noon); err != nil {
		t.Fatal(err)
	}
	if r, err := verifyDir(dir, retired); err != nil || r.Signer.Name != "fresh" || !r.Signer.Trusted {
		t.Errorf("handed over: %+v, %v", r.Signer, err)
	}
	mustAppend(t, mustOpen(t, dir), batchOf(5, 6), fresh)
	if _, err := mustOpen(t, dir).Append(context.Background(), batchOf(6, 7), old); !errors.As(err, &foreign) {
		t.Errorf("the old key afterwards: error %v", err)
	}
}
