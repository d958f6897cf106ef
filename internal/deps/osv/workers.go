package osv

import (
	"runtime"
	"sync"
)

// workers make advisories of bytes beside the one who unpacks: that is where the time goes.
type workers struct {
	jobs    chan job
	running sync.WaitGroup
}

type job struct {
	name string
	data []byte
}

func newWorkers(visit func(name string, data []byte)) *workers {
	w := &workers{jobs: make(chan job, 64)}
	for range runtime.GOMAXPROCS(0) {
		w.running.Go(func() {
			for j := range w.jobs {
				visit(j.name, j.data)
			}
		})
	}
	return w
}

func (w *workers) give(name string, data []byte) { w.jobs <- job{name, data} }

func (w *workers) finish() {
	close(w.jobs)
	w.running.Wait()
}
