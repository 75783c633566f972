//go:build !js

// Command edge is Ondol as a Cloudflare Worker.
package main

import "fmt"

func main() {
	fmt.Println("edge runs in a Cloudflare Worker: make edge leaves it in build/edge; see web/edge/wrangler.toml")
}
