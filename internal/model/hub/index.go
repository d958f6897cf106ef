package hub

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

const (
	maxIndex  = 32 << 20
	maxShards = 5000
)

// scanIndex looks at an index of shards: each tensor's file is opened under the name that stands there.
func scanIndex(ctx context.Context, p *inspect.Part) error {
	if p.Size > maxIndex {
		p.Say(inspect.NotRead, "index-limit", -1, "is longer than the %d bytes up to which indexes are read", maxIndex)
		return nil
	}
	n, r, err := parseJSON(p, 200_000, nil, again(p))
	weights := n.get("weight_map")
	switch {
	case weights == nil && err == nil:
		p.Say(inspect.NotRead, "index-shape", -1, "has no \"weight_map\", without which no loader reads it")
	case weights != nil && weights.kind != object:
		p.Say(inspect.NotRead, "index-shape", weights.at, "has a \"weight_map\" that is no object")
	case weights != nil:
		shards(ctx, p, &n, weights)
	}
	j := newJudge(ctx, p)
	if m := n.get("metadata"); m != nil {
		j.walk(m, "metadata", 0)
	}
	if err != nil {
		return err
	}
	if r.over {
		p.Say(inspect.NotRead, "index-limit", -1, "has more entries than are looked at")
	}
	return nil
}

func shards(ctx context.Context, p *inspect.Part, whole, weights *node) {
	seen := map[string]bool{}
	there, bytes, lost, alone := 0, int64(0), "", false
	for i := range weights.kids {
		files := weights.kids[i : i+1]
		if files[0].kind == list { // as Keras has it for a layer that lies in several
			files = files[0].kids
		}
		for f := range files {
			v := &files[f]
			if v.kind != text {
				p.Say(inspect.NotRead, "index-shape", v.at, "names no file for the tensor %s", inspect.Quote(weights.keys[i]))
				return
			}
			if seen[v.s] {
				continue
			}
			seen[v.s] = true
			if len(seen) > maxShards || ctx.Err() != nil {
				p.Say(inspect.NotRead, "index-limit", v.at, "names more than %d files, and not all were looked at", maxShards)
				return
			}
			if escape(p, v.at, "index-path", fmt.Sprintf("the file of the tensor %s", inspect.Quote(weights.keys[i])), v.s) {
				continue
			}
			size, err := p.SizeBeside(v.s)
			switch {
			case err == nil:
				there++
				bytes += size
			case errors.Is(err, fs.ErrNotExist):
				lost = v.s
			default:
				alone = true
			}
		}
	}
	p.Fact("shards", strconv.Itoa(len(seen)))
	p.Fact("tensors", strconv.Itoa(len(weights.kids)))
	switch {
	case alone:
	case lost != "" && there > 0:
		p.Say(inspect.NotRead, "index-shard-missing", -1, "names %s, which is not there although %d other of its files are", inspect.Quote(lost), there)
	case lost != "":
		p.Say(inspect.Clean, "index-alone", -1, "stands without the %d files that it names", len(seen))
	case there > 0:
		total(p, whole, bytes)
	}
}

// total compares the size that the index claims with that of its files.
func total(p *inspect.Part, whole *node, bytes int64) {
	t := whole.get("metadata").get("total_size")
	if t == nil || t.kind != number {
		return
	}
	p.Fact("bytes of tensors", t.s)
	claimed, err := strconv.ParseFloat(t.s, 64)
	if err == nil && claimed > float64(bytes) {
		p.Say(inspect.Clean, "index-size", t.at, "claims tensors of %s bytes, and its files have %d together", t.s, bytes)
	}
}
