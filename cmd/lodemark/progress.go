package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/lodemark/lodemark/assess"
)

// progress draws one line on a terminal while a run takes long enough for anybody to wonder. Elsewhere it is silent.
type progress struct {
	mu    sync.Mutex
	w     io.Writer // nil: silent
	start time.Time
	drawn bool
	last  time.Time
}

func newProgress(w io.Writer, quiet bool) *progress {
	p := &progress{start: time.Now()}
	if file, ok := w.(*os.File); ok && !quiet && term.IsTerminal(int(file.Fd())) && os.Getenv("CI") == "" {
		p.w = w
	}
	return p
}

func (p *progress) step(s assess.Step) {
	if p.w == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if now.Sub(p.start) < 200*time.Millisecond || now.Sub(p.last) < 50*time.Millisecond {
		return
	}
	p.last, p.drawn = now, true
	if s.Total > 0 {
		fmt.Fprintf(p.w, "\r\x1b[K%s %d/%d %s", s.Phase, s.Done, s.Total, s.Name)
		return
	}
	fmt.Fprintf(p.w, "\r\x1b[K%s …", s.Phase)
}

func (p *progress) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.drawn {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.drawn = false
	}
}
