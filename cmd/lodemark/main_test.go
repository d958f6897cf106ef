package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"lodemark": main})
}

// The scripts are the manual of the command: what people type, what they see, and with which code it ends.
func TestScripts(t *testing.T) {
	examples, err := filepath.Abs(filepath.Join("..", "..", "examples"))
	if err != nil {
		t.Fatal(err)
	}
	scripts, err := filepath.Glob(filepath.Join("testdata", "script", "*.txtar"))
	if err != nil || len(scripts) < 40 {
		t.Fatalf("%d scripts, %v", len(scripts), err)
	}
	if testing.Short() { // with the race detector each command takes ten times as long: a third of them do, and all of them without it
		var some []string
		for i, name := range scripts {
			if i%3 == 0 {
				some = append(some, name)
			}
		}
		t.Logf("%d of %d scripts", len(some), len(scripts))
		scripts = some
	}
	testscript.Run(t, testscript.Params{
		Files:               scripts,
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(e *testscript.Env) error {
			e.Setenv("EXAMPLES", examples)
			e.Setenv("LANG", "C.UTF-8")
			return nil
		},
	})
}
