package weakness_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/deploy"
	"github.com/lodemark/lodemark/design"
	"github.com/lodemark/lodemark/develop"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/source/rules"
	"github.com/lodemark/lodemark/internal/weakness"
	"github.com/lodemark/lodemark/operate"
)

func checks() map[string]lodemark.Check {
	all := map[string]lodemark.Check{}
	for _, p := range slices.Concat(design.Practices(), develop.Practices(), deploy.Practices(), operate.Practices()) {
		for _, c := range p.Checks {
			all[c.ID] = c
		}
	}
	return all
}

// Every family of rules is one check, and that check bears on what its rules name, no more and no less.
func TestEveryFamilyIsACheck(t *testing.T) {
	all, err := weakness.Rules(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	clauses, worst := map[string][]string{}, map[string]lodemark.Severity{}
	for _, r := range all {
		f := weakness.FamilyOf(r.ID)
		for _, c := range r.Clauses {
			if !slices.Contains(clauses[f], c) {
				clauses[f] = append(clauses[f], c)
			}
		}
		worst[f] = max(worst[f], r.Severity)
	}
	had := map[string]bool{}
	for _, c := range checks() {
		if c.Rules == nil {
			continue
		}
		told := c.Rules()
		if len(told) == 0 {
			t.Errorf("%s is a check without rules: a check that finds nothing must not exist", c.ID)
			continue
		}
		f := weakness.FamilyOf(told[0].ID)
		had[f] = true
		want := inOrder(clauses[f])
		var got []string
		for _, b := range c.Bears {
			got = append(got, b.Clause)
			if b.Settles {
				t.Errorf("%s settles %s: rules only support", c.ID, b.Clause)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s bears on %v, and its rules name %v: write lodemark.Supports(%q) there, and raise its version", c.ID, got, want, strings.Join(want, `", "`))
		}
		if c.Severity != worst[f] {
			t.Errorf("%s is %s at worst, and its rules are %s: change Severity there", c.ID, c.Severity, worst[f])
		}
	}
	for f := range clauses {
		if !had[f] {
			t.Errorf("the family %s has rules and no check: add one to a stage, as design/code_rules.go has them", f)
		}
	}
}

// inOrder sorts clauses as the catalogue has them.
func inOrder(clauses []string) []string {
	at := map[string]int{}
	for i, c := range lodemark.Guidelines().Clauses() {
		at[c.ID] = i
	}
	slices.SortFunc(clauses, func(a, b string) int { return cmp.Compare(at[a], at[b]) })
	return clauses
}

// What a rule and an older check both tell of a place is told once, by the check, and counts for both.
func TestToldOnce(t *testing.T) {
	cases := map[string]struct {
		path, text string
		line       int // of the check's finding
	}{
		"MC-14": {".mcp.json", "{\n  \"mcpServers\": {\n    \"files\": {\n      \"command\": \"npx\",\n      \"args\": [\"-y\", \"@modelcontextprotocol/server-filesystem@2025.8.21\", \"/\"]\n    }\n  }\n}\n", 3},
		"DS-11": {"settings.yaml", "huggingface:\n  model: example/model\n  trust_remote_code: true\n", 3},
		"SC-12": {".github/workflows/release.yml", "on: push\npermissions: {contents: write}\njobs:\n  release:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: wandb/launch-action@v2\n        with:\n          token: ${{ secrets.HF_TOKEN }}\n", 7},
		"SC-16": {"models/intent.pkl", "\x80\x02cos\nsystem\nU\x0becho canary\x85R.", 0},
		"SV-13": {"Dockerfile", "FROM python@sha256:" + strings.Repeat("1", 64) + "\nCOPY app app\nCMD [\"vllm\", \"serve\", \"example/model\"]\n", 1},
		"SV-18": {"compose.yaml", "services:\n  knowledge:\n    image: qdrant/qdrant@sha256:" + strings.Repeat("1", 64) + "\n    ports:\n      - 6333:6333\n", 5},
		"SV-17": {"main.tf", "resource \"aws_s3_bucket_acl\" \"models\" {\n  bucket = \"models\"\n  acl    = \"public-read-write\"\n}\n", 3},
		"SC-06": {"compose.yaml", "services:\n  db:\n    image: qdrant/qdrant:latest\n", 3},
		"SC-09": {"Dockerfile", "FROM python@sha256:" + strings.Repeat("1", 64) + "\nRUN curl -fsSL https://get.example.org/agent.sh | bash\nUSER 1000\n", 2},
		"MC-08": {".claude/settings.json", "{\n  \"permissions\": {\n    \"allow\": [\"Bash(*)\"]\n  }\n}\n", 3},
		"MC-09": {".claude/settings.json", "{\n  \"permissions\": {\n    \"defaultMode\": \"bypassPermissions\"\n  }\n}\n", 3},
		"SC-11": {".mcp.json", "{\n  \"mcpServers\": {\n    \"files\": {\"command\": \"npx\", \"args\": [\"-y\", \"example-files\", \"./docs\"]}\n  }\n}\n", 3},
	}
	for id, c := range cases {
		t.Run(id, func(t *testing.T) {
			tree, err := bound.Memory(map[string]string{c.path: c.text}, bound.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			defer tree.Close()
			r, err := assess.Tree(t.Context(), tree, assess.Options{Target: "app", At: assess.ExampleTime(),
				Practices: slices.Concat(design.Practices(), develop.Practices(), deploy.Practices(), operate.Practices())})
			if err != nil {
				t.Fatal(err)
			}
			var there []string
			var both lodemark.Finding
			rule := ruleOf(t, id)
			for _, f := range r.Findings {
				if f.ID == id {
					t.Errorf("it is told by the rule too: %s:%d %s", f.Path, f.Line, f.Message)
				}
				if f.Path == c.path && f.Line == c.line {
					there = append(there, f.ID)
					if slices.Contains(f.Refs, rule.Refs[0]) {
						both = f
					}
				}
			}
			if both.ID == "" {
				t.Fatalf("no finding at %s:%d tells both; there are %v", c.path, c.line, there)
			}
			for _, clause := range rule.Clauses {
				if !slices.Contains(both.Clauses, clause) {
					t.Errorf("%s does not touch %s, which the rule names: %v", both.ID, clause, both.Clauses)
				}
			}
			counted := 0
			for _, e := range r.Evidence {
				if slices.Contains(e.Findings, both.Fingerprint) {
					counted++
				}
			}
			if counted != 2 {
				t.Errorf("the finding counts for %d checks, not for two", counted)
			}
		})
	}
}

func ruleOf(t *testing.T, id string) *rules.Rule {
	t.Helper()
	all, err := weakness.Rules(nil, []string{id})
	if err != nil || len(all) != 1 {
		t.Fatalf("%s: %d rules, %v", id, len(all), err)
	}
	return all[0]
}

// The table of what is the same names checks that there are, and rules that a family check has.
func TestSameAsNamesWhatThereIs(t *testing.T) {
	known := checks()
	for id, c := range known {
		for rule, others := range c.SameAs {
			for _, other := range others {
				if _, ok := known[other.Check]; !ok || other.Check == id {
					t.Errorf("%s: %s is the same as %q, which is no other check", id, rule, other.Check)
				}
				ruleOf(t, rule)
			}
		}
	}
}

// Comments mute findings where they give a reason, advice never fails, and both are listed.
func TestMutedAndAdvice(t *testing.T) {
	bad := "import pickle\n\n\ndef load(f):\n    return pickle.load(f)%s\n"
	for comment, want := range map[string]string{"": "failed", "  # lodemark: ignore DS-01 the file is signed and checked before": "passed", "  # lodemark: ignore DS-01": "failed",
		"  # lodemark: ignore LO-01 another rule": "failed"} {
		r, err := assess.Try(t.Context(), checks()["dev-1-safe-loading"], lodemark.Example{Name: "it", Files: map[string]string{"app.py": fmt.Sprintf(bad, comment)}}, time.Minute)
		if err != nil || string(r.Outcome) != want || len(r.Findings) != 1 {
			t.Errorf("%q: %s with %d findings (%s), %v; want %s with one", comment, r.Outcome, len(r.Findings), r.Reason, err, want)
		}
	}
}

// One look serves all: the second check that asks runs nothing.
func TestATreeIsReadByKind(t *testing.T) {
	tree, err := bound.Memory(map[string]string{
		"app.py": "import pickle\nx = pickle.load(open('f', 'rb'))\n", "node_modules/x/index.js": "eval(1)\n", "node_modules/x/.mcp.json": "{}", "notes.bin": "\x00", "big.py": strings.Repeat("# x\n", 1<<20),
	}, bound.Limits{FileBytes: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	e, err := weakness.Engine(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	c, err := weakness.Tree(t.Context(), tree, e, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Read != 3 || c.Vendored != 1 || c.Cut {
		t.Errorf("%d read, %d vendored, cut %v", c.Read, c.Vendored, c.Cut)
	}
	if len(c.Gaps) != 1 || c.Gaps[0].Path != "big.py" {
		t.Errorf("gaps %+v: the large file is not told", c.Gaps)
	}
	if len(c.Findings) == 0 || c.Findings[0].Fingerprint == "" || c.Findings[0].Path != "app.py" {
		t.Errorf("findings %+v", c.Findings)
	}
}
