// Package numpy reads the headers of NumPy's .npy arrays. Arrays of objects are pickles behind a header, and are handed on as
// such; the bytes of other arrays are never read.
package numpy
