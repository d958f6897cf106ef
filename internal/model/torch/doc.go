// Package torch reads what PyTorch and its surroundings write: zip and tar archives, TorchScript, packages, exported programs,
// ExecuTorch, and the archives of TorchServe, NeMo and skops.
//
// Pickles inside are handed on to the pickle engine; the bytes of tensors are not read. What these formats add is code that
// runs when they are loaded or served, and structure that can lie about what the pickles refer to.
package torch
