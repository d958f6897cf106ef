package hub

import (
	"bytes"
	"context"
	"strconv"
	"unicode/utf8"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

const (
	maxTokenizer = 64 << 20
	longPattern  = 4096 // bytes of a pattern that splits text
)

// scanTokenizer looks at the file of a fast tokenizer. Its vocabulary is read for damage and not kept.
func scanTokenizer(ctx context.Context, p *inspect.Part) error {
	if p.Size > maxTokenizer {
		p.Say(inspect.NotRead, "tokenizer-limit", -1, "is longer than the %d bytes up to which tokenizers are read", maxTokenizer)
		return nil
	}
	skip := func(depth int, key string) bool { return depth == 2 && (key == "vocab" || key == "merges") }
	n, r, err := parseJSON(p, maxNodes, skip, again(p))
	j := newJudge(ctx, p)
	if m := n.get("model"); m != nil {
		p.Fact("tokenizer", m.text("type"))
		if v := m.get("vocab"); v != nil {
			p.Fact("vocabulary", strconv.Itoa(v.more+len(v.kids)))
		}
	}
	for i, key := range n.keys {
		if key != "added_tokens" {
			j.walk(&n.kids[i], key, 0)
			patterns(p, &n.kids[i], 0)
		}
	}
	switch {
	case err != nil:
		return err
	case n.kind != object:
		p.Say(inspect.NotRead, "tokenizer-shape", n.at, "is no object, which the readers of a tokenizer expect")
	case n.get("model") == nil && n.get("class_name") != nil && n.get("config") != nil: // a tokenizer of KerasHub, whose configuration package keras looks at
	case n.get("model") == nil || n.get("model").kind != object:
		p.Say(inspect.NotRead, "tokenizer-shape", n.at, "has no \"model\", without which no reader takes it")
	case r.over:
		p.Say(inspect.NotRead, "tokenizer-limit", -1, "has more values than are looked at")
	}
	return nil
}

// patterns mentions patterns so long that matching them may take long.
func patterns(p *inspect.Part, n *node, depth int) {
	if depth > maxJSONDepth {
		return
	}
	if re := n.get("Regex"); re != nil && re.kind == text && len(re.s) > longPattern {
		p.Say(inspect.Clean, "tokenizer-pattern", re.at, "has a pattern of %d bytes, which may take long to match", len(re.s))
	}
	for i := range n.kids {
		patterns(p, &n.kids[i], depth+1)
	}
}

// scanVocabulary reads vocab.json, vocab.txt and merges.txt for damage.
func scanVocabulary(ctx context.Context, p *inspect.Part) error {
	if p.Ending() == ".json" {
		n, _, err := parseJSON(p, 1, func(int, string) bool { return true }, nil)
		if err == nil {
			p.Fact("vocabulary", strconv.Itoa(n.more))
		}
		return err
	}
	if p.Size > maxTokenizer {
		p.Say(inspect.NotRead, "vocabulary-limit", -1, "is longer than the %d bytes up to which vocabularies are read", maxTokenizer)
		return nil
	}
	buf := make([]byte, 64<<10)
	lines, kept := 0, 0
	for off := int64(0); off < p.Size; {
		n, _ := p.ReadAt(buf[kept:], off)
		if n <= 0 || ctx.Err() != nil {
			break
		}
		off += int64(n)
		window := buf[:kept+n]
		if at := bytes.IndexByte(window, 0); at >= 0 {
			return &inspect.DamageError{Offset: off - int64(len(window)-at), Reason: "holds a zero byte, which no vocabulary in text has"}
		}
		whole := window
		for cut := 0; cut < utf8.UTFMax && len(whole) > 0 && !utf8.Valid(whole) && off < p.Size; cut++ {
			whole = whole[:len(whole)-1]
		}
		if !utf8.Valid(whole) {
			return &inspect.DamageError{Offset: off - int64(len(window)), Reason: "is not UTF-8 throughout"}
		}
		lines += bytes.Count(whole, []byte("\n"))
		kept = copy(buf, window[len(whole):])
	}
	p.Fact("vocabulary", strconv.Itoa(lines))
	return nil
}
