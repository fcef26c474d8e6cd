// Integers as JSON Schema sees them (1.0 and 1e3 are integers), and the canonical text of a JSON value.

package main

import (
	"sort"
	"strconv"
	"strings"
)

const maxSafe = 1<<53 - 1

// integer reads a number's literal: whether it is an integer, and its value when that is at most 2^53-1 either way.
func integer(literal string) (n int64, whole, small bool) {
	mantissa, exponent := literal, ""
	if at := strings.IndexAny(literal, "eE"); at >= 0 {
		mantissa, exponent = literal[:at], literal[at+1:]
	}
	mantissa, negative := strings.CutPrefix(mantissa, "-")
	units, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(units+fraction, "0")
	shift := power(exponent) - len(fraction)
	trimmed := strings.TrimRight(digits, "0")
	shift += len(digits) - len(trimmed)
	switch {
	case trimmed == "":
		return 0, true, true
	case shift < 0:
		return 0, false, false
	case len(trimmed)+shift > 16:
		return 0, true, false
	}
	n, _ = strconv.ParseInt(trimmed+strings.Repeat("0", shift), 10, 64)
	if n > maxSafe {
		return 0, true, false
	}
	if negative {
		n = -n
	}
	return n, true, true
}

// power reads an exponent. Beyond a hundred million either way, its exact value no longer matters.
func power(exponent string) int {
	digits := strings.TrimLeft(strings.TrimLeft(exponent, "+-"), "0")
	n := 100_000_000
	if len(digits) < 9 {
		n, _ = strconv.Atoi("0" + digits)
	}
	if strings.HasPrefix(exponent, "-") {
		return -n
	}
	return n
}

// canonical writes a value so that equal JSON values have equal texts: members sorted, numbers in one form.
func canonical(v *value, out *strings.Builder) {
	switch v.kind {
	case object:
		members := append([]member(nil), v.members...)
		sort.SliceStable(members, func(i, j int) bool { return members[i].name < members[j].name })
		out.WriteByte('{')
		for _, m := range members {
			out.WriteString(strconv.Quote(m.name) + ":")
			canonical(m.value, out)
			out.WriteByte(',')
		}
		out.WriteByte('}')
	case array:
		out.WriteByte('[')
		for _, item := range v.items {
			canonical(item, out)
			out.WriteByte(',')
		}
		out.WriteByte(']')
	case str:
		out.WriteString(strconv.Quote(v.text))
	case number:
		if n, whole, small := integer(v.text); whole && small {
			out.WriteString(strconv.FormatInt(n, 10))
			return
		}
		out.WriteString(v.text)
	default:
		out.WriteString(v.text)
	}
}
