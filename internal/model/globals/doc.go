// Package globals says what Python names do when a pickle (or a config) calls them: by capability, not by a list of bad ones.
//
// What is known lies in data as text that people can read and review: data/benign says by module which names make a plain
// object, data/effects which names do something else, what, and when that is harmless, and data/called which harmless classes do
// more where they are called instead of being made without their __init__. It is searched where it lies; nothing is built when a
// program starts.
//
// stdlib.txt, libraries.txt and byhand.txt are written by hand: gen/tidy.py sorts them. gen/survey.py reads the sources of
// libraries, without running them, and follows calls to names whose effect is known; gen/stdlib.py and gen/compile.py make the
// other files of what it found, and what is packed. Sources of several versions are surveyed together:
//
//	cd gen
//	python3 survey.py -o found/stdlib.json stdlib=/usr/lib/python3.11 && python3 stdlib.py found/stdlib.json
//	python3 survey.py -o found/sklearn.json sklearn=/src/1.2/sklearn sklearn=/src/1.5/sklearn
//	python3 compile.py found
package globals
