// Package safetensors reads the header of safetensors files as strictly as the reference does, and what their metadata carry.
// Tensor bytes are never read.
package safetensors
