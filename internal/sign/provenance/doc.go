// Package provenance reads statements of how an artefact was built (SLSA provenance v1 and v0.2, in the wrappings in which GitHub, npm, PyPI,
// Google Cloud Build and builders of their own hand them out) and holds them against what the operator expects.
//
// A statement is worth what its signer is worth: it tells what a builder says that it did. It does not tell that the source was clean, nor
// that the builder could not have been told to do something else.
package provenance
