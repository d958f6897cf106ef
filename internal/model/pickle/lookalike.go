package pickle

import (
	"strings"

	"github.com/lodemark/lodemark/internal/model/globals"
)

// imitated are packages whose names others take on with a slip of the pen.
var imitated = [...]string{
	"builtins", "catboost", "collections", "joblib", "keras", "lightgbm", "numpy", "pandas", "scipy", "sklearn", "tensorflow", "torch", "torchvision",
	"transformers", "xgboost",
}

// lookalike is the package that a module is nearly spelled like, where that package has the name and this one is not known.
func lookalike(module, attr string) string {
	top, rest, dotted := strings.Cut(module, ".")
	if len(top) < 4 || len(top) > 16 {
		return ""
	}
	for _, real := range imitated {
		if top == real || !oneSlip(top, real) {
			continue
		}
		whole := real
		if dotted {
			whole += "." + rest
		}
		if globals.Lookup(whole, attr).Known && !globals.Module(module).Known {
			return real
		}
	}
	return ""
}

// oneSlip says whether two words differ by one letter more, less or other, or by two that have changed places.
func oneSlip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch len(b) - len(a) {
	case 0:
		return i < len(a) && (a[i+1:] == b[i+1:] || i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:])
	case 1:
		return a[i:] == b[i+1:]
	}
	return false
}
