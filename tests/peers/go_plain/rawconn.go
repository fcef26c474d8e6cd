// Connections whose malformed HTTP is refused in the envelope of the contract.
//
// net/http answers a request it cannot parse by itself, in plain text, straight on the connection. Those few answers
// are recognised by their exact shape and replaced. The catalogue gives the "invalid request" code to status 400 alone,
// so that 417, 431, 501 and 505 become 400 as well.

package main

import (
	"bytes"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

type envelopeListener struct{ net.Listener }

func (l envelopeListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &envelopeConn{Conn: c}, nil
}

// maxHead is how much of a request is kept in case it has to be refused here.
const maxHead = 16 << 10

type envelopeConn struct {
	net.Conn
	mu   sync.Mutex // net/http may read and write at once
	head []byte     // the beginning of what was read since the last answer
}

// CloseWrite lets net/http finish an answer before it hangs up.
func (c *envelopeConn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

func (c *envelopeConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	if room := maxHead - len(c.head); room > 0 && n > 0 {
		c.head = append(c.head, p[:min(n, room)]...)
	}
	return n, err
}

func (c *envelopeConn) Write(p []byte) (int, error) {
	c.mu.Lock()
	head := string(c.head)
	c.head = c.head[:0]
	c.mu.Unlock()
	if !ownAnswer(p) {
		return c.Conn.Write(p)
	}
	if _, err := c.Conn.Write(malformedAnswer(head)); err != nil {
		return 0, err
	}
	return len(p), nil
}

var (
	statusLine        = []byte("HTTP/1.1 ")
	expectationFailed = []byte("HTTP/1.1 417 ")
	plainTextHeaders  = []byte("\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n")
)

// ownAnswer tells an answer that net/http made up from one of our handlers'.
func ownAnswer(p []byte) bool {
	if !bytes.HasPrefix(p, statusLine) {
		return false
	}
	if bytes.HasPrefix(p, expectationFailed) {
		return true
	}
	end := bytes.Index(p, []byte("\r\n"))
	return end > 0 && bytes.HasPrefix(p[end:], plainTextHeaders)
}

// legibleHeaders gives the headers of a request that can be read, however malformed the rest.
func legibleHeaders(head string) http.Header {
	h := http.Header{}
	head, _, _ = strings.Cut(head, "\r\n\r\n")
	lines := strings.Split(head, "\r\n")
	for _, line := range lines[1:] {
		if name, val, ok := strings.Cut(line, ":"); ok {
			h.Add(name, strings.Trim(val, " \t"))
		}
	}
	return h
}

func malformedAnswer(head string) []byte {
	asked := legibleHeaders(head)
	lang := chooseLanguage(asked)
	_, body := refuse("1000").body(lang)
	var b bytes.Buffer
	b.WriteString("HTTP/1.1 400 Bad Request\r\n")
	for _, h := range [][2]string{
		{"Date", time.Now().UTC().Format(http.TimeFormat)},
		{"Content-Type", "application/json"},
		{"Content-Length", strconv.Itoa(len(body))},
		{"Content-Language", lang},
		{"Cache-Control", "no-store"},
		{"X-Content-Type-Options", "nosniff"},
		{"X-Request-Id", requestID(asked)},
		{"Connection", "close"},
	} {
		b.WriteString(h[0] + ": " + h[1] + "\r\n")
	}
	b.WriteString("\r\n")
	if !strings.HasPrefix(head, "HEAD ") {
		b.Write(body)
	}
	return b.Bytes()
}
