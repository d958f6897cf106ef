// Package watch notices that signed files are changed while a system runs (DEP-2.10).
//
// It looks at the names, sizes, times and inodes of the files every second, and reads again what is no longer as it was; at a longer interval
// it reads everything. Changing a file and setting its size and time of modification back is seen, since the time of the last change of the
// inode cannot be set. What it does not see before the next full reading: bytes changed below the file system (on the disk, by a server of
// a network file system that keeps times to itself), and an inode's time forged by whoever may write to the disk or set the clock.
// It tells of tampering after it happened; who has to keep tampered bytes from being loaded needs a verified copy.
package watch
