// Command edge is Ondol as a Cloudflare Worker: it answers questions from a
// library that lies in an R2 bucket. web/edge starts it in a Durable Object, so
// that the library is opened once and then kept.
package main

import (
	"log"

	"github.com/syumai/workers"
	"github.com/syumai/workers/cloudflare"
)

func main() {
	r2 := cloudflare.GetBinding("LIBRARY")
	if r2.IsUndefined() {
		log.Fatal("no R2 bucket is bound to LIBRARY: see wrangler.toml")
	}
	workers.ServeNonBlock(newHandler(bucket{r2}))
	workers.Ready()
	// Serve would end the program with its first response.
	select {}
}
