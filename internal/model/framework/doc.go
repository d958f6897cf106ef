// Package framework gathers the model formats of frameworks that have no package of their own, and looks at those of MXNet,
// Flax, Orbax, Spark, H2O and Deeplearning4j itself.
//
// Most of these are data alone: what counts is what a loader would run, import, fetch or read beyond the file, and structure
// that lies. The layouts are those of the frameworks' published schemas; field numbers stand beside their names.
package framework
