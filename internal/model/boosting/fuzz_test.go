package boosting

import (
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect/inspecttest"
)

// FuzzLook reads anything as whatever claims it, under the names that the formats go by.
func FuzzLook(f *testing.F) {
	inspecttest.Fuzz(f, Formats(), []string{"m.pmml", "m.json", "m.ubj", "m.model", "m.txt", "m.cbm"},
		xgboostModel(), ubj(-1), lightgbmModel(), pmml())
}
