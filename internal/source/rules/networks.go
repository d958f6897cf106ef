package rules

import (
	"bytes"
	"path"
	"slices"
	"strings"
)

// networkPolicies are kinds of Kubernetes, of meshes and of Terraform that say who may talk to whom.
var networkPolicies = [][]byte{[]byte("NetworkPolicy"), []byte("AuthorizationPolicy"), []byte("kubernetes_network_policy"), []byte("networkPolicy"), []byte("Sidecar")}

// limitsNetworks says whether any file of the target that could hold a policy for networks does. It is asked for only where a workload
// was found, and answered once.
func (t *target) limitsNetworks() bool {
	t.networks.Do(func() {
		names := make([]string, 0, len(t.given))
		for _, p := range t.given {
			switch path.Ext(strings.ToLower(p)) {
			case ".yaml", ".yml", ".tpl", ".tf":
				names = append(names, p)
			}
		}
		for _, p := range names {
			data, err := t.read(p)
			if err == nil && slices.ContainsFunc(networkPolicies, func(w []byte) bool { return bytes.Contains(data, w) }) {
				t.limited = true
				return
			}
		}
	})
	return t.limited
}
