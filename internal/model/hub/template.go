package hub

import (
	"bytes"
	"context"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// claimsTemplate takes chat templates by name, and other templates where they speak of messages and roles or reach for what
// only an attack reaches for.
func claimsTemplate(p *inspect.Part) bool {
	if roleOf(p.Name) != template {
		return false
	}
	head := p.Head()
	if !isText(head) || !bytes.Contains(head, []byte("{{")) && !bytes.Contains(head, []byte("{%")) {
		return strings.HasPrefix(p.Name, "chat_template.")
	}
	if strings.Contains(strings.ToLower(p.Name), "chat_template") || neighbour(p, "tokenizer_config.json", "tokenizer.json") {
		return true
	}
	if bytes.Contains(head, []byte("messages")) && bytes.Contains(head, []byte("role")) || bytes.Contains(head, []byte("bos_token")) {
		return true
	}
	return hasAny(head, []string{"__class__", "__globals__", "__subclasses__", "__builtins__", "__import__", "__mro__", "__init__", "__base__", `\x5f`, "|attr(", "| attr("})
}

func scanTemplate(_ context.Context, p *inspect.Part) error {
	src, err := p.Read(0, int(min(p.Size, maxTemplate+1)))
	if err != nil {
		return err
	}
	if !isText(src) {
		return &inspect.DamageError{Offset: int64(bytes.IndexByte(src, 0)), Reason: "holds a zero byte, which no template has"}
	}
	surely := strings.Contains(strings.ToLower(p.Name), "chat_template") || bytes.Contains(src, []byte("messages"))
	judgeTemplate(p, src, surely, func(off int) int64 { return int64(off) })
	return nil
}
