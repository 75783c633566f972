package collection

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/ondol-rag/ondol/index"
	"github.com/ondol-rag/ondol/index/json"
	"github.com/ondol-rag/ondol/index/segment"
)

// manifest says which segments make up a collection. It is the only file that
// changes, and it changes by a new one of the next generation.
type manifest struct {
	Generation int `json:"generation"`
	About
	Segments []entry `json:"segments"`
}

// About is what a collection is called.
type About struct {
	Name string   `json:"name,omitempty"`
	Tags []string `json:"tags,omitempty"`
}

// entry is a segment and what of it was removed since it was written.
type entry struct {
	Name    string   `json:"name"`
	Size    int64    `json:"size"`
	Sum     uint32   `json:"sum"`
	Removed []string `json:"removed,omitempty"` // document IDs, sorted
}

const (
	manifestPrefix = "manifest-"
	segmentPrefix  = "segment-"
)

func manifestName(generation int) string { return fmt.Sprintf("%s%012d", manifestPrefix, generation) }

// errTorn is a manifest whose writing was cut off: what a crash left of a change
// that nobody was told of.
var errTorn = errors.New("cut off while it was written")

// header begins a manifest: the length and checksum of what follows, then the
// checksum of these two. It tells a torn file from a damaged one.
func header(body []byte) string {
	head := fmt.Sprintf("ondol 1 %08x %08x", len(body), segment.Checksum(body))
	return fmt.Sprintf("%s %08x\n", head, segment.Checksum([]byte(head)))
}

var headerLen = len(header(nil))

// parseHeader is the way back; ok is false where the header is damaged.
func parseHeader(head string) (size int, sum uint32, ok bool) {
	f := strings.Fields(head)
	if len(f) != 5 {
		return 0, 0, false
	}
	n, err1 := strconv.ParseUint(f[2], 16, 32)
	crc, err2 := strconv.ParseUint(f[3], 16, 32)
	own := fmt.Sprintf("ondol 1 %s %s", f[2], f[3])
	ok = err1 == nil && err2 == nil && head == fmt.Sprintf("%s %08x\n", own, segment.Checksum([]byte(own)))
	return int(n), uint32(crc), ok
}

func (m manifest) encode() ([]byte, error) {
	b, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	return append([]byte(header(b)), b...), nil
}

func decodeManifest(name string, b []byte) (m manifest, err error) {
	if len(b) < headerLen {
		return m, fmt.Errorf("%s: %w", name, errTorn)
	}
	head, body := string(b[:headerLen]), b[headerLen:]
	size, sum, ok := parseHeader(head)
	switch {
	case !ok:
		return m, fmt.Errorf("%w: %s, section header: %q", index.ErrCorrupt, name, head)
	case len(body) < size:
		return m, fmt.Errorf("%s: %w", name, errTorn)
	case len(body) > size || segment.Checksum(body) != sum:
		return m, fmt.Errorf("%w: %s, section segments: the checksum does not hold", index.ErrCorrupt, name)
	}
	if err := json.Unmarshal(body, &m); err != nil {
		return m, fmt.Errorf("%w: %s, section segments: %v", index.ErrCorrupt, name, err)
	}
	if manifestName(m.Generation) != name {
		return m, fmt.Errorf("%w: %s is of generation %d", index.ErrCorrupt, name, m.Generation)
	}
	return m, nil
}

// newest reads the newest manifest that is whole, of those after a generation; the
// zero one if there is none. taken is the highest generation whose name is in use. A
// damaged manifest is an error: the one before it would hide what was added since.
func newest(store index.Store, after int) (m manifest, taken int, err error) {
	files, err := store.List()
	if err != nil {
		return m, 0, err
	}
	for i := len(files) - 1; i >= 0; i-- {
		f := files[i]
		generation, ok := generationOf(f.Name)
		if !ok {
			continue
		}
		taken = max(taken, generation)
		if generation <= after {
			break
		}
		b, err := store.Get(f.Name, 0, f.Size)
		if err != nil {
			return m, taken, err
		}
		if m, err = decodeManifest(f.Name, b); !errors.Is(err, errTorn) {
			return m, taken, err
		}
	}
	return manifest{}, taken, nil
}
