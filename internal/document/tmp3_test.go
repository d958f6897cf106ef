package document

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestTmpScale(t *testing.T) {
	for _, c := range [][2]string{{".yaml", "a:\n"}, {".yaml", "A.\n\n"}, {".json", "A.\n\n"}, {".json", "a:\n"}, {".md", "a:\n"}, {".md", "\n"}, {".md", "[{\"a\":1},"}, {".md", "..\n"}, {".html", "a:\n"}, {".yaml", "- a:\n"}, {".rst", "+1 234 567 890 "}} {
		for _, n := range []int{64 << 10, 256 << 10, 1 << 20} {
			data := []byte("# a\n\n" + strings.Repeat(c[1], n/len(c[1])))
			s := time.Now()
			d := Read("x"+c[0], data)
			r := time.Since(s)
			s = time.Now()
			d.Filled()
			f := time.Since(s)
			s = time.Now()
			everything(d)
			e := time.Since(s)
			fmt.Printf("%s %q %d read %v filled %v everything %v sections %d\n", c[0], c[1], n, r.Round(time.Millisecond), f.Round(time.Millisecond), e.Round(time.Millisecond), len(d.Sections))
		}
	}
}
