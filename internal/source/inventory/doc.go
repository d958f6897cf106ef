// Package inventory finds what an AI system is made of in its source code: models and the calls that ask them, prompts, datasets, stores of
// vectors, agents and their tools, guardrails, evaluations, training and serving.
//
// Which library's call means what is data (data/*.yaml, kept as book.json). Names are resolved through variables, defaults of environment
// variables, other files and settings; what cannot be resolved is listed as unresolved, and not left out. Models are found in two ways that
// know nothing of each other, by the calls that take them and by names that only models bear, so that what both miss can be estimated.
package inventory
