package keras

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/lodemark/lodemark/internal/model/archive"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// claimsZip takes zips that are named as Keras 3 names its models, or hold what it looks for.
func claimsZip(p *inspect.Part) bool {
	if p.Ending() != ".keras" && !bytes.Contains(p.Tail(), []byte("model.weights.")) &&
		!(bytes.Contains(p.Tail(), []byte("config.json")) && bytes.Contains(p.Tail(), []byte("metadata.json"))) {
		return false
	}
	return archive.IsZip(p)
}

func scanZip(ctx context.Context, p *inspect.Part) error {
	z := archive.OpenZip(p)
	if z == nil {
		return &inspect.DamageError{Offset: -1, Reason: "no reader of zips would take it"}
	}
	z.Report()
	p.Fact("framework", "keras")
	has := func(name string) bool {
		return slices.ContainsFunc(z.Entries, func(e archive.Entry) bool { return e.Name == name })
	}
	if !has("config.json") {
		p.Say(inspect.NotRead, "keras-no-config", -1, "has no config.json, without which Keras cannot load it")
	}
	if !has("metadata.json") {
		p.Say(inspect.Clean, "keras-no-metadata", -1, "has no metadata.json, which Keras writes")
	}
	z.Walk(ctx, func(e *archive.Entry) bool {
		if e.Name != "config.json" && e.Name != "metadata.json" {
			return false
		}
		b, ok := z.Small(e, maxSource)
		if !ok {
			if e.Name == "config.json" {
				p.Say(inspect.NotRead, "limit", e.Header, "its %s is longer than is read, or cannot be unpacked", e.Name)
			}
			return false
		}
		in := p.Inside(e.Name, bytes.NewReader(b), int64(len(b)))
		j := &judge{ctx: ctx, part: in, exact: true}
		if err := j.whole(b); err != nil {
			var damage *inspect.DamageError
			if errors.As(err, &damage) {
				in.Say(inspect.NotRead, "keras-config-damaged", damage.Offset, "cannot be read: %s", damage.Reason)
			}
		}
		j.done()
		return false
	})
	return nil
}
