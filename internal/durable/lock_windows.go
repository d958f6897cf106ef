package durable

import (
	"errors"
	"os"
	"syscall"
	"unsafe"
)

const nonblock = 0

// The standard library has no name for the call and its constants.
const (
	exclusive, failImmediately = 2, 1
	errorLockViolation         = syscall.Errno(33)
)

func lockFile(file *os.File) error {
	call := syscall.NewLazyDLL("kernel32.dll").NewProc("LockFileEx")
	var at syscall.Overlapped
	done, _, err := call.Call(file.Fd(), exclusive|failImmediately, 0, 1, 0, uintptr(unsafe.Pointer(&at)))
	if done != 0 {
		return nil
	}
	if errors.Is(err, errorLockViolation) || errors.Is(err, syscall.ERROR_IO_PENDING) {
		return errHeld
	}
	return err
}
