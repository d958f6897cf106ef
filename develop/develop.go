// Package develop holds the practices of the second area, secure development: supply chain, assets, documentation and
// technical debt (DEV-1 to DEV-4).
package develop
