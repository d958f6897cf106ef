package ledger

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/lodemark/lodemark/internal/sign"
)

// Proof shows without the ledger that an entry is in it, as a C2SP tlog-proof (https://c2sp.org/tlog-proof). The entry itself is carried as the
// extra data of that format: nothing vouches for it but the hashes that lead from it to the checkpoint.
type Proof struct {
	Entry Entry
	Path  []tlog.Hash // from the neighbour of the entry's leaf to the child of the root
	Head  *Checkpoint
}

const (
	proofFirstLine = "c2sp.org/tlog-proof@v1"
	maxPath        = 40 // the tree of maxSize entries is not higher
)

// MaxProof bounds a proof in bytes.
const MaxProof = maxCheckpoint + 2*MaxEntry

// Prove makes the proof of an entry under the checkpoint as it was read last, as it stands in a file.
func (l *Ledger) Prove(index int64) ([]byte, error) {
	if index < 0 || index >= l.Size() {
		return nil, fmt.Errorf("there is no entry %d in a ledger of %d", index, l.Size())
	}
	v, done, err := l.view()
	if err != nil {
		return nil, err
	}
	defer done()
	pieces, err := v.bundleEntries(index / width)
	if err != nil {
		return nil, err
	}
	path, err := tlog.ProveRecord(v.head.Size, index, v)
	if err != nil {
		return nil, err
	}
	return (&Proof{Entry{index, pieces[index%width]}, path, v.head}).text(), nil
}

func (p *Proof) text() []byte {
	encode := base64.StdEncoding.EncodeToString
	out := fmt.Appendf(nil, "%s\nextra %s\nindex %d\n", proofFirstLine, encode(p.Entry.Data), p.Entry.Index)
	for _, h := range p.Path {
		out = fmt.Appendf(out, "%s\n", encode(h[:]))
	}
	return append(append(out, '\n'), p.Head.Text()...)
}

// Verify checks that the entry leads to the checkpoint, and judges the signatures of that. As with Ledger.Verify, a checkpoint of nobody
// trusted is no error; Report.Signer says whose it is.
func (p *Proof) Verify(t *sign.Trust, at time.Time) (Report, error) {
	r := Report{Origin: p.Head.Origin, Size: p.Head.Size, Root: p.Head.Root.String(), Seen: -1}
	if p.Entry.Index >= p.Head.Size {
		return r, damaged("", "entry %d is beyond the %d entries of the checkpoint", p.Entry.Index, p.Head.Size)
	}
	if err := tlog.CheckRecord(p.Path, p.Head.Size, p.Head.Root, p.Entry.Index, tlog.RecordHash(p.Entry.Data)); err != nil {
		return r, &DamageError{Entry: p.Entry.Index, Offset: -1, Reason: "the proof does not lead from the entry to the checkpoint: one of them was altered"}
	}
	var err error
	r.Signer, r.Witnesses, r.Unknown, err = p.Head.signers(t, at)
	return r, err
}

// ReadProof reads a proof with an entry in it, in the one way of writing it. What is wrong is a *FormError.
func ReadProof(data []byte) (*Proof, error) {
	bad := func(line int, format string, args ...any) (*Proof, error) {
		return nil, &FormError{"proof", line, fmt.Sprintf(format, args...)}
	}
	if len(data) > MaxProof {
		return bad(0, "larger than %d bytes", MaxProof)
	}
	head, rest, ok := bytes.Cut(data, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if lines[0] != proofFirstLine {
		return bad(1, "it is not %s", proofFirstLine)
	}
	if !ok {
		return bad(0, "no checkpoint after an empty line")
	}
	if len(lines) < 3 || len(lines)-3 > maxPath {
		return bad(0, "%d lines before the checkpoint instead of 3 to %d", len(lines), maxPath+3)
	}
	extra, ok := strings.CutPrefix(lines[1], "extra ")
	entry, err := base64.StdEncoding.Strict().DecodeString(extra)
	if !ok || err != nil || len(entry) == 0 || len(entry) > MaxEntry || base64.StdEncoding.EncodeToString(entry) != extra {
		return bad(2, "no extra data in canonical base64, which must be the entry")
	}
	number, ok := strings.CutPrefix(lines[2], "index ")
	p := &Proof{Entry: Entry{Data: entry}}
	if p.Entry.Index, ok = readIndex(number, ok); !ok {
		return bad(3, "no index in plain decimal")
	}
	for i, line := range lines[3:] {
		h, ok := readHash(line)
		if !ok {
			return bad(4+i, "no hash of 32 bytes in canonical base64")
		}
		p.Path = append(p.Path, h)
	}
	if p.Head, err = ReadCheckpoint(rest); err != nil {
		return bad(len(lines)+2, "%v", err)
	}
	return p, nil
}

func readIndex(s string, ok bool) (int64, bool) {
	n, fine := readSize(s)
	return n, ok && fine
}
