package kernel

import (
	"syscall"
	"unsafe"
)

// huge asks for pages of 2 MiB where n bytes lie, before they are written: those of
// 4 KiB cost a third of the speed at which weights are read. Without them, nothing
// is lost but that; a few bytes are not worth the call.
func huge(p unsafe.Pointer, n int) {
	const page, few, adviceHuge = 2 << 20, 64 << 10, 14
	if n < few {
		return
	}
	from, to := uintptr(p)&^(page-1), (uintptr(p)+uintptr(n)+page-1)&^(page-1)
	syscall.Syscall(syscall.SYS_MADVISE, from, to-from, adviceHuge)
}
