package design

import "github.com/lodemark/lodemark"

func privilegeBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "an agent's account as administrator of the cluster", Files: map[string]string{
			"deploy/rbac.yaml": "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata:\n  name: agent\nroleRef:\n  apiGroup: rbac.authorization.k8s.io\n" +
				"  kind: ClusterRole\n  name: cluster-admin\nsubjects:\n  - kind: ServiceAccount\n    name: agent\n    namespace: desk\n",
		}},
		{Name: "a role that allows everything", Files: map[string]string{
			"deploy/rbac.yaml": "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: trainer\nrules:\n  - apiGroups: [\"*\"]\n    resources: [\"*\"]\n    verbs: [\"*\"]\n",
		}},
		{Name: "a policy for every action", Files: map[string]string{
			"deploy/main.tf": "resource \"aws_iam_role_policy\" \"inference\" {\n  role = aws_iam_role.inference.id\n  policy = jsonencode({\n    Version = \"2012-10-17\"\n" +
				"    Statement = [{\n      Effect   = \"Allow\"\n      Action   = \"*\"\n      Resource = \"*\"\n    }]\n  })\n}\n",
		}},
		{Name: "a project's editor", Files: map[string]string{
			"deploy/main.tf": "resource \"google_project_iam_member\" \"serving\" {\n  project = var.project\n  role    = \"roles/editor\"\n  member  = \"serviceAccount:${google_service_account.serving.email}\"\n}\n",
		}},
	}
}

func privilegeGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "what the work needs", Files: map[string]string{
			"deploy/rbac.yaml": "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: trainer\n  namespace: desk\nrules:\n  - apiGroups: [batch]\n    resources: [jobs]\n    verbs: [get, list, create]\n" +
				"---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata:\n  name: trainer\n  namespace: desk\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: trainer}\n" +
				"subjects:\n  - {kind: ServiceAccount, name: trainer, namespace: desk}\n",
			"deploy/main.tf": "data \"aws_iam_policy_document\" \"models\" {\n  statement {\n    effect    = \"Allow\"\n    actions   = [\"s3:GetObject\"]\n    resources = [\"arn:aws:s3:::desk-models/*\"]\n  }\n" +
				"  statement {\n    effect    = \"Deny\"\n    actions   = [\"*\"]\n    resources = [\"*\"]\n  }\n}\n",
		}},
		{Name: "every action on one bucket", Files: map[string]string{
			"deploy/main.tf": "resource \"aws_iam_policy\" \"models\" {\n  policy = jsonencode({\n    Statement = [{ Effect = \"Allow\", Action = \"s3:*\", Resource = \"arn:aws:s3:::desk-models/*\" }]\n  })\n}\n",
		}},
	}
}
