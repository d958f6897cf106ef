package discover

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
)

// The files of a tree and the code that loads them name each other.
func TestLoads(t *testing.T) {
	models := []string{"models/a.pt", "app/w/b.pt", "web/public/m/c.onnx", "x/twice.pt", "y/twice.pt", "ckpt/bert/model.safetensors"}
	for _, c := range []struct {
		title        string
		load         lodemark.Component
		loads        string // what the load says
		outside      string
		at, detail   string // what the file says, and how
		name, origin string
	}{
		{title: "from the root", load: loadOf("app/main.py", 3, "models/a.pt", nil), loads: "models/a.pt", at: "app/main.py:3", detail: lodemark.LoadedAt},
		{title: "from the folder of the code", load: loadOf("app/main.py", 3, "./w/b.pt", nil), loads: "app/w/b.pt", at: "app/main.py:3", detail: lodemark.LoadedAt},
		{title: "upwards", load: loadOf("app/main.py", 3, "../models/a.pt", nil), loads: "models/a.pt", at: "app/main.py:3", detail: lodemark.LoadedAt},
		{title: "at the lines of the calls", load: loadOf("app/main.py", 3, "models/a.pt", map[string]string{lodemark.LoadLines: "9,12"}), loads: "models/a.pt", at: "app/main.py:9, app/main.py:12", detail: lodemark.LoadedAt},
		{title: "a name without a folder", load: loadOf("app/main.py", 3, "c.onnx", nil), loads: "web/public/m/c.onnx", at: "app/main.py:3", detail: lodemark.LoadedAt},
		{title: "two files of that name", load: loadOf("app/main.py", 3, "twice.pt", nil), outside: "twice.pt"},
		{title: "an absolute path of a container", load: loadOf("app/main.py", 3, "/srv/app/w/b.pt", nil), loads: "app/w/b.pt", at: "app/main.py:3", detail: lodemark.LoadedAt},
		{title: "below a folder that is not known", load: loadOf("app/main.py", 3, "w/b.pt", map[string]string{lodemark.LoadFrom: lodemark.LoadFromSomewhere}), loads: "app/w/b.pt", at: "app/main.py:3", detail: lodemark.LoadedAt},
		{title: "no file of the tree", load: loadOf("app/main.py", 3, "models/none.pt", nil), outside: "models/none.pt"},
		{title: "of somebody's home", load: loadOf("app/main.py", 3, "~/models/a.pt", nil), outside: "~/models/a.pt"},
		{title: "a folder of the tree that looks like a hub's name", load: lodemark.Component{Kind: lodemark.KindModel, Name: "ckpt/bert", Path: "app/main.py", Line: 3, Origin: lodemark.OriginInferred}, loads: "ckpt/bert", at: "app/main.py:3", detail: lodemark.LoadedAt},
		{title: "a hub's name", load: lodemark.Component{Kind: lodemark.KindModel, Name: "org/bert", Path: "app/main.py", Line: 3, Origin: lodemark.OriginInferred}},
		{title: "what only settings name", load: loadOf("conf.yaml", 3, "models/a.pt", map[string]string{lodemark.FoundBy: lodemark.FoundByName}), loads: "models/a.pt", at: "conf.yaml:3", detail: lodemark.NamedAt},
		{title: "what is written", load: loadOf("train.py", 3, "models/a.pt", map[string]string{lodemark.LoadFrom: lodemark.LoadWrites}), at: "train.py:3", detail: lodemark.WrittenAt},
		{title: "a reference whose end is known", load: lodemark.Component{Kind: lodemark.KindModel, Name: "join(d, n)", Path: "a.py", Line: 1, Origin: lodemark.OriginUnresolved, Detail: map[string]string{lodemark.LoadPath: "w/b.pt", lodemark.LoadFrom: lodemark.LoadFromSomewhere}},
			loads: "app/w/b.pt", at: "a.py:1", detail: lodemark.LoadedAt, name: "app/w/b.pt", origin: "inferred"},
		{title: "one that nobody knows", load: lodemark.Component{Kind: lodemark.KindModel, Name: "args.path", Path: "a.py", Line: 1, Origin: lodemark.OriginUnresolved}, name: "args.path", origin: "unresolved"},
	} {
		t.Run(c.title, func(t *testing.T) {
			s := &lodemark.System{Code: []lodemark.Component{c.load}}
			for _, m := range models {
				s.Files = append(s.Files, lodemark.File{Path: m})
				s.Components = append(s.Components, lodemark.Component{Kind: lodemark.KindModel, Path: m})
			}
			before := maps.Clone(c.load.Detail)
			linkLoads(s)
			if !maps.Equal(before, c.load.Detail) {
				t.Error("the facts of the look at the code were changed")
			}
			got := s.Code[0]
			if got.Detail[lodemark.Loads] != c.loads || got.Detail[lodemark.LoadsOutside] != c.outside {
				t.Errorf("the load says %v", got.Detail)
			}
			if c.name != "" && (got.Name != c.name || string(got.Origin) != c.origin) {
				t.Errorf("it is %s, %s", got.Name, got.Origin)
			}
			for _, d := range []string{lodemark.LoadPath, lodemark.LoadFrom, lodemark.LoadLines} {
				if _, left := got.Detail[d]; left {
					t.Errorf("%s is left over", d)
				}
			}
			var told []string
			for _, m := range s.Components {
				for _, d := range slices.Sorted(maps.Keys(m.Detail)) {
					told = append(told, d+" "+m.Detail[d])
				}
			}
			want := ""
			if c.detail != "" {
				want = c.detail + " " + c.at
			}
			if strings.Join(told, "; ") != want {
				t.Errorf("the files say %q, not %q", told, want)
			}
		})
	}
}

func loadOf(path string, line int, name string, detail map[string]string) lodemark.Component {
	d := map[string]string{lodemark.LoadPath: name, "source": "local"}
	maps.Copy(d, detail)
	return lodemark.Component{Kind: lodemark.KindModel, Name: name, Path: path, Line: line, Origin: lodemark.OriginInferred, Detail: d}
}

// Of many places the first are named, in order of their lines.
func TestManyLoads(t *testing.T) {
	var places []string
	for i := 20; i > 0; i-- {
		places = append(places, at("a.py", i), at("a.py", i))
	}
	if got, want := inOneText(places), "a.py:1, a.py:2, a.py:3, a.py:4, a.py:5, a.py:6, a.py:7, a.py:8, a.py:9, a.py:10 and 10 more"; got != want {
		t.Errorf("%s", got)
	}
}
