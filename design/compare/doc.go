// Package compare sets models that could be chosen side by side, by 17 criteria that bear on security (SD-4).
//
// A candidate is a folder of weights with its card, a model of a hub with a local copy, or a hosted model that somebody described
// in YAML. Each criterion is judged by signals; each signal has a value, the place where it was seen, and a state. What nobody
// knows is said to be unknown, and there is no total: a model with one disqualifying signal is not made good by sixteen others,
// and which criterion counts most is the decision of people, who write it down in a record. The record holds digests of what was
// seen, so that the choice can be opened again when a model, its card, its terms or the advisories have changed.
//
// Nothing of a candidate is executed, and nobody is contacted.
package compare
