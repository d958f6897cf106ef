// Package resolve says what the names of one source file mean: which import, definition or value a name stands for, under which
// dotted name the rest of the world knows it, and which constant an expression comes to.
package resolve
