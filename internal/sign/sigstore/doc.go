// Package sigstore reads, verifies and makes Sigstore bundles: signatures by a short-lived certificate that a certificate authority issued
// to an identity (an address, a workflow), logged in a public log, with a time that somebody else vouches for. Everything is verified
// offline, against a trusted root that the operator hands in.
//
// The formats are those of github.com/sigstore/protobuf-specs (Bundle, TrustedRoot, SigningConfig), RFC 6962 (certificate timestamps), RFC
// 3161 (timestamps) and the C2SP checkpoint and signed note.
package sigstore
