package model

import "time"

// Op is a kind of operation of a forward pass.
type Op int

const (
	OpEmbed       Op = iota // rows of the embedding, ropes
	OpProject               // matrices to and from attention
	OpAttention             // queries against the cache
	OpFeedForward           // matrices and activation of the feed-forward part
	OpExchange              // waiting for other shards, and copying
	OpNorm                  // norms and sums
	OpOutput                // the output matrix
	ops
)

var opNames = [ops]string{"embed", "project", "attention", "feed-forward", "exchange", "norm", "output"}

func (o Op) String() string { return opNames[o] }

// Ops lists the kinds.
func Ops() []Op {
	list := make([]Op, ops)
	for o := range list {
		list[o] = Op(o)
	}
	return list
}

// Profile sums up where the time of forward passes goes. A nil profile counts
// nothing and costs nothing.
type Profile struct {
	spent [ops]time.Duration
	from  time.Duration // since start; a time.Time would link all that prints one
}

var start = time.Now()

// Spent is the time that went to a kind of operation.
func (p *Profile) Spent(o Op) time.Duration { return p.spent[o] }

// Total is the time of all operations.
func (p *Profile) Total() (sum time.Duration) {
	for _, d := range p.spent {
		sum += d
	}
	return sum
}

// begin starts the clock.
func (p *Profile) begin() {
	if p != nil {
		p.from = time.Since(start)
	}
}

// lap books the time since the last call to an operation.
func (p *Profile) lap(o Op) {
	if p != nil {
		now := time.Since(start)
		p.spent[o] += now - p.from
		p.from = now
	}
}
