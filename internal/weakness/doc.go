// Package weakness lets the practices use the rules for source code and configuration: one run over the target serves every check.
package weakness
