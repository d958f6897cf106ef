package pickle

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

func TestLook(t *testing.T) {
	glob := os.Getenv("PICKLES")
	if glob == "" {
		t.SkipNow()
	}
	files, _ := filepath.Glob(glob)
	for _, f := range files {
		file, err := os.Open(f)
		if err != nil {
			continue
		}
		st, _ := file.Stat()
		if st.IsDir() {
			continue
		}
		found := &inspect.Found{}
		p := inspect.NewPart(filepath.Base(f), file, st.Size(), found, nil)
		n := 0
		for _, fm := range Formats(Options{}) {
			if fm.Claims(p) {
				n++
				if err := fm.Scan(context.Background(), p); err != nil {
					p.Say(inspect.NotRead, "err", -1, "%v", err)
				}
			}
		}
		fmt.Printf("%-10s %d %s %v\n", found.Verdict, n, f, found.Facts)
		for i, r := range found.Reasons {
			if i > 6 && os.Getenv("ALL") == "" {
				break
			}
			fmt.Printf("      %s %s @%d %s\n", r.Verdict, r.ID, r.Offset, r.Message)
		}
		file.Close()
	}
}
