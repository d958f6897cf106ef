package infra

// Image is a reference to a container image, taken apart. Registry is empty where none is written; Name is without it
// ("vllm/vllm-openai"); a missing Tag stays empty.
type Image struct{ Registry, Name, Tag, Digest string }
