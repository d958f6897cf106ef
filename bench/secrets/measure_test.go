package secrets

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/secret"
)

var (
	seed     = flag.Uint64("seed", 1, "seed of the tree")
	rounds   = flag.Int("rounds", 3, "how often each kind is planted")
	alikes   = flag.Int("alike", 650, "how many look-alikes are planted")
	gitleaks = flag.String("gitleaks", "", "a gitleaks binary to run on the same tree")
	write    = flag.String("write", "", "write the tree into this folder and keep it")
	missed   = flag.Bool("missed", false, "list by place what was missed, and what was taken for a credential")
	trees    = flag.String("trees", "", "folders of real trees to look at, with commas between")
)

// At least 98 of 100 credentials are found, and at most one of 100 look-alikes is taken for one.
func TestMeasure(t *testing.T) {
	made := plantAll(*seed, *rounds, *alikes)
	rules, err := secret.Load()
	if err != nil {
		t.Fatal(err)
	}
	hits := map[place]string{}
	start, size := time.Now(), 0
	for _, p := range made.order {
		text := []byte(made.files[p].b.String())
		size += len(text)
		found, _ := rules.Look(p, text)
		for _, f := range found {
			if f.Test == "" {
				hits[place{p, f.Line}] = f.ID
			}
		}
	}
	fmt.Printf("%d files, %d KB, %.0f ms\n", len(made.order), size>>10, float64(time.Since(start).Microseconds())/1000)
	if found, taken := tell("lodemark", made.plants, hits, *missed); found < 0.98 || taken > 0.01 {
		t.Errorf("%.1f %% found, %.1f %% taken", 100*found, 100*taken)
	}
	if *gitleaks == "" && *write == "" {
		return
	}
	folder := cmp.Or(*write, t.TempDir())
	for _, p := range made.order {
		to := filepath.Join(folder, p)
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, []byte(made.files[p].b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if *gitleaks != "" {
		if hits, err = peer(*gitleaks, folder); err != nil {
			t.Fatal(err)
		}
		tell("gitleaks", made.plants, hits, *missed)
	}
}

// lookedBytes is the largest file of a real tree that is looked at.
const lookedBytes = 64 << 20

// lookAt prints what is found in the text files of real trees, to be read by a person, and how fast that was.
func TestTrees(t *testing.T) {
	rules, err := secret.Load()
	if err != nil {
		t.Fatal(err)
	}
	folders := strings.FieldsFunc(*trees, func(r rune) bool { return r == ',' })
	own := len(folders) == 0
	if own { // the sources of this folder, which hold no key
		folders = []string{"."}
	}
	byRule, total, files := map[string]int{}, 0, 0
	var spent time.Duration
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(p string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() && e.Name() == ".git" {
				return cmp.Or(err, fs.SkipDir)
			}
			info, err := e.Info()
			if err != nil || !info.Mode().IsRegular() || info.Size() > lookedBytes {
				return nil
			}
			text, err := os.ReadFile(p)
			if err != nil || bytes.IndexByte(text[:min(len(text), 8000)], 0) >= 0 {
				return err
			}
			rel, _ := filepath.Rel(folder, p)
			start := time.Now()
			found, _ := rules.Look(rel, text)
			spent += time.Since(start)
			files, total = files+1, total+len(text)
			for _, f := range found {
				byRule[f.ID]++
				if own && f.Test == "" {
					t.Errorf("%s:%d holds what looks like a key: %s", p, f.Line, f.ID)
				}
				fmt.Printf("%s\t%s\t%s:%d:%d\t%s\t%d bytes\t%s\t%s\n", cmp.Or(f.Test, "-"), f.ID, p, f.Line, f.Column, f.Shown, f.Length, f.Context, f.Confidence)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	var names []string
	for n := range byRule {
		names = append(names, fmt.Sprintf("%s %d", n, byRule[n]))
	}
	slices.Sort(names)
	fmt.Fprintf(os.Stderr, "%d files, %d MB, %.0f MB/s; %v\n", files, total>>20, float64(total)/1e6/spent.Seconds(), names)
}

// The tree is the same for a seed, big enough to say something, and every place in it is where the list says.
func TestPlantAll(t *testing.T) {
	a, b, other := plantAll(1, 3, 650), plantAll(1, 3, 650), plantAll(2, 3, 650)
	if !slices.Equal(a.plants, b.plants) || slices.Equal(a.plants, other.plants) {
		t.Error("a seed does not make the tree")
	}
	secrets, alike, endings := 0, 0, map[string]bool{}
	for _, p := range a.plants {
		text := a.files[p.path].b.String()
		if text != b.files[p.path].b.String() {
			t.Fatalf("%s differs", p.path)
		}
		lines := strings.Split(text, "\n")
		if p.line < 1 || p.line > len(lines) || strings.TrimSpace(lines[p.line-1]) == "" {
			t.Fatalf("%s has no line %d", p.path, p.line)
		}
		if p.secret {
			secrets++
			endings[p.path[strings.LastIndexByte(p.path, '.')+1:]] = true
		} else {
			alike++
		}
	}
	if secrets < 250 || alike < 500 || len(endings) < 10 {
		t.Errorf("%d secrets, %d look-alikes, %d kinds of files", secrets, alike, len(endings))
	}
}

func TestWilson(t *testing.T) {
	for _, tt := range []struct {
		hit, all  int
		low, high float64
	}{{0, 0, 0, 100}, {0, 10, 0, 27.8}, {10, 10, 72.2, 100}, {50, 100, 40.4, 59.6}} {
		low, high := wilson(tt.hit, tt.all)
		if diff := max(low-tt.low, tt.low-low, high-tt.high, tt.high-high); diff > 0.1 {
			t.Errorf("%d of %d: %.1f to %.1f, want %.1f to %.1f", tt.hit, tt.all, low, high, tt.low, tt.high)
		}
	}
}
