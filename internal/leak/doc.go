// Package leak looks for credentials in all text files of a target, each byte once, for all who ask.
package leak
