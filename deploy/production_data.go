package deploy

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
	"github.com/lodemark/lodemark/internal/pattern"
)

const productionCheck = "dep-1-production-in-development"

func productionInDevelopment() lodemark.Check {
	return lodemark.Check{
		ID: productionCheck, Version: 1,
		Title:    "Notebooks and development settings name no data and no secret of production",
		Bears:    lodemark.Supports("DEP-1.5"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: settingsAge,
		Why: "A notebook has none of the controls that guard production: no review, packages of the day, outputs that are saved with " +
			"the file. One line with the address of the live database carries its data there.",
		Fix: "Give development its own buckets, databases and secrets, filled with made-up or cleaned data, and keep addresses of " +
			"production out of notebooks.",
		Help: "keep settings of each environment in files or folders of their own (overlays/dev, .env.development, dev.tfvars)",
		Bad:  productionBad(), Good: productionGood(),
		Run: runProductionInDevelopment,
	}
}

var (
	developmentName = pattern.New(`(?i)(?:^|[._/-])(?:dev|develop|development|devel|devcontainer|local|sandbox|research|experiments?|notebooks?|staging|test)(?:[._/-]|$)`)
	productionName  = pattern.New(`(?i)(?:^|[._/-])(?:prod|production|prd|live)(?:[._/-]|$)`)
	// dataAddress is the address of a store; group 2 is what names it: host, bucket or database.
	dataAddress = pattern.New(`\b(s3|s3a|s3n|gs|gcs|abfss?|wasbs?|az|postgres(?:ql)?(?:\+\w+)?|mysql(?:\+\w+)?|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|clickhouse(?:\+\w+)?|snowflake|bigquery|redshift(?:\+\w+)?|mssql(?:\+\w+)?|jdbc:\w+|bolt|neo4j(?:\+s)?|qdrant|milvus)://([^\s"'<>` + "`" + `\\)\]]{3,300})`)
	prodWord    = pattern.New(`(?i)(?:^|[^a-z0-9])(?:prod|production|prd)(?:$|[^a-z0-9]|\d)`)
	notProd     = pattern.New(`(?i)(?:non|pre|not|un)[-_.]?prod`)
)

const notebookMost = 8 << 20

func runProductionInDevelopment(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	var looked []lodemark.Component
	var findings []lodemark.Finding
	var gaps []lodemark.Gap
	for c := range s.System.Of(lodemark.KindNotebook) {
		if ctx.Err() != nil {
			break
		}
		lines, err := notebookCode(s, c.Path)
		if err != nil {
			gaps = append(gaps, lodemark.Unread(c.Path, 0, err, true))
			continue
		}
		looked = append(looked, c)
		findings = append(findings, productionAddresses(c.Path, lines, "the notebook")...)
	}
	sets := map[string][]namedSetting{} // by the file without the word of its environment
	seen := map[string]bool{}
	for _, f := range s.System.Files {
		if f.Link != "" || f.Vendored || f.Size > settingBytes || !environmentFile(f.Path) || seen[f.Path] {
			continue
		}
		seen[f.Path] = true
		dev, prod := developmentName.MatchString(f.Path), productionName.MatchString(f.Path)
		if dev == prod {
			continue
		}
		data, err := s.Read(f.Path)
		if err != nil {
			continue
		}
		c := lodemark.Component{Path: f.Path, Test: f.Test}
		if dev {
			looked = append(looked, c)
			findings = append(findings, productionAddresses(f.Path, plainLines(string(data)), "a setting of development")...)
			findings = append(findings, productionSecrets(f.Path, string(data))...)
		}
		for _, set := range storeSettings(string(data)) {
			set.path, set.dev = f.Path, dev
			sets[set.name] = append(sets[set.name], set)
		}
	}
	findings = append(findings, sharedStores(sets)...)
	return lodemark.Conclude(looked, shortened(onePerPlace(findings)), gaps, "notebooks and files of development settings")
}

// environmentFile says whether a file may hold the settings of one environment.
func environmentFile(file string) bool {
	base := strings.ToLower(path.Base(file))
	return strings.HasSuffix(base, ".tfvars") || strings.HasSuffix(base, ".yaml") || strings.HasSuffix(base, ".yml") || strings.HasSuffix(base, ".tfvars.json") ||
		strings.HasPrefix(base, ".env") && !sampleFile.MatchString(base) || base == "devcontainer.json" || strings.HasSuffix(base, ".env") || strings.HasSuffix(base, ".toml") && developmentName.MatchString(base)
}

// numbered is a line of a file with its number.
type numbered struct {
	n    int
	text string
}

func plainLines(text string) []numbered {
	var all []numbered
	n := 0
	for line := range strings.Lines(text) {
		n++
		if t := strings.TrimSpace(line); t != "" && !strings.HasPrefix(t, "#") && !strings.HasPrefix(t, "//") && len(line) < 4096 {
			all = append(all, numbered{n, t})
		}
	}
	return all
}

// notebookCode gives the lines of the code cells. A notebook is written one line of code to a line of the file, so the number
// is that of the first line that holds the text.
func notebookCode(s *lodemark.Subject, file string) ([]numbered, error) {
	data, err := s.Read(file)
	if err != nil {
		return nil, err
	}
	if len(data) > notebookMost || !dataAddress.Match(data) {
		return nil, nil
	}
	var nb struct {
		Cells []struct {
			Kind   string          `json:"cell_type"`
			Source json.RawMessage `json:"source"`
		} `json:"cells"`
	}
	if err := json.Unmarshal(data, &nb); err != nil {
		return nil, fmt.Errorf("read the notebook: %w", err)
	}
	code := map[string]bool{}
	for _, c := range nb.Cells {
		if c.Kind != "code" {
			continue
		}
		var lines []string
		var whole string
		if json.Unmarshal(c.Source, &lines) != nil && json.Unmarshal(c.Source, &whole) == nil {
			lines = strings.Split(whole, "\n")
		}
		for _, l := range lines {
			if l = strings.TrimSpace(l); l != "" && !strings.HasPrefix(l, "#") && dataAddress.MatchString(l) {
				code[l] = true
			}
		}
	}
	var all []numbered
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		if len(line) > 8192 || !strings.Contains(line, "://") {
			continue
		}
		var text string
		if json.Unmarshal([]byte(strings.TrimSuffix(strings.TrimSpace(line), ",")), &text) == nil && code[strings.TrimSpace(text)] {
			all = append(all, numbered{n, strings.TrimSpace(text)})
		}
	}
	return all, nil
}

// productionAddresses finds addresses of stores that call themselves production.
func productionAddresses(file string, lines []numbered, where string) []lodemark.Finding {
	var all []lodemark.Finding
	for _, l := range lines {
		if !strings.Contains(l.text, "://") {
			continue
		}
		for _, m := range dataAddress.FindAllStringSubmatch(l.text, 8) {
			rest := m[2]
			if at := strings.LastIndexByte(rest, '@'); at >= 0 {
				rest = rest[at+1:]
			}
			host, _, _ := strings.Cut(rest, "?")
			if !prodWord.MatchString(host) || notProd.MatchString(host) || strings.Contains(host, "example.com") {
				continue
			}
			shown, _, _ := strings.Cut(host, "/")
			if !prodWord.MatchString(shown) {
				shown = host[:min(len(host), 60)]
			}
			all = append(all, lodemark.Finding{ID: productionCheck, Severity: lodemark.SeverityMedium, Path: file, Line: l.n, Key: m[1] + " " + shown,
				Message: fmt.Sprintf("In %s %s names %s://%s, a store of production, where none of production's controls hold.", file, where, m[1], shown),
				Fix:     "use a store of the development environment, with made-up or cleaned data"})
		}
	}
	return all
}

var (
	secretReference = pattern.New(`(?i)\b(?:secretName|secretKeyRef|secretRef|secret_name|secret_id|secretId|vault_path|keyvault|key_vault)\b`)
	quotedName      = pattern.New(`[\w./-]{3,120}`)
	nameEntry       = pattern.New(`^\s*(?:-\s*)?(?:name|secretName|secret_name|secret_id|key)\s*[:=]\s*["']?([\w./-]{3,120})`)
)

// productionSecrets finds references to secrets that call themselves production's.
func productionSecrets(file, text string) []lodemark.Finding {
	if !secretReference.MatchString(text) {
		return nil
	}
	var all []lodemark.Finding
	near := 0
	for _, l := range plainLines(text) {
		here := secretReference.MatchString(l.text)
		if here {
			near = l.n
		}
		if near == 0 || l.n > near+2 {
			continue
		}
		candidates := []string{}
		if m := nameEntry.FindStringSubmatch(l.text); m != nil {
			candidates = append(candidates, m[1])
		} else if here {
			candidates = quotedName.FindAllString(l.text, 12)
		}
		i := slices.IndexFunc(candidates, func(c string) bool { return prodWord.MatchString(c) && !notProd.MatchString(c) })
		if i < 0 {
			continue
		}
		all = append(all, lodemark.Finding{ID: productionCheck, Severity: lodemark.SeverityMedium, Path: file, Line: l.n, Key: "secret " + candidates[i],
			Message: fmt.Sprintf("In %s development is given the secret %s of production.", file, candidates[i]),
			Fix:     "give development a secret of its own, with rights on development only"})
	}
	return all
}

// namedSetting is a setting that names a store or a secret.
type namedSetting struct {
	path, name, value string
	line              int
	dev               bool
}

var (
	storeSetting = pattern.New(`(?i)(?:bucket|database|(?:^|_)db(?:_|$)|dsn|dataset|data_path|data_uri|training_data|model_uri|model_path|vector|mongo|postgres|redis|warehouse|secret_(?:arn|id|name)|connection)`)
	notStore     = pattern.New(`(?i)engine|version|class|size|type|port|user|family|backend|state|lock|log|name_prefix|pool|timeout|retention|storage_gb|instance|region|enabled|table_count|provider|driver|model_name|dimension|namespace|image|repository|chart`)
	telling      = pattern.New(`^[\w.:/@+-]{6,200}$`)
)

// storeSettings reads "NAME = value" and "name: value" lines that name a store.
func storeSettings(text string) []namedSetting {
	var all []namedSetting
	for _, l := range plainLines(text) {
		m := variableLine.FindStringSubmatch(l.text)
		if m == nil {
			m = valueLine.FindStringSubmatch(l.text)
		}
		if m == nil || !storeSetting.MatchString(m[1]) || notStore.MatchString(m[1]) {
			continue
		}
		value := strings.Trim(strings.TrimSpace(afterValue.ReplaceAllString(m[2], "")), `"'`)
		filled, open := infra.Expand(value, nil)
		if open || !telling.MatchString(filled) || !strings.ContainsAny(filled, "-./:") || localStore.MatchString(filled) || toReplace.MatchString(filled) {
			continue
		}
		all = append(all, namedSetting{name: strings.ToLower(m[1]), value: filled, line: l.n})
	}
	return all
}

// localStore matches values that name no store of one environment: addresses within a cluster, paths, and host names of services.
var localStore = pattern.New(`(?i)localhost|127\.0\.0\.1|0\.0\.0\.0|host\.docker|^\.{0,2}/|^\w+://[\w-]+(?::\d+)?(?:/|$)|@[\w-]+(?::\d+)?(?:/|$)|\.svc(?:\.|:|$)|^[\d.:]+$|sqlite|^true$|^false$`)

// sharedStores finds stores that the same setting names in development and in production.
func sharedStores(sets map[string][]namedSetting) []lodemark.Finding {
	var all []lodemark.Finding
	for name, list := range sets {
		for _, d := range list {
			if !d.dev {
				continue
			}
			i := slices.IndexFunc(list, func(p namedSetting) bool { return !p.dev && p.value == d.value && sameProduct(p.path, d.path) })
			if i < 0 {
				continue
			}
			all = append(all, lodemark.Finding{ID: productionCheck, Severity: lodemark.SeverityMedium, Path: d.path, Line: d.line, Key: "shared " + name,
				Message: fmt.Sprintf("%s in %s names the same store as production does in %s, so experiments work on live data.", name, d.path, list[i].path),
				Fix:     "give development a store of its own"})
		}
	}
	slices.SortFunc(all, func(a, b lodemark.Finding) int {
		return strings.Compare(fmt.Sprint(a.Path, a.Line, a.Key), fmt.Sprint(b.Path, b.Line, b.Key))
	})
	return all
}

// sameProduct says whether two files are those of two environments of one thing: their paths differ in the environment's word only.
func sameProduct(a, b string) bool {
	strip := func(p string) string {
		return productionName.ReplaceAllString(developmentName.ReplaceAllString("/"+p, "//"), "//")
	}
	return strip(a) == strip(b)
}
