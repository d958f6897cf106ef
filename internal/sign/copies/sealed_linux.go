package copies

import (
	"context"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// seal copies a single file to memory and forbids everybody, this process included, to write to it or to change its size, for as long as it
// exists. The kernel keeps the seals; no permission lifts them.
func (c *Copy) seal(ctx context.Context, s *original) error {
	in, err := s.tree.OpenFile(s.base)
	if err != nil {
		return err
	}
	defer in.Close()
	fd, err := unix.MemfdCreate("lodemark-model", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	if err != nil {
		return fmt.Errorf("make a file in memory: %w", err)
	}
	c.Sealed = os.NewFile(uintptr(fd), "lodemark-model")
	if c.Bytes, err = transfer(ctx, c.Sealed, in); err != nil {
		return fmt.Errorf("copy to memory: %w", err)
	}
	const all = unix.F_SEAL_WRITE | unix.F_SEAL_SHRINK | unix.F_SEAL_GROW | unix.F_SEAL_SEAL
	if _, err := unix.FcntlInt(uintptr(fd), unix.F_ADD_SEALS, all); err != nil {
		return fmt.Errorf("seal the file in memory: %w", err)
	}
	c.Path = fmt.Sprintf("/proc/self/fd/%d", fd)
	return nil
}
