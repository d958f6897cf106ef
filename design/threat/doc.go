// Package threat is the threat model as code: it reads threats.yaml, derives along the flows what reaches what, holds the
// model against a library of threats, and says which apply here, where, why, and what would prove that they are dealt with.
//
// # From file to answer
//
//	model, problems := threat.Load("threats.yaml", data)   // all problems at once, each with its line
//	library, problems := threat.LoadLibrary(more...)        // the embedded library and an organisation's own
//	library.Prove()                                         // every rule holds on its bad example and not on its good one
//	report := threat.Evaluate(model, library, now, evidence, decisions)
//	report.Threats                                          // ranked; each with status, places, reason, path, mitigations
//	report.Gains                                            // what one mitigation would buy
//	threat.Compare(before, after)                           // added, removed, changed status
//
// # What is not declared
//
// Silence means different things for different attributes; the table in vocabulary.go says which. A feature that is not
// declared is not there (memory, remote_code, metered). A property on which safety rests and that is not declared is unknown
// (authn, isolation, pinned, origin, format, logging), and so is whatever says "unknown"; where a threat turns on it, the
// threat is unconfirmed and names the attribute that would settle it. Some kinds imply values: an agent is agentic and
// generative unless it says otherwise. An attribute that cannot belong to a kind is false, empty or "".
//
// # The library
//
// data/README.md tells the format of the library's files, which is also that of `--library DIR`.
package threat
