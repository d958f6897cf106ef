// Package gguf reads the header of GGUF files: counts, keys, tensors and their places, and the chat templates inside, which are
// programs. Tensor bytes are never read. The formats before it (ggml, ggmf, ggjt) are walked as far as they say how long they are.
package gguf
