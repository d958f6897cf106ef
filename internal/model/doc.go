// Package model looks at model files as their loaders would, without loading them: what would run, be imported, fetched or
// read, what nobody can tell, and what is damaged.
//
// formats.go is the list of formats. The engine gives every part to every format that claims it, since one file may be read
// in several ways and an attacker picks the way; it looks into members, and bounds depth, members, time and what is unpacked.
package model
