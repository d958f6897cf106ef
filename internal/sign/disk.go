package sign

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/lodemark/lodemark/internal/bound"
)

// readRegular reads a file of the operator's, of bounded size, and says what file it is. What is no regular file, a pipe above all, could keep
// the reader waiting for ever. A link is followed wherever it leads: the operator named it.
func readRegular(path string, limit int64) ([]byte, fs.FileInfo, error) {
	tree, name, err := openBeside(path, bound.Limits{FileBytes: limit})
	if err != nil {
		return nil, nil, err
	}
	defer tree.Close()
	fail := func(err error) ([]byte, fs.FileInfo, error) {
		return nil, nil, &fs.PathError{Op: "read", Path: path, Err: err}
	}
	info, err := tree.Stat(name)
	if err == nil && !info.Mode().IsRegular() {
		err = bound.ErrIrregular
	}
	if err != nil {
		return fail(err)
	}
	data, err := tree.ReadFile(name)
	if tooLarge := (*bound.LimitError)(nil); errors.As(err, &tooLarge) {
		return fail(fmt.Errorf("larger than %d bytes", limit))
	}
	if err != nil {
		return fail(err)
	}
	return data, info, nil
}

// openBeside opens the folder that a file really lies in.
func openBeside(path string, limits bound.Limits) (*bound.Tree, string, error) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, "", err
	}
	tree, err := bound.Open(filepath.Dir(real), limits)
	if errors.Is(err, fs.ErrPermission) {
		return nil, "", &os.PathError{Op: "read", Path: path, Err: fs.ErrPermission}
	}
	return tree, filepath.Base(real), err
}

// listFolder names what lies in a folder, in order.
func listFolder(path string, most int) ([]string, error) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, err
	}
	tree, err := bound.Open(real, bound.Limits{})
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	entries, err := tree.List(".", most)
	if tooMany := (*bound.LimitError)(nil); errors.As(err, &tooMany) {
		return nil, fmt.Errorf("more than %d files in %s", most, path)
	}
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, nil
}
