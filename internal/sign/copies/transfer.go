package copies

import (
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/lodemark/lodemark/internal/bound"
)

const chunk = 1 << 20

var chunks = sync.Pool{New: func() any { return new([chunk]byte) }}

// transfer copies a file of the size that it had when it was opened. One that goes on behind it is being written to.
func transfer(ctx context.Context, out io.Writer, in *bound.Handle) (int64, error) {
	buffer := chunks.Get().(*[chunk]byte)
	defer chunks.Put(buffer)
	done := int64(0)
	for {
		if err := ctx.Err(); err != nil {
			return done, err
		}
		n, err := in.Read(buffer[:])
		if done+int64(n) > in.Size() {
			return done, fmt.Errorf("it grew beyond %d bytes while it was copied", in.Size())
		}
		if _, err := out.Write(buffer[:n]); err != nil {
			return done, err
		}
		done += int64(n)
		if err == io.EOF {
			return done, nil
		}
		if err != nil {
			return done, err
		}
	}
}
