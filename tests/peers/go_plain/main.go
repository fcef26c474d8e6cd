// cynod-go: a CYNOD server written from the OpenAPI document alone. It keeps everything in memory.

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

type options struct {
	port    int
	config  string
	ttl     time.Duration
	proxied bool
}

func readOptions() (options, error) {
	var o options
	seconds := flag.Int("token-ttl", 3600, "life of access tokens, in seconds (1 to 3600)")
	flag.IntVar(&o.port, "port", 0, "port on 127.0.0.1; 0 for any that is free")
	flag.StringVar(&o.config, "write-config", "", "file to write the configuration of callers to")
	flag.BoolVar(&o.proxied, "proxied", false, "trust X-Forwarded-For and X-Forwarded-Proto from 127.0.0.1")
	flag.Parse()
	o.ttl = time.Duration(*seconds) * time.Second
	switch {
	case o.config == "":
		return o, errors.New("--write-config is required")
	case *seconds < 1 || *seconds > 3600:
		return o, errors.New("--token-ttl must be from 1 to 3600")
	case flag.NArg() > 0:
		return o, errors.New("unexpected argument")
	}
	return o, nil
}

func main() {
	o, err := readOptions()
	if err == nil {
		err = run(o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "cynod-go:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", o.port))
	if err != nil {
		return err
	}
	s := newServer(o.ttl, o.proxied)
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	web := &http.Server{
		Handler:                      s,
		DisableGeneralOptionsHandler: true,
		ReadHeaderTimeout:            20 * time.Second,
		IdleTimeout:                  2 * time.Minute,
		MaxHeaderBytes:               64 << 10,
		ErrorLog:                     log.New(io.Discard, "", 0),
		Protocols:                    &protocols,
	}
	stop, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(envelopeListener{listener}) }()

	base := "http://" + listener.Addr().String()
	if err := ready(base); err != nil {
		return err
	}
	if err := writeConfiguration(o.config, configuration(base, s.partners, o.ttl)); err != nil {
		return err
	}
	fmt.Println(base)
	select {
	case err := <-failed:
		return err
	case <-stop.Done():
	}
	limit, done := context.WithTimeout(context.Background(), 5*time.Second)
	defer done()
	return web.Shutdown(limit)
}

// ready makes sure that the server answers, before anybody is told so.
func ready(base string) error {
	client := http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Get(base + "/sante")
	if err != nil {
		return err
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("health answered %d", answer.StatusCode)
	}
	return nil
}
