//go:build goexperiment.simd

package kernel

import "unsafe"

// exps writes exp((x-less)*by) of numbers, some fours, and their 4 sums by place.
//
//go:noescape
func exps(dst, x unsafe.Pointer, less, by float32, fours int, sums *[4]float32)

// largestFours makes each of four numbers the largest of itself and those at its place
// among some fours.
//
//go:noescape
func largestFours(four *[4]float32, x unsafe.Pointer, fours int)
