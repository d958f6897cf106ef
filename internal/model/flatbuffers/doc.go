// Package flatbuffers reads FlatBuffers in place with the checks that their verifier makes: every table, table of fields,
// vector and text must lie inside the file and be aligned. Vectors of bytes are measured, never read.
//
// The first thing that is wrong stays as the buffer's error, everything after it reads as absent, and whoever walks asks Err at
// the end and in long loops.
package flatbuffers
