// Request bodies: read whole up to the contract's limit, and never left in the way of the answer.

package main

import (
	"io"
	"net/http"
	"time"
)

const (
	maxBody      = 1048576
	maxDrain     = 4 * maxBody // what is swallowed of a body that is refused
	bodyTimeout  = 30 * time.Second
	drainTimeout = 5 * time.Second
)

// readBody reads the body, for every method: a GET may have one, which is then ignored.
func (x *exchange) readBody() ([]byte, *refusal) {
	tooLarge := &refusal{code: "1013", hangUp: true}
	if x.r.ContentLength > maxBody {
		return nil, tooLarge
	}
	if x.r.ContentLength == 0 {
		return nil, nil
	}
	http.NewResponseController(x.w).SetReadDeadline(time.Now().Add(bodyTimeout))
	body, err := io.ReadAll(io.LimitReader(x.r.Body, maxBody+1))
	if len(body) > maxBody {
		return nil, tooLarge
	}
	if err != nil {
		return nil, &refusal{code: "1000", hangUp: true}
	}
	return body, nil
}

// drain swallows what is left of the body before a refusal is written, lest closing the connection with unread bytes
// destroy the answer on its way. A caller that waits for "100 Continue" has sent nothing yet.
func (x *exchange) drain() {
	if x.r.ContentLength == 0 || x.r.Header.Get("Expect") != "" {
		return
	}
	http.NewResponseController(x.w).SetReadDeadline(time.Now().Add(drainTimeout))
	io.CopyN(io.Discard, x.r.Body, maxDrain)
}
