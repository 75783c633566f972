//go:build unix && !linux

package host

const noReserve = 0
