// Package oms signs models and verifies them in the OpenSSF Model Signing format, version 1.0: a Sigstore bundle that holds a DSSE
// envelope, which holds an in-toto statement, which names every file of the model with its digest (DEV-2.7, DEV-2.8, DEP-2.4).
//
// A model is a folder or a single file; datasets and prompts are signed the same way. Verifying reads every byte and tells, all at once,
// what is missing, changed, beyond the signature, or a link. Whom to believe comes from the operator, never from the model's folder.
package oms
