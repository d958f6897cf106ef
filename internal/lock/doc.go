// Package lock fixes what an AI system is made of, so that a later look can tell what has changed: models and data by digest or commit,
// prompts and what models are told of tools by the digest of their text, MCP servers by how they are reached, rules of assistants by their
// files. The lock holds names and digests, and no secret: of variables and headers only the names.
package lock
