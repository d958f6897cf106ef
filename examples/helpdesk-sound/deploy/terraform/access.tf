# Who may read released models: the classifier, and nothing but reading.
data "aws_iam_policy_document" "classifier" {
  statement {
    effect    = "Allow"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.models.arn}/intent/*"]
  }
}

resource "aws_iam_policy" "classifier" {
  name   = "helpdesk-classifier"
  policy = data.aws_iam_policy_document.classifier.json
}
