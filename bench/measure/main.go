// Command measure times lodemark beside a plain search of the same tree, and its memory on hostile trees. Ratios of one
// run on one machine are what it reports; nothing here decides whether a test passes.
package main

import (
	"archive/zip"
	"compress/flate"
	"flag"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	log.SetFlags(0)
	binary := flag.String("lodemark", "./lodemark", "the binary to measure")
	files := flag.Int("files", 60_000, "files of the generated tree")
	bytes := flag.Int64("bytes", 1<<30, "bytes of the generated tree")
	rounds := flag.Int("rounds", 5, "runs of each command, in turn")
	only := flag.Bool("models", false, "measure scans of model files, and nothing else")
	sums := flag.Bool("hashing", false, "measure signing and verifying 4 GB, and nothing else")
	keep := flag.String("tree", "", "generate the tree here and keep it; default: a temporary folder")
	flag.Parse()
	abs, err := filepath.Abs(*binary)
	check(err)

	dir := *keep
	if dir == "" {
		dir, err = os.MkdirTemp("", "lodemark-bench-")
		check(err)
		defer os.RemoveAll(dir)
	}
	if *only {
		models(abs, dir, *rounds)
		return
	}
	if *sums {
		hashing(abs, dir, *rounds)
		return
	}
	tree := filepath.Join(dir, "tree")
	if _, err := os.Stat(tree); err != nil {
		generate(tree, *files, *bytes)
	}
	speed(abs, tree, *rounds)
	startUp(abs, *rounds*4)
	memory(abs, dir)
}

// speed runs both commands in turn, so that both meet the same warm cache and the same noise.
func speed(binary, tree string, rounds int) {
	search := []string{"rg", "-uu", "--files-with-matches", "api[_-]?key", tree}
	look := []string{binary, "assess", tree, "-q", "--format", "json=/dev/null"}
	look[5] = "json=" + filepath.Join(filepath.Dir(tree), "out.json")
	run(search)
	run(look)
	var a, b []usage
	for range rounds {
		a = append(a, run(search))
		b = append(b, run(look))
	}
	s, l := median(a), median(b)
	fmt.Printf("search:   %s\n", s)
	fmt.Printf("lodemark: %s\n", l)
	fmt.Printf("ratio of CPU time (median of %d): %.2f; of wall time: %.2f\n", rounds, l.cpu.Seconds()/s.cpu.Seconds(), l.wall.Seconds()/s.wall.Seconds())
}

func startUp(binary string, rounds int) {
	var u []usage
	for range rounds {
		u = append(u, run([]string{binary, "--version"}))
	}
	fmt.Printf("start-up (--version, median of %d): %s\n", rounds, median(u))
}

// memory assesses a sparse file of 2 GiB and a small archive that expands to 10 GiB.
func memory(binary, dir string) {
	sparse := filepath.Join(dir, "sparse")
	check(os.MkdirAll(sparse, 0o755))
	check(os.WriteFile(filepath.Join(sparse, "Dockerfile"), []byte("FROM scratch\n"), 0o644))
	for _, name := range []string{"model.bin", "requirements.txt", "package.json"} {
		f, err := os.Create(filepath.Join(sparse, name))
		check(err)
		check(f.Truncate(2 << 30))
		check(f.Close())
	}
	out := "json=" + filepath.Join(dir, "out.json")
	fmt.Printf("three sparse files of 2 GiB: %s\n", run([]string{binary, "assess", sparse, "-q", "--format", out}))

	bomb := filepath.Join(dir, "bomb")
	check(os.MkdirAll(bomb, 0o755))
	check(os.WriteFile(filepath.Join(bomb, "Dockerfile"), []byte("FROM scratch\n"), 0o644))
	for _, name := range []string{"model.pt", "data.zip", "model.keras"} {
		zipBomb(filepath.Join(bomb, name), 10<<30)
	}
	fmt.Printf("three zips that expand to 10 GiB: %s\n", run([]string{binary, "assess", bomb, "-q", "--format", out}))
}

type usage struct {
	cpu, wall time.Duration
	rss       int64 // KiB
}

func (u usage) String() string {
	return fmt.Sprintf("%.3f s CPU, %.3f s wall, %d MiB peak", u.cpu.Seconds(), u.wall.Seconds(), u.rss>>10)
}

// run runs a command to its end; the exit code does not matter here, that it ran does.
func run(args []string) usage {
	c := exec.Command(args[0], args[1:]...)
	start := time.Now()
	err := c.Run()
	wall := time.Since(start)
	if c.ProcessState == nil {
		log.Fatalf("run %s: %v", strings.Join(args, " "), err)
	}
	rss := c.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
	return usage{c.ProcessState.UserTime() + c.ProcessState.SystemTime(), wall, rss}
}

func median(u []usage) usage {
	u = slices.SortedFunc(slices.Values(u), func(a, b usage) int { return int(a.cpu - b.cpu) })
	return u[len(u)/2]
}

// generate writes a tree of text in the proportions of a large AI repository, the same for the same numbers.
func generate(tree string, files int, total int64) {
	r := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields("def import return model tensor self config async await client prompt response token embed index " +
		"vector store query agent tool call result None True False for while with open read write batch loss optimizer")
	page := make([]byte, 0, 1<<20)
	for len(page) < 1<<20 {
		for range 4 + r.IntN(12) {
			page = append(append(page, words[r.IntN(len(words))]...), ' ')
		}
		page = append(page, '\n')
	}
	ends := []string{".py", ".py", ".py", ".ts", ".tsx", ".js", ".js", ".md", ".json", ".yaml", ".txt", ".ipynb", ".html", ".go"}
	each := total / int64(files)
	for i := range files {
		folder := filepath.Join(tree, fmt.Sprintf("part%02d", i%40), fmt.Sprintf("module%03d", i/40%100))
		if i%3 == 0 {
			folder = filepath.Join(tree, "node_modules", fmt.Sprintf("package%03d", i%700))
		}
		check(os.MkdirAll(folder, 0o755))
		size := each/2 + r.Int64N(each)
		at := r.Int64N(int64(len(page)) - size)
		check(os.WriteFile(filepath.Join(folder, fmt.Sprintf("file%05d%s", i, ends[i%len(ends)])), page[at:at+size], 0o644))
	}
}

func zipBomb(name string, size int64) {
	f, err := os.Create(name)
	check(err)
	z := zip.NewWriter(f)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	w, err := z.Create("archive/data.pkl")
	check(err)
	zeros := make([]byte, 1<<20)
	for range size >> 20 {
		_, err := w.Write(zeros)
		check(err)
	}
	check(z.Close())
	check(f.Close())
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
