package rdata

import (
	"slices"
	"strings"
)

// Kinds of effect of a function of R.
const (
	none   = iota
	soft   // runs code that it is given, reads or writes files, loads packages: honest code does too
	severe // runs programs, loads native code, talks to other machines: code beside data has no use for it
)

// severeNames and softNames are sorted.
var severeNames = []string{
	".System", "browseURL", "curl_download", "curl_fetch_disk", "curl_fetch_memory", "download.file", "dyn.load", "exec_background", "exec_internal", "exec_wait", "getURL", "getURLContent",
	"install.packages", "install_github", "install_url", "make.socket", "pipe", "rstudioapi::terminalExecute", "serverSocket", "shell", "shell.exec", "shellExec", "socketAccept", "socketConnection",
	"system", "system2", "terminalExecute", "url.show", "write.socket",
}

var softNames = []string{
	"Sys.setenv", "assign", "assignInNamespace", "attach", "base64_dec", "base64decode", "body<-", "eval", "evalq", "environment<-", "fifo", "file", "file.append", "file.copy", "file.create", "file.remove",
	"file.rename", "get", "getExportedValue", "getFromNamespace", "gzcon", "library", "library.dynam", "load", "loadNamespace", "makeActiveBinding", "mget", "on.exit", "parse", "quit", "q", "read.socket", "readLines", "readRDS",
	"readline", "rawConnection", "reg.finalizer", "registerS3method", "require", "requireNamespace", "save", "saveRDS", "scan", "setHook", "source", "str2expression", "str2lang", "sys.source", "textConnection", "trace",
	"unlink", "unserialize", "url", "write", "writeBin", "writeLines", "addTaskCallback", "lockBinding", "unlockBinding",
}

// appliers call a function that is given to them, by name or as such.
var appliers = []string{"do.call", "Reduce", "Filter", "Map", "Position", "Find", "lapply", "sapply", "vapply", "mapply", "apply", "match.fun", "get", "get0", "getFunction", "getExportedValue", "getFromNamespace",
	"Recall", "tryCatch", "match.arg", "call", "as.call", "as.name", "as.symbol", "sym", "rapply", "outer", "exec", "invoke", "::", ":::", "fget", "dynGet", "mget", "eapply", "tapply", "by", "aggregate", "Vectorize"}

// effect says what a call of a function does.
func effect(name string) int {
	switch {
	case slices.Contains(severeNames, name):
		return severe
	case slices.Contains(softNames, name):
		return soft
	}
	return none
}

// spelled finds a severe call in text that may be parsed as code.
func spelled(text string) string {
	for _, name := range []string{"system(", "system2(", "shell(", "shell.exec(", "pipe(", "socketConnection(", "download.file(", "dyn.load(", "install.packages("} {
		for rest, at := text, 0; ; {
			i := strings.Index(rest[at:], name)
			if i < 0 {
				break
			}
			if i += at; i == 0 || !inName(rest[i-1]) {
				return name[:len(name)-1]
			}
			at = i + 1
		}
	}
	return ""
}

func inName(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.'
}
