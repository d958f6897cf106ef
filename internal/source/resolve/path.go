package resolve

import (
	"path"
	"strings"
)

// resolvePath is the module that a relative import of JavaScript names, as the other file's Module is written.
func resolvePath(from, module string) string {
	name := path.Join(path.Dir(from), module)
	switch ext := path.Ext(name); ext {
	case ".js", ".ts", ".tsx", ".jsx", ".mjs", ".mts", ".cjs", ".cts":
		name = strings.TrimSuffix(name, ext)
	}
	return strings.TrimSuffix(name, "/index")
}
