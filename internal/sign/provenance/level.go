package provenance

// level is the level of SLSA's build track that the attestation can show at most, and what keeps it from showing more. A level is a property
// of the builder, which no statement of the builder's own proves: the operator who relies on it has to know the builder.
func (v *verification) level() (int, string) {
	s := v.out.Signer
	builder := v.att.SLSA.Builder
	switch {
	case s.By == "key":
		return 2, "signed by a key: level 2 where the build service alone holds it, level 1 where the project does, which the signature does not tell"
	case v.claims.Signer == "" && !workflow(s.Name):
		return 1, "signed by " + quote(s.Name) + ", which is no job of a build service that is known here"
	case v.claims.Runner == "self-hosted":
		return 1, "the job ran on a machine of the project's own"
	case workflow(s.Name) && v.out.Source.Repository != "" && repositoryOf(s.Name) != v.out.Source.Repository:
		why := "signed by a workflow that the project calls and cannot change: level 3 where that workflow keeps the project's steps away from its own"
		if builder != s.Name {
			why += ", and states only what it saw of the builder that it names"
		}
		return 3, why
	}
	return 2, "signed in a job of the build service, in which the project's own steps run too and could have stated something else"
}
