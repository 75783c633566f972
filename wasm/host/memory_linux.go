package host

import "syscall"

const noReserve = syscall.MAP_NORESERVE
