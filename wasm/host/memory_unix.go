//go:build unix

package host

import (
	"syscall"

	"github.com/tetratelabs/wazero/experimental"
)

// reserved allocates guest memory in an address range reserved up to its
// maximum; the system backs only the pages that are touched.
var reserved = experimental.MemoryAllocatorFunc(func(capacity, maximum uint64) experimental.LinearMemory {
	b, err := syscall.Mmap(-1, 0, int(maximum), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_ANON|noReserve)
	if err != nil {
		return &heapMemory{make([]byte, 0, capacity)}
	}
	return &mapped{b}
})

type mapped struct{ b []byte }

func (m *mapped) Reallocate(size uint64) []byte {
	if size > uint64(len(m.b)) {
		return nil
	}
	return m.b[:size]
}

func (m *mapped) Free() {
	// Nothing is to be done about a range that cannot be given back.
	_ = syscall.Munmap(m.b)
	m.b = nil
}
