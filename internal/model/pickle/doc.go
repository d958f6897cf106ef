// Package pickle works out what a pickle would do when it is loaded, without loading it.
//
// A pickle is a program for a small stack machine. This package runs that program on abstract values: constants by their
// place in the file, containers with a bounded number of members, names of Python's, results of calls. So what is called and
// with what is computed, however the name was put together. Nothing grows with the size of the input: what nobody can call or
// walk through is kept as no more than its kind.
//
// Readers differ: CPython's C and Python unpicklers, joblib's, PyTorch's. Where they do, the worst reading counts.
package pickle
