package store

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// lock waits until no other process, nor another Folder of this one, has the folder's
// lock file open. The system closes it when a process ends.
func lock(dir string) (unlock func() error, err error) {
	const sharingViolation = syscall.Errno(32)
	path := filepath.Join(dir, ".lock")
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	for {
		h, err := syscall.CreateFile(name, syscall.GENERIC_WRITE, 0, nil, syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
		if err == nil {
			return func() error { return syscall.CloseHandle(h) }, nil
		}
		if !errors.Is(err, sharingViolation) {
			return nil, &os.PathError{Op: "lock", Path: path, Err: err}
		}
		time.Sleep(time.Millisecond)
	}
}
