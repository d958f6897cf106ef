package deploy

import "github.com/lodemark/lodemark"

func encryptionBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a database in clear", Files: map[string]string{"infra/db.tf": "resource \"aws_db_instance\" \"vectors\" {\n  engine            = \"postgres\"\n  instance_class    = \"db.t3.medium\"\n  allocated_storage = 20\n}\n"}},
		{Name: "a disk with encryption turned off", Files: map[string]string{"infra/disk.tf": "resource \"aws_ebs_volume\" \"models\" {\n  availability_zone = \"eu-west-1a\"\n  size              = 200\n  encrypted         = false\n}\n"}},
		{Name: "a share in clear", Files: map[string]string{"infra/share.tf": "resource \"aws_efs_file_system\" \"models\" {\n  creation_token = \"models\"\n}\n"}},
	}
}

func encryptionGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "encrypted with a key of one's own", Files: map[string]string{
			"infra/db.tf": "resource \"aws_db_instance\" \"vectors\" {\n  engine            = \"postgres\"\n  storage_encrypted = true\n  kms_key_id        = aws_kms_key.data.arn\n}\nresource \"aws_efs_file_system\" \"models\" {\n  encrypted = true\n}\n"}},
		{Name: "by the decision of a variable", Files: map[string]string{"infra/disk.tf": "resource \"aws_ebs_volume\" \"models\" {\n  size      = 200\n  encrypted = var.encrypted\n}\n"}},
		{Name: "a replica of an encrypted database", Files: map[string]string{"infra/db.tf": "resource \"aws_db_instance\" \"replica\" {\n  replicate_source_db = aws_db_instance.vectors.identifier\n}\n"}},
	}
}

func writableBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "the models folder of a host", Files: map[string]string{"scripts/setup.sh": "#!/bin/sh\nmkdir -p /srv/models\nchmod -R 777 /srv/models\n"}},
		{Name: "the cache of an image", Files: map[string]string{"Dockerfile": "FROM python:3.12.7-slim\nENV HF_HOME=/cache/huggingface\nRUN mkdir -p $HF_HOME && \\\n    chmod -R a+rwx $HF_HOME\nUSER 10001\n"}},
		{Name: "made with an open mode", Files: map[string]string{"entrypoint.sh": "#!/bin/sh\nmkdir -p -m 0777 \"$MODEL_DIR\"\nexec python -m app\n"}},
	}
}

func writableGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a folder with an owner", Files: map[string]string{"Dockerfile": "FROM python:3.12.7-slim\nRUN mkdir -p /cache/huggingface && chown 10001:10001 /cache/huggingface && chmod 750 /cache/huggingface\nUSER 10001\n"}},
		{Name: "a script that may be run by all", Files: map[string]string{"Dockerfile": "FROM python:3.12.7-slim\nCOPY start.sh /start.sh\nRUN chmod +x /start.sh && chmod 777 /tmp/run\nUSER 10001\n"}},
	}
}

const (
	servingPod = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: llm, namespace: desk}\nspec:\n  template:\n    metadata: {labels: {app: llm}}\n    spec:\n      containers:\n        - name: llm\n" +
		"          image: vllm/vllm-openai:v0.6.3\n"
	policyHead = "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: llm, namespace: desk}\nspec:\n  podSelector: {matchLabels: {app: llm}}\n"
)

func egressBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a policy for one direction", Files: map[string]string{"deploy/llm.yaml": servingPod + policyHead + "  policyTypes: [Ingress]\n  ingress:\n    - from: [{podSelector: {matchLabels: {app: desk}}}]\n"}},
		{Name: "a way out to everywhere", Files: map[string]string{"deploy/llm.yaml": servingPod + policyHead + "  policyTypes: [Ingress, Egress]\n  egress:\n    - {}\n"}},
	}
}

func egressGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "no way out", Files: map[string]string{"deploy/llm.yaml": servingPod + policyHead + "  policyTypes: [Ingress, Egress]\n  ingress:\n    - from: [{podSelector: {matchLabels: {app: desk}}}]\n"}},
		{Name: "one way out", Files: map[string]string{"deploy/llm.yaml": servingPod + policyHead + "  policyTypes: [Egress]\n  egress:\n    - to: [{podSelector: {matchLabels: {app: store}}}]\n"}},
	}
}
