// Instants and days, as the contract writes them (RFC 3339, UTC, ending in Z).

package main

import (
	"regexp"
	"strings"
	"time"
)

var instantForm = regexp.MustCompile(
	`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?Z$`)

// parseInstant reads an instant. A leap second, which RFC 3339 admits at 23:59, is the second that follows it.
func parseInstant(s string) (time.Time, bool) {
	if !instantForm.MatchString(s) {
		return time.Time{}, false
	}
	leap := strings.HasPrefix(s[11:], "23:59:60")
	if leap {
		s = s[:17] + "59" + s[19:]
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}, false
	}
	if leap {
		t = t.Add(time.Second)
	}
	return t, true
}

var dayForm = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)

func parseDay(s string) (time.Time, bool) {
	if !dayForm.MatchString(s) {
		return time.Time{}, false
	}
	t, err := time.Parse(time.DateOnly, s)
	return t, err == nil
}

// instant writes with microseconds: what is shown is exactly what periods are compared with.
func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

func today() string { return time.Now().UTC().Format(time.DateOnly) }
