package report

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/deploy"
	"github.com/lodemark/lodemark/design"
	"github.com/lodemark/lodemark/develop"
	"github.com/lodemark/lodemark/operate"
)

// real assesses one of the two examples with all checks there are.
func real(t testing.TB, example string) *lodemark.Run {
	t.Helper()
	r, err := assess.Run(t.Context(), assess.Options{Target: filepath.Join("..", "examples", example), At: assess.ExampleTime(), Tool: lodemark.Tool{Name: "lodemark", Version: "1.2.3"},
		Practices: slices.Concat(design.Practices(), develop.Practices(), deploy.Practices(), operate.Practices())})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// What real assessments give holds to the schemas, and the way from one example to the other can be compared.
func TestRealReports(t *testing.T) {
	assessed, standard, diff := published(t, "assess"), officialSARIF(t), published(t, "diff")
	risky, sound := real(t, "helpdesk-risky"), real(t, "helpdesk-sound")
	for _, r := range []*lodemark.Run{risky, sound} {
		if err := validate(t, assessed, written(t, writeJSON, r, Options{})); err != nil {
			t.Errorf("%s: %v", r.Target, err)
		}
		if err := validate(t, standard, written(t, writeSARIF, r, Options{})); err != nil {
			t.Errorf("%s: %v", r.Target, err)
		}
		if n := len(written(t, writeMarkdown, r, Options{})); n > 65_000 {
			t.Errorf("%s: a comment of %d bytes", r.Target, n)
		}
	}
	if err := validate(t, diff, diffJSON(t, compare(t, risky, sound))); err != nil {
		t.Errorf("%v", err)
	}
	if compare(t, risky, risky).Worse() || !compare(t, sound, risky).Worse() {
		t.Error("from sound to risky is not worse, or from risky to risky is")
	}
}
