package grammar

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

func toFloat(v any) (float64, bool) {
	n, ok := v.(number)
	if !ok {
		return 0, false
	}
	x, err := strconv.ParseFloat(string(n), 64)
	return x, err == nil
}

// mostDigits are what a float64 holds exactly.
const mostDigits = 15

// interval is the whole numbers from low to high.
type interval struct{ low, high int64 }

var widest = interval{-999_999_999_999_999, 999_999_999_999_999}

// interval reads the bounds of a schema, times ten to the power of decimals.
func (s *object) interval(decimals int, path string) (i interval, err error) {
	i = widest
	scale := math.Pow10(decimals)
	for _, b := range []struct {
		keyword   string
		exclusive string // of draft 4
		lower     bool
	}{
		{"minimum", "exclusiveMinimum", true}, {"exclusiveMinimum", "", true},
		{"maximum", "exclusiveMaximum", false}, {"exclusiveMaximum", "", false},
	} {
		v, ok := s.of[b.keyword]
		if _, isBool := v.(bool); !ok || isBool {
			continue
		}
		x, ok := toFloat(v)
		if !ok {
			return i, fmt.Errorf("%s: %s is no number", path, b.keyword)
		}
		if decimals > 0 {
			x = math.Round(x * scale) // there are no more decimals than these
		}
		exclusive := b.exclusive == "" || s.of[b.exclusive] == true
		switch {
		case b.lower:
			n := math.Ceil(x)
			if exclusive && n == x {
				n++
			}
			if n > float64(i.high) {
				return i, fmt.Errorf("%s: %s is %v: nothing is left", path, b.keyword, v)
			}
			i.low = max(i.low, int64(max(n, float64(widest.low))))
		default:
			n := math.Floor(x)
			if exclusive && n == x {
				n--
			}
			if n < float64(widest.low) {
				return i, fmt.Errorf("%s: %s is %v: nothing is left", path, b.keyword, v)
			}
			i.high = min(i.high, int64(min(n, float64(widest.high))))
		}
	}
	return i, nil
}

func (t *translator) integer(s *object, path string) (node, error) {
	i, err := s.interval(0, path)
	if err != nil {
		return nil, err
	}
	if i == widest {
		return ref("integer"), nil
	}
	if i.low > i.high {
		return nil, fmt.Errorf("%s: no integer lies between its bounds", path)
	}
	return i.numbers(0), nil
}

// number is within bounds a whole number, or one of as many decimals as the
// bounds have, and one more.
func (t *translator) number(s *object, path string) (node, error) {
	i, err := s.interval(0, path)
	if err != nil {
		return nil, err
	}
	if i == widest {
		return ref("number"), nil
	}
	decimals := 1
	for _, keyword := range []string{"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"} {
		if n, ok := s.of[keyword].(number); ok {
			if _, fraction, ok := strings.Cut(string(n), "."); ok {
				decimals = max(decimals, 1+len(fraction))
			}
			if strings.ContainsAny(string(n), "eE") || decimals > mostDigits/2 {
				return nil, fmt.Errorf("%s: %s is %s: write it with at most %d decimals", path, keyword, n, mostDigits/2-1)
			}
		}
	}
	fine, err := s.interval(decimals, path)
	if err != nil {
		return nil, err
	}
	var all choice
	if i.low <= i.high {
		all = append(all, i.numbers(0))
	}
	if fine.low <= fine.high {
		all = append(all, fine.numbers(decimals))
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: no number of %d decimals lies between its bounds", path, decimals)
	}
	return all, nil
}

// numbers writes the numbers of an interval with so many decimals.
func (i interval) numbers(decimals int) node {
	var all choice
	if i.low < 0 {
		all = append(all, sequence{literal("-"), positive(max(1, -i.high), -i.low, decimals)})
	}
	if i.high >= 0 {
		all = append(all, positive(max(0, i.low), i.high, decimals))
	}
	return all
}

func positive(low, high int64, decimals int) node {
	a, b := digits(low, decimals+1), digits(high, decimals+1)
	var all choice
	for n := len(a); n <= len(b); n++ {
		from, to := a, b
		if n > len(a) {
			from = "1" + strings.Repeat("0", n-1)
		}
		if n < len(b) {
			to = strings.Repeat("9", n)
		}
		all = append(all, between(from, to, decimals))
	}
	return all
}

func digits(n int64, least int) string {
	s := strconv.FormatInt(n, 10)
	return strings.Repeat("0", max(0, least-len(s))) + s
}

// between writes the numbers from one to another of as many digits. The last of
// them are decimals.
func between(from, to string, decimals int) node {
	if from == "" {
		return sequence{}
	}
	rest := from[1:]
	zeros, nines := strings.Repeat("0", len(rest)), strings.Repeat("9", len(rest))
	if strings.Trim(from, "0") == "" && strings.Trim(to, "9") == "" {
		n := len(from)
		if n <= decimals || decimals == 0 {
			before := node(sequence{})
			if n == decimals {
				before = literal(".")
			}
			return sequence{before, repeat{digit, n, n}}
		}
		return sequence{repeat{digit, n - decimals, n - decimals}, literal("."), repeat{digit, decimals, decimals}}
	}
	if from[0] == to[0] {
		return sequence{point(rest, decimals), literal(from[:1]), between(rest, to[1:], decimals)}
	}
	all := choice{
		sequence{point(rest, decimals), literal(from[:1]), between(rest, nines, decimals)},
		sequence{point(rest, decimals), literal(to[:1]), between(zeros, to[1:], decimals)},
	}
	if from[0]+1 < to[0] {
		all = append(all, sequence{point(rest, decimals), class{{rune(from[0]) + 1, rune(to[0]) - 1}}, between(zeros, nines, decimals)})
	}
	return all
}

// point stands before the first decimal.
func point(rest string, decimals int) node {
	if decimals > 0 && len(rest)+1 == decimals {
		return literal(".")
	}
	return sequence{}
}
