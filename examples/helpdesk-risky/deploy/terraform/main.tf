resource "aws_s3_bucket" "models" {
  bucket = "helpdesk-models"
}

resource "aws_s3_bucket_acl" "models" {
  bucket = aws_s3_bucket.models.id
  acl    = "public-read-write"
}

resource "aws_ebs_volume" "models" {
  availability_zone = "eu-west-1a"
  size              = 100
  encrypted         = false
}

resource "aws_bedrock_guardrail" "chat" {
  name                      = "helpdesk"
  blocked_input_messaging   = "Please ask something else."
  blocked_outputs_messaging = "Please ask something else."
  content_policy_config {
    filters_config {
      type            = "PROMPT_ATTACK"
      input_strength  = "NONE"
      output_strength = "NONE"
    }
  }
}
