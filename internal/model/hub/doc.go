// Package hub looks at what lies around the weights in a repository of models, as Hugging Face's libraries and their relatives
// read it: configurations, tokenizers, chat templates, indexes of shards, recipes in YAML, requirements, model cards, Ollama's
// Modelfile, pointers of large file storage, and the Python code that a configuration asks a loader to import.
//
// None of it is weights, and much of it names code: a class to import from this repository or from another one, a function to
// call with arguments, a template to render, packages to install, files to read. The question is always the same: what would
// the usual loader run, import, fetch or read that is not in the files scanned, and does what it runs from them harm.
package hub
