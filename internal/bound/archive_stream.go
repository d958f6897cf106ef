package bound

import (
	"archive/tar"
	"bufio"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
)

// compressed reads gzip or bzip2. A tar inside is part of it, and its members stand directly under the file; anything
// else is one member named like the file without its ending.
func (u *unpacking) compressed(at, kind string, r io.Reader, depth int) error {
	packed := &counted{r: bufio.NewReaderSize(r, 32<<10)}
	var plain io.Reader
	if kind == "bzip2" {
		plain = bzip2.NewReader(packed)
	} else {
		z, err := gzip.NewReader(packed)
		if err != nil {
			u.gap(at, fmt.Errorf("damaged gzip: %w", err))
			return u.final(err)
		}
		plain = z
	}
	// What is read of a tar is counted member by member as well, but skipping over a member inflates, too.
	out := bufio.NewReaderSize(&metered{u: u, path: at, r: plain, total: &u.inflated, packed: packed}, 32<<10)
	head, _ := out.Peek(sniffBytes) // an error comes again with the first read
	if isTar(head) {
		return u.tar(at, out, depth)
	}
	if err := u.count(); err != nil {
		return err
	}
	return u.member(at, entry{name: unpackedName(at), mode: 0o644}, out, depth)
}

func unpackedName(at string) string {
	base := path.Base(at[strings.LastIndexByte(at, '!')+1:])
	for _, end := range []struct{ packed, plain string }{{".tgz", ".tar"}, {".tbz2", ".tar"}, {".gz", ""}, {".bz2", ""}} {
		if short, ok := strings.CutSuffix(base, end.packed); ok && short != "" {
			return short + end.plain
		}
	}
	return "content"
}

// tar reads a tar archive up to its end mark, and makes sure that nothing but padding follows.
func (u *unpacking) tar(at string, r io.Reader, depth int) error {
	names := map[string]bool{}
	for t := tar.NewReader(r); ; {
		h, err := t.Next()
		if err == io.EOF {
			return u.afterTar(at, r)
		}
		if err != nil {
			u.gap(at, fmt.Errorf("damaged tar: %w", err))
			return u.final(err)
		}
		if err := u.count(); err != nil {
			return err
		}
		if err := u.tarEntry(at, t, h, names, depth); err != nil {
			return err
		}
	}
}

func (u *unpacking) tarEntry(at string, t *tar.Reader, h *tar.Header, names map[string]bool, depth int) error {
	if u.longName(at, h.Name) {
		return nil
	}
	e := entry{name: h.Name, mode: h.FileInfo().Mode(), duplicate: names[h.Name]}
	switch h.Typeflag {
	case tar.TypeDir:
		return nil
	case tar.TypeReg, tar.TypeGNUSparse, tar.TypeCont:
	case tar.TypeSymlink, tar.TypeLink:
		e.mode |= fs.ModeSymlink
		e.target = h.Linkname[:min(len(h.Linkname), u.limits.NameBytes)]
	default:
		u.gap(at+"!"+h.Name, fmt.Errorf("tar entry of type %q holds no file", h.Typeflag))
		return nil
	}
	names[h.Name] = true
	return u.member(at, e, t, depth)
}

func (u *unpacking) afterTar(at string, r io.Reader) error {
	buf := buffers.Get().(*[32 << 10]byte)
	defer buffers.Put(buf)
	rest := &metered{u: u, path: at, r: r, total: &u.delivered}
	for {
		n, err := rest.Read(buf[:])
		for _, b := range buf[:n] {
			if b != 0 {
				u.gap(at, errors.New("data after the end mark of a tar: some programs read on, this one did not"))
				return nil
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			u.gap(at, err)
			return u.final(err)
		}
	}
}
