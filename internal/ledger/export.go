package ledger

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/lodemark/lodemark/internal/durable"
)

// line is an entry in an export. Envelope holds the entry as it is, byte for byte, where that is JSON on one line; otherwise Data holds it.
type line struct {
	Index    int64           `json:"index"`
	LeafHash string          `json:"leaf_hash"` // of RFC 6962, in base64
	Envelope json.RawMessage `json:"envelope,omitempty"`
	Data     []byte          `json:"data,omitempty"`
}

// ExportLines writes the entries from (included) to (excluded), one JSON object on each line.
func (l *Ledger) ExportLines(w io.Writer, from, to int64) error {
	for e, err := range l.Entries(from, to) {
		if err != nil {
			return err
		}
		out := line{Index: e.Index, LeafHash: tlog.RecordHash(e.Data).String()}
		// The encoder compacts and escapes what it embeds, so an entry goes in only where that leaves it as it is.
		out.Envelope = e.Data
		text, err := json.Marshal(out)
		if err != nil || !bytes.HasSuffix(text, append(e.Data[:len(e.Data):len(e.Data)], '}')) || e.Data[0] != '{' {
			out.Envelope, out.Data = nil, e.Data
			if text, err = json.Marshal(out); err != nil {
				return err
			}
		}
		if _, err := w.Write(append(text, '\n')); err != nil {
			return err
		}
	}
	return nil
}

// ExportCopy writes what the checkpoint speaks of, and nothing else, into a new folder: a log as C2SP tlog-tiles describes it, with the lock left
// out. Every file is checked before it is written.
func (l *Ledger) ExportCopy(ctx context.Context, dir string) error {
	v, done, err := l.view()
	if err != nil {
		return err
	}
	defer done()
	out, err := durable.MakeFolder(filepath.Dir(filepath.Clean(dir)), filepath.Base(filepath.Clean(dir)), nil)
	if err != nil {
		return err
	}
	defer out.Close()
	if names, err := out.List(".", 1); err != nil || len(names) > 0 {
		return fmt.Errorf("export to %s: the folder is not empty", dir)
	}
	if err := v.copyTo(ctx, out); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if err := out.Put(checkpointFile, 0o644, v.head.Text()); err != nil { // last, as in Append
		return err
	}
	return out.Flush()
}

func (v *view) copyTo(ctx context.Context, out *durable.Folder) error {
	for level := range levels(v.head.Size) {
		last := edgeOf(v.head.Size, level)
		for n := int64(0); n < last.n || n == last.n && last.w > 0; n++ {
			if err := ctx.Err(); err != nil {
				return err
			}
			hashes, err := v.hashes(level, n)
			if err != nil {
				return err
			}
			p := place{level, n, len(hashes)}
			if err := out.Put(p.path(), 0o644, tileOf(hashes)); err != nil {
				return err
			}
			if level > 0 {
				continue
			}
			pieces, err := v.bundleEntries(n)
			if err != nil {
				return err
			}
			var bundle []byte
			for _, piece := range pieces {
				bundle = appendEntry(bundle, piece)
			}
			p.level = entriesLevel
			if err := out.Put(p.path(), 0o644, bundle); err != nil {
				return err
			}
		}
	}
	return nil
}
