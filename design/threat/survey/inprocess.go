package survey

import (
	"slices"

	"github.com/lodemark/lodemark/design/threat"
	"github.com/lodemark/lodemark/internal/pattern"
)

// within are stores that have no server, or need none: what opens them reads and writes their files, and nobody can be asked who they are.
var within = []struct {
	tech   string
	remote *pattern.Pattern // code that talks to a server of it; nil: there is none
}{
	{"sqlite", pattern.New(`sqlitecloud|@libsql/client|libsql://|\bturso\b`)},
	{"faiss", nil}, {"annoy", nil}, {"hnswlib", nil}, {"usearch", nil}, {"duckdb", pattern.New(`md:|motherduck`)},
	{"lancedb", pattern.New(`["']db://|LANCEDB_(URI|API_KEY|CLOUD)|api_?[kK]ey\s*[=:]`)},
	{"chroma", pattern.New(`\b(Async)?HttpClient\(|\bCloudClient\(|chroma_(server_host|api_impl)|new ChromaClient\(|CHROMA_(HOST|URL|SERVER)|chromadb/chroma`)},
	{"chromadb", pattern.New(`\b(Async)?HttpClient\(|\bCloudClient\(|chroma_(server_host|api_impl)|new ChromaClient\(|CHROMA_(HOST|URL|SERVER)|chromadb/chroma`)},
	{"vectorstoreindex", pattern.New(`storage_context\s*=|StorageContext\.from_defaults\([^)]{0,300}vector_store|from_vector_store\(`)},
}

// inProcess says of stores that code opens inside its own process that there is no caller to ask. Whoever stands in compose, or is spoken
// to by an address, has callers.
func (d *drafter) inProcess() {
	for _, p := range d.kinds("vector_store", "document_store", "memory_store") {
		if len(p.technology) == 0 || !p.attributes["authn"].Unknown {
			continue
		}
		for _, w := range within {
			if !slices.Contains(p.technology, w.tech) || slices.ContainsFunc(filesOf(p), func(f string) bool {
				return d.code[f] == nil || w.remote != nil && w.remote.MatchString(d.code[f].text)
			}) {
				continue
			}
			if d.elsewhereServed(w.remote) {
				continue
			}
			p.attributes["authn"] = threat.Value{Text: "in_process"}
			p.because["authn"] = "code opens it itself, at " + p.at.String()
			break
		}
	}
}

// elsewhereServed says whether other code, such as settings that the store's file brings in, names a server of it.
func (d *drafter) elsewhereServed(remote *pattern.Pattern) bool {
	return remote != nil && slices.ContainsFunc(d.order, func(f string) bool { return remote.MatchString(d.code[f].text) })
}
