package gate

import (
	"embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed data/*.yaml
var embedded embed.FS

// Builtins lists the policies that come with the program, mildest first.
func Builtins() []string { return []string{"starter", "standard", "critical"} }

// BuiltinText is the file of one of them.
func BuiltinText(name string) ([]byte, error) {
	if !slices.Contains(Builtins(), name) {
		return nil, fmt.Errorf("there is no built-in policy %s; there are %s", short(name), strings.Join(Builtins(), ", "))
	}
	return embedded.ReadFile("data/" + name + ".yaml")
}

// Builtin reads one of them.
func Builtin(name string) (*Policy, error) {
	data, err := BuiltinText(name)
	if err != nil {
		return nil, err
	}
	return Read(name, data)
}
