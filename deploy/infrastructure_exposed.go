package deploy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
	"github.com/lodemark/lodemark/internal/pattern"
)

func exposedService() lodemark.Check {
	return lodemark.Check{
		ID: "dep-1-exposed-service", Version: 1, Exposed: true,
		Title:    "Model servers and stores that ask nobody for a key are not reachable from outside",
		Bears:    lodemark.Supports("DEP-1.2"),
		Severity: lodemark.SeverityHigh, Strength: lodemark.Enforced, MaxAge: settingsAge,
		Why: "Most model servers and vector stores let everybody in by default, because they were written for a trusted network. On an " +
			"address of the host they are found within hours, and then others use the hardware, read the questions and change what is retrieved.",
		Fix: "Publish on 127.0.0.1 or not at all, set the server's key, and let a gateway that knows its users stand before it. In a " +
			"cluster: type ClusterIP.",
		Help: "name the key of the server in the same file, be it as a variable without a value, where a file that is not in the repository sets it",
		Bad:  exposedBad(), Good: exposedGood(),
		Run: runExposedService,
	}
}

func runExposedService(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	e := survey(s, lodemark.KindCompose, lodemark.KindKubernetes, lodemark.KindContainer)
	var findings []lodemark.Finding
	var maybe []lodemark.Gap
	for _, f := range e.compose {
		for i, svc := range f.Services {
			found, gap := composeExposed(s, f, i, svc)
			findings = append(findings, found...)
			if gap != nil && !f.Test {
				maybe = append(maybe, *gap)
			}
		}
	}
	running := podsIn(e.manifests)
	for _, m := range e.manifests {
		if ctx.Err() != nil {
			break
		}
		for _, o := range m.objects {
			found, gap := clusterExposed(m, o, running)
			findings = append(findings, found...)
			if gap != nil && !m.Test {
				maybe = append(maybe, *gap)
			}
		}
	}
	for _, f := range e.containers {
		findings = append(findings, loginTurnedOff(f)...)
	}
	units, found, gaps := hostFiles(s)
	e.looked, findings, e.gaps = append(e.looked, units...), append(findings, found...), append(append(e.gaps, gaps...), maybe...)
	r := e.concluded(onePerPlace(findings), "files that say what can be reached")
	if r.Outcome == lodemark.Passed && len(maybe) > 0 {
		r.Outcome, r.Reason = lodemark.Undecided, fmt.Sprintf("%s: %s", maybe[0].Path, maybe[0].Reason)
	}
	return r
}

func composeLaunch(svc infra.Service) launch {
	l := launch{image: svc.Ref, words: svc.Command, env: svc.Environment}
	for _, v := range svc.Volumes {
		l.mounts = append(l.mounts, v.Target)
	}
	return l
}

// composeOpen is the server of a service that asks nobody for a key, or nil.
func composeOpen(svc infra.Service) *openServer {
	if server, how := composeLaunch(svc).find(); server != nil && how == asksNobody {
		return server
	}
	return nil
}

func composeExposed(s *lodemark.Subject, f composeFile, at int, svc infra.Service) ([]lodemark.Finding, *lodemark.Gap) {
	l := composeLaunch(svc)
	server, how := l.find()
	if server == nil || how == asksForAKey {
		return nil, nil
	}
	port, ok := published(svc.Ports, server)
	if !ok {
		return nil, nil
	}
	if files := envFiles(f, at); len(files) > 0 && len(server.keys) > 0 {
		set, read := readEnvFiles(s, f.Path, files)
		l.env, l.elsewhere = append(set, l.env...), !read
		if _, how = l.find(); how == asksForAKey {
			return nil, nil
		}
	}
	image := shownImage(svc.Ref, svc.Image.Text)
	if how == asksMaybe {
		return nil, &lodemark.Gap{Path: f.Path, Line: port.Line,
			Reason: fmt.Sprintf("the service %s publishes %s on every address, and whether it asks for a key stands in a file that was not read", svc.Name, server.name)}
	}
	worst := lodemark.SeverityHigh
	unless := "asks nobody for a key"
	if how == asksUnless {
		worst, unless = lodemark.SeverityMedium, "asks nobody for a key unless a variable is given whose default is empty"
	}
	what := server.name
	if image != "" {
		what += " (" + image + ")"
	}
	where := "on every address of the host"
	if !everyAddress(port.Host) {
		worst, where = min(worst, lodemark.SeverityMedium), "on "+port.Host
	}
	return []lodemark.Finding{{Severity: severity(f.Path, worst), Path: f.Path, Line: port.Line, Key: svc.Name + " " + port.Written,
		Message: fmt.Sprintf("The service %s publishes %s %s (%s), and it %s: whoever reaches the port can %s.", svc.Name, what, where, port.Written, unless, server.harm),
		Fix:     composeFix(port, server)}}, nil
}

func composeFix(p infra.Port, server *openServer) string {
	fix := "publish it on the loopback address only (127.0.0.1:" + strings.TrimPrefix(strings.TrimPrefix(p.Written, p.Host), ":") + "), or not at all: services of one file reach each other without it"
	if len(server.keys) > 0 && len(server.off) == 0 {
		name, _, _ := strings.Cut(server.keys[0], "=")
		fix += "; and set " + name
	}
	return fix
}

// published is the first port of a server that others than the host itself can reach.
func published(ports []infra.Port, server *openServer) (infra.Port, bool) {
	for _, p := range ports {
		if !loopback(p.Host) && (len(server.ports) == 0 || slices.Contains(server.ports, strings.TrimSuffix(p.Target, "/tcp"))) {
			return p, true
		}
	}
	return infra.Port{}, false
}

func loopback(host string) bool {
	return strings.HasPrefix(host, "127.") || host == "::1" || host == "localhost" || strings.Contains(host, "$") // a variable was put there to choose
}

func everyAddress(host string) bool {
	return host == "" || host == "0.0.0.0" || host == "::" || host == "*"
}

var (
	envFileKey  = pattern.New(`^\s+env_file:\s*(.*)$`)
	envFileItem = pattern.New(`^\s*-\s+(?:path:\s*)?["']?([^"'#]+?)["']?\s*(?:#.*)?$`)
)

// maxServiceLines bounds how far a service is searched for its files of variables.
const maxServiceLines = 2000

// envFiles lists the files of variables that a service names. They stand between its first line and that of the next.
func envFiles(f composeFile, at int) []string {
	lines, from := f.lines, f.Services[at].Line
	to := min(len(lines), from+maxServiceLines)
	for _, other := range f.Services {
		if other.Line > from {
			to = min(to, other.Line-1)
		}
	}
	var files []string
	for i := from; i < to; i++ {
		m := envFileKey.FindStringSubmatch(lines[i])
		if m == nil {
			continue
		}
		if rest := strings.Trim(strings.TrimSpace(m[1]), "[]"); rest != "" {
			for name := range strings.SplitSeq(rest, ",") {
				files = append(files, strings.Trim(strings.TrimSpace(name), `"'`))
			}
			continue
		}
		for i++; i < to; i++ {
			item := envFileItem.FindStringSubmatch(lines[i])
			if item == nil {
				if !strings.Contains(lines[i], "required:") && !strings.Contains(lines[i], "format:") {
					break
				}
				continue
			}
			files = append(files, item[1])
		}
	}
	return files
}

// loginTurnedOff finds a start command in an image that takes away the login a server has by default.
func loginTurnedOff(f containerFile) []lodemark.Finding {
	last := f.Last()
	l := launch{image: last.Image, words: last.Command, env: last.Env}
	server, how := l.find()
	if server == nil || how != asksNobody || len(server.off) == 0 || server.keys != nil {
		return nil
	}
	line := last.CommandAt
	if line == 0 {
		line = last.Line
	}
	return []lodemark.Finding{{Severity: severity(f.Path, lodemark.SeverityMedium), Path: f.Path, Line: line, Key: "no login " + server.name,
		Message: fmt.Sprintf("The image starts %s with its login turned off: whoever reaches it can %s.", server.name, server.harm),
		Fix:     "leave the login on, and hand the token over when the container starts"}}
}
