// Package rules finds weaknesses of AI systems in code and configuration. A rule is data: what it matches, why that matters, what to
// do, and examples it must and must not find. docs/RULES.md tells how one is written.
package rules
