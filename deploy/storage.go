package deploy

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
	"github.com/lodemark/lodemark/internal/pattern"
)

const publicData = "dep-1-public-data"

func publicStorage() lodemark.Check {
	return lodemark.Check{
		ID: publicData, Version: 1,
		Title:    "No bucket, registry, share or database with models or data is open to everybody",
		Bears:    lodemark.Supports("DEP-1.3"),
		Severity: lodemark.SeverityCritical, Strength: lodemark.Enforced, MaxAge: settingsAge,
		Why: "Whoever may write to the bucket of models puts a program where the system expects numbers. Whoever may read it has the " +
			"weights, and often the training data that they can be asked about.",
		Fix: "Block public access to each bucket, registry and database, name the identities that need it, and give the serving host " +
			"the right to read and nothing else.",
		Help: "keep the Terraform or the manifests of the storage in the repository, with the policies that say who may read and write",
		Bad:  publicStorageBad(), Good: publicStorageGood(),
		Run: runPublicStorage,
	}
}

// Names of storage tell what lies in it. What is made for the public is no finding, and a name that tells nothing is none either.
var (
	holdsAssets  = pattern.New(`(?i)models?|weights?|checkpoints?|ckpt|dataset|training|(?:^|[^a-z])(?:data|train|ml|llm|rag|ai)(?:$|[^a-z])|datalake|data-?lake|embedding|vector|feature-?store|artifacts?|mlflow|corpus|knowledge|documents?|backups?|prompts?|(?:^|[^a-z])logs?(?:$|[^a-z])|traces?`)
	meantForAll  = pattern.New(`(?i)web-?site|(?:^|[^a-z])(?:web|www|site|static|frontend|front|cdn|landing|blog|docs|public|assets|media|images?|avatars?|logos?|ui|spa|hosting|photos?|pictures?|downloads?|opendata|open-data)(?:$|[^a-z])`)
	modelFolders = pattern.New(`(?i)(?:^|[/_.-])(?:models?|weights?|checkpoints?|ckpts?|huggingface|hf|hf[_-]?(?:hub|home|cache)|transformers[_-]?cache|torch[_-]?cache|datasets?|training[_-]?data|embeddings?|vector[_-]?(?:store|db)|faiss|ollama|lora|adapters?)(?:$|[/_.-])`)
)

// storageFact is one way in that stands open, or one that could not be judged by what the file tells.
type storageFact struct {
	line     int
	key      string
	severity lodemark.Severity
	message  string
	fix      string
	open     bool // it cannot be told whether models or data lie there; message then says what is open
}

func runPublicStorage(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	var looked []lodemark.Component
	var findings []lodemark.Finding
	var gaps, maybe []lodemark.Gap
	take := func(c lodemark.Component, facts []storageFact) {
		for _, f := range facts {
			if f.open {
				if !c.Test {
					maybe = append(maybe, lodemark.Gap{Path: c.Path, Line: f.line, Reason: f.message})
				}
				continue
			}
			findings = append(findings, lodemark.Finding{ID: publicData, Severity: severity(c.Path, f.severity), Path: c.Path, Line: f.line, Key: f.key, Message: f.message, Fix: f.fix})
		}
	}
	for c := range s.System.Of(lodemark.KindInfrastructure) {
		if ctx.Err() != nil {
			break
		}
		var facts []storageFact
		stores := false
		switch c.Format {
		case "terraform":
			blocks, err := infra.Read(s, c.Path, infra.ParseTerraform)
			if err != nil {
				gaps = append(gaps, unreadInfra(c, err))
				continue
			}
			facts, stores = terraformStorage(s, c.Path, blocks)
		case "cloudformation", "serverless":
			facts, stores = cloudFormationStorage(s, c.Path)
		}
		if stores {
			looked = append(looked, c)
			take(c, facts)
		}
	}
	e := survey(s, lodemark.KindKubernetes)
	for _, m := range e.manifests {
		if facts, stores := nodeFolders(m); stores {
			looked = append(looked, m.Component)
			take(m.Component, facts)
		}
	}
	for _, l := range commandsOf(s) {
		if facts := openedByCommand(l); len(facts) > 0 {
			looked = append(looked, l.Component)
			take(l.Component, facts)
		}
	}
	for _, f := range s.System.Files {
		if path.Base(f.Path) == "exports" && f.Link == "" && f.Size < settingBytes {
			c := lodemark.Component{Path: f.Path, Test: f.Test || f.Vendored}
			if facts := nfsExports(s, f.Path); len(facts) > 0 {
				looked = append(looked, c)
				take(c, facts)
			}
		}
	}
	r := lodemark.Conclude(looked, shortened(onePerPlace(findings)), append(gaps, maybe...), "files that say who may reach storage")
	if len(maybe) > 0 && (r.Outcome == lodemark.Passed || r.Outcome == lodemark.NothingToSee) {
		r.Outcome, r.Reason = lodemark.Undecided, fmt.Sprintf("%s:%d: %s", maybe[0].Path, maybe[0].Line, maybe[0].Reason)
	}
	return r
}

// nodeFolders finds folders of models and data on the node that a pod may write to: whoever may start a pod on the node, or
// gets onto it, swaps the model of every other one.
func nodeFolders(m manifest) (facts []storageFact, stores bool) {
	for _, o := range m.objects {
		if o.Kind == "DaemonSet" {
			continue // it is about the node by its nature
		}
		for _, p := range o.Pods {
			for _, v := range p.Volumes {
				if v.Source != "" && v.Source != "configMap" && v.Source != "secret" && v.Source != "emptyDir" {
					stores = true
				}
				if v.HostPath.Given() && modelFolders.MatchString(v.HostPath.Text) && !readOnlyEverywhere(p, v.Name) {
					facts = append(facts, storageFact{line: v.HostPath.Line, key: o.Kind + " " + o.Name + " " + v.HostPath.Text, severity: lodemark.SeverityMedium,
						message: fmt.Sprintf("%s %s keeps models or data in the folder %s of its node and may write there, so everything on that node that mounts the folder can replace them.", o.Kind, o.Name, v.HostPath.Text),
						fix:     "put models on a volume of their own (a persistent volume claim, read-only for the server), or mount the folder with readOnly: true"})
				}
			}
		}
	}
	return facts, stores
}

var (
	bucketOpened = pattern.New(`\bmc(?:\s+--\S+)*\s+(?:anonymous|policy)\s+set\s+(public|download|upload)\s+["']?([^\s"';&|]+)`)
	bucketACL    = pattern.New(`\baws\s+s3api\s+put-bucket-acl\b[^\n;&|]*--acl\s+(public-read(?:-write)?)`)
	bucketArg    = pattern.New(`--bucket[ =]["']?([^\s"']+)`)
	bucketIAM    = pattern.New(`\bgsutil\s+(?:-m\s+)?iam\s+ch\s+(?:-\S+\s+)*["']?(allUsers|allAuthenticatedUsers):["']?(\w+)["']?\s+["']?(gs://[^\s"']+)`)
)

// openedByCommand finds commands in scripts and start commands that open a bucket to everybody.
func openedByCommand(l commandLine) []storageFact {
	text := l.text
	switch {
	case strings.Contains(text, "mc "):
		if m := bucketOpened.FindStringSubmatch(text); m != nil {
			return openBucket(l.line, m[2], m[1] != "download", "everybody who reaches the store")
		}
	case strings.Contains(text, "put-bucket-acl"):
		if m := bucketACL.FindStringSubmatch(text); m != nil {
			name := "the bucket"
			if b := bucketArg.FindStringSubmatch(text); b != nil {
				name = b[1]
			}
			return openBucket(l.line, name, strings.HasSuffix(m[1], "write"), "everybody on the internet")
		}
	case strings.Contains(text, "gsutil"):
		if m := bucketIAM.FindStringSubmatch(text); m != nil {
			role := strings.ToLower(m[2])
			return openBucket(l.line, m[3], strings.Contains(role, "admin") || strings.Contains(role, "creator") || strings.Contains(role, "writer"), "everybody on the internet")
		}
	}
	return nil
}

// openBucket judges a bucket that is open, by what its name tells and by what may be done.
func openBucket(line int, name string, write bool, who string) []storageFact {
	f := storageFact{line: line, key: "open " + name, fix: "take the public access away, and name the identities that need the bucket"}
	switch {
	case write:
		f.severity = lodemark.SeverityCritical
		f.message = fmt.Sprintf("%s lets %s write to it, so what the system loads from there can be replaced by anybody.", name, who)
	case meantForAll.MatchString(name):
		return nil
	case holdsAssets.MatchString(name):
		f.severity = lodemark.SeverityHigh
		f.message = fmt.Sprintf("%s lets %s read what lies in it, and by its name those are models or data.", name, who)
	default:
		f.open, f.message = true, name+" is readable by "+who+", and its name does not tell whether models or data lie in it"
	}
	return []storageFact{f}
}

var exportLine = pattern.New(`^\s*(/\S+)\s+(.*)$`)

// nfsExports finds folders that are handed to every host of the network.
func nfsExports(s *lodemark.Subject, file string) []storageFact {
	data, err := s.Read(file)
	if err != nil {
		return nil
	}
	var facts []storageFact
	n := 0
	for text := range strings.Lines(string(data)) {
		n++
		m := exportLine.FindStringSubmatch(strings.TrimRight(text, "\r\n"))
		if m == nil || len(text) > 4096 {
			continue
		}
		for _, client := range strings.Fields(m[2]) {
			host, options, _ := strings.Cut(strings.TrimSuffix(client, ")"), "(")
			if host != "*" && host != "" && !strings.HasSuffix(host, "/0") {
				continue
			}
			set := strings.Split(options, ",")
			f := storageFact{line: n, key: "export " + m[1], severity: lodemark.SeverityMedium, fix: "name the hosts that may mount the folder, read-only where they only load from it, with root_squash",
				message: fmt.Sprintf("The folder %s is shared with every host that reaches the server.", m[1])}
			if slices.Contains(set, "rw") {
				f.severity = lodemark.SeverityHigh
				f.message = fmt.Sprintf("The folder %s is shared with every host that reaches the server, and each may write to it.", m[1])
			}
			facts = append(facts, f)
			break
		}
	}
	return facts
}

// unreadInfra makes the gap for a file of infrastructure that does not parse.
func unreadInfra(c lodemark.Component, err error) lodemark.Gap {
	return lodemark.Unread(c.Path, infra.LineOf(err), err, c.Test)
}
