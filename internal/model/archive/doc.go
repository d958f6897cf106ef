// Package archive reads containers as the loaders of models do: zip, tar, 7z, and the streams that pickles are packed with.
//
// Loaders differ in what they believe: the directory or the headers in front of the data, the first or the last member of a
// name, the declared size or the end of the stream. Here every reading that some loader has is looked at, and that there is
// more than one is said. Nothing is unpacked to a disk by name, and no size that a file claims is allocated.
package archive
