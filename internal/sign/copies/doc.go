// Package copies makes private copies of signed models and verifies the copies, so that what a program loads is what was verified.
//
// Between a check of a file and the load of it lies time in which the file can be exchanged (DEP-2.6, DEV-2.8). Here nothing of the original is
// trusted: the signed files are copied to where nobody else can write, the copy is held against the signature, and the copy is what is handed
// out. A file that is exchanged while it is copied makes a copy that does not verify. What was not signed is not copied.
package copies
