package deploy

import (
	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/weakness"
)

// exposedServing is the check made of the rules on how models, vectors and notebooks are served.
func exposedServing() lodemark.Check {
	return weakness.Family{
		ID: "dep-1-exposed-serving", Rules: "SV", Noun: "files that say how things are run",
		Title: "Servers of models, vectors and notebooks are open to nobody who was not let in",
		Bears: lodemark.Supports("SD-3.6", "SD-3.17", "DEV-1.6", "DEP-1.1", "DEP-1.2", "DEP-1.3", "DEP-1.4", "DEP-1.5", "DEP-1.6", "DEP-2.1", "DEP-2.3",
			"DEP-5.3"),
		Severity: lodemark.SeverityCritical, Exposed: true,
		Why: "Servers for models, notebooks, training and vectors are made for trusted networks: most ask nobody who they are, and some run what they are sent. " +
			"On all networks they are everybody's.",
		Fix: "Listen on 127.0.0.1 or inside a network, ask for a key or a login, put a gateway in front, and give containers no rights over their host and no way to write over the model.",
		Bad: []lodemark.Example{
			{Name: "a model server on all networks", Files: map[string]string{"serve.sh": "#!/bin/bash\npython -m vllm.entrypoints.openai.api_server --model example/model --host 0.0.0.0 --port 8000\n"}},
			{Name: "a model server that an image starts", Files: map[string]string{"Dockerfile": "FROM vllm/vllm-openai:v0.6.0\nUSER 10001\nCMD [\"vllm\", \"serve\", \"example/model\", \"--host\", \"0.0.0.0\"]\n"}},
		},
		Good: []lodemark.Example{
			{Name: "a model server on this machine alone", Files: map[string]string{"serve.sh": "#!/bin/bash\npython -m vllm.entrypoints.openai.api_server --model example/model --host 127.0.0.1 --port 8000\n"}},
			{Name: "an image that serves no model", Files: map[string]string{"Dockerfile": "FROM python:3.12.7-slim\nCOPY app app\nUSER 10001\nCMD [\"python\", \"-m\", \"app\"]\n"}},
		},
	}.Check()
}
