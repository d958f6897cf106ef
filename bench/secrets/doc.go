// Package secrets measures how many of the credentials in a made tree are found, and how many of the things that look like one are taken
// for one.
//
//	go test ./bench/secrets -v -run Measure [-seed N] [-gitleaks FILE] [-write FOLDER] [-missed]
//	go test ./bench/secrets -v -run Trees -trees FOLDER,FOLDER...
//
// The tree comes from the seed: keys of every kind that providers document, which nobody gave out, in a dozen kinds of files, and
// look-alikes. With -gitleaks the same tree is written to a folder, and that program looks at it too. What is found counts by file and
// line; what says of itself that it opens nothing (a test key, a documented sample) is not counted as taken for a credential. The second
// form prints what is found in real trees, for a person to read.
package secrets
