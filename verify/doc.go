// Package verify lets a Go program load a signed model in such a way that what it reads is what was signed.
//
//	m, err := verify.Open(ctx, "models/helpdesk", verify.Options{Trust: []string{"/etc/lodemark/trust.yaml"}})
//	if err != nil {
//		return err // unsigned, signed by somebody else, or changed
//	}
//	defer m.Close()
//	weights, err := m.FS().Open("model.safetensors")
//
// The signature is one of OpenSSF Model Signing (lodemark sign, model_signing). Open copies the signed files to a private folder, and verifies the
// copy: nothing that happens to the original afterwards, or during the copying, reaches the program. Nobody is contacted.
package verify
