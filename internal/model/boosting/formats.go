// Package boosting looks at boosted trees, which XGBoost, LightGBM and CatBoost write in forms of their own, and at PMML. All
// are numbers: what counts is counts that lie, commands in what describes the training, and what XML makes a parser read.
package boosting

import "github.com/lodemark/lodemark/internal/model/inspect"

// maxName bounds what is looked at of a hostile name, in bytes.
const maxName = 512

// Formats lists the formats of this package.
func Formats() []inspect.Format {
	return []inspect.Format{pmmlFormat(), xgboostJSONFormat(), xgboostUBJFormat(), xgboostBinaryFormat(), lightgbmFormat(), catboostFormat()}
}
