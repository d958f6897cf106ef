package watch

import (
	"io/fs"
	"syscall"
)

// inode returns when the inode was last changed, which no call sets back, and which one it is.
func inode(info fs.FileInfo) (changed int64, number, device uint64) {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0, 0
	}
	return s.Ctim.Nano(), s.Ino, uint64(s.Dev)
}
