package globals

import "strings"

// harmlessFormula says whether a formula of statsmodels is one as people write them: names of columns, numbers, operators, and
// calls of functions that compute. Patsy evaluates everything in it as Python code, in the namespace of the library.
func harmlessFormula(text string) bool {
	if text == "" || len(text) > 100_000 { // empty where it is not known
		return false
	}
	for at := 0; at < len(text); {
		c := text[at]
		switch {
		case c == '"' || c == '\'': // the name of a column, or of one of its values
			end := strings.IndexByte(text[at+1:], c)
			if end < 0 || strings.IndexByte(text[at+1:at+1+end], '\\') >= 0 {
				return false
			}
			at += end + 2
		case isWord(c):
			end := at
			for end < len(text) && (isWord(text[end]) || text[end] == '.') {
				end++
			}
			called := strings.HasPrefix(strings.TrimLeft(text[end:], " \t\n"), "(")
			quoted := end < len(text) && (text[end] == '"' || text[end] == '\'') // f"" and the like
			if quoted || !formulaWord(text[at:end], called) {
				return false
			}
			at = end
		case strings.IndexByte(" \t\n~+-*/:|^%(,=<>!&.", c) >= 0:
			at++
		case c == ')' || c == '[' || c == ']':
			if rest := strings.TrimLeft(text[at+1:], " \t\n"); rest != "" && (rest[0] == '(' || rest[0] == '.') {
				return false // calls, or reaches into, what something else gave
			}
			at++
		default:
			return false
		}
	}
	return true
}

// attacksInFormula says whether a formula has what no formula needs.
func attacksInFormula(text string) bool {
	for _, word := range [...]string{"__", "compile", "eval", "exec", "getattr", "import", "load", "open", "pickle", "system"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// formulaWord says whether a name in a formula is that of a column, of a function of patsy's or of one that computes.
func formulaWord(word string, called bool) bool {
	if strings.Contains(word, "__") {
		return false
	}
	if word[0] >= '0' && word[0] <= '9' {
		return !called
	}
	head, function, dotted := strings.Cut(word, ".")
	if dotted {
		switch head {
		case "np", "numpy", "math", "pd":
			return hasName("abs absolute add arcsinh array asarray cbrt ceil cos cosh cut divide exp expm1 floor log log10 log1p log2 maximum minimum multiply "+
				"negative power qcut reciprocal round sign sin sinh sqrt square subtract tan tanh where", function)
		}
		return false
	}
	if !called {
		return true
	}
	return hasName("BSpline C CC CR Diff Helmert I Poly Q Sum Treatment abs bs cc center cr exp float int log log10 log2 max min pow round scale sqrt "+
		"standardize te", word)
}
