package safetensors

import (
	"bytes"
	"encoding/base64"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/jinja"
)

// readMetadata reads the map of strings that __metadata__ is.
func (h *header) readMetadata() {
	s := h.json
	if s.space() == 'n' {
		s.skip(0)
		return
	}
	s.expect('{')
	seen := map[string]bool{}
	for first := true; s.more(first, '}'); first = false {
		key := inspect.Cut(string(s.str()))
		at := s.at
		s.expect(':')
		if s.space() != '"' {
			s.fail("metadata of something else than strings")
			return
		}
		v := s.str()
		if s.err != nil {
			return
		}
		if seen[key] {
			s.fail("metadata with a name twice: %s", inspect.Quote(key))
			return
		}
		if len(seen) < 10_000 {
			seen[key] = true
		}
		h.fact(key, v)
		h.value(key, v, at)
	}
}

func (h *header) fact(key string, v []byte) {
	name := ""
	switch key {
	case "format":
		name = "format"
	case "license", "licence", "modelspec.license":
		name = "licence"
	case "modelspec.architecture", "architecture", "general.architecture":
		name = "architecture"
	case "modelspec.title", "name":
		name = "name"
	case "modelspec.author":
		name = "author"
	case "producer", "ss_sd_scripts_commit_hash", "modelspec.implementation":
		name = "producer"
	case "ss_base_model_version":
		name = "base model"
	}
	if name != "" {
		h.part.Fact(name, string(v))
	}
}

// value looks for what other programs would run of a value. Loading the file runs nothing of it.
func (h *header) value(key string, v []byte, at int64) {
	p := h.part
	if len(v) < 8 {
		return
	}
	if raw := decoded(v); raw != nil {
		switch what := executable(raw); {
		case what != "":
			p.Say(inspect.Dangerous, "safetensors-metadata-program", at, "metadata %s holds %s in base64, which no model needs", inspect.Quote(key), what)
		case len(raw) > 2 && raw[0] == 0x80 && raw[1] >= 2 && raw[1] <= 5:
			p.Say(inspect.Clean, "safetensors-metadata-pickle", at, "metadata %s holds a pickle in base64", inspect.Quote(key))
			p.Member(h.ctx, "<metadata "+key+">.pkl", bytes.NewReader(raw), int64(len(raw)))
		}
	}
	lower := bytes.ToLower(v[:min(len(v), 64<<10)])
	switch {
	case bytes.Contains(lower, []byte("<script")), bytes.Contains(lower, []byte("javascript:")):
		p.Say(inspect.Dangerous, "safetensors-metadata-script", at, "metadata %s holds a script, which a page that shows it would run", inspect.Quote(key))
	case bytes.Contains(v, []byte("_target_")): // a recipe, which the programs that read it back instantiate
		p.Member(h.ctx, "<metadata "+key+">.yaml", bytes.NewReader(v), int64(len(v)))
	default:
		inspect.Payload(p, at, "metadata "+inspect.Quote(key), string(v[:min(len(v), 64<<10)]))
	}
	if bytes.Contains(v, []byte("{{")) || bytes.Contains(v, []byte("{%")) {
		named := strings.Contains(strings.ToLower(key), "template")
		for _, e := range jinja.Look(v) {
			// a value that is no template by its name is only looked at for what cannot be there by chance
			if e.Verdict == inspect.Malicious || named && e.Verdict != inspect.NotRead {
				p.Say(e.Verdict, e.ID, at, "metadata %s: %s", inspect.Quote(key), e.Message)
			}
		}
	}
}

// decoded is the beginning of a value that is base64, nil of others.
func decoded(v []byte) []byte {
	v = v[:min(len(v), 1<<20)]
	for _, c := range v[:min(len(v), 64)] {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '=' || c == '-' || c == '_' || c == '\n' {
			continue
		}
		return nil
	}
	text := strings.NewReplacer("\n", "", "-", "+", "_", "/", "=", "").Replace(string(v))
	raw := make([]byte, base64.RawStdEncoding.DecodedLen(len(text)))
	n, _ := base64.RawStdEncoding.Decode(raw, []byte(text))
	return raw[:n]
}

// executable names what a program's bytes begin with.
func executable(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte("\x7fELF")):
		return "an ELF program"
	case bytes.HasPrefix(b, []byte("MZ")) && len(b) > 64 && bytes.Contains(b[:min(len(b), 512)], []byte("PE\x00\x00")):
		return "a Windows program"
	case bytes.HasPrefix(b, []byte("\xcf\xfa\xed\xfe")), bytes.HasPrefix(b, []byte("\xfe\xed\xfa\xcf")):
		return "a Mach-O program"
	case bytes.HasPrefix(b, []byte("#!/")):
		return "a script"
	}
	return ""
}
