//go:build !unix

package main

import "os"

// userSignals: none can be passed on here.
func userSignals() []os.Signal { return nil }
