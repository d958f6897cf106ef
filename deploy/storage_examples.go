package deploy

import "github.com/lodemark/lodemark"

const closedBucket = "resource \"aws_s3_bucket\" \"models\" {\n  bucket = \"desk-models\"\n}\n\nresource \"aws_s3_bucket_public_access_block\" \"models\" {\n  bucket                  = aws_s3_bucket.models.id\n" +
	"  block_public_acls       = true\n  block_public_policy     = true\n  ignore_public_acls      = true\n  restrict_public_buckets = true\n}\n"

func publicStorageBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a bucket of models for everybody", Files: map[string]string{
			"infra/main.tf": "resource \"aws_s3_bucket\" \"models\" {\n  bucket = \"desk-models\"\n}\n\nresource \"aws_s3_bucket_acl\" \"models\" {\n  bucket = aws_s3_bucket.models.id\n  acl    = \"public-read\"\n}\n",
		}},
		{Name: "a policy without a condition", Files: map[string]string{
			"infra/data.tf": "resource \"aws_s3_bucket_policy\" \"p\" {\n  bucket = aws_s3_bucket.training_data.id\n  policy = jsonencode({\n    Version = \"2012-10-17\"\n    Statement = [{\n      Effect    = \"Allow\"\n" +
				"      Principal = \"*\"\n      Action    = [\"s3:GetObject\"]\n      Resource  = \"arn:aws:s3:::desk/*\"\n    }]\n  })\n}\n",
		}},
		{Name: "members that stand for everybody", Files: map[string]string{
			"infra/gcp.tf": "resource \"google_storage_bucket_iam_member\" \"all\" {\n  bucket = google_storage_bucket.checkpoints.name\n  role   = \"roles/storage.objectViewer\"\n  member = \"allUsers\"\n}\n",
		}},
		{Name: "a folder of models on the node", Files: map[string]string{
			"deploy/llm.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: llm}\nspec:\n  template:\n    metadata: {labels: {app: llm}}\n    spec:\n      containers:\n        - name: llm\n          image: registry.example.org/llm:1.0.0\n" +
				"          volumeMounts: [{name: models, mountPath: /models}]\n      volumes:\n        - name: models\n          hostPath: {path: /mnt/models}\n",
		}},
		{Name: "a bucket opened when it is made", Files: map[string]string{
			"scripts/buckets.sh": "#!/bin/sh\nmc alias set local http://minio:9000 \"$USER\" \"$PASS\"\nmc mb --ignore-existing local/training-data\nmc anonymous set public local/training-data\n",
		}},
		{Name: "a database on the internet", Files: map[string]string{
			"infra/db.tf": "resource \"aws_db_instance\" \"vectors\" {\n  engine              = \"postgres\"\n  storage_encrypted   = true\n  publicly_accessible = true\n}\n",
		}},
		{Name: "a share for every host", Files: map[string]string{"etc/exports": "# models of the team\n/srv/models *(rw,sync,no_root_squash)\n"}},
	}
}

func publicStorageGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a bucket with public access blocked", Files: map[string]string{"infra/main.tf": closedBucket}},
		{Name: "a web site beside it", Files: map[string]string{
			"infra/main.tf": closedBucket + "\nresource \"aws_s3_bucket_acl\" \"website\" {\n  bucket = aws_s3_bucket.website.id\n  acl    = \"public-read\"\n}\n",
		}},
		{Name: "a policy for those of the organisation", Files: map[string]string{
			"infra/data.tf": "resource \"aws_s3_bucket_policy\" \"training_data\" {\n  bucket = aws_s3_bucket.training_data.id\n  policy = jsonencode({\n    Statement = [{\n      Effect    = \"Allow\"\n      Principal = \"*\"\n" +
				"      Action    = \"s3:GetObject\"\n      Resource  = \"arn:aws:s3:::desk/*\"\n      Condition = { StringEquals = { \"aws:PrincipalOrgID\" = \"o-example\" } }\n    }]\n  })\n}\nresource \"aws_s3_bucket\" \"training_data\" {\n  bucket = \"desk-data\"\n}\n",
		}},
		{Name: "a folder of the node that is only read", Files: map[string]string{
			"deploy/llm.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: llm}\nspec:\n  template:\n    metadata: {labels: {app: llm}}\n    spec:\n      containers:\n        - name: llm\n          image: registry.example.org/llm:1.0.0\n" +
				"          volumeMounts: [{name: models, mountPath: /models, readOnly: true}]\n      volumes:\n        - name: models\n          hostPath: {path: /mnt/models}\n",
		}},
	}
}
