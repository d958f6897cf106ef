package hub

import (
	"context"
	"net/netip"
	"net/url"
	"strings"
	"unicode/utf16"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

const maxRequirements = 4 << 20

// scanRequirements looks at the lines of requirements as pip reads them.
func scanRequirements(ctx context.Context, p *inspect.Part) error {
	src, err := p.Read(0, int(min(p.Size, maxRequirements)))
	if err != nil {
		return err
	}
	if p.Size > maxRequirements {
		p.Say(inspect.NotRead, "requirements-limit", -1, "is longer than %d bytes, and was not looked at wholly", maxRequirements)
	}
	said := map[string]bool{}
	content, wide := plainText(src)
	joined, start, off := "", int64(0), int64(0)
	for line := range strings.Lines(content) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		at := off
		off += int64(len(line))
		line = strings.TrimRight(line, "\r\n")
		if joined == "" {
			start = at
		}
		if before, ok := strings.CutSuffix(line, `\`); ok && len(joined) < 64<<10 {
			joined += before + " "
			continue
		}
		line, joined = joined+line, ""
		if wide {
			start = -1
		}
		judgeRequirement(p, start, line, said)
	}
	judgeRequirement(p, start, joined, said)
	return nil
}

// plainText decodes UTF-16 with its mark, in which one shell writes files, as pip does.
func plainText(b []byte) (s string, wide bool) {
	if isWide(b) {
		units := make([]uint16, 0, len(b)/2)
		for i := 2; i+1 < len(b); i += 2 {
			if b[0] == 0xFF {
				units = append(units, uint16(b[i])|uint16(b[i+1])<<8)
			} else {
				units = append(units, uint16(b[i+1])|uint16(b[i])<<8)
			}
		}
		return string(utf16.Decode(units)), true
	}
	return strings.TrimPrefix(string(b), "\xef\xbb\xbf"), false
}

// isWide tells UTF-16 by its mark.
func isWide(b []byte) bool {
	return len(b) >= 2 && (b[0] == 0xFF && b[1] == 0xFE || b[0] == 0xFE && b[1] == 0xFF)
}

// judgeRequirement looks at one line.
func judgeRequirement(p *inspect.Part, at int64, line string, said map[string]bool) {
	line = strings.TrimSpace(line)
	if i := strings.Index(line, " #"); i >= 0 {
		line = strings.TrimSpace(line[:i])
	}
	if line == "" || line[0] == '#' {
		return
	}
	if line[0] == '-' {
		requirementOption(p, at, line)
		return
	}
	if i := strings.Index(line, "://"); i >= 0 {
		where := line
		if name, rest, ok := strings.Cut(line, "@"); ok && !strings.Contains(name, "://") {
			squat(p, at, name, said)
			where = strings.TrimSpace(rest)
		}
		where, _, _ = strings.Cut(where, " ")
		judgeSource(p, at, where)
		return
	}
	end := strings.IndexAny(line, " \t=<>!~;[(,@")
	if end < 0 {
		end = len(line)
	}
	squat(p, at, line[:end], said)
}

// requirementOption looks at an option that stands on a line of its own.
func requirementOption(p *inspect.Part, at int64, line string) {
	words := strings.Fields(line)
	for i := 0; i < len(words); i++ {
		option, value, ok := strings.Cut(words[i], "=")
		if !strings.HasPrefix(option, "-") {
			continue
		}
		if !ok && i+1 < len(words) {
			value = words[i+1]
		}
		if len(option) > 2 && option[1] != '-' { // -ihttps://...
			option, value = option[:2], words[i][2:]
		}
		value = strings.Trim(value, `"'`)
		switch option {
		case "-i", "--index-url", "--extra-index-url", "--pypi-url":
			judgeIndex(p, at, option, value)
		case "-f", "--find-links":
			if strings.Contains(value, "://") {
				judgeIndex(p, at, option, value)
			}
		case "--trusted-host":
			p.Say(inspect.Dangerous, "requirements-trusted-host", at, "has packages fetched from %s without a look at its certificate", inspect.Quote(value))
		case "-e", "--editable":
			if strings.Contains(value, "://") {
				judgeSource(p, at, value)
			}
		case "-r", "--requirement", "-c", "--constraint":
			if remote(value) {
				p.Say(inspect.Dangerous, "requirements-remote", at, "takes in requirements from %s: whoever serves that says what is installed", inspect.Quote(value))
			}
		}
	}
}

// judgeIndex judges another place where names of packages are looked up.
func judgeIndex(p *inspect.Part, at int64, option, value string) {
	host, scheme := place(value)
	if scheme == "https" && (vendor(host) || strings.HasPrefix(value, "https://storage.googleapis.com/jax-releases/") || strings.HasPrefix(value, "https://storage.googleapis.com/libtpu-")) {
		p.Say(inspect.Clean, "requirements-index", at, "has packages looked up at %s too, a vendor's own builds", inspect.Quote(value))
		return
	}
	p.Say(inspect.Dangerous, "requirements-index", at, "has packages fetched from %s (%s): whoever serves names there has code run where they are installed", inspect.Quote(value), option)
}

// judgeSource judges a package that is fetched from an address.
func judgeSource(p *inspect.Part, at int64, value string) {
	host, scheme := place(value)
	switch {
	case scheme == "file" || scheme == "git+file":
		p.Say(inspect.Clean, "requirements-local", at, "installs from %s on the machine", inspect.Quote(value))
	case (scheme == "https" || scheme == "git+https" || scheme == "git+ssh" || scheme == "ssh") && (vendor(host) || forge(host)):
		p.Say(inspect.Clean, "requirements-source", at, "installs from %s", inspect.Quote(value))
	default:
		p.Say(inspect.Dangerous, "requirements-source", at, "installs from %s: whoever serves that has code run where it is installed", inspect.Quote(value))
	}
}

// place is the host and the scheme of an address. A number for a host is no name of anybody.
func place(value string) (host, scheme string) {
	u, err := url.Parse(value)
	if err != nil || u.Host == "" {
		scheme, _, _ = strings.Cut(value, "://")
		return "", strings.ToLower(scheme)
	}
	host = strings.ToLower(u.Hostname())
	if _, err := netip.ParseAddr(host); err == nil {
		host = ""
	}
	return host, strings.ToLower(u.Scheme)
}

// vendor tells hosts at which makers of frameworks serve builds of their own for one kind of accelerator or another.
func vendor(host string) bool {
	if name, top, _ := strings.Cut(host, "."); name == "pypi" && top == "org" {
		return true // the index that is asked where none is named: tools that lock versions write it down
	}
	for _, h := range []string{"pytorch.org", "pyg.org", "huggingface.co", "huggingface.github.io", "flashinfer.ai", "vllm.ai", "abetlen.github.io", "openmmlab.com", "tensorflow.org", "paddlepaddle.org.cn",
		"dgl.ai", "nvidia.com", "intel.com", "amd.com"} {
		if host == h || strings.HasSuffix(host, "."+h) {
			return true
		}
	}
	return false
}

// forge tells hosts where source code is kept under its owner's name.
func forge(host string) bool {
	switch host {
	case "github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "codeload.github.com", "raw.githubusercontent.com", "git.sr.ht":
		return true
	}
	return false
}
