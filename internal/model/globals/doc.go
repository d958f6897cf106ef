// Package globals says what Python names do when a pickle (or a config) calls them: by capability, not by a list of bad ones.
//
// What is known lies in data as text that people can read and review: data/benign says by module which names make a plain
// object, data/effects which names do something else, what, and when that is harmless. It is searched where it lies; nothing
// is built when a program starts.
package globals
