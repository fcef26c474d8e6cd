// Access tokens: JWT signed with HS256, and the list of those revoked.

package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
	"sync"
	"time"
)

var b64 = base64.RawURLEncoding

// The one header we issue; a token with any other is not ours, whatever algorithm it claims.
var jwtHeader = b64.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`))

// claims of a token. NumericDate admits fractions (RFC 7519 §2), so that a token lives exactly its expires_in.
type claims struct {
	ID      string  `json:"jti"`
	Subject string  `json:"sub"`
	Scope   string  `json:"scope"`
	Issued  float64 `json:"iat"`
	Expires float64 `json:"exp"`
}

type tokenMint struct {
	key []byte
	ttl time.Duration

	mu      sync.Mutex
	revoked map[string]bool // by jti, kept as long as the process: "revoked" goes before "expired"
}

func newTokenMint(ttl time.Duration) *tokenMint {
	return &tokenMint{key: randomBytes(32), ttl: ttl, revoked: map[string]bool{}}
}

func (m *tokenMint) sign(signed string) string {
	mac := hmac.New(sha256.New, m.key)
	mac.Write([]byte(signed))
	return b64.EncodeToString(mac.Sum(nil))
}

func numericDate(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

func (m *tokenMint) issue(p *partner, scopes []string) string {
	now := time.Now()
	payload := marshal(claims{
		ID: hex.EncodeToString(randomBytes(16)), Subject: p.key, Scope: strings.Join(scopes, " "),
		Issued: numericDate(now), Expires: numericDate(now.Add(m.ttl)),
	})
	signed := jwtHeader + "." + b64.EncodeToString(payload)
	return signed + "." + m.sign(signed)
}

// open reads a token that was issued here, expired or revoked as it may be.
func (m *tokenMint) open(token string) (*claims, bool) {
	dot := strings.LastIndexByte(token, '.')
	if dot < 0 || !hmac.Equal([]byte(token[dot+1:]), []byte(m.sign(token[:dot]))) {
		return nil, false
	}
	payload, ours := strings.CutPrefix(token[:dot], jwtHeader+".")
	if !ours {
		return nil, false
	}
	raw, err := b64.DecodeString(payload)
	if err != nil {
		return nil, false
	}
	c := new(claims)
	if json.Unmarshal(raw, c) != nil {
		return nil, false
	}
	return c, true
}

func (m *tokenMint) revoke(c *claims) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.revoked[c.ID] = true
}

// state gives the code that refuses the token now, or nothing.
func (m *tokenMint) state(c *claims) string {
	m.mu.Lock()
	revoked := m.revoked[c.ID]
	m.mu.Unlock()
	switch {
	case revoked:
		return "2003"
	case numericDate(time.Now()) >= c.Expires:
		return "2002"
	}
	return ""
}
