package copies

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/sign/oms"
)

// partial begins the name of a folder that is being filled. Nothing in it is verified yet.
const partial = ".lodemark-copy-"

// prepare makes the folder that a copy is to be kept in, and removes what an interrupted run left there. Anything that the signature does not
// name keeps it from being used: whoever loads a model from there would load that as well.
func prepare(into string, m *oms.Manifest) (string, error) {
	if err := os.MkdirAll(into, 0o755); err != nil {
		return "", fmt.Errorf("make %s: %w", bound.QuoteName(into), err)
	}
	signed := map[string]bool{}
	for _, f := range m.Files() {
		for p := f.Path; p != "." && p != ""; p, _ = parent(p) {
			signed[p] = true
		}
	}
	root, err := os.OpenRoot(into)
	if err != nil {
		return "", fmt.Errorf("open %s: %w", bound.QuoteName(into), err)
	}
	defer root.Close()
	return into, fs.WalkDir(root.FS(), ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fmt.Errorf("look into %s: %w", bound.QuoteName(into), err)
		case p == ".":
			return nil
		case strings.HasPrefix(p, partial) && d.IsDir():
			if err := errors.Join(unlock(filepath.Join(into, p)), root.RemoveAll(p)); err != nil {
				return fmt.Errorf("remove what an interrupted copy left: %w", err)
			}
			return fs.SkipDir
		case p == "lost+found" && d.IsDir(): // a file system's own
			return fs.SkipDir
		case m.Single() && d.Type().IsRegular() && !strings.Contains(p, "/"):
			return nil // the name of a single file is not signed; it is replaced or told below
		case !signed[p]:
			return fmt.Errorf("%s holds %s, which is not signed: copy to an empty folder", bound.QuoteName(into), bound.QuoteName(p))
		}
		return nil
	})
}

func parent(p string) (string, bool) {
	i := strings.LastIndexByte(p, '/')
	if i < 0 {
		return "", false
	}
	return p[:i], true
}

// publish gives the copy the permissions that it keeps, and moves it to where others read it.
func (c *Copy) publish(m *oms.Manifest, o Options) error {
	if c.Sealed != nil {
		return nil
	}
	file, dir := fs.FileMode(0o400), fs.FileMode(0o500)
	if o.Into != "" {
		file, dir = 0o444, 0o755
	}
	err := filepath.WalkDir(c.folder, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return os.Chmod(p, dir)
		}
		return os.Chmod(p, file)
	})
	if err != nil {
		return fmt.Errorf("make the copy read-only: %w", err)
	}
	if o.Into == "" {
		return nil
	}
	return c.move(o.Into)
}

// move brings the verified files from the private folder to the one beside it, over an earlier copy of them.
func (c *Copy) move(into string) error {
	entries, err := os.ReadDir(c.folder)
	if err != nil {
		return fmt.Errorf("list the copy: %w", err)
	}
	for _, e := range entries {
		to := filepath.Join(into, e.Name())
		if err := os.RemoveAll(to); err != nil {
			return fmt.Errorf("replace an earlier copy: %w", err)
		}
		if err := os.Rename(filepath.Join(c.folder, e.Name()), to); err != nil {
			return fmt.Errorf("publish the copy: %w", err)
		}
	}
	if err := os.Remove(c.folder); err != nil {
		return fmt.Errorf("remove the empty private folder: %w", err)
	}
	rel, err := filepath.Rel(c.folder, c.Path)
	if err != nil {
		return err
	}
	c.Path, c.folder = filepath.Join(into, rel), ""
	if err := c.root.Close(); err != nil {
		return err
	}
	if c.root, err = os.OpenRoot(into); err != nil {
		return fmt.Errorf("open the copy: %w", err)
	}
	return nil
}

// unlock makes folders writable again, so that they can be removed.
func unlock(folder string) error {
	err := filepath.WalkDir(folder, func(p string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			return os.Chmod(p, 0o700)
		}
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
