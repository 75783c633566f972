package llm

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"github.com/ondol-rag/ondol/engine/kvcache"
)

// Shelf keeps pages of the cache beyond the life of a model.
type Shelf interface {
	// Names are those of all that is kept, by whomever.
	Names() ([]string, error)
	Get(name string) ([]byte, error)
	Put(name string, data []byte) error
	Delete(name string) error
}

// pagePrefix begins the names of pages. A number that grows with each page
// follows, so that the oldest are known, and what the page is of.
const pagePrefix = "kv-"

// mostKept is how many bytes of pages are kept.
const mostKept = 128 << 20

// castagnoli is the polynomial that segments are checked by too.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// SetShelf has what is read looked up on a shelf first.
func (m *Model) SetShelf(s Shelf) { m.shelf = s }

// Keep puts on the shelf what the cache holds, as far as it fills pages: a prompt
// that begins alike is not read again, by this model or the same one loaded later.
// The oldest pages make room for new ones.
func (m *Model) Keep() error {
	if m.shelf == nil || m.cache == nil || m.adapted {
		return nil
	}
	kept, err := m.kept()
	if err != nil {
		return err
	}
	tokens := m.cache.Tokens()
	for page := range len(tokens) / kvcache.PageTokens {
		key := m.pageKey(tokens[:(page+1)*kvcache.PageTokens])
		if place(kept, key) >= 0 {
			continue
		}
		b, err := m.Page(m.cache, page)
		if err != nil {
			return err
		}
		for len(kept) > 0 && (len(kept)+1)*len(b) > mostKept {
			if err := m.shelf.Delete(kept[0].name); err != nil {
				return err
			}
			kept = kept[1:]
		}
		next := keptPage{key: key}
		if len(kept) > 0 {
			next.number = kept[len(kept)-1].number + 1
		}
		next.name = fmt.Sprintf("%s%08x-%s", pagePrefix, next.number, key)
		if err := m.shelf.Put(next.name, binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))); err != nil {
			return err
		}
		kept = append(kept, next)
	}
	return nil
}

// Forget takes all pages off a shelf: they tell of documents.
func Forget(s Shelf) error {
	names, err := s.Names()
	for _, name := range names {
		if err == nil && strings.HasPrefix(name, pagePrefix) {
			err = s.Delete(name)
		}
	}
	return err
}

// recall takes from the shelf what the cache lacks of a prompt's beginning. What
// cannot be had, or is damaged, is read by the model.
func (m *Model) recall(prompt []int32) {
	if m.shelf == nil || m.adapted || len(prompt)/kvcache.PageTokens <= m.cache.Len()/kvcache.PageTokens {
		return
	}
	kept, err := m.kept()
	if err != nil {
		return
	}
	for from := m.cache.Len() / kvcache.PageTokens * kvcache.PageTokens; from+kvcache.PageTokens <= len(prompt); from += kvcache.PageTokens {
		key := m.pageKey(prompt[:from+kvcache.PageTokens])
		at := place(kept, key)
		if at < 0 {
			return
		}
		b, err := m.shelf.Get(kept[at].name)
		if n := len(b) - 4; err != nil || n != m.PageBytes() || crc32.Checksum(b[:n], castagnoli) != binary.LittleEndian.Uint32(b[n:]) {
			return
		}
		m.cache.Truncate(from)
		if m.LoadPage(m.cache, prompt[from:from+kvcache.PageTokens], b[:len(b)-4]) != nil {
			return
		}
	}
}

// keptPage is a page on the shelf.
type keptPage struct {
	name, key string
	number    uint64
}

// kept lists the pages on the shelf, the oldest first.
func (m *Model) kept() (pages []keptPage, err error) {
	names, err := m.shelf.Names()
	slices.Sort(names)
	for _, name := range names {
		rest, ok := strings.CutPrefix(name, pagePrefix)
		number, key, whole := strings.Cut(rest, "-")
		if n, err := strconv.ParseUint(number, 16, 32); ok && whole && err == nil {
			pages = append(pages, keptPage{name, key, n})
		}
	}
	return pages, err
}

// place is where a page stands among others; -1 if it does not.
func place(pages []keptPage, key string) int {
	return slices.IndexFunc(pages, func(p keptPage) bool { return p.key == key })
}

// pageKey names the page that ends with the last of some tokens: by the weights,
// the context (which ropes may depend on), the shards, the cache's type, and all
// tokens up to there.
func (m *Model) pageKey(tokens []int32) string {
	h := fnv.New128a()
	fmt.Fprintf(h, "%s %d %d %s\n", m.encoder, m.context, m.Shards(), m.cache.Type)
	b := make([]byte, 4*len(tokens))
	for i, id := range tokens {
		binary.LittleEndian.PutUint32(b[4*i:], uint32(id))
	}
	h.Write(b)
	return fmt.Sprintf("%x", h.Sum(nil))
}
