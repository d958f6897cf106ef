package leak

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/secret"
)

// A file is looked at in pieces, so that its size costs no memory. Pieces overlap by more than any credential is long.
const (
	pieceBytes = 4 << 20
	shareBytes = 128 << 10
	headBytes  = 8000
)

// looker looks at files with one set of rules.
type looker struct {
	rules *secret.Rules
	hide  *secret.Hider
	most  int64 // the largest file that is looked at; 0: any
}

// errBinary says that a file is no text: a model, a picture, an archive.
var errBinary = errors.New("no text")

// file looks at one open file.
func (l *looker) file(path string, in lodemark.Content) (File, error) {
	f := File{Path: path}
	size := in.Size()
	if size == 0 {
		return f, nil
	}
	head, err := readAt(in, 0, int(min(size, headBytes)))
	if err != nil {
		return f, err
	}
	if !secret.Text(head) {
		return f, errBinary
	}
	if l.most > 0 && size > l.most {
		return f, fmt.Errorf("text of %d MiB is not looked at for credentials: at most %d MiB are; lodemark secrets reads all", size>>20, l.most>>20)
	}
	line, column := 0, 0 // of where the piece begins: the lines before, and the bytes of its first line before
	for from := int64(0); ; from += pieceBytes - shareBytes {
		text := head
		if size > headBytes {
			if text, err = readAt(in, from, int(min(size-from, pieceBytes))); err != nil {
				return f, err
			}
		}
		last := from+int64(len(text)) >= size || len(text) < pieceBytes
		l.piece(&f, text, int(from), line, column, last)
		if last {
			return f, nil
		}
		passed := text[:pieceBytes-shareBytes]
		if i := bytes.LastIndexByte(passed, '\n'); i >= 0 {
			line, column = line+bytes.Count(passed, []byte{'\n'}), len(passed)-i-1
		} else {
			column += len(passed)
		}
	}
}

// piece looks at a part of a file. What stands in the first half of what it shares with the part before belongs to that, and what stands in
// the second half of what it shares with the next to the next.
func (l *looker) piece(f *File, text []byte, from, line, column int, last bool) {
	found, cut := l.rules.Look(f.Path, text)
	f.Cut = f.Cut || cut
	if len(found) == 0 {
		return
	}
	l.hide.Learn(text, found)
	for _, k := range found {
		if from > 0 && k.Offset < shareBytes/2 || !last && k.Offset >= len(text)-shareBytes/2 {
			continue
		}
		if k.Line == 1 {
			k.Column += column
		}
		k.Offset, k.Line = k.Offset+from, k.Line+line
		if len(f.Found) < mostFound {
			f.Found = append(f.Found, k)
		} else {
			f.Cut = true
		}
	}
}

// mostFound is how many credentials of one file are told.
const mostFound = 2000

// readAt reads n bytes at an offset, or fewer where the file ends.
func readAt(in io.ReaderAt, at int64, n int) ([]byte, error) {
	data := make([]byte, n)
	got, err := in.ReadAt(data, at)
	if err != nil && err != io.EOF {
		return nil, err
	}
	return data[:got], nil
}
