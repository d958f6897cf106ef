// Package rdata looks at objects that R has saved: .rds, .rda and .RData. Reading one runs no code by itself, but a promise in
// it runs as soon as somebody looks at the object (CVE-2024-27322), an active binding runs when it is looked up, and a workspace
// can bring functions that R calls by name.
//
// The file is walked once, in its order; numbers are skipped, and of code only the names that it calls are kept.
package rdata
