package ledger

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/sign"
)

// victim is a ledger that is tampered with: 700 entries, which are two full bundles and 188 entries, a level of hashes above them, a
// cosignature, and what the operator remembers of it from when it had 600 entries.
type victim struct {
	t          *testing.T
	dir        string
	key, other *sign.PrivateKey
	trust      *sign.Trust
	seen       string // a file; empty: nothing is remembered
}

func (v *victim) path(name string) string { return filepath.Join(v.dir, filepath.FromSlash(name)) }

func (v *victim) read(name string) []byte {
	v.t.Helper()
	data, err := os.ReadFile(v.path(name))
	if err != nil {
		v.t.Fatal(err)
	}
	return data
}

func (v *victim) write(name string, data []byte) {
	v.t.Helper()
	if err := os.MkdirAll(filepath.Dir(v.path(name)), 0o755); err != nil {
		v.t.Fatal(err)
	}
	if err := os.WriteFile(v.path(name), data, 0o644); err != nil {
		v.t.Fatal(err)
	}
}

func (v *victim) must(err error) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
}

func (v *victim) flip(name string, at int) {
	data := v.read(name)
	data[at] ^= 1
	v.write(name, data)
}

func (v *victim) replace(name, old, new string) {
	v.t.Helper()
	data := v.read(name)
	if !bytes.Contains(data, []byte(old)) {
		v.t.Fatalf("%s does not hold %q", name, old)
	}
	v.write(name, bytes.Replace(data, []byte(old), []byte(new), 1))
}

// entries changes the entries of a bundle.
func (v *victim) entries(name string, w int, change func([][]byte) [][]byte) {
	pieces, err := splitBundle(v.read(name), w)
	v.must(err)
	var out []byte
	for _, p := range change(slices.Clone(pieces)) {
		out = appendEntry(out, p)
	}
	v.write(name, out)
}

// forge makes a ledger of the same name with other entries, by any key.
func (v *victim) forge(entries [][]byte, k *sign.PrivateKey) {
	v.t.Helper()
	origin := mustOpen(v.t, v.dir).Checkpoint().Origin
	v.must(os.RemoveAll(v.dir))
	v.must(os.Mkdir(v.dir, 0o755))
	l := mustOpen(v.t, v.dir)
	w, err := l.write(context.Background())
	v.must(err)
	defer w.close()
	e := &end{head: &Checkpoint{Origin: origin}}
	v.must(w.grow(e, entries))
	next, err := (&Checkpoint{Origin: origin, Size: int64(len(entries)), Root: e.edge.root()}).signed(k)
	v.must(err)
	v.must(w.publish(next))
}

// sign signs whatever the checkpoint says now.
func (v *victim) sign(c *Checkpoint, k *sign.PrivateKey) {
	c.signatures = nil
	signed, err := c.signed(k)
	v.must(err)
	v.write(checkpointFile, signed.Text())
}

func (v *victim) link(name, to string) {
	v.must(os.RemoveAll(v.path(name)))
	v.must(os.Symlink(to, v.path(name)))
}

func (v *victim) pipe(name string) {
	v.must(os.RemoveAll(v.path(name)))
	v.must(syscall.Mkfifo(v.path(name), 0o644))
}

const (
	bundle0, bundle2 = "tile/entries/000", "tile/entries/002.p/188"
	tile0, tile2     = "tile/0/000", "tile/0/002.p/188"
	tileAbove        = "tile/1/000.p/2"
	entryBytes       = 2 + len("entry number 0") // of the first ten entries
)

// The manipulations, and what Verify says. Nothing but the last column is allowed to be what a reader learns.
var manipulations = []struct {
	name string
	do   func(v *victim)
	want string // in the error; beginning with "untrusted: ", in Report.Signer.Why and no error
}{
	{"a bit of an entry in a full bundle", func(v *victim) { v.flip(bundle0, 5*entryBytes+4) }, "tile/entries/000, byte 80: entry 5: altered: its hash is not the one in the tree"},
	{"a bit of the last entry", func(v *victim) { d := v.read(bundle2); v.flip(bundle2, len(d)-6) }, "tile/entries/002.p/188, byte 3366: entry 699: altered"},
	{"the length of an entry", func(v *victim) { v.flip(bundle0, 1) }, "tile/entries/000, byte 0: entry 0: altered"},
	{"a length that reaches beyond the bundle", func(v *victim) { v.flip(bundle0, 0); v.write(bundle0, v.read(bundle0)[:100]) }, "tile/entries/000, byte 0: entry 0: an entry claims 270 bytes, and 98 are left"},
	{"an entry removed", func(v *victim) {
		v.entries(bundle0, 256, func(e [][]byte) [][]byte {
			return append(slices.Delete(e, 7, 8), []byte("something to fill the bundle"))
		})
	}, "entry 7: removed: the entry after it stands in its place"},
	{"an entry removed, and nothing in its place", func(v *victim) {
		v.entries(bundle0, 256, func(e [][]byte) [][]byte { return slices.Delete(e, 7, 8) })
	}, "entry 7: removed: the entry after it stands in its place"},
	{"the last entry removed", func(v *victim) {
		v.entries(bundle0, 256, func(e [][]byte) [][]byte { return e[:255] })
	}, "entry 255: it ends after 255 of 256 entries"},
	{"two entries swapped", func(v *victim) {
		v.entries(bundle0, 256, func(e [][]byte) [][]byte { e[8], e[9] = e[9], e[8]; return e })
	}, "entry 8: changed places with the next entry"},
	{"entries re-ordered", func(v *victim) {
		v.entries(bundle0, 256, func(e [][]byte) [][]byte { e[3], e[90] = e[90], e[3]; return e })
	}, "entry 3: it holds what entry 90 of the bundle is"},
	{"an entry duplicated", func(v *victim) {
		v.entries(bundle0, 256, func(e [][]byte) [][]byte { return slices.Insert(e, 9, e[8])[:256] })
	}, "entry 9: the entry before it stands in its place, too: duplicated"},
	{"an entry inserted", func(v *victim) {
		v.entries(bundle0, 256, func(e [][]byte) [][]byte { return slices.Insert(e, 9, []byte("forged"))[:256] })
	}, "entry 9: inserted: what belongs here comes after it"},
	{"bytes after the last entry", func(v *victim) { v.write(bundle2, append(v.read(bundle2), "extra"...)) }, "tile/entries/002.p/188, byte 3384: entry 700: 5 bytes follow the last entry"},
	{"a truncated bundle", func(v *victim) { v.write(bundle0, v.read(bundle0)[:1000]) }, "tile/entries/000, byte 993: entry 59: an entry claims 15 bytes, and 5 are left"},
	{"an empty bundle", func(v *victim) { v.write(bundle0, nil) }, "entry 0: it ends after 0 of 256 entries"},
	{"two bundles swapped", func(v *victim) {
		a, b := v.read(bundle0), v.read("tile/entries/001")
		v.write(bundle0, b)
		v.write("tile/entries/001", a)
	}, "tile/entries/000, byte 0: entry 0: altered"},
	{"a bundle removed", func(v *victim) { v.must(os.Remove(v.path("tile/entries/001"))) }, "tile/entries/001: missing, though the checkpoint speaks of it"},
	{"the last bundle removed", func(v *victim) { v.must(os.Remove(v.path(bundle2))) }, "tile/entries/002.p/188: missing"},

	{"a bit of a full tile", func(v *victim) { v.flip(tile0, 33) }, "tile/0/000, byte 33: altered: it is not the hash of what lies under it"},
	{"a bit of a partial tile", func(v *victim) { v.flip(tile2, 64) }, "tile/0/002.p/188, byte 64: altered"},
	{"a bit of a tile above", func(v *victim) { v.flip(tileAbove, 63) }, "tile/1/000.p/2, byte 63: altered"},
	{"an entry and its hash, not the hash above", func(v *victim) {
		v.flip(bundle0, 2)
		pieces, _ := splitBundle(v.read(bundle0), 256)
		v.write(tile0, tileOf(leavesOf(pieces)))
	}, "tile/0/000: altered, and so is what lies under it"},
	{"an entry and all hashes over it, not the checkpoint", func(v *victim) {
		all := batchOf(0, 700)
		all[4] = []byte("forged")
		head := v.read(checkpointFile)
		v.forge(all, v.key)
		v.write(checkpointFile, head)
	}, "checkpoint: its root hash is not that of the 700 entries, which the tiles fit"},
	{"a tile and the checkpoint's signed root differ, and an entry, too", func(v *victim) {
		v.flip(tileAbove, 0)
		v.flip(bundle0, 2)
	}, "more than one thing was altered"},
	{"a tile truncated", func(v *victim) { v.write(tile0, v.read(tile0)[:8191]) }, "tile/0/000: 8191 bytes long instead of 8192"},
	{"a tile extended", func(v *victim) { v.write(tile2, append(v.read(tile2), 0)) }, "tile/0/002.p/188: 6017 bytes long instead of 6016"},
	{"a tile removed", func(v *victim) { v.must(os.Remove(v.path(tile0))) }, "tile/0/000: missing"},
	{"the tile above removed", func(v *victim) { v.must(os.Remove(v.path(tileAbove))) }, "tile/1/000.p/2: missing"},
	{"all tiles removed", func(v *victim) { v.must(os.RemoveAll(v.path("tile"))) }, "missing, though the checkpoint speaks of it"},

	{"the checkpoint removed", func(v *victim) { v.must(os.Remove(v.path(checkpointFile))) }, "checkpoint: missing, though the tiles of a ledger are there"},
	{"the size in the checkpoint", func(v *victim) { v.replace(checkpointFile, "\n700\n", "\n701\n") }, "checkpoint: altered: the signature by key0 does not fit"},
	{"a smaller size", func(v *victim) { v.replace(checkpointFile, "\n700\n", "\n512\n") }, "checkpoint: altered: the signature by key0"},
	{"the root in the checkpoint", func(v *victim) {
		c := mustOpen(v.t, v.dir).Checkpoint()
		c.Root[0] ^= 1
		v.write(checkpointFile, c.Text())
	}, "checkpoint: altered: the signature by key0"},
	{"a bit of the signature", func(v *victim) {
		c := mustOpen(v.t, v.dir).Checkpoint()
		s := &c.signatures[0].Base64
		*s = (*s)[:20] + map[bool]string{true: "B", false: "A"}[(*s)[20] == 'A'] + (*s)[21:]
		v.write(checkpointFile, c.Text())
	}, "checkpoint: altered: the signature by key0"},
	{"a bit of the cosignature", func(v *victim) {
		c := mustOpen(v.t, v.dir).Checkpoint()
		s := &c.signatures[1].Base64
		*s = (*s)[:60] + map[bool]string{true: "B", false: "A"}[(*s)[60] == 'A'] + (*s)[61:]
		v.write(checkpointFile, c.Text())
	}, `checkpoint: altered: the cosignature by "witness.example.org" does not fit`},
	{"the time of the cosignature", func(v *victim) {
		c := mustOpen(v.t, v.dir).Checkpoint()
		s := &c.signatures[1].Base64
		*s = (*s)[:14] + map[bool]string{true: "B", false: "A"}[(*s)[14] == 'A'] + (*s)[15:]
		v.write(checkpointFile, c.Text())
	}, `checkpoint: altered: the cosignature by "witness.example.org"`},
	{"the name of the ledger", func(v *victim) { v.replace(checkpointFile, originPrefix, "lodemark.example.org/xedger/") }, `checkpoint: altered: the cosignature by "witness.example.org" does not fit`},
	{"the name of the ledger, without the cosignature that covers it", func(v *victim) {
		c := mustOpen(v.t, v.dir).Checkpoint()
		c.Origin, c.signatures = c.Origin+"x", c.signatures[:1]
		v.write(checkpointFile, c.Text())
	}, "untrusted: not signed by any key that you name"},
	{"another key, the entries as they were", func(v *victim) { v.sign(mustOpen(v.t, v.dir).Checkpoint(), v.other) }, "untrusted: not signed by any key that you name"},
	{"a ledger forged with another key", func(v *victim) { v.forge(batchOf(0, 3), v.other) }, "untrusted: not signed by any key that you name"},
	{"the log's signature removed, the witness's kept", func(v *victim) {
		c := mustOpen(v.t, v.dir).Checkpoint()
		c.signatures = c.signatures[1:]
		v.write(checkpointFile, c.Text())
	}, "untrusted: not signed by any key that you name"},
	{"no signature", func(v *victim) {
		text, _, _ := strings.Cut(string(v.read(checkpointFile)), "\n\n")
		v.write(checkpointFile, []byte(text+"\n\n"))
	}, "checkpoint: not a checkpoint: no signed note"},
	{"a signature line twice", func(v *victim) {
		text := string(v.read(checkpointFile))
		last := text[strings.LastIndex(strings.TrimSuffix(text, "\n"), "\n")+1:]
		v.write(checkpointFile, []byte(text+last))
	}, "a signature line stands there twice"},
	{"base64 with stray bits", func(v *victim) {
		text := string(v.read(checkpointFile))
		i := strings.Index(text, "=\n")
		v.write(checkpointFile, []byte(text[:i-1]+next(text[i-1])+text[i:]))
	}, "line 3: the root hash is not 32 bytes in canonical base64"},
	{"an extension line", func(v *victim) { v.replace(checkpointFile, "=\n\n", "=\nmore\n\n") }, "line 4: extension lines, which nobody can check, are not taken"},
	{"a size with a zero in front", func(v *victim) { v.replace(checkpointFile, "\n700\n", "\n0700\n") }, `line 2: the size "0700" is no number`},
	{"a size beyond all bounds", func(v *victim) { v.replace(checkpointFile, "\n700\n", "\n9223372036854775807\n") }, "is no number from 0 to 2^40"},
	{"line ends of Windows", func(v *victim) { v.replace(checkpointFile, "\n700\n", "\r\n700\r\n") }, "not a checkpoint"},
	{"a giant size, signed by the key itself", func(v *victim) {
		c := mustOpen(v.t, v.dir).Checkpoint()
		c.Size = maxSize - 1
		v.sign(c, v.key)
	}, "missing, though the checkpoint speaks of it"},
	{"a checkpoint of a terabyte", func(v *victim) { v.must(os.Truncate(v.path(checkpointFile), 1<<40)) }, "not a checkpoint: larger than 524288 bytes"},
	{"a bundle of a terabyte", func(v *victim) { v.must(os.Truncate(v.path(bundle0), 1<<40)) }, "over the limit of 16777472 file bytes"},
	{"a tile of a terabyte", func(v *victim) { v.must(os.Truncate(v.path(tile0), 1<<40)) }, "over the limit of 16777472 file bytes"},
	{"a bundle of zeros", func(v *victim) { v.write(bundle0, make([]byte, maxBundle)) }, "tile/entries/000, byte 0: entry 0: altered"},

	{"a link in the place of the checkpoint", func(v *victim) {
		v.write("other", v.read(checkpointFile))
		v.link(checkpointFile, "other")
	}, "checkpoint: a link, which no ledger has and none follows"},
	{"a link that leads out", func(v *victim) { v.link(bundle0, "/etc/passwd") }, "tile/entries/000: a link"},
	{"a link in the place of a folder", func(v *victim) {
		v.must(os.Rename(v.path("tile/0"), v.path("tile/level0")))
		v.link("tile/0", "level0")
	}, "tile/0: a link"},
	{"a pipe in the place of a bundle", func(v *victim) { v.pipe(bundle0) }, "tile/entries/000: not a regular file: named pipe, never opened"},
	{"a pipe in the place of the checkpoint", func(v *victim) { v.pipe(checkpointFile) }, "checkpoint: open checkpoint: not a regular file: named pipe"},
	{"a pipe beside the files", func(v *victim) { v.pipe("tile/pipe") }, "tile/pipe: not a regular file: named pipe"},
	{"a folder in the place of a bundle", func(v *victim) {
		v.must(os.Remove(v.path(bundle0)))
		v.must(os.Mkdir(v.path(bundle0), 0o755))
	}, "tile/entries/000: "},

	{"set back to an earlier state", func(v *victim) { v.forge(batchOf(0, 512), v.key) }, "set back: 600 entries were seen before, and 512 are there now"},
	{"rewritten by its own key", func(v *victim) { v.forge(append([][]byte{[]byte("forged")}, batchOf(1, 700)...), v.key) }, "rewritten: the first 600 entries are not the ones that were seen before"},
	{"rewritten where it was seen last", func(v *victim) {
		all := batchOf(0, 700)
		all[599] = []byte("forged")
		v.forge(all, v.key)
	}, "rewritten: the first 600 entries"},
	{"another ledger by the same key", func(v *victim) {
		v.must(os.RemoveAll(v.dir))
		v.must(os.Mkdir(v.dir, 0o755))
		mustAppend(v.t, mustOpen(v.t, v.dir), batchOf(0, 700), v.key)
	}, "another ledger: lodemark.example.org/ledger/"},
	{"all of it removed", func(v *victim) { v.must(os.RemoveAll(v.dir)) }, "gone: 600 entries of lodemark.example.org/ledger/"},
	{"emptied", func(v *victim) { v.must(os.RemoveAll(v.dir)); v.must(os.Mkdir(v.dir, 0o755)) }, "gone: 600 entries of"},
}

// next is the letter of base64 after another.
func next(c byte) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	return string(alphabet[(strings.IndexByte(alphabet, c)+1)%len(alphabet)])
}

func newVictim(t *testing.T) *victim {
	t.Helper()
	v := &victim{t: t, dir: filepath.Join(t.TempDir(), "ledger"), key: newKey(t, sign.Ed25519), other: newKey(t, sign.Ed25519)}
	witness := newKey(t, sign.Ed25519)
	v.trust = trusting(t, v.key.PublicKey, witness.PublicKey)
	v.must(os.Mkdir(v.dir, 0o755))
	l := mustOpen(t, v.dir)
	v.seen = filepath.Join(t.TempDir(), "seen")
	l.Remember(v.seen)
	mustAppend(t, l, batchOf(0, 600), v.key)
	l.Remember("")
	mustAppend(t, l, batchOf(600, 700), v.key)
	w := mustOpen(t, v.dir)
	w.Remember(filepath.Join(t.TempDir(), "witness"))
	v.must(w.Cosign(context.Background(), "witness.example.org", witness, v.trust, noon))
	return v
}

func (v *victim) verify() (Report, error) {
	l, err := Open(v.dir)
	if err != nil {
		return Report{}, err
	}
	l.Remember(v.seen)
	return l.Verify(v.trust, noon)
}

func TestNothingIsWrongBeforehand(t *testing.T) {
	v := newVictim(t)
	r, err := v.verify()
	if err != nil || !r.Signer.Trusted || r.Size != 700 || r.Seen != 600 || len(r.Witnesses) != 1 || !r.Witnesses[0].Trusted || !r.Witnesses[0].Time.Equal(noon) ||
		r.Unknown != 0 || len(r.Leftover) != 0 || len(r.Foreign) != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	if r, err = v.verify(); err != nil || r.Seen != 700 {
		t.Errorf("the second time: %+v, %v: what was found good is not remembered", r, err)
	}
}

func TestManipulations(t *testing.T) {
	base := newVictim(t)
	for _, m := range manipulations {
		t.Run(m.name, func(t *testing.T) {
			v := *base
			v.t, v.dir = t, copied(t, base.dir)
			v.seen = filepath.Join(t.TempDir(), "seen")
			seen, err := os.ReadFile(base.seen)
			v.must(err)
			v.must(os.WriteFile(v.seen, seen, 0o600))
			if strings.HasPrefix(m.want, "untrusted: ") { // who forges a ledger is told apart from who sets one back
				v.seen = ""
			}
			m.do(&v)
			before := time.Now()
			r, err := v.verify()
			if took := time.Since(before); took > 3*time.Second {
				t.Errorf("it took %v", took)
			}
			if want, ok := strings.CutPrefix(m.want, "untrusted: "); ok {
				if err != nil || r.Signer.Trusted || !strings.Contains(r.Signer.Why, want) {
					t.Errorf("%+v, %v; want no trust because %q", r, err, want)
				}
			} else if err == nil || !strings.Contains(err.Error(), m.want) {
				t.Errorf("error %v\nwant  %s", err, m.want)
			}
			if v.seen != "" {
				if now, err := os.ReadFile(v.seen); err != nil || !bytes.Equal(now, seen) {
					t.Errorf("what was remembered has changed (%v)", err)
				}
			}
			// Nobody with the key goes on with it, where the manipulation lies at the end that a writer looks at.
			l, err := Open(v.dir)
			if err != nil {
				return
			}
			l.Remember(v.seen)
			_, err = l.Append(context.Background(), batchOf(700, 701), v.key)
			if strings.HasPrefix(m.want, "untrusted") {
				var foreign *ForeignError
				if !errors.As(err, &foreign) {
					t.Errorf("the owner's key goes on with it: error %v", err)
				}
			} else if err == nil && (v.seen == "" || strings.Contains(m.want, "set back") || strings.Contains(m.want, "rewritten") || strings.Contains(m.want, tile2) || strings.Contains(m.want, bundle2)) {
				t.Error("the owner's key goes on with it")
			}
		})
	}
}

// Every bit of every file that belongs to a ledger counts: none can be flipped unnoticed.
func TestEveryByteCounts(t *testing.T) {
	k := newKey(t, sign.Ed25519)
	trust := trusting(t, k.PublicKey)
	base := ledgerOf(t, 5, k)
	for _, name := range []string{checkpointFile, "tile/entries/000.p/5", "tile/0/000.p/5"} {
		data, err := os.ReadFile(filepath.Join(base, name))
		if err != nil {
			t.Fatal(err)
		}
		for i := range data {
			for _, bad := range [][]byte{data[:i], append(append(slices.Clone(data[:i]), data[i]^(1<<(i%8))), data[i+1:]...)} {
				dir := copied(t, base)
				if err := os.WriteFile(filepath.Join(dir, name), bad, 0o644); err != nil {
					t.Fatal(err)
				}
				r, err := verifyDir(dir, trust)
				if err == nil && r.Signer.Trusted {
					t.Errorf("%s: byte %d changed, or all after it cut off, and nobody noticed", name, i)
				}
				if l, err := Open(dir); err == nil {
					if _, err := l.Append(context.Background(), batchOf(5, 6), k); err == nil {
						t.Errorf("%s: byte %d changed, or all after it cut off, and the owner's key goes on", name, i)
					}
				}
			}
		}
	}
}

func verifyDir(dir string, trust *sign.Trust) (Report, error) {
	l, err := Open(dir)
	if err != nil {
		return Report{}, err
	}
	return l.Verify(trust, noon)
}

// A writer that ended in the middle leaves files beyond the checkpoint, torn at any byte. They are told, are no part of the ledger, and the next
// writer writes over them.
func TestTornFilesBeyondTheCheckpoint(t *testing.T) {
	k := newKey(t, sign.Ed25519)
	trust := trusting(t, k.PublicKey)
	base := ledgerOf(t, 5, k)
	further := copied(t, base)
	mustAppend(t, mustOpen(t, further), batchOf(5, 8), k)
	for _, name := range []string{"tile/entries/000.p/8", "tile/0/000.p/8"} {
		data, err := os.ReadFile(filepath.Join(further, name))
		if err != nil {
			t.Fatal(err)
		}
		for i := range len(data) + 1 {
			dir := copied(t, base)
			if err := os.WriteFile(filepath.Join(dir, name), data[:i], 0o644); err != nil {
				t.Fatal(err)
			}
			r, err := verifyDir(dir, trust)
			if err != nil || r.Size != 5 || !slices.Equal(r.Leftover, []string{name}) {
				t.Fatalf("%s cut at %d: %+v, %v", name, i, r, err)
			}
			mustAppend(t, mustOpen(t, dir), batchOf(5, 8), k)
			if r, err := verifyDir(dir, trust); err != nil || r.Size != 8 || len(r.Leftover) > 0 {
				t.Fatalf("%s cut at %d, after going on: %+v, %v", name, i, r, err)
			}
		}
	}
}

// Files that are no part of a ledger are told, and do no harm.
func TestForeignAndLeftOver(t *testing.T) {
	v := newVictim(t)
	for _, name := range []string{"README", "tile/0/00", "tile/0/x000/000", "tile/00/000", "tile/entries/000.p/256", "tile/entries/000.p/0", "tile/7/000", ".git/HEAD", "tile/0/000.p/01"} {
		v.write(name, []byte("x"))
	}
	for _, name := range []string{"tile/0/003", "tile/entries/x001/000", "tile/0/002.p/189", ".lodemark-checkpoint.tmp", "tile/entries/000.p/9"} {
		v.write(name, []byte("x"))
	}
	r, err := v.verify()
	if err != nil || !r.Signer.Trusted {
		t.Fatalf("%+v, %v", r, err)
	}
	if want := []string{".git", "README", "tile/0/00", "tile/0/000.p/01", "tile/0/x000/000", "tile/00/000", "tile/7/000", "tile/entries/000.p/0", "tile/entries/000.p/256"}; !slices.Equal(r.Foreign, want) {
		t.Errorf("foreign %q\nwant    %q", r.Foreign, want)
	}
	if want := []string{".lodemark-checkpoint.tmp", "tile/0/002.p/189", "tile/0/003", "tile/entries/000.p/9", "tile/entries/x001/000"}; !slices.Equal(r.Leftover, want) {
		t.Errorf("leftover %q\nwant     %q", r.Leftover, want)
	}
}

// A target that puts links where a ledger is to be made or written gets nothing written outside of it, and nothing followed.
func TestLinksInAWritersWay(t *testing.T) {
	k := newKey(t, sign.Ed25519)
	for _, c := range []struct {
		name, link string
		folder     bool // the link leads to a folder
		want       string
	}{
		{"the folder of all of it", ".lodemark", true, ".lodemark: a link, which is not followed"},
		{"the ledger", ".lodemark/ledger", true, ".lodemark/ledger: a link, which is not followed"},
		{"the tiles", ".lodemark/ledger/tile", true, "tile: a link, which is not followed"},
		{"a level", ".lodemark/ledger/tile/0", true, "tile/0: a link, which is not followed"},
		{"the lock", ".lodemark/ledger/.lock", false, "it is no regular file"},
		{"a temporary file", ".lodemark/ledger/.lodemark-checkpoint.tmp", false, ""}, // it is removed, not followed
	} {
		t.Run(c.name, func(t *testing.T) {
			target, outside := t.TempDir(), t.TempDir()
			to := outside
			if !c.folder {
				to = filepath.Join(outside, "file")
				if err := os.WriteFile(to, []byte("precious"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.MkdirAll(filepath.Join(target, filepath.Dir(c.link)), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(to, filepath.Join(target, c.link)); err != nil {
				t.Fatal(err)
			}
			l, err := Open(filepath.Join(target, DefaultDir))
			if err == nil {
				_, err = l.Append(context.Background(), batchOf(0, 1), k)
			}
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("error %v, want %q", err, c.want)
			}
			names, err := os.ReadDir(outside)
			if err != nil || c.folder && len(names) > 0 || !c.folder && len(names) != 1 {
				t.Errorf("outside of the target there is %v, %v", names, err)
			}
			if data, _ := os.ReadFile(to); !c.folder && string(data) != "precious" {
				t.Errorf("a file outside of the target was written over: %q", data)
			}
		})
	}
}

// quoted is a public key as it stands in a trust.yaml.
func quoted(k *sign.PrivateKey) string { return strconv.Quote(string(k.PublicKey.PEM())) }

// What a key is worth is the operator's word.
func TestWhoseCheckpoint(t *testing.T) {
	k := newKey(t, sign.Ed25519)
	dir := ledgerOf(t, 3, k)
	pem := quoted(k)
	for _, c := range []struct{ name, yaml, why string }{
		{"named", "", ""},
		{"expired", ", until: 2026-11-01", "expired on 2026-11-01"},
		{"not yet valid", ", from: 2027-01-01", "is valid from 2027-01-01"},
		{"revoked", ", revoked: 2027-01-01, reason: stolen", "was revoked on 2027-01-01: stolen"},
		{"retired", ", retired: 2026-11-01", "was retired on 2026-11-01"},
		{"for another use", ", uses: [evidence]", "is trusted for evidence, not for checkpoint"},
		{"for this use", ", uses: [evidence, checkpoint]", ""},
	} {
		trust, err := sign.ParseTrust([]byte("schema: "+sign.TrustSchema+"\nkeys:\n  - {name: owner, key: "+pem+c.yaml+"}\n"), nil)
		if err != nil {
			t.Fatal(c.name, err)
		}
		r, err := verifyDir(dir, trust)
		if err != nil || r.Signer.Trusted != (c.why == "") || !strings.Contains(r.Signer.Why, c.why) || r.Signer.Name != "owner" {
			t.Errorf("%s: %+v, %v; want %q", c.name, r.Signer, err, c.why)
		}
	}
	if r, err := verifyDir(dir, nil); err != nil || r.Signer.Trusted || r.Unknown != 1 {
		t.Errorf("nobody is believed: %+v, %v", r, err)
	}
}

func TestNoLedger(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "nothing")
	l := mustOpen(t, dir)
	if _, err := l.Verify(nil, noon); l.Size() != 0 || l.Checkpoint() != nil || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("size %d, %v", l.Size(), err)
	}
	for _, err := range l.Entries(0, 0) {
		t.Error("an entry of an empty ledger", err)
	}
	if _, err := l.Append(context.Background(), nil, newKey(t, sign.Ed25519)); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Error("an empty batch made the folder")
	}
}

func TestWhatCannotBeAnEntry(t *testing.T) {
	k := newKey(t, sign.Ed25519)
	l := mustOpen(t, filepath.Join(t.TempDir(), "ledger"))
	for _, batch := range [][][]byte{{[]byte("good"), nil}, {[]byte("good"), make([]byte, MaxEntry+1)}} {
		_, err := l.Append(context.Background(), batch, k)
		var bad *EntryError
		if !errors.As(err, &bad) || bad.Which != 1 {
			t.Errorf("error %v", err)
		}
	}
	mustAppend(t, l, [][]byte{make([]byte, MaxEntry), {1}}, k)
	if r, err := l.Verify(trusting(t, k.PublicKey), noon); err != nil || r.Size != 2 {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := l.Append(context.Background(), batchOf(0, 1), newKey(t, sign.ECDSAP256)); err == nil || !strings.Contains(err.Error(), "is not signed by your key") {
		t.Errorf("another key: error %v", err)
	}
}
