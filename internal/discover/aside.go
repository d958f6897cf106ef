package discover

// Aside says of a path whether it lies in a vendored folder, and whether among tests, as Discover does of every file.
func Aside(path string) (vendored, test bool) {
	p := placeOf(path)
	return p.vendored, p.test
}
