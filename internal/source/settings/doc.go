// Package settings reads configuration files of every common form (JSON with comments, YAML, TOML, .env and properties, Dockerfiles)
// into one tree of keys and values with lines, so that a rule is written once for all of them.
package settings
