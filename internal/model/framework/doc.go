// Package framework looks at the model formats of frameworks that have no package of their own: those of phones and edge
// devices, of gradient boosting, of older frameworks, and what carries them.
//
// Most of these are data alone: what counts is what a loader would run, import, fetch or read beyond the file, and structure
// that lies. The layouts are those of the frameworks' published schemas; field numbers stand beside their names.
package framework
