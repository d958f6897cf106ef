package develop

import (
	"github.com/lodemark/lodemark"
)

// named gives the findings of a missing document the check's id.
func named(r lodemark.Result, check string) lodemark.Result {
	for i := range r.Findings {
		r.Findings[i].ID = check
	}
	return r
}
