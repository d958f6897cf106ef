package boosting

import (
	"context"
	"encoding/binary"
	"strconv"

	"github.com/lodemark/lodemark/internal/model/cursor"
	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/outside"
)

func xgboostBinaryFormat() inspect.Format {
	return inspect.Format{
		Name: "xgboost-binary",
		Doc:  "Boosted trees of XGBoost in its first form: numbers alone.",
		Claims: func(p *inspect.Part) bool {
			h := p.Head()
			return len(h) >= 4 && string(h[:4]) == "binf" || len(h) >= 200 && xgboostBareHeader(h)
		},
		Scan:       scanXGBoostBinary,
		Canary:     func() (string, []byte) { return "canary.model", append([]byte("binf"), make([]byte, 200)...) },
		CanaryWant: inspect.NotRead,
	}
}

// learnerBytes is the size of LearnerModelParam.
const learnerBytes = 136

// xgboostBareHeader tells a model that was written without its mark: behind the parameters of the learner stand, with their
// lengths, the names of its objective and its booster.
func xgboostBareHeader(h []byte) bool {
	c := h[learnerBytes:]
	n := binary.LittleEndian.Uint64(c)
	if n < 4 || n > 40 || int(n)+24 > len(c) {
		return false
	}
	name := string(c[8 : 8+n])
	c = c[8+n:]
	m := binary.LittleEndian.Uint64(c)
	if m < 4 || m > 16 || int(m)+8 > len(c) {
		return false
	}
	booster := string(c[8 : 8+m])
	for i := range len(name) {
		if name[i] < '-' || name[i] > 'z' {
			return false
		}
	}
	return booster == "gbtree" || booster == "gblinear" || booster == "dart"
}

func scanXGBoostBinary(ctx context.Context, p *inspect.Part) error {
	c := cursor.New(p, binary.LittleEndian)
	if string(p.Head()[:4]) == "binf" {
		c.Skip(4)
	}
	c.Skip(4)
	features, classes := c.Uint32(), c.Int32()
	extra, evals := c.Int32(), c.Int32()
	major, minor := c.Uint32(), c.Uint32()
	c.Skip(learnerBytes - 28)
	objective := c.Text(c.Int64(), 100)
	booster := c.Text(c.Int64(), 100)
	if c.Err() == nil && (classes < 0 || features > 1<<30) {
		c.Fail("claims %d features and %d classes", features, classes)
	}
	trees := int64(0)
	switch booster {
	case "gbtree", "dart":
		trees = xgboostTrees(ctx, c, booster == "dart")
	case "gblinear":
		c.Skip(136) // its parameters
		n := c.Int64()
		if n > c.Left()/4 {
			c.Fail("claims %d weights where %d bytes are left", n, c.Left())
		}
		c.Skip(n * 4)
	default:
		c.Fail("names no booster: %s", inspect.Quote(booster))
	}
	if extra != 0 && c.Err() == nil {
		n := c.Int64()
		for i := int64(0); i < n && c.Err() == nil; i++ {
			key := c.Text(c.Int64(), 200)
			at := c.Off()
			value := c.Text(c.Int64(), 16<<10)
			inspect.Payload(p, at, "the attribute "+inspect.Quote(key), value)
			outside.CommandIn(p, at, "xgboost-command", "the attribute "+inspect.Quote(key), value)
		}
	}
	if c.Err() == nil && c.Left() > 0 { // what the objective needs: a number as text
		if objective == "count:poisson" {
			c.Text(c.Int64(), 100)
		}
		if evals != 0 && c.Left() > 0 {
			n := c.Int64()
			for i := int64(0); i < n && c.Err() == nil; i++ {
				c.Text(c.Int64(), 100)
			}
		}
	}
	if c.Err() == nil && c.Left() > 0 {
		p.Say(inspect.NotRead, "xgboost-trailing", c.Off(), "%d bytes follow its end: XGBoost does not read them", c.Left())
	}
	p.Fact("framework", "xgboost")
	p.Fact("architecture", booster)
	p.Fact("objective", objective)
	p.Fact("trees", strconv.FormatInt(trees, 10))
	p.Fact("features", strconv.FormatUint(uint64(features), 10))
	if major > 0 && major < 10 {
		p.Fact("producer_version", strconv.Itoa(int(major))+"."+strconv.Itoa(int(minor)))
	}
	return c.Err()
}

// xgboostTrees passes trees by, and what stands behind them.
func xgboostTrees(ctx context.Context, c *cursor.Reader, dart bool) int64 {
	n := c.Int32()
	c.Skip(156)
	if n < 0 || int64(n) > c.Left()/148 {
		c.Fail("claims %d trees where %d bytes are left", n, c.Left())
	}
	for i := int32(0); i < n && c.Err() == nil; i++ {
		roots, nodes, deleted := c.Int32(), c.Int32(), c.Int32()
		c.Skip(136) // the rest of the parameters, of which there are 37 words
		if roots < 0 || nodes < 1 || deleted < 0 || deleted > nodes || int64(nodes) > c.Left()/36 {
			c.Fail("a tree claims %d nodes where %d bytes are left", nodes, c.Left())
			return 0
		}
		for j := int32(0); j < nodes && c.Err() == nil; j++ {
			parent, left, right := c.Int32(), c.Int32(), c.Int32()
			c.Skip(8)
			if left < -1 || left >= nodes || right < -1 || right >= nodes || parent != -1 && parent&0x7fffffff >= nodes {
				c.Fail("a node leads to node %d or %d of %d", left, right, nodes)
			}
		}
		c.Skip(int64(nodes) * 16)
		if i&0xff == 0xff && ctx.Err() != nil {
			c.Fail("not looked at wholly in time")
		}
	}
	c.Skip(int64(n) * 4) // which class each tree is for
	if dart && n > 0 {
		if w := c.Int64(); w != int64(n) {
			c.Fail("has %d weights for %d trees", w, n)
		} else {
			c.Skip(w * 4)
		}
	}
	return int64(n)
}
