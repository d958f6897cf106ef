package rdata

import "encoding/binary"

// Sample is an object that is a promise of a call of a function with a text; of a name that R does not have, it is inert.
func Sample(function string) []byte {
	w := &writer{out: []byte("X\n")}
	w.ints(2, 0x040201, 0x020300, promiseSxp, unboundSxp, langSxp)
	w.symbol(function)
	w.ints(listSxp)
	w.text("inert")
	w.ints(nilSxp)
	return w.out
}

type writer struct{ out []byte }

func (w *writer) ints(v ...int) {
	for _, i := range v {
		w.out = binary.BigEndian.AppendUint32(w.out, uint32(i))
	}
}

func (w *writer) chars(s string) {
	w.ints(charSxp|4<<12|1<<18, len(s))
	w.out = append(w.out, s...)
}

func (w *writer) symbol(s string) {
	w.ints(symSxp)
	w.chars(s)
}

func (w *writer) text(s string) {
	w.ints(stringSxp, 1)
	w.chars(s)
}
