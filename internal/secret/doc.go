// Package secret finds credentials in the bytes of a file: keys in the formats of providers, values whose name says that they are
// secret, passwords in addresses, private keys and signed tokens.
//
// What is found never carries the secret itself: Shown is its beginning at most, and Digest tells two apart only where guessing is hopeless.
//
// Placeholders and keys that open nothing are told apart by Found.Test: a key in a provider's format that was made up, that the provider
// prints in its documentation or that belongs to its test mode is found and says so; so is anything but a provider's key that stands among
// tests. A value that only its name makes a secret, and that people write where a secret belongs, is not found at all: there is no end to
// them.
package secret
