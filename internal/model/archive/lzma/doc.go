// Package lzma unpacks LZMA, LZMA2 and xz.
//
// It stands here because the window must not be allocated from the size that a header claims: it grows with what was
// unpacked, and never beyond MaxWindow. 7z archives and zips need the raw streams as well.
package lzma
