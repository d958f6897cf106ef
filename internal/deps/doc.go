// Package deps lists the packages that lock files of a tree fix, and says which of them a database of advisories knows to be vulnerable
// or malicious (DEV-1.2).
package deps
