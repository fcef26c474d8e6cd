// Answers: the envelopes of the contract, and how they are written on the wire.

package main

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// fault names one field of the request that is wrong.
type fault struct {
	field, place string
	missing      bool
	says         text
}

// maxFaults keeps an answer in proportion: a body of nothing but unknown members is not listed whole.
const maxFaults = 500

// refusal is an answer of status 400 or more.
type refusal struct {
	code       string
	faults     []fault
	challenges []string // WWW-Authenticate values
	retryAfter int      // seconds; 0 means no header
	allow      string
	hangUp     bool // close the connection after the answer
}

func refuse(code string, faults ...fault) *refusal { return &refusal{code: code, faults: faults} }

// outcome is an answer of success.
type outcome struct {
	status   int
	code     string
	data     json.RawMessage
	location string
	replayed bool
}

func found(data any) *outcome { return &outcome{status: 200, code: "0000", data: marshal(data)} }

func created(data any, location string) *outcome {
	return &outcome{status: 201, code: "0001", data: marshal(data), location: location}
}

type successEnvelope struct {
	Success bool            `json:"success"`
	Code    string          `json:"code"`
	Message string          `json:"message"`
	Data    json.RawMessage `json:"data"`
}

type shortEnvelope struct {
	Success      bool   `json:"success"`
	Code         string `json:"code"`
	Message      string `json:"message"`
	DebugMessage string `json:"debugMessage"`
}

type functionalEnvelope struct {
	shortEnvelope
	MoreInfo moreInfo `json:"moreInfo"`
}

type moreInfo struct {
	Documentation string       `json:"documentation"`
	Champs        []faultyForm `json:"champs"`
}

type faultyForm struct {
	Champ       string `json:"champ"`
	Emplacement string `json:"emplacement"`
	Message     string `json:"message"`
}

// marshal renders a value of ours; none of them can fail.
func marshal(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// body renders the error envelope of the refusal, in one language.
func (f *refusal) body(lang string) (int, []byte) {
	entry := errorCodes[f.code]
	short := shortEnvelope{false, f.code, entry.message.in(lang), entry.debug.in(lang)}
	if entry.envelope != functional {
		return entry.status, marshal(short)
	}
	fields := make([]faultyForm, 0, len(f.faults))
	for _, x := range f.faults[:min(len(f.faults), maxFaults)] {
		fields = append(fields, faultyForm{x.field, x.place, x.says.in(lang)})
	}
	return entry.status, marshal(functionalEnvelope{short, moreInfo{documentationPage + f.code, fields}})
}

// refuse writes an error: one sized body.
func (x *exchange) refuse(f *refusal) {
	x.drain()
	status, body := f.body(x.lang)
	h := x.w.Header()
	for _, c := range f.challenges {
		h.Add("WWW-Authenticate", c)
	}
	if f.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(f.retryAfter))
	}
	if f.allow != "" {
		h.Set("Allow", f.allow)
	}
	if f.hangUp {
		h.Set("Connection", "close")
	}
	h.Set("Content-Language", x.lang)
	x.sized(status, body)
}

// succeed writes a success in its envelope.
func (x *exchange) succeed(o *outcome) {
	h := x.w.Header()
	if o.location != "" {
		h.Set("Location", o.location)
	}
	if o.replayed {
		h.Set("Idempotent-Replayed", "true")
	}
	h.Set("Content-Language", x.lang)
	x.chunked(o.status, marshal(successEnvelope{true, o.code, successMessages[o.code].in(x.lang), o.data}))
}

// sized writes a JSON body with its Content-Length.
func (x *exchange) sized(status int, body []byte) {
	h := x.w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	x.w.WriteHeader(status)
	if x.r.Method != http.MethodHead {
		x.w.Write(body)
	}
}

// chunked writes a JSON body in two flushed pieces, hence with Transfer-Encoding: chunked.
func (x *exchange) chunked(status int, body []byte) {
	x.w.Header().Set("Content-Type", "application/json")
	x.w.WriteHeader(status)
	if x.r.Method == http.MethodHead {
		return
	}
	half := len(body) / 2
	x.w.Write(body[:half])
	if f, ok := x.w.(http.Flusher); ok {
		f.Flush()
	}
	x.w.Write(body[half:])
}

// empty writes an answer without a body.
func (x *exchange) empty(status int) {
	if status != http.StatusNoContent {
		x.w.Header().Set("Content-Length", "0")
	}
	x.w.WriteHeader(status)
}
