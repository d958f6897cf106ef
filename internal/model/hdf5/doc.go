// Package hdf5 reads the structure of HDF5 files: groups, links, attributes and where the bytes of datasets lie, in all
// layouts that the HDF5 library has written since 1.0. Values of datasets are never read.
//
// It is a small reader of our own because hostile input matters here: every address, count and size is checked against the
// file and against a bound before it is believed, checksums of the newer structures are verified, and what an honest writer
// always does (names in order, sizes that add up) is held against the file, so that damage shows.
//
// The layouts are those of the HDF5 File Format Specification, version 3.0.
package hdf5
