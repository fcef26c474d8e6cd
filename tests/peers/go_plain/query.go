// Query parameters: strict decoding, then the checks that the contract declares.

package main

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	defaultLimit = 20
	maxLimit     = 100
)

// parameter is a declared query parameter.
type parameter struct {
	name     string
	required bool
	valid    func(string) bool
	says     text
}

var (
	cardNumberParameter = parameter{"numeroCarte", true, isCardNumber, text{"de 10 à 19 chiffres", "10 to 19 digits"}}
	cardIDParameter     = parameter{"carteId", true, anything, badForm}
	referenceParameter  = parameter{"reference", false, isReference, badForm}
	fromParameter       = parameter{"du", false, isInstant, text{"doit être un instant RFC 3339 en UTC", "must be an RFC 3339 instant in UTC"}}
	untilParameter      = parameter{"au", false, isInstant, fromParameter.says}
	cursorParameter     = parameter{"curseur", false, anything, badForm}
	limitParameter      = parameter{"limite", false, isLimit, text{"de 1 à 100", "1 to 100"}}
)

var repeatedParameter = text{"répété", "repeated"}

func isInstant(s string) bool { _, ok := parseInstant(s); return ok }

func isLimit(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= 1 && n <= maxLimit && itoa(n) == s
}

func itoa(n int) string { return strconv.Itoa(n) }

// decodeForm decodes pairs separated by "&", in their order; false when an escape is malformed.
func decodeForm(raw string) (pairs [][2]string, ok bool) {
	for _, pair := range strings.Split(raw, "&") {
		if pair == "" {
			continue
		}
		name, val, _ := strings.Cut(pair, "=")
		n, err1 := url.QueryUnescape(name)
		v, err2 := url.QueryUnescape(val)
		if err1 != nil || err2 != nil {
			return nil, false
		}
		pairs = append(pairs, [2]string{n, v})
	}
	return pairs, true
}

// query holds the declared parameters of a request; others are ignored.
type query map[string]string

func readQuery(raw string, declared []parameter, f *faults) (query, bool) {
	pairs, ok := decodeForm(raw)
	if !ok {
		return nil, false
	}
	given := map[string][]string{}
	for _, p := range pairs {
		given[p[0]] = append(given[p[0]], p[1])
	}
	q := query{}
	wrong := func(p parameter, missing bool, says text) {
		*f = append(*f, fault{p.name, "query", missing, says})
	}
	for _, p := range declared {
		values := given[p.name]
		switch {
		case len(values) == 0 && p.required:
			wrong(p, true, absent)
		case len(values) == 0:
		case len(values) > 1:
			wrong(p, false, repeatedParameter)
		case !p.valid(values[0]):
			wrong(p, false, p.says)
		default:
			q[p.name] = values[0]
		}
	}
	return q, true
}

func (q query) limit() int {
	if n, err := strconv.Atoi(q["limite"]); err == nil {
		return n
	}
	return defaultLimit
}

// period is what "du" (included) and "au" (excluded) delimit.
type period struct{ from, until *time.Time }

func (q query) period() (p period) {
	if t, ok := parseInstant(q["du"]); ok {
		p.from = &t
	}
	if t, ok := parseInstant(q["au"]); ok {
		p.until = &t
	}
	return p
}

func (p period) holds(t time.Time) bool {
	return (p.from == nil || !t.Before(*p.from)) && (p.until == nil || t.Before(*p.until))
}
