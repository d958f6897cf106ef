package discover

import (
	"bytes"
	"strings"

	"github.com/lodemark/lodemark"
)

func (v *visit) isInfrastructure() bool { return v.infrastructureFormat() != "" }

func (v *visit) infrastructureFormat() string {
	switch v.ext {
	case ".tf", ".tofu":
		return "terraform"
	case ".tfvars":
		return "terraform-variables"
	case ".bicep":
		return "bicep"
	case ".service":
		return when(bytes.Contains(v.head, []byte("[Service]")) || bytes.Contains(v.head, []byte("[Unit]")), "systemd")
	case ".json":
		switch {
		case strings.HasSuffix(v.lower, ".tf.json"):
			return "terraform"
		case v.lower == "cdk.json":
			return "cdk"
		}
		return when(bytes.Contains(v.head, []byte(`"AWSTemplateFormatVersion"`)), "cloudformation")
	case ".yaml", ".yml":
		switch {
		case v.lower == "pulumi.yaml" || v.lower == "pulumi.yml":
			return "pulumi"
		case v.lower == "serverless.yml" || v.lower == "serverless.yaml":
			return "serverless"
		case v.lower == "cog.yaml":
			return "cog"
		case v.lower == "bentofile.yaml":
			return "bentoml"
		}
		return when(lineBegins(v.head, []byte("AWSTemplateFormatVersion:")), "cloudformation")
	}
	return ""
}

func (v *visit) readInfrastructure() {
	if isText(v.head) && v.size > 0 {
		v.addFile(lodemark.KindInfrastructure, v.infrastructureFormat(), nil)
	}
}

func (v *visit) isPipeline() bool { return v.size > 0 && v.pipelineFormat() != "" }

func (v *visit) pipelineFormat() string {
	if v.ext != ".yml" && v.ext != ".yaml" {
		return ""
	}
	switch {
	case v.under(".github/workflows"):
		return "github"
	case v.lower == ".gitlab-ci.yml" || v.lower == ".gitlab-ci.yaml" || strings.HasSuffix(v.lower, ".gitlab-ci.yml") || v.below(".gitlab/ci") || v.below(".gitlab-ci"):
		return "gitlab"
	}
	return ""
}

func (v *visit) readPipeline() { v.addFile(lodemark.KindPipeline, v.pipelineFormat(), nil) }
