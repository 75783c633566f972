//go:build !lean

package extract

import (
	"strings"
	"sync"

	"github.com/ondol-rag/ondol/index/cp949"
)

// halfWidth is the CID of the space that is half an em wide.
const halfWidth = 8094

// korea1 returns the characters of Adobe-Korea1 by CID, 0 for those without: those
// of CP949 in its order, but hanja of several readings once.
var korea1 = sync.OnceValue(func() []rune {
	chars := make([]rune, 18155)
	for r := ' '; r <= '~'; r++ {
		chars[r-' '+1], chars[r-' '+halfWidth] = r, r
	}
	put := func(cid int, fromLead, toLead, fromTrail int) {
		for lead := fromLead; lead <= toLead; lead++ {
			for trail := fromTrail; trail <= 0xFE; trail++ {
				if ks := lead >= 0xA1 && trail >= 0xA1; ks != (fromTrail == 0xA1) {
					continue
				}
				s, ok := cp949.Decode([]byte{byte(lead), byte(trail)})
				r := []rune(s)
				if !ok || len(r) != 1 || r[0] >= 0xF900 && r[0] <= 0xFAFF || strings.ContainsRune("€®\u3164", r[0]) {
					continue // said elsewhere, or added later
				}
				chars[cid] = r[0]
				cid++
			}
		}
	}
	put(101, 0xA1, 0xAC, 0xA1)
	put(1086, 0xB0, 0xC8, 0xA1)
	put(3436, 0xCA, 0xFD, 0xA1)
	put(9333, 0x81, 0xC6, 0x41)
	return chars
})
