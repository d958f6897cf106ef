// Package arch holds tests only: the rules of the house that a machine can check.
package arch
