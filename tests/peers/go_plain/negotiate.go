// Content negotiation: Accept, Accept-Language and Content-Type.

package main

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

var languageRange = regexp.MustCompile(
	`^(\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)(?:[ \t]*;[ \t]*[qQ]=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?$`)

// preference is how much a language is wanted, and how early in the header it was named.
type preference struct {
	weight float64
	rank   int
	named  bool
}

func (p preference) over(o preference) bool {
	return p.weight > o.weight || p.weight == o.weight && p.rank < o.rank
}

// chooseLanguage follows Accept-Language; a malformed header, or none that we speak, gives French.
func chooseLanguage(h http.Header) string {
	var french, english, any preference
	for rank, item := range strings.Split(strings.Join(h.Values("Accept-Language"), ","), ",") {
		if item = strings.Trim(item, " \t"); item == "" {
			continue
		}
		m := languageRange.FindStringSubmatch(item)
		if m == nil {
			return "fr"
		}
		p := preference{1, rank, true}
		if m[2] != "" {
			p.weight, _ = strconv.ParseFloat(m[2], 64)
		}
		primary, _, _ := strings.Cut(strings.ToLower(m[1]), "-")
		for tag, slot := range map[string]*preference{"fr": &french, "en": &english, "*": &any} {
			if tag == primary && (!slot.named || p.over(*slot)) {
				*slot = p
			}
		}
	}
	if !french.named {
		french = any
	}
	if !english.named {
		english = any
	}
	if english.weight > 0 && english.over(french) {
		return "en"
	}
	return "fr"
}

// mediaRange is one element of Accept.
type mediaRange struct {
	specificity int // 3 application/json, 2 application/*, 1 */*
	weight      float64
	narrowed    bool // carries parameters of its own
}

// acceptsJSON tells whether Accept leaves room for application/json. Malformed elements are ignored.
func acceptsJSON(h http.Header) bool {
	anyRange, accepted, best := false, false, 0
	for _, item := range splitOutsideQuotes(strings.Join(h.Values("Accept"), ","), ',') {
		r, valid := readMediaRange(item)
		if !valid {
			continue
		}
		anyRange = true
		switch {
		case r.specificity == 0:
		case r.narrowed && r.weight > 0: // we have no variants: what asks for one of JSON's is served JSON
			best, accepted = 4, true
		case !r.narrowed && r.specificity > best:
			best, accepted = r.specificity, r.weight > 0
		case !r.narrowed && r.specificity == best:
			accepted = accepted || r.weight > 0
		}
	}
	return accepted || !anyRange
}

func readMediaRange(item string) (r mediaRange, valid bool) {
	parts := splitOutsideQuotes(item, ';')
	name := strings.ToLower(strings.Trim(parts[0], " \t"))
	switch name {
	case "application/json":
		r.specificity = 3
	case "application/*":
		r.specificity = 2
	case "*/*", "*":
		r.specificity = 1
	default:
		kind, sub, slash := strings.Cut(name, "/")
		if !slash || kind == "" || sub == "" {
			return r, false
		}
	}
	r.weight = 1
	for _, p := range parts[1:] {
		key, value, _ := strings.Cut(strings.Trim(p, " \t"), "=")
		value = strings.Trim(value, `"`)
		switch strings.ToLower(key) {
		case "q":
			w, err := strconv.ParseFloat(value, 64)
			if err != nil || !(w >= 0 && w <= 1) {
				return r, false
			}
			r.weight = w
			return r, true // what follows the weight is an extension
		case "":
		case "charset":
			r.narrowed = r.narrowed || !strings.EqualFold(value, "utf-8")
		default:
			r.narrowed = true
		}
	}
	return r, true
}

func splitOutsideQuotes(s string, separator byte) []string {
	var parts []string
	quoted, from := false, 0
	for i := 0; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == separator && !quoted:
			parts = append(parts, s[from:i])
			from = i + 1
		}
	}
	return append(parts, s[from:])
}

// announces tells whether the request's body is announced as this media type. Parameters do not matter.
func announces(h http.Header, mediaType string) bool {
	lines := h.Values("Content-Type")
	if len(lines) != 1 {
		return false
	}
	name, _, _ := strings.Cut(lines[0], ";")
	return strings.EqualFold(strings.Trim(name, " \t"), mediaType)
}

// encoded tells whether the body has a content coding, which we never undo.
func encoded(h http.Header) bool {
	coding := strings.Trim(strings.Join(h.Values("Content-Encoding"), ","), " \t")
	return coding != "" && !strings.EqualFold(coding, "identity")
}
