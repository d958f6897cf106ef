package bound

import (
	"context"
	"slices"
	"sync"
	"testing"
)

// walked returns the paths a walk visits, sorted.
func walked(t *testing.T, tree *Tree) []string {
	t.Helper()
	var mu sync.Mutex
	var paths []string
	err := tree.Walk(context.Background(), func(f File) error {
		mu.Lock()
		defer mu.Unlock()
		paths = append(paths, f.Path)
		return nil
	})
	if err != nil {
		t.Fatalf("walk: %v", err)
	}
	slices.Sort(paths)
	return paths
}

func TestWalkVisitsEveryFileOfATreeInMemory(t *testing.T) {
	tree, err := Memory(map[string]string{"a": "1", "b/c": "22", "node_modules/x/model.pkl": "3", ".git/HEAD": "4"}, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := walked(t, tree), []string{"a", "b/c", "node_modules/x/model.pkl"}; !slices.Equal(got, want) {
		t.Errorf("walked %q, want %q", got, want)
	}
}
