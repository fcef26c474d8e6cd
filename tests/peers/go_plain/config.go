// The configuration file: what a caller needs to know of this server, written once it answers.

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const expiryTolerance = 1 // seconds

func configuration(base string, reg *registry, ttl time.Duration) string {
	var b strings.Builder
	fmt.Fprintf(&b, "[target]\nbase_url = %q\nallow_http = true\n", base)
	for _, c := range reg.credentials {
		fmt.Fprintf(&b, "\n[credentials.%s]\nconsumer_key = %q\nconsumer_secret = %q\n", c.role, c.key, c.secret)
	}
	fmt.Fprintf(&b, "\n[limits]\ntoken_ttl = %d\nexpiry_tolerance = %d\nmax_body = %d\n",
		int(ttl.Seconds()), expiryTolerance, maxBody)
	return b.String()
}

// writeConfiguration replaces the file in one step; only its owner may read it.
func writeConfiguration(path, content string) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".config-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	if _, err = f.WriteString(content); err != nil {
		f.Close()
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
