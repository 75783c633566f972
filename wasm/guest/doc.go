//go:build !wasip1

// Command guest is the engine as a WebAssembly reactor. Build it with
//
//	GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared ./wasm/guest
package main

import "fmt"

func main() { fmt.Println("guest runs as WebAssembly: make build leaves it at build/ondol.wasm") }
