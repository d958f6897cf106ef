package hub

import (
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// leads says in words where a path of a file that a loader opens leads to, "" if it stays within the folder.
func leads(s string) string {
	slashed := strings.ReplaceAll(s, `\`, "/")
	switch {
	case strings.Contains(s, "\x00"):
		return "holds a zero byte"
	case remote(s):
		return "is an address on another machine"
	case strings.HasPrefix(slashed, "//"):
		return "is a share on another machine"
	case strings.HasPrefix(slashed, "/"), len(slashed) > 2 && slashed[1] == ':' && slashed[2] == '/':
		return "is absolute"
	case strings.HasPrefix(slashed, "~"):
		return "leads into the user's own folder"
	}
	depth := 0
	for part := range strings.SplitSeq(slashed, "/") {
		switch part {
		case "", ".":
		case "..":
			if depth--; depth < 0 {
				return "leads out of the folder"
			}
		default:
			depth++
		}
	}
	return ""
}

func remote(s string) bool {
	for _, scheme := range []string{"http://", "https://", "ftp://", "file://", "s3://", "gs://", "ssh://", "smb://", "data:"} {
		if len(s) >= len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) {
			return true
		}
	}
	return false
}

// escape says so of a path of a file that a loader opens, if it leads out of the folder.
func escape(p *inspect.Part, at int64, id, what, s string) bool {
	where := leads(s)
	if where != "" {
		p.Say(inspect.Dangerous, id, at, "names %s as %s: the path %s, and the loader reads what is there", inspect.Quote(s), what, where)
	}
	return where != ""
}

// private tells a path to what no model has to do with: secrets, devices, the state of the system.
func private(s string) bool {
	slashed := strings.ToLower(strings.ReplaceAll(s, `\`, "/"))
	for _, part := range []string{"/etc/passwd", "/etc/shadow", "/proc/self", "/proc/1/", "/.ssh/", "/.aws/", "/.kube/", "/.netrc", "/.docker/config", "/id_rsa", "/.gnupg", "/.git-credentials", "/var/run/secrets",
		"/windows/system32", "/dev/tcp/", "/etc/sudoers", "/.bash_history", "/.huggingface/token", "/huggingface/token"} {
		if strings.Contains(slashed, part) {
			return true
		}
	}
	return strings.HasPrefix(slashed, "//") && len(slashed) > 3 && slashed[2] != '/' && strings.HasPrefix(s, `\\`) && strings.Count(slashed, "/") >= 3
}
