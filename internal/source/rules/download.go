package rules

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

var (
	fetches = pattern.New(`\b(?:wget|curl|aria2c)\b(?:[^|;&\n]|\\\n)*`)
	// fetchedFile is the address of a model or a program, or of an archive of either.
	fetchedFile    = pattern.New(`(?i)https?://[^\s"'` + "`" + `|;<>]+?\.(?:gguf|ggml|pt|pth|ckpt|onnx|safetensors|h5|keras|tflite|pkl|pickle|joblib|caffemodel|weights|whl|sh|run|appimage|bin|deb|rpm|py|jar|exe|msi)(?:[?#][^\s"']*)?(?:["'\\,;)&|\s]|$)`)
	fetchedArchive = pattern.New(`(?i)https?://[^\s"'` + "`" + `|;<>]+?\.(?:zip|tar|tgz|tar\.gz|tar\.xz|tar\.bz2|txz|tbz)(?:[?#][^\s"']*)?(?:["'\\,;)&|\s]|$)`)
	intoBin        = pattern.New(`https?://.*(?:-\w*[oO]|--output|--output-document)[ =]*["']?/usr/(?:local/)?s?bin/|(?:-\w*[oO]|--output|--output-document)[ =]*["']?/usr/(?:local/)?s?bin/.*https?://`)
	pythonFetch    = pattern.New(`\burlretrieve\(\s*f?["']https?://`)
	unpacks        = pattern.New(`\b(?:unzip|tar|bsdtar|7z|make|pip3?\s+install|npm\s+install)\b`)
	dataName       = pattern.New(`(?i)data|corpus|images?[_.-]|sample|train|test|eval|bench|glove|coco|imagenet|annotations|docs?[_.-]`)
	checksFile     = pattern.New(`(?i)\b(?:sha(?:1|256|384|512)sum|shasum|md5sum|b2sum|openssl\s+dgst|gpgv?2?\s[^\n]*--verify|cosign\s+verify|minisign|--checksum|get-filehash|gh\s+attestation\s+verify)\b|--checksum=|(?:^|[^@\w])(?:sha256|sha512|checksum)\w*["']?\s*[=:]`)
	branchArchive  = pattern.New(`https?:/+(?:github\.com|codeload\.github\.com|gitlab\.com)/+[\w.-]+/[\w.-]+/(?:-/)?(?:archive/refs/heads/[^\s"']+|archive/(?:main|master|develop|dev|HEAD)\.|zip/(?:refs/heads/[\w.-]+|main|master)|zipball/(?:main|master)|tarball/(?:main|master))`)
	piped          = pattern.New(`\|\s*(?:sudo\s+(?:-\w+\s+)*)?(?:env\s+)?(?:/bin/)?(?:ba|z|da)?sh\b`)
	clones         = pattern.New(`\bgit\s+clone\s+((?:-[^\s]+(?:[ =]\d+)?\s+)*)["']?(https?://[^\s"']+)`)
	settlesClone   = pattern.New(`git\s+(?:-C\s+\S+\s+)?(?:checkout|reset\s+--hard|switch)\b|\s(?:--branch|-b|--revision)\b`)
)

const unchecked = "and nothing compares it with a digest"

// uncheckedDownloads sees models and programs that a script, a build or settings fetch, where nothing compares what came.
func uncheckedDownloads(f *file, m *matcher) {
	archives := strings.Contains(f.data, "/archive/") || strings.Contains(f.data, "ball/") || strings.Contains(f.data, "codeload")
	if !archives && !strings.Contains(f.data, "wget") && !strings.Contains(f.data, "curl") && !strings.Contains(f.data, "aria2c") && !strings.Contains(f.data, "urlretrieve") && !strings.Contains(f.data, "git clone") {
		return
	}
	is := func(kind string) bool { return slices.Contains(f.kinds, kind) }
	commands := is(kindShell) || is(kindDockerfile) || is(kindWorkflow) || is(kindNotebook)
	if checksFile.MatchString(f.data) {
		return
	}
	tell := func(line int, text string, from, to int) {
		n := line + strings.Count(text[:from], "\n")
		f.report(m.rule, n, n, "", "")
		last := &f.found[len(f.found)-1]
		last.Code = firstLine(text[from:to])
		what, _, _ := strings.Cut(strings.TrimSpace(text[from:to]), " ")
		address := text[from:to]
		if is(kindShell) && !strings.Contains(address, "://") {
			address = withAddress(address, f.data)
		}
		if i := strings.Index(address, "http"); i >= 0 {
			address, _, _ = strings.Cut(strings.Trim(strings.Fields(address[i:])[0], "\"'\\,;)"), " ")
		}
		source := unchecked
		if what == "git" || branchArchive.MatchString(text[from:to]) {
			source = "in whatever state its branch is in"
		}
		last.Message = told(m.rule.Message, quoteCode(what), quoteCode(address), source)
	}
	for line, text := range logicalLines(f.data, is(kindShell) || is(kindDockerfile)) {
		if trimmed := strings.TrimSpace(text); strings.HasPrefix(trimmed, "#") || strings.HasPrefix(trimmed, "//") {
			continue
		}
		if archives {
			if at := branchArchive.Regexp().FindStringIndex(text); at != nil && !is(kindMarkdown) {
				tell(line, text, at[0], at[1])
				continue
			}
		}
		for _, at := range fetches.Regexp().FindAllStringIndex(text, 20) {
			command := text[at[0]:min(at[1]+1, len(text))]
			if is(kindShell) && !strings.Contains(command, "://") {
				command = withAddress(command, f.data)
			}
			switch {
			case piped.MatchString(text[at[0]:min(len(text), at[1]+40)]): // told by itself
			case fetchedFile.MatchString(command), intoBin.MatchString(command),
				is(kindDockerfile) && fetchedArchive.MatchString(command) && !dataName.MatchString(fetchedArchive.FindString(command)):
				tell(line, text, at[0], at[1])
			case commands && !is(kindNotebook) && runsFetched(command, f.data):
				tell(line, text, at[0], at[1])
			case is(kindShell) && !is(kindNotebook) && !is(kindDockerfile) && fetchedArchive.MatchString(command) && !dataName.MatchString(fetchedArchive.FindString(command)) && unpacks.MatchString(f.data):
				tell(line, text, at[0], at[1])
			}
		}
		if is(kindDockerfile) {
			if at := pythonFetch.Regexp().FindStringIndex(text); at != nil {
				tell(line, text, at[0], len(text))
			}
		}
		if commands && (is(kindNotebook) || is(kindDockerfile)) {
			if at := clones.Regexp().FindStringSubmatchIndex(text); at != nil && !settlesClone.MatchString(f.data) {
				tell(line, text, at[0], at[1])
			}
		}
	}
}

var (
	addressOf = pattern.New(`(?m)^[ \t]*(?:export |readonly |local )?([A-Za-z_]\w*)=["']?(https?://[^\s"'$\x60]+)["']?[ \t]*$`)
	variable  = pattern.New(`\$\{?([A-Za-z_]\w*)\}?`)
)

// withAddress puts into a command of a script the address that one of its variables was given, if it was given one only.
func withAddress(command, script string) string {
	for _, used := range variable.Regexp().FindAllStringSubmatchIndex(command, 8) {
		name, value, times := command[used[2]:used[3]], "", 0
		for _, given := range addressOf.Regexp().FindAllStringSubmatch(script, 64) {
			if given[1] == name {
				value = given[2]
				times++
			}
		}
		if times == 1 {
			return command[:used[0]] + value + command[used[1]:]
		}
	}
	return command
}

var keptAs = pattern.New(`(?:\s-\w*[oO]|\s--output|\s--output-document)[ =]+["']?([\w./-]+\.(?:sh|bash|py|run))\b|>\s*["']?([\w./-]+\.(?:sh|bash|py|run))\b`)

// runsFetched says whether what a command downloads is kept under a name that the script runs: curl -o get.sh https://…; sh get.sh.
func runsFetched(command, script string) bool {
	if !strings.Contains(command, "://") {
		return false
	}
	name := keptAs.FindStringSubmatch(command)
	if name == nil {
		return false
	}
	file := name[1] + name[2]
	base := file[strings.LastIndexByte(file, '/')+1:]
	for _, how := range []string{"sh ", "bash ", "python3 ", "python ", "./", "chmod +x ", "source "} {
		for _, kept := range []string{file, "./" + base, base} {
			if strings.Contains(script, how+kept) {
				return true
			}
		}
	}
	return false
}

// cdnScripts finds elements that load a script from a host for everybody's files, without its digest.
func cdnScripts(l *look, m *matcher) {
	t := l.t
	if t.Language != syntax.JavaScript || !l.f.Holds("cript") {
		return
	}
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		if t.Kind(id) != syntax.Element {
			continue
		}
		if name := t.Name(id); name != "script" && name != "Script" {
			continue
		}
		var source syntax.ID
		checked := false
		for c := range t.Children(id) {
			switch {
			case t.Kind(c) == syntax.Spread:
				checked = true
			case t.Kind(c) == syntax.Attr && t.Name(c) == "src":
				source = t.Child(c, 0)
			case t.Kind(c) == syntax.Attr && t.Name(c) == "integrity":
				checked = true
			}
		}
		if v, ok := l.f.Constant(source); ok && !checked && v.String && cdnFile.MatchString(v.Text) {
			l.say(m.rule, id, source, "<"+t.Name(id)+">", "")
			last := &l.found[len(l.found)-1]
			last.Message = told(m.rule.Message, quoteCode("<"+t.Name(id)+">"), quoteCode(v.Text), unchecked)
		}
	}
}

var cdnFile = pattern.New(`^(?:https?:)?//(?:cdn\.jsdelivr\.net|fastly\.jsdelivr\.net|unpkg\.com|cdnjs\.cloudflare\.com|esm\.sh|cdn\.skypack\.dev|esm\.run|ga\.jspm\.io|code\.jquery\.com|ajax\.googleapis\.com|cdn\.tailwindcss\.com)/`)
