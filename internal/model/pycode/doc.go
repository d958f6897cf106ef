// Package pycode looks at Python source that a loader of models would run: what it calls that has an effect, and whether that
// happens when the module is imported or only when a function is called.
//
// It is no Python parser. It reads tokens, keeps names that imports and plain assignments give to modules, folds constant
// text, and follows the detours that hide a call: getattr with computed names, __import__, vars, decoded text given to exec.
// Code of honest models reads vocabularies, fetches images and writes configurations; those are effects without a verdict.
package pycode
