package infra

import (
	"fmt"

	"github.com/lodemark/lodemark"
)

// Read parses a file of the subject, once in a run whichever checks ask: a bundle of manifests has megabytes, and half a dozen
// checks want to see it. Callers share the value and must not change it.
func Read[T any](s *lodemark.Subject, path string, parse func([]byte) (T, error)) (T, error) {
	type parsed struct {
		value T
		err   error
	}
	key := fmt.Sprintf("infra.Read %T %s", *new(T), path)
	p := lodemark.Shared(s, key, func() parsed {
		data, err := s.Read(path)
		if err != nil {
			return parsed{err: err}
		}
		value, err := parse(data)
		return parsed{value, err}
	})
	return p.value, p.err
}

// ReadPipeline reads a workflow or composite action of GitHub, or a pipeline of GitLab, whose names are free.
func ReadPipeline(s *lodemark.Subject, path string, gitlab bool) (*Workflow, error) {
	return Read(s, path, func(data []byte) (*Workflow, error) {
		if gitlab {
			return ParseGitLab(data)
		}
		return ParsePipeline(path, data)
	})
}
