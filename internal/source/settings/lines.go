package settings

import "strings"

// Env reads NAME=value lines: .env files, properties, systemd's environment files. Lines that are none are left out.
func Env(data []byte) (*Node, error) {
	data, err := bounded(data)
	if err != nil {
		return nil, err
	}
	root := &Node{Line: 1, EndLine: 1}
	var b builder
	line := 0
	for text := range strings.Lines(string(data)) {
		line++
		text = strings.TrimSpace(text)
		if text == "" || text[0] == '#' || text[0] == '!' || text[0] == ';' {
			continue
		}
		text = strings.TrimPrefix(text, "export ")
		key, value, ok := strings.Cut(text, "=")
		if !ok {
			continue
		}
		n, err := b.add(root, strings.TrimSpace(key), line)
		if err != nil {
			return root, err
		}
		n.Scalar, n.Value = true, unquote(value)
	}
	return root, nil
}
