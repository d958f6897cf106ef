package weakness

import "github.com/lodemark/lodemark"

// same says which rules tell of a place what an older check may tell of it too. An assessment then tells it once, where the check
// does; `lodemark code`, which runs no checks, tells it under the rule.
func same() map[string][]lodemark.Same {
	at := func(check string) []lodemark.Same { return []lodemark.Same{{Check: check}} }
	near := func(check string, lines int) []lodemark.Same { return []lodemark.Same{{Check: check, Within: lines}} }
	file := func(check string) []lodemark.Same { return near(check, -1) }
	return map[string][]lodemark.Same{
		"SC-06": at("dev-1-pinned-images"),
		"SC-07": file("dev-1-locked-dependencies"),
		"SC-09": at("dev-1-piped-install"),
		"SC-11": near("dev-1-pinned-mcp-servers", 6),
		"SC-12": at("dev-1-pinned-actions"),
		"SC-15": at("dev-1-package-origins"),
		"SC-16": file("sd-3-model-formats"),
		"SC-18": near("dev-1-end-of-life", 3),
		"DS-11": at("sd-3-secure-defaults"),
		"MC-06": near("dev-2-secrets-in-config", 1),
		"MC-08": at("sd-3-agent-permissions"),
		"MC-09": at("sd-3-agent-permissions"),
		"MC-12": at("sd-3-agent-permissions"),
		"MC-14": near("sd-3-agent-permissions", 6),
		"LM-12": near("dev-2-secrets-in-config", 1),
		"SV-02": near("dep-1-exposed-service", 3),
		"SV-12": near("dep-1-privileged-workload", 3),
		"SV-13": file("dep-1-container-user"),
		"SV-16": near("dep-1-network-policy", 3),
		"SV-17": at("dep-1-public-data"),
		"SV-18": near("dep-1-exposed-service", 3),
	}
}

// sameAs is the part of a family.
func sameAs(family string) map[string][]lodemark.Same {
	mine := map[string][]lodemark.Same{}
	for rule, checks := range same() {
		if FamilyOf(rule) == family {
			mine[rule] = checks
		}
	}
	return mine
}
