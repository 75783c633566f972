package main

import (
	"encoding/binary"
	"slices"
)

// Go holds addresses in locals of 64 bits and narrows them anew for each access:
// local.get, i32.wrap_i64. V8 sees that these are one value. wazero does not, and
// checks the bounds of each access as if it knew nothing of those before. share keeps
// what was narrowed in a local of 32 bits. It does so where there are vectors, in the
// kernels: the rest would not be faster for it, and compresses worse.

const (
	typeSection     = 1
	functionSection = 3

	loop, otherwise              = 0x03, 0x05
	localGet, localSet, localTee = 0x20, 0x21, 0x22
	wrap                         = 0xa7
	typeI32                      = 0x7f
	typeFunction                 = 0x60
)

// parameters counts those of each type of function.
func parameters(types []byte) (counts []uint64, err error) {
	r := reader{rest: types}
	for range r.unsigned() {
		if kind := r.bytes(1); r.bad || kind[0] != typeFunction {
			return nil, errFormat
		}
		n := r.unsigned()
		r.bytes(int(n))
		r.bytes(int(r.unsigned())) // results
		counts = append(counts, n)
	}
	return counts, r.end()
}

// typesOf lists which type each function of the module's own has.
func typesOf(functions []byte) (types []uint64, err error) {
	r := reader{rest: functions}
	for range r.unsigned() {
		if r.bad {
			break
		}
		types = append(types, r.unsigned())
	}
	return types, r.end()
}

// end is an error where something is left, or something was not there.
func (r *reader) end() error {
	if r.bad || len(r.rest) > 0 {
		return errFormat
	}
	return nil
}

// share returns a code section whose functions narrow each address once. types are
// those of the functions, params how many parameters each type has.
func share(body []byte, params, types []uint64) ([]byte, error) {
	r := reader{rest: body}
	n := r.unsigned()
	if n != uint64(len(types)) {
		return nil, errFormat
	}
	out := binary.AppendUvarint(nil, n)
	for _, t := range types {
		if t >= uint64(len(params)) {
			return nil, errFormat
		}
		f, err := shareFunction(r.bytes(int(r.unsigned())), params[t])
		if err != nil {
			return nil, err
		}
		out = binary.AppendUvarint(out, uint64(len(f)))
		out = append(out, f...)
	}
	return out, r.end()
}

// shareFunction does so in one function: its locals, which follow the parameters, and
// its instructions.
func shareFunction(code []byte, params uint64) ([]byte, error) {
	r := reader{rest: code}
	locals, groups := params, r.unsigned()
	begin := len(code) - len(r.rest)
	for range groups {
		if r.bad {
			break
		}
		locals += r.unsigned()
		r.bytes(1)
	}
	declared := code[begin : len(code)-len(r.rest)]
	list, err := decode(&r)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(list, func(in instruction) bool { return in.op() == prefixVector }) {
		return code, nil
	}
	var out []byte
	narrow := map[uint64]uint64{} // the local that holds what one was narrowed to
	holds := map[uint64]bool{}    // whether it does here
	for i := 0; i < len(list); i++ {
		in := list[i]
		x := in.local()
		switch {
		case in.op() == localGet && list.wraps(i) && holds[x]:
			out = binary.AppendUvarint(append(out, localGet), narrow[x])
			i++
			continue
		case (in.op() == localGet || in.op() == localTee) && list.wraps(i) && list.again(i+2, x):
			if _, ok := narrow[x]; !ok {
				narrow[x] = locals + uint64(len(narrow))
			}
			holds[x] = true
			out = append(append(out, in...), wrap, localTee)
			out = binary.AppendUvarint(out, narrow[x])
			i++
			continue
		case in.op() == localSet || in.op() == localTee:
			delete(holds, x)
		case in.joins():
			clear(holds)
		}
		out = append(out, in...)
	}
	if len(narrow) == 0 {
		return code, nil
	}
	head := binary.AppendUvarint(nil, groups+1)
	head = append(head, declared...)
	head = append(binary.AppendUvarint(head, uint64(len(narrow))), typeI32)
	return append(head, out...), nil
}

// instruction is one with its operands.
type instruction []byte

func (in instruction) op() byte { return in[0] }

// local is the local that an instruction is about.
func (in instruction) local() uint64 {
	x, _ := binary.Uvarint(in[1:])
	return x
}

// joins reports whether control may come here from elsewhere.
func (in instruction) joins() bool {
	return slices.Contains([]byte{loop, otherwise, end}, in.op())
}

type listing []instruction

func decode(r *reader) (list listing, err error) {
	for len(r.rest) > 0 && !r.bad {
		from := r.rest
		if err := skip(r); err != nil {
			return nil, err
		}
		list = append(list, from[:len(from)-len(r.rest)])
	}
	return list, r.end()
}

// wraps reports whether the value of an instruction is narrowed.
func (l listing) wraps(i int) bool { return i+1 < len(l) && l[i+1].op() == wrap }

// again reports whether a local is narrowed once more from an instruction on, before it
// changes or control may come from elsewhere.
func (l listing) again(from int, x uint64) bool {
	for i := from; i < len(l) && !l[i].joins(); i++ {
		switch op := l[i].op(); {
		case op == localGet && l[i].local() == x && l.wraps(i):
			return true
		case (op == localSet || op == localTee) && l[i].local() == x:
			return false
		}
	}
	return false
}
