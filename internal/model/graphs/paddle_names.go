package graphs

import (
	_ "embed"
	"strings"
)

// paddleOperators names the operators of PaddlePaddle that no rule of paddleKnown covers, sorted, one on a line.
//
//go:embed paddle_operators.txt
var paddleOperators string

// paddleFamilies are beginnings of names that only PaddlePaddle's own operators are known to have.
var paddleFamilies = []string{"elementwise_", "fake_", "fused_", "fusion_", "reduce_", "search_", "sequence_", "sparse_"}

// paddleKnown says whether an operator comes with PaddlePaddle.
func paddleKnown(op string) bool {
	for {
		short := strings.TrimSuffix(op, "_grad") // and the gradients of gradients
		for _, order := range []string{"_double", "_triple"} {
			short = strings.TrimSuffix(short, order)
		}
		if short == op {
			break
		}
		op = short
	}
	for _, family := range paddleFamilies {
		if strings.HasPrefix(op, family) {
			return true
		}
	}
	name := op + "\n"
	if op == "" || strings.Contains(op, "\n") {
		return false
	}
	return strings.HasPrefix(paddleOperators, name) || strings.Contains(paddleOperators, "\n"+name)
}
