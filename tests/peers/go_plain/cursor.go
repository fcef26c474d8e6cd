// Cursors: the sequence number of the last element shown, signed for one list, one partner and one set of filters.

package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"time"
)

const cursorMAC = 16 // bytes

type cursorSigner struct{ key []byte }

func (c cursorSigner) mac(context string, sequence []byte) []byte {
	h := hmac.New(sha256.New, c.key)
	h.Write(sequence)
	h.Write([]byte(context))
	return h.Sum(nil)[:cursorMAC]
}

func (c cursorSigner) make(context string, sequence uint64) string {
	raw := binary.BigEndian.AppendUint64(nil, sequence)
	return b64.EncodeToString(append(raw, c.mac(context, raw)...))
}

func (c cursorSigner) read(context, cursor string) (uint64, bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(raw) != 8+cursorMAC || strings.ContainsAny(cursor, "\r\n") {
		return 0, false
	}
	if !hmac.Equal(raw[8:], c.mac(context, raw[:8])) {
		return 0, false
	}
	return binary.BigEndian.Uint64(raw[:8]), true
}

// cursorContext names the list, the partner and the filters. Equal instants are equal filters, however written.
func cursorContext(x *exchange) string {
	p := x.query.period()
	at := func(t *time.Time) string {
		if t == nil {
			return ""
		}
		return t.UTC().Format(time.RFC3339Nano)
	}
	parts := []string{x.op.id, x.caller.key, x.query["carteId"], x.query["reference"], at(p.from), at(p.until)}
	for i, s := range parts {
		parts[i] = itoa(len(s)) + ":" + s
	}
	return strings.Join(parts, "")
}

// page is a stretch of a list: at most limit elements, older than the cursor.
type page struct {
	before  uint64 // sequence numbers start at 1; 0 means from the newest
	limit   int
	context string
}

// checkCursor verifies the cursor of a list, if one was sent.
func (s *server) checkCursor(x *exchange, f *faults) {
	x.page = page{limit: x.query.limit(), context: cursorContext(x)}
	cursor, sent := x.query["curseur"]
	if !sent {
		return
	}
	before, ok := s.cursors.read(x.page.context, cursor)
	if !ok {
		*f = append(*f, fault{"curseur", "query", false, text{"inconnu", "unknown"}})
		return
	}
	x.page.before = before
}

// listed is an element of a list: it knows its place and its date.
type listed interface {
	sequence() uint64
	date() time.Time
}

// turn walks a list from its newest element and gives one page of it, with the cursor of the next.
func turn[T listed](s *server, x *exchange, list []T, keep func(T) bool) (shown []T, next *string) {
	span := x.query.period()
	for i := len(list) - 1; i >= 0; i-- {
		item := list[i]
		if x.page.before != 0 && item.sequence() >= x.page.before || !span.holds(item.date()) || !keep(item) {
			continue
		}
		if len(shown) == x.page.limit {
			cursor := s.cursors.make(x.page.context, shown[len(shown)-1].sequence())
			return shown, &cursor
		}
		shown = append(shown, item)
	}
	return shown, nil
}
