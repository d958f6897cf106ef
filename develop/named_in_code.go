package develop

import (
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/weakness"
)

// namedInCode lists the models that calls in code take and the datasets that it names, each name once: assets that no file of the tree and no
// setting need show. What stands in tests or samples, and what files do not resolve, is left out, and so are names that nothing is seen to ask.
func namedInCode(ctx context.Context, s *lodemark.Subject) (all []lodemark.Component) {
	seen := map[string]bool{}
	for _, c := range weakness.SystemCode(ctx, s) {
		switch {
		case c.Test || c.Name == "" || c.Origin == lodemark.OriginUnresolved || lodemark.Sample(c.Path):
			continue
		case c.Kind == lodemark.KindDataset:
		case !c.Kind.IsModel() || c.Detail[lodemark.FoundBy] == lodemark.FoundByName:
			continue
		}
		if key := strings.ToLower(c.Name); !seen[key] {
			seen[key] = true
			all = append(all, c)
		}
	}
	return all
}

// calledBy lists what people may call what code names: by its name, the end of it, the folder that it lies in, or, of a hosted model, by who runs it.
func calledBy(c lodemark.Component) []string {
	name := strings.Trim(path.Clean(c.Name), "/")
	base := path.Base(name)
	out := []string{c.Name, name, base, strings.TrimSuffix(base, path.Ext(base))}
	if dir := path.Dir(name); c.Detail["source"] == "local" && dir != "." {
		out = append(out, dir+"/", dir)
	}
	if c.Kind == lodemark.KindHostedModel {
		out = append(out, c.Detail["provider"])
	}
	return out
}

// missedWords says in a reason what the two discoveries of models have probably missed; empty: code names no model.
func missedWords(e lodemark.Estimate) string {
	switch {
	case e.Found == 0:
		return ""
	case !e.Enough():
		return fmt.Sprintf("; of %d models in code, by file, %d were seen by calls, %d by names and %d by both: too few to estimate what both missed", e.Found, e.ByCall, e.ByName, e.Both)
	}
	return fmt.Sprintf("; of %d models in code, by file, %d were seen by calls, %d by names and %d by both: about %.0f more were probably missed (95 %% interval %.0f to %.0f)",
		e.Found, e.ByCall, e.ByName, e.Both, e.Missed, e.Low, e.High)
}
