// Package lodemark is the vocabulary of the program: guidelines and their clauses, the system under assessment, checks,
// findings, evidence, decisions, and the one pure function that derives an assessment from them.
//
// The words are used as docs/RATIONALE.md and the catalogue define them. Nothing here opens a file, reads a clock or
// talks to a network: values come in, values go out, so that anybody holding the same evidence derives the same verdicts.
package lodemark
