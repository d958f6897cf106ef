package rules

import (
	"net"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
)

// Skills are followed by agents with a shell: what a skill tells to run is run.

var (
	fetchAndRun = pattern.New(`(?i)\b(?:curl|wget)\b[^|\n;&]{0,200}\bhttps?://([^\s"'|/]+)[^|\n;&]{0,200}\|\s*(?:sudo\s+)?(?:\w+=\S+\s+)?(?:ba|z|da|k)?sh\b|\b(?:curl|wget)\b[^|\n;&]{0,200}\bhttps?://([^\s"'|/]+)[^|\n;&]{0,200}\|\s*(?:sudo\s+)?(?:python3?|node|perl|ruby)\b` +
		`|\b(?:ba|z)?sh\s+(?:-c\s+["']?\$\(|<\()\s*(?:curl|wget)\b[^\n)]{0,120}\bhttps?://([^\s"'|/)]+)|\beval\s+["']?\$\(\s*(?:curl|wget)\b[^\n)]{0,120}\bhttps?://([^\s"'|/)]+)|\b(?:iwr|irm|Invoke-WebRequest|Invoke-RestMethod)\b[^|\n]{0,120}\bhttps?://([^\s"'|/]+)[^|\n]{0,120}\|\s*(?:iex|Invoke-Expression)\b` +
		`|\b(?:curl|wget)\b[^\n;&]{0,200}\bhttps?://([^\s"'|/]+)[^\n;&]{0,200}(?:&&|;)\s*(?:chmod\s+\+?[0-7x]+\s+\S+\s*(?:&&|;)\s*)?(?:sudo\s+)?(?:(?:ba|z)?sh|python3?|node|\./)\s*\S*`)
	takesKeyFile = pattern.New(`(?i)\b(?:cat|less|head|tail|base64|cp|scp|tar|zip|read|open|xxd|curl[^\n]{0,80}(?:-d|--data\S*|-F|--upload-file|-T)\s*["']?@?)\s+(?:-\S+\s+)*["']?(?:(?:~|\$HOME|\$\{HOME\}|/root)/)?(?:\.ssh/id_(?:rsa|ed25519|ecdsa|dsa)\b(?:[^.\w]|$)|\.aws/credentials|\.gnupg/|\.netrc\b|\.kube/config\b|\.config/gcloud/application_default_credentials)|open\(\s*(?:os\.path\.expanduser\(\s*)?["']~?[^"'\n]*(?:\.ssh/id_(?:rsa|ed25519)|\.aws/credentials)["']`)
	warns        = pattern.New(`(?i)\b(?:never|don'?t|do\s+not|avoid|must\s+not|block|deny|denied|forbid|forbidden|prohibit\w*|dangerous|malicious|unsafe|attack\w*|reject|refuse|flag|detect\w*|red\s+flag|risky?|insecure|bad|wrong|instead\s+of|not\s+allowed|anti-?pattern|suspicious|injection|exfiltrat\w*|vulnerab\w*|violation|warn\w*)\b|❌|🚫|⛔`)
)

// installers are known places of programs that people are told to pipe into a shell; SC-09 speaks of them.
var installers = set("astral.sh", "sh.rustup.rs", "get.docker.com", "hf.co", "huggingface.co", "deb.nodesource.com", "rpm.nodesource.com", "bun.sh", "bun.com", "deno.land", "install.python-poetry.org", "ollama.com", "ollama.ai", "claude.ai", "get.pnpm.io", "fnm.vercel.app",
	"mise.run", "mise.jdx.dev", "nixos.org", "install.determinate.systems", "starship.rs", "get.sdkman.io", "raw.githubusercontent.com", "github.com", "get.helm.sh", "foundry.paradigm.xyz", "sh.install.solana.com", "release.solana.com", "release.anza.xyz", "cli.github.com",
	"run.linkerd.io", "fluxcd.io", "pixi.sh", "get.haskellup.org", "get.haskell.org", "get-ghcup.haskell.org", "install.duckdb.org", "fly.io", "bit.dev", "cursor.com", "opencode.ai", "vite.plus", "get.k3s.io", "get.rke2.io", "tailscale.com", "uv.astral.sh", "micro.mamba.pm", "wasmtime.dev", "moonrepo.dev", "proto.moonrepo.dev",
	"rclone.org", "bootstrap.pypa.io", "cli.inference.sh", "install.hex.pm", "elixir-lang.org", "just.systems", "get.pulumi.com", "apt.llvm.org", "dl.google.com", "sdk.cloud.google.com", "packages.microsoft.com", "aka.ms", "dot.net", "zed.dev", "get.nexte.st", "sh.brew.sh")

// skillFetches sees skills and their scripts that fetch a program and run it unseen, or take files with keys.
func skillFetches(f *file, m *matcher) {
	if !ofSkill(f) || talksOfSecurity(f) {
		return
	}
	shell := slices.Contains(f.kinds, kindShell)
	if !fetchAndRun.MatchString(f.data) && !takesKeyFile.MatchString(f.data) {
		return
	}
	before := ""
	for line, text := range logicalLines(f.data, shell) {
		context := before + "\n" + text
		before = text
		if warns.MatchString(context) {
			continue
		}
		if at := fetchAndRun.FindStringSubmatchIndex(text); at != nil {
			host := ""
			for i := 2; i < len(at); i += 2 {
				if at[i] >= 0 {
					host = strings.ToLower(text[at[i]:at[i+1]])
				}
			}
			if name, _, err := net.SplitHostPort(host); err == nil {
				host = name
			}
			if !installers[strings.TrimPrefix(host, "www.")] && !nearHost(host) && runsWhatItFetched(text[at[0]:at[1]], text[at[1]:]) {
				f.reportAs(m.rule, line, line, text[at[0]:at[1]], "fetches a program from "+host+" and runs it unseen")
			}
			continue
		}
		if at := takesKeyFile.FindStringIndex(text); at != nil {
			f.reportAs(m.rule, line, line, text[at[0]:at[1]], "takes a file with keys")
		}
	}
}

// readsInput is how an interpreter is called that is given its program beside what it reads: node -p "…", python3 -m json.tool.
var readsInput = pattern.New(`^(?:[ \t]+-[A-Za-z]+)*?[ \t]+(?:-[A-Za-z]*[cempnE]\b|--(?:eval|print|command)\b|-[A-Za-z]*[cempnE]["'$(]|[\w./~$@-]*\w\.(?:py|js|mjs|cjs|ts|pl|rb)\b)`)

// interpreterEnd is the end of a command that hands what it fetched to an interpreter.
var interpreterEnd = pattern.New(`(?i)\|\s*(?:sudo\s+)?(?:python3?|node|perl|ruby)$`)

// laterProgram is what a command runs after it fetched something.
var laterProgram = pattern.New(`(?i)(?:&&|;)\s*(?:sudo\s+)?(?:(?:ba|z)?sh|python3?|node|\./)\s*(\S*)$`)

// runsWhatItFetched says whether a command, with what stands after it on its line, runs what it fetches: it does not where an interpreter
// only reads that, or where another program is run afterwards.
func runsWhatItFetched(command, rest string) bool {
	if interpreterEnd.MatchString(command) {
		return !readsInput.MatchString(rest)
	}
	m := laterProgram.FindStringSubmatch(command)
	if m == nil {
		return true
	}
	name := strings.Trim(m[1], "\"'`)")
	name = name[strings.LastIndexByte(name, '/')+1:]
	return name != "" && strings.Count(command, name) > 1
}

// ofSkill says whether a file is a skill or comes with one.
func ofSkill(f *file) bool {
	lower := "/" + strings.ToLower(f.path)
	if strings.HasSuffix(lower, "/skill.md") || slices.Contains(f.kinds, kindInstructions) {
		return true
	}
	return strings.Contains(lower, "/skills/") && (slices.Contains(f.kinds, kindShell) || slices.Contains(f.kinds, kindCode))
}

// inFrontMatter sees lines of the table that commands, skills and agents begin with.
func inFrontMatter(expression string) func(*file, *matcher) {
	re := pattern.New(expression)
	return func(f *file, m *matcher) {
		for line, text := range logicalLines(f.data, false) {
			mark := strings.TrimSpace(text) == "---"
			if mark != (line == 1) || line > maxFrontMatter {
				return // there is no such table, or it is over
			}
			if re.MatchString(text) {
				f.report(m.rule, line, line, "", strings.TrimSpace(text))
			}
		}
	}
}

const maxFrontMatter = 60 // lines
