// Meters: how many events a key has had in its current minute.

package main

import (
	"sync"
	"time"
)

const (
	failedLoginsPerMinute = 60    // for one consumer key from one address
	meterCapacity         = 10000 // beyond it, finished minutes are swept
)

type minute struct {
	start time.Time
	count int
}

type meter struct {
	mu      sync.Mutex
	minutes map[string]*minute
}

func newMeter() *meter { return &meter{minutes: map[string]*minute{}} }

// current gives the minute of the key, new if the last one is over.
func (m *meter) current(key string, now time.Time) *minute {
	if w, ok := m.minutes[key]; ok && now.Sub(w.start) < time.Minute {
		return w
	}
	if len(m.minutes) >= meterCapacity {
		for k, w := range m.minutes {
			if now.Sub(w.start) >= time.Minute {
				delete(m.minutes, k)
			}
		}
	}
	w := &minute{start: now}
	m.minutes[key] = w
	return w
}

// wait is the number of seconds until the minute ends, at least one.
func (w *minute) wait(now time.Time) int {
	return int((time.Minute-now.Sub(w.start))/time.Second) + 1
}

// take counts one event; beyond the limit it gives the seconds to wait.
func (m *meter) take(key string, limit int) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	w := m.current(key, now)
	if w.count >= limit {
		return w.wait(now)
	}
	w.count++
	return 0
}

// full tells, without counting, how long to wait when the limit has been reached.
func (m *meter) full(key string, limit int) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	w, ok := m.minutes[key]
	if !ok || now.Sub(w.start) >= time.Minute || w.count < limit {
		return 0
	}
	return w.wait(now)
}

func tooMany(wait int) *refusal { return &refusal{code: "1015", retryAfter: wait} }
