package main

import (
	"fmt"
	"os"
	"runtime/pprof"
)

// profileVariable names a file for a CPU profile of the service. It only counts beside a test server, since a profile is
// for finding out what costs, not for production.
const profileVariable = "LAYAK_CPUPROFILE"

// profile begins a CPU profile if one is asked for, and returns what ends it.
func profile(cfg Config) (end func(), err error) {
	name := os.Getenv(profileVariable)
	if name == "" || cfg.WhatsApp.TestServer.URL == "" {
		return func() {}, nil
	}
	f, err := os.Create(name)
	if err == nil {
		err = pprof.StartCPUProfile(f)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", profileVariable, err)
	}
	return func() {
		pprof.StopCPUProfile()
		_ = f.Close()
	}, nil
}
