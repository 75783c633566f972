//go:build !unix

package host

import "github.com/tetratelabs/wazero/experimental"

var reserved = experimental.MemoryAllocatorFunc(func(capacity, _ uint64) experimental.LinearMemory {
	return &heapMemory{make([]byte, 0, capacity)}
})
