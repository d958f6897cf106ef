// Package osv reads databases of advisories in the Open Source Vulnerability format, held on a disk, and says which of them
// concern a version of a package.
//
// A database is read once into an index, so that a question costs two short reads whatever the number of advisories. Nothing
// here talks to anybody: a package that fetches databases stands beside it.
package osv
