// Package onnx looks at ONNX models: files outside of them that a runtime would read, operators that need native code from
// elsewhere, and structure that lies. Weights are never read.
//
// The layout is that of onnx.proto; field numbers are named after it.
package onnx
