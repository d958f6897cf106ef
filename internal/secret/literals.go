package secret

// literals finds any of many words in one pass over the text, whatever their case. It is the automaton of Aho and Corasick with every
// transition written out: one look-up a byte, and nothing else while no word ends.
type literals struct {
	class [256]uint8
	shift uint
	next  []uint32 // by state<<shift | class: the next state, shifted likewise
	ends  uint32   // states from here on (shifted) end a word
	words [][]int  // by state, from ends on: which words end there
	sizes []int
}

// newLiterals builds the automaton. Words are taken in lower case.
func newLiterals(words []string) *literals {
	l := &literals{sizes: make([]int, len(words))}
	classes := 1 // 0 is whatever stands in no word
	for _, w := range words {
		for i := range len(w) {
			if c := lower(w[i]); l.class[c] == 0 {
				l.class[c] = uint8(classes)
				classes++
			}
		}
	}
	for c := byte('A'); c <= 'Z'; c++ {
		l.class[c] = l.class[lower(c)]
	}
	for 1<<l.shift < classes {
		l.shift++
	}
	t := newTrie(words, l.class[:], classes)
	order := t.close()
	// States that end words come last, so that one comparison a byte tells them.
	number, plain, ending := make([]uint32, len(order)), 0, len(order)
	for _, s := range order {
		if len(t.out[s]) == 0 {
			plain++
		} else {
			ending--
		}
	}
	ending, plain = plain, 0
	for _, s := range order {
		if len(t.out[s]) == 0 {
			number[s] = uint32(plain)
			plain++
		} else {
			number[s] = uint32(ending)
			ending++
		}
	}
	l.ends = uint32(plain) << l.shift
	l.next = make([]uint32, len(order)<<l.shift)
	l.words = make([][]int, len(order)-plain)
	for _, s := range order {
		for c := range classes {
			l.next[int(number[s])<<l.shift|c] = number[t.next[s][c]] << l.shift
		}
		if n := number[s]; int(n) >= plain {
			l.words[int(n)-plain] = t.out[s]
		}
	}
	for i, w := range words {
		l.sizes[i] = len(w)
	}
	return l
}

// each calls hit for every word of the text: which one, and where it begins. Words that end at one place come longest first.
func (l *literals) each(text []byte, hit func(word, from int)) {
	state, next, ends := uint32(0), l.next, l.ends
	for i, c := range text {
		state = next[state|uint32(l.class[c])]
		if state >= ends {
			for _, w := range l.words[(state-ends)>>l.shift] {
				hit(w, i+1-l.sizes[w])
			}
		}
	}
}

// trie holds the words before their states are numbered.
type trie struct {
	next [][]int
	out  [][]int
}

func newTrie(words []string, class []uint8, classes int) *trie {
	t := &trie{}
	add := func() int {
		row := make([]int, classes)
		for i := range row {
			row[i] = -1
		}
		t.next, t.out = append(t.next, row), append(t.out, nil)
		return len(t.next) - 1
	}
	add()
	for n, w := range words {
		s := 0
		for i := range len(w) {
			c := class[lower(w[i])]
			if t.next[s][c] < 0 {
				t.next[s][c] = add()
			}
			s = t.next[s][c]
		}
		t.out[s] = append(t.out[s], n)
	}
	return t
}

// close gives every state a transition for every class, nearest states first, and says in which order.
func (t *trie) close() (order []int) {
	fail := make([]int, len(t.next))
	order = append(order, 0)
	for c, s := range t.next[0] {
		if s < 0 {
			t.next[0][c] = 0
		} else {
			order = append(order, s)
		}
	}
	for i := 1; i < len(order); i++ {
		s := order[i]
		t.out[s] = append(t.out[s], t.out[fail[s]]...)
		for c, n := range t.next[s] {
			if n < 0 {
				t.next[s][c] = t.next[fail[s]][c]
				continue
			}
			fail[n] = t.next[fail[s]][c]
			order = append(order, n)
		}
	}
	return order
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
