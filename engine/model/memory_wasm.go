package model

import "runtime"

// available is what is left of the 4 GiB that an instance can have. Pages that
// the collector has freed count as left.
func available() int64 {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return 4<<30 - 64<<20 - int64(s.Sys-s.HeapIdle)
}
