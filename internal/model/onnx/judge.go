package onnx

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

//go:embed operators.txt
var operatorList string

// standard holds the operators of the ONNX domains, over all versions, and experimental ones of its first years.
var standard = sync.OnceValue(func() map[operator]bool {
	all := map[operator]bool{}
	for line := range strings.Lines(operatorList) {
		domain, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		all[operator{plainDomain(domain), name}] = true
	}
	return all
})

// shipped are the domains whose operators come with the usual runtimes.
var shipped = []string{"", "ai.onnx.ml", "ai.onnx.training", "ai.onnx.preview.training", "ai.onnx.preview", "com.microsoft", "com.microsoft.nchwc", "com.microsoft.experimental",
	"com.microsoft.dml", "com.ms.internal.nhwc", "com.xilinx", "com.intel.ai"}

// runsCode are operators of shipped domains that run whatever they are told to.
func runsCode(op operator) (what string, yes bool) {
	switch {
	case strings.HasPrefix(op.name, "PythonOp"), op.name == "PyOp":
		return "runs a Python function", true
	case op.domain == "ai.onnx.contrib" && op.name == "PyCustomOp":
		return "runs a Python function", true
	case op.domain == "com.microsoft" && op.name == "ExternalOp":
		return "runs native code", true
	}
	return "", false
}

// judgeOperators says of every operator that is not of ONNX itself what it needs. A function that the model defines is made of
// nodes that are looked at.
func (l *looker) judgeOperators() {
	ops := make([]operator, 0, len(l.operators))
	for op := range l.operators {
		ops = append(ops, op)
	}
	slices.SortFunc(ops, func(a, b operator) int { return strings.Compare(a.domain+"\x00"+a.name, b.domain+"\x00"+b.name) })
	for _, op := range ops {
		at := l.operators[op]
		whole := inspect.Quote(strings.TrimPrefix(op.domain+"."+op.name, "."))
		what, runs := runsCode(op)
		switch {
		case runs:
			l.part.Say(inspect.Dangerous, "onnx-code-operator", at, "the operator %s %s from outside of the model", whole, what)
		case l.local[op]:
		case !l.opsets[op.domain]:
			l.part.Say(inspect.NotRead, "onnx-structure", at, "the operator %s is of a domain that the model does not import", whole)
		case op.name == "ATen" && (op.domain == "" || op.domain == "org.pytorch.aten"): // PyTorch's exporter writes it where ONNX has no operator
			l.part.Say(inspect.Unknown, "onnx-operator", at, "the operator %s stands for any function of PyTorch", whole)
		case !slices.Contains(shipped, op.domain):
			l.part.Say(inspect.Dangerous, "onnx-custom-operator", at, "the operator %s is none of ONNX: a runtime needs a native library for it, from outside of the model", whole)
		case !strings.HasPrefix(op.domain, "com.") && !standard()[op]:
			l.part.Say(inspect.Unknown, "onnx-operator", at, "the operator %s is not known", whole)
		}
	}
}

// judgeExternal looks for the other files, as far as they lie in what is scanned.
func (l *looker) judgeExternal() {
	names := make([]string, 0, len(l.external))
	for name := range l.external {
		names = append(names, name)
	}
	slices.Sort(names)
	for i, name := range names {
		if i == 1000 {
			l.part.Say(inspect.NotRead, "limit", -1, "tensors lie in %d other files, and only %d were looked for", len(names), i)
			return
		}
		size, err := l.part.SizeBeside(name)
		switch {
		case err == nil && size < l.external[name]:
			l.part.Say(inspect.NotRead, "onnx-external-short", -1, "tensors reach to byte %d of %s, which has %d", l.external[name], inspect.Quote(name), size)
		case errors.Is(err, bound.ErrOutside):
			l.part.Say(inspect.Dangerous, "onnx-external-escape", -1, "tensors are read from %s, which is a link out of what is scanned", inspect.Quote(name))
		case errors.Is(err, fs.ErrNotExist):
			l.part.Say(inspect.NotRead, "onnx-external-missing", -1, "tensors lie in %s, which is not there", inspect.Quote(name))
		case err != nil:
			l.part.Say(inspect.Clean, "onnx-external", -1, "tensors lie in %s, which was not looked for: %s", inspect.Quote(name), fmt.Sprint(err))
		}
	}
}
