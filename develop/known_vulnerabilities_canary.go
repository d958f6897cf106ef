package develop

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/lodemark/lodemark/internal/deps/osv"
)

// lockNaming is a small tree that locks one version of one package, as its ecosystem writes it. Names stand in a database that anybody
// may have written: one that a file cannot hold gives a tree in which nothing is found, and the check is then not believed.
func lockNaming(ecosystem, name, version string) map[string]string {
	quoted := func(s string) string {
		text, _ := json.Marshal(s) // a text can always be written
		return string(text)
	}
	switch ecosystem {
	case osv.PyPI:
		return map[string]string{"requirements.txt": name + "==" + version + "\n"}
	case osv.NPM:
		return map[string]string{"package-lock.json": fmt.Sprintf("{\"name\": \"canary\", \"lockfileVersion\": 3, \"packages\": {\n  \"\": {\"dependencies\": {%[1]s: %[2]s}},\n  %[3]s: {\"version\": %[2]s}\n}}\n",
			quoted(name), quoted(version), quoted("node_modules/"+name))}
	case osv.Go:
		return map[string]string{"go.mod": "module example.org/canary\n\ngo 1.24\n\nrequire " + name + " v" + strings.TrimPrefix(version, "v") + "\n"}
	case osv.Cargo:
		return map[string]string{"Cargo.lock": fmt.Sprintf("version = 3\n\n[[package]]\nname = %s\nversion = %s\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n", quoted(name), quoted(version))}
	case osv.Maven:
		group, artifact, _ := strings.Cut(name, ":")
		return map[string]string{"pom.xml": fmt.Sprintf("<project><modelVersion>4.0.0</modelVersion><groupId>org.example</groupId><artifactId>canary</artifactId><version>1</version>\n"+
			"<dependencies><dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version></dependency></dependencies></project>\n", group, artifact, version)}
	}
	return nil
}
