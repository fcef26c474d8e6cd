// A strict reader of JSON (RFC 8259): it keeps what encoding/json would hide, such as repeated member names, the case
// of names, lone surrogates and the exact text of numbers.

package main

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

type kind int

const (
	null kind = iota
	boolean
	number
	str
	array
	object
)

type member struct {
	name  string
	value *value
}

type value struct {
	kind     kind
	text     string   // of a string, a number's literal, or "true" and "false"
	broken   bool     // a string with a lone surrogate
	items    []*value // of an array
	members  []member // of an object, in their order
	repeated []string // names met more than once
}

func (v *value) get(name string) *value {
	for _, m := range v.members {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

const maxDepth = 512

var errJSON = errors.New("not JSON")

type reader struct {
	in    string
	at    int
	depth int
}

// readJSON reads one JSON text, with nothing but white space around it.
func readJSON(body []byte) (*value, error) {
	if !utf8.Valid(body) {
		return nil, errJSON
	}
	r := &reader{in: string(body)}
	v, err := r.value()
	if err != nil {
		return nil, err
	}
	if r.space(); r.at != len(r.in) {
		return nil, errJSON
	}
	return v, nil
}

func (r *reader) space() {
	for r.at < len(r.in) && strings.IndexByte(" \t\r\n", r.in[r.at]) >= 0 {
		r.at++
	}
}

// eat takes one byte, if it comes next after white space.
func (r *reader) eat(c byte) bool {
	r.space()
	if r.at < len(r.in) && r.in[r.at] == c {
		r.at++
		return true
	}
	return false
}

func (r *reader) value() (*value, error) {
	r.space()
	if r.at == len(r.in) {
		return nil, errJSON
	}
	if r.depth++; r.depth > maxDepth {
		return nil, errJSON
	}
	defer func() { r.depth-- }()
	switch c := r.in[r.at]; {
	case c == '{':
		return r.object()
	case c == '[':
		return r.array()
	case c == '"':
		return r.str()
	case c == '-' || c >= '0' && c <= '9':
		return r.number()
	}
	for word, k := range map[string]kind{"null": null, "true": boolean, "false": boolean} {
		if strings.HasPrefix(r.in[r.at:], word) {
			r.at += len(word)
			return &value{kind: k, text: word}, nil
		}
	}
	return nil, errJSON
}

func (r *reader) object() (*value, error) {
	r.at++
	v := &value{kind: object}
	if r.eat('}') {
		return v, nil
	}
	seen := map[string]bool{}
	for {
		if r.space(); r.at == len(r.in) || r.in[r.at] != '"' {
			return nil, errJSON
		}
		name, err := r.str()
		if err != nil || !r.eat(':') {
			return nil, errJSON
		}
		inner, err := r.value()
		if err != nil {
			return nil, err
		}
		if seen[name.text] {
			v.repeated = append(v.repeated, name.text)
		}
		seen[name.text] = true
		v.members = append(v.members, member{name.text, inner})
		if r.eat('}') {
			return v, nil
		}
		if !r.eat(',') {
			return nil, errJSON
		}
	}
}

func (r *reader) array() (*value, error) {
	r.at++
	v := &value{kind: array}
	if r.eat(']') {
		return v, nil
	}
	for {
		item, err := r.value()
		if err != nil {
			return nil, err
		}
		v.items = append(v.items, item)
		if r.eat(']') {
			return v, nil
		}
		if !r.eat(',') {
			return nil, errJSON
		}
	}
}

func (r *reader) str() (*value, error) {
	r.at++
	v := &value{kind: str}
	var out strings.Builder
	for r.at < len(r.in) {
		c := r.in[r.at]
		r.at++
		switch {
		case c == '"':
			v.text = out.String()
			return v, nil
		case c < 0x20:
			return nil, errJSON
		case c != '\\':
			out.WriteByte(c)
		default:
			decoded, err := r.escape()
			if err != nil {
				return nil, err
			}
			if utf16.IsSurrogate(decoded) {
				v.broken, decoded = true, utf8.RuneError
			}
			out.WriteRune(decoded)
		}
	}
	return nil, errJSON
}

// escape reads what follows a backslash, both halves of a surrogate pair included.
func (r *reader) escape() (rune, error) {
	if r.at == len(r.in) {
		return 0, errJSON
	}
	c := r.in[r.at]
	r.at++
	if at := strings.IndexByte(`"\/bfnrt`, c); at >= 0 {
		return rune("\"\\/\b\f\n\r\t"[at]), nil
	}
	if c != 'u' {
		return 0, errJSON
	}
	first, ok := r.hex4()
	if !ok {
		return 0, errJSON
	}
	if !utf16.IsSurrogate(first) || !strings.HasPrefix(r.in[r.at:], `\u`) {
		return first, nil
	}
	back := r.at
	r.at += 2
	second, ok := r.hex4()
	if !ok {
		return 0, errJSON
	}
	if pair := utf16.DecodeRune(first, second); pair != utf8.RuneError {
		return pair, nil
	}
	r.at = back // the second escape stands by itself
	return first, nil
}

func (r *reader) hex4() (rune, bool) {
	if len(r.in)-r.at < 4 {
		return 0, false
	}
	n := rune(0)
	for _, c := range []byte(r.in[r.at : r.at+4]) {
		digit, err := strconv.ParseUint(string(c), 16, 8)
		if err != nil {
			return 0, false
		}
		n = n<<4 | rune(digit)
	}
	r.at += 4
	return n, true
}

func (r *reader) digits() int {
	from := r.at
	for r.at < len(r.in) && r.in[r.at] >= '0' && r.in[r.at] <= '9' {
		r.at++
	}
	return r.at - from
}

func (r *reader) skip(set string) bool {
	if r.at < len(r.in) && strings.IndexByte(set, r.in[r.at]) >= 0 {
		r.at++
		return true
	}
	return false
}

func (r *reader) number() (*value, error) {
	from := r.at
	r.skip("-")
	zero := strings.HasPrefix(r.in[r.at:], "0")
	if n := r.digits(); n == 0 || zero && n > 1 {
		return nil, errJSON
	}
	if r.skip(".") && r.digits() == 0 {
		return nil, errJSON
	}
	if r.skip("eE") {
		r.skip("+-")
		if r.digits() == 0 {
			return nil, errJSON
		}
	}
	return &value{kind: number, text: r.in[from:r.at]}, nil
}
