package ledger

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/lodemark/lodemark/internal/sign"
)

// naivePath is PATH(m, D[n]) of RFC 6962, section 2.1.1, word for word.
func naivePath(m int, entries [][]byte) []tlog.Hash {
	if len(entries) == 1 {
		return nil
	}
	k := 1
	for 2*k < len(entries) {
		k *= 2
	}
	if m < k {
		return append(naivePath(m, entries[:k]), naive(entries[k:]))
	}
	return append(naivePath(m-k, entries[k:]), naive(entries[:k]))
}

// A proof of every entry of ledgers of many sizes is the one of RFC 6962, and verifies without the ledger.
func TestProofs(t *testing.T) {
	k := newKey(t, sign.Ed25519)
	trust := trusting(t, k.PublicKey)
	l := mustOpen(t, filepath.Join(t.TempDir(), "ledger"))
	for size := 1; size <= 520; size++ {
		mustAppend(t, l, batchOf(size-1, size), k)
		if size > 20 && size%37 != 0 && size%256 > 1 {
			continue
		}
		all := batchOf(0, size)
		for i := 0; i < size; i += 1 + size/40 {
			text, err := l.Prove(int64(i))
			if err != nil {
				t.Fatal(err)
			}
			p, err := ReadProof(text)
			if err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			r, err := p.Verify(trust, noon)
			if err != nil || !r.Signer.Trusted || r.Size != int64(size) || !bytes.Equal(p.Entry.Data, all[i]) || !slices.Equal(p.Path, naivePath(i, all)) {
				t.Fatalf("entry %d of %d: %+v, %v\n%s", i, size, r, err, text)
			}
		}
	}
}

func TestProofManipulations(t *testing.T) {
	k, other := newKey(t, sign.Ed25519), newKey(t, sign.Ed25519)
	trust := trusting(t, k.PublicKey)
	dir := ledgerOf(t, 300, k)
	l := mustOpen(t, dir)
	good, err := l.Prove(7)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(good), "\n")
	join := func(lines ...string) string { return strings.Join(lines, "\n") }
	with := func(i int, line string) string {
		c := slices.Clone(lines)
		c[i] = line
		return join(c...)
	}
	for _, c := range []struct{ name, text, want string }{
		{"another entry", with(1, "extra Zm9yZ2Vk"), "entry 7: the proof does not lead from the entry to the checkpoint"},
		{"another index", with(2, "index 8"), "entry 8: the proof does not lead"},
		{"an index beyond", with(2, "index 300"), "entry 300 is beyond the 300 entries"},
		{"an index with a zero in front", with(2, "index 07"), "line 3: no index in plain decimal"},
		{"a negative index", with(2, "index -1"), "line 3: no index"},
		{"no index", join(slices.Delete(slices.Clone(lines), 2, 3)...), "line 3: no index"},
		{"another hash", with(4, lines[5]), "does not lead from the entry"},
		{"a hash removed", join(slices.Delete(slices.Clone(lines), 4, 5)...), "does not lead"},
		{"a hash added", join(slices.Insert(slices.Clone(lines), 4, lines[4])...), "does not lead"},
		{"a short hash", with(4, "AAAA"), "line 5: no hash of 32 bytes"},
		{"a thousand hashes", join(slices.Insert(slices.Clone(lines), 4, slices.Repeat([]string{lines[4]}, 1000)...)...), "lines before the checkpoint instead of 3 to 43"},
		{"no entry", join(slices.Delete(slices.Clone(lines), 1, 2)...), "line 2: no extra data"},
		{"base64 that is not canonical", with(1, lines[1][:len(lines[1])-2]+"="), "line 2: no extra data"},
		{"another version", with(0, "c2sp.org/tlog-proof@v2"), "line 1: it is not c2sp.org/tlog-proof@v1"},
		{"line ends of Windows", strings.ReplaceAll(string(good), "\n", "\r\n"), "not a proof"},
		{"no checkpoint", join(lines[:13]...), "not a proof"},
		{"another size", strings.Replace(string(good), "\n300\n", "\n301\n", 1), "altered: the signature by key0"},
		{"too large", string(good) + strings.Repeat("x", MaxProof), "not a proof: larger than"},
		{"empty", "", "line 1"},
	} {
		p, err := ReadProof([]byte(c.text))
		if err == nil {
			_, err = p.Verify(trust, noon)
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
	id := bytes.LastIndexByte(good, ' ') + 1 // of the key, which begins the last line's base64
	if p, err := ReadProof(slices.Concat(good[:id], []byte(next(good[id])), good[id+1:])); err != nil {
		t.Error(err)
	} else if r, err := p.Verify(trust, noon); err != nil || r.Signer.Trusted || r.Unknown != 1 {
		t.Errorf("the id of the key was altered, and nobody noticed: %+v, %v", r, err)
	}
	p, err := ReadProof(good)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := p.Verify(trusting(t, other.PublicKey), noon); err != nil || r.Signer.Trusted {
		t.Errorf("by another key: %+v, %v", r.Signer, err)
	}
	for _, index := range []int64{-1, 300} {
		if _, err := l.Prove(index); err == nil {
			t.Errorf("entry %d of 300 was proven", index)
		}
	}
}

// Any two sizes of a ledger are consistent, and a tree with one other entry is not.
func TestGrewFrom(t *testing.T) {
	k := newKey(t, sign.Ed25519)
	dir := ledgerOf(t, 600, k)
	l := mustOpen(t, dir)
	v, done, err := l.view()
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	all := batchOf(0, 600)
	for size := 0; size <= 600; size += 1 + size/25 {
		then := &Checkpoint{Origin: v.head.Origin, Size: int64(size), Root: naive(all[:size])}
		if err := v.grewFrom(then); err != nil {
			t.Errorf("from %d: %v", size, err)
		}
		then.Root = sha256.Sum256(fmt.Append(nil, size))
		if err := v.grewFrom(then); err == nil {
			t.Errorf("from another tree of %d entries", size)
		}
	}
}
