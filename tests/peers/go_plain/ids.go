// Identifiers made here: resources, requests, secrets and card numbers.

package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"time"
)

func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails (crypto/rand)
	return b
}

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// newID gives 26 characters in the manner of a ULID: 48 bits of time, 80 of chance.
func newID(now time.Time) string {
	ms := uint64(now.UnixMilli())
	raw := append([]byte{byte(ms >> 40), byte(ms >> 32), byte(ms >> 24), byte(ms >> 16), byte(ms >> 8), byte(ms)},
		randomBytes(10)...)
	var out [26]byte
	var acc, bits uint
	at := len(out) - 1
	for i := len(raw) - 1; i >= 0; i-- {
		acc |= uint(raw[i]) << bits
		for bits += 8; bits >= 5; bits -= 5 {
			out[at] = crockford[acc&31]
			acc >>= 5
			at--
		}
	}
	out[at] = crockford[acc&31]
	return string(out[:])
}

func newRequestID() string { return hex.EncodeToString(randomBytes(16)) }

func newSecret() string { return base64.RawURLEncoding.EncodeToString(randomBytes(32)) }

// newCardNumber gives sixteen digits that end with a Luhn check digit.
func newCardNumber() string {
	digits := []byte("539941")
	for _, b := range randomBytes(9) {
		digits = append(digits, '0'+b%10)
	}
	sum := 0
	for i, d := range digits {
		n := int(d - '0')
		if i%2 == 0 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return string(append(digits, byte('0'+(10-sum%10)%10)))
}

// masked hides a card number but its last four digits.
func masked(number string) string {
	return strings.Repeat("*", len(number)-4) + number[len(number)-4:]
}

// made of, between least and most bytes: the shape most identifiers of the contract have.
func madeOf(s, extra string, least, most int) bool {
	if len(s) < least || len(s) > most {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && strings.IndexByte(extra, c) < 0 {
			return false
		}
	}
	return true
}
