package python

// operator is the longest operator at an offset.
func (l *lexer) operator(at int) (kind, int) {
	src := l.src
	c, c1, c2 := src[at], byte(0), byte(0)
	if at+1 < len(src) {
		c1 = src[at+1]
	}
	if at+2 < len(src) {
		c2 = src[at+2]
	}
	withAssign := func(k kind) (kind, int) {
		if c1 == '=' {
			return augment, 2
		}
		return k, 1
	}
	switch c {
	case '(':
		return lparen, 1
	case ')':
		return rparen, 1
	case '[':
		return lbrack, 1
	case ']':
		return rbrack, 1
	case '{':
		return lbrace, 1
	case '}':
		return rbrace, 1
	case ',':
		return comma, 1
	case ';':
		return semi, 1
	case '~':
		return tilde, 1
	case '.':
		if c1 == '.' && c2 == '.' {
			return ellipsis, 3
		}
		return dot, 1
	case ':':
		if c1 == '=' && l.hole != l.depth {
			return walrus, 2
		}
		return colon, 1
	case '=':
		if c1 == '=' {
			return compare, 2
		}
		return assign, 1
	case '!':
		if c1 == '=' {
			return compare, 2
		}
		return bang, 1
	case '<', '>':
		switch {
		case c1 == c && c2 == '=':
			return augment, 3
		case c1 == c:
			return shift, 2
		case c1 == '=' || c == '<' && c1 == '>':
			return compare, 2
		}
		return compare, 1
	case '*':
		switch {
		case c1 == '*' && c2 == '=':
			return augment, 3
		case c1 == '*':
			return power, 2
		}
		return withAssign(star)
	case '/':
		switch {
		case c1 == '/' && c2 == '=':
			return augment, 3
		case c1 == '/':
			return slashes, 2
		}
		return withAssign(slash)
	case '-':
		if c1 == '>' {
			return arrow, 2
		}
		return withAssign(minus)
	case '+':
		return withAssign(plus)
	case '%':
		return withAssign(percent)
	case '@':
		return withAssign(at_)
	case '&':
		return withAssign(amp)
	case '|':
		return withAssign(pipe)
	case '^':
		return withAssign(caret)
	}
	return bad, 1
}
