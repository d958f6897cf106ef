package framework

import (
	"slices"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/rdata"
	"github.com/lodemark/lodemark/internal/model/torch7"
)

// Formats lists the formats of this package, and those of the packages beside it that are of its kind.
func Formats() []inspect.Format {
	return slices.Concat(
		[]inspect.Format{tfliteFormat(), pmmlFormat(), openvinoFormat(), torch7.Format(), xgboostJSONFormat(), xgboostUBJFormat(), xgboostBinaryFormat(), lightgbmFormat(), coremlFormat(), ortFormat(), catboostFormat(), tensorrtFormat(), rknnFormat(), cntkFormat(), msgpackFormat(), orbaxFormat(), ncnnFormat(), mnnFormat()},
		mxnetFormats(),
		paddleFormats(),
		caffeFormats(),
		carrierFormats(),
		rdata.Formats(),
	)
}
