package infra

import "strings"

// entry finds the entry of a key; of a doubled key the last counts, as the readers in use take it.
func (n *node) entry(key string) (entry, bool) {
	if n == nil {
		return entry{}, false
	}
	for i := len(n.entries) - 1; i >= 0; i-- {
		if n.entries[i].key == key {
			return n.entries[i], true
		}
	}
	return entry{}, false
}

// get follows keys downwards; nil where one is missing.
func (n *node) get(keys ...string) *node {
	for _, key := range keys {
		e, ok := n.entry(key)
		if !ok {
			return nil
		}
		n = e.value
	}
	return n
}

// all yields the entries of a mapping.
func (n *node) all() []entry {
	if n == nil {
		return nil
	}
	return n.entries
}

// list yields the items of a list; a lone scalar counts as a list of one.
func (n *node) list() []*node {
	switch {
	case n == nil:
		return nil
	case n.kind == scalar:
		return []*node{n}
	}
	return n.items
}

// is says whether the node is there and of that kind.
func (n *node) is(k nodeKind) bool { return n != nil && n.kind == k }

// str is the text of a scalar, or nothing.
func (n *node) str() string {
	if n == nil {
		return ""
	}
	return n.text
}

// at is the line, 0 for an absent node.
func (n *node) at() int {
	if n == nil {
		return 0
	}
	return n.line
}

// value is a scalar as a Value: absent, null and nested values give the zero one.
func (n *node) value() Value {
	if !n.is(scalar) {
		return Value{}
	}
	return Value{n.text, n.line}
}

// values are the scalars of a list, or of a lone scalar.
func (n *node) values() []Value {
	var all []Value
	for _, item := range n.list() {
		if item.is(scalar) {
			all = append(all, item.value())
		}
	}
	return all
}

// texts are the scalars of a list, or of a lone scalar, as text.
func (n *node) texts() []string {
	var all []string
	for _, v := range n.values() {
		all = append(all, v.Text)
	}
	return all
}

// settings are the scalars of a mapping, or of a list of "NAME=value". A name without a value has an empty one.
func (n *node) settings() []Setting {
	var all []Setting
	for _, e := range n.all() {
		all = append(all, Setting{e.key, Value{e.value.str(), e.line}})
	}
	if n.is(list) {
		for _, item := range n.items {
			if item.is(scalar) {
				name, text, _ := strings.Cut(item.text, "=")
				all = append(all, Setting{name, Value{text, item.line}})
			}
		}
	}
	return all
}
