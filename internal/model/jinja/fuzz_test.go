package jinja

import (
	"strings"
	"testing"
)

func FuzzLook(f *testing.F) {
	for _, s := range samples {
		f.Add([]byte(s))
	}
	f.Add([]byte(`{% set ns = namespace(s='') %}{% for c in '__ssalc__' %}{% set ns.s = c ~ ns.s %}{% endfor %}{{ ''|attr(ns.s) }}`))
	f.Add([]byte(`{{ '{0.__cla' ~ '%s' % 'ss__}' ~ '{:c}'.format(95) }}{{ dict(a=1)|list|map('upper')|join(',')|reverse }}`))
	f.Fuzz(func(t *testing.T, src []byte) {
		_, err := Parse(src)
		effects := Look(src)
		if err != nil && len(effects) == 0 {
			t.Error("a text that is no template is clean")
		}
		for _, e := range effects {
			if e.ID == "" || e.Message == "" || e.Offset < 0 {
				t.Errorf("%+v", e)
			}
		}
	})
}

func BenchmarkLook(b *testing.B) {
	src := []byte(strings.Repeat(`{%- set ns = namespace(index=0, last=false) -%}{%- for m in messages[::-1] -%}{%- set ns.index = ns.index + 1 -%}`+
		`{%- if m.content is string and not(m.content.startswith('<tool_response>')) -%}{{ '<|im_start|>' + m['role'] + '\n' + m.content|trim + '<|im_end|>' }}{%- endif -%}{%- endfor -%}`, 20))
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		Look(src)
	}
}
