package develop

import "github.com/lodemark/lodemark"

func endOfLifeBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a base image out of support", Files: map[string]string{"Dockerfile": "FROM python:3.8-slim" + someDigest + "\nUSER 10001\n"}},
		{Name: "a distribution under the runtime", Files: map[string]string{"Dockerfile": "FROM nvidia/cuda:11.3.1-runtime-ubuntu18.04\nUSER 10001\n"}},
		{Name: "a retired hosted model", Files: map[string]string{".env.example": "ANTHROPIC_API_KEY=\nANTHROPIC_MODEL=claude-2.1\n"}},
		{Name: "a retired hosted model behind a variable of another file", Files: map[string]string{
			"settings.py": "CHAT = \"gpt-3.5-turbo-0613\"\n",
			"app.py":      "from langchain_openai import ChatOpenAI\nimport settings\n\nllm = ChatOpenAI(model=settings.CHAT)\n",
		}},
		{Name: "a package that its makers gave up", Files: map[string]string{"requirements.txt": "google-generativeai==0.8.3\n"}},
	}
}

func endOfLifeGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "supported versions", Files: map[string]string{
			"Dockerfile":       "FROM python:3.12.7-slim" + someDigest + "\nCOPY requirements.txt .\nUSER 10001\n",
			"requirements.txt": "openai==1.54.0\n",
		}},
		{Name: "the name of a retired model at a server of one's own", Files: map[string]string{
			"app.py":           "from openai import OpenAI\n\nclient = OpenAI(base_url=\"http://models.example.org/v1\")\nanswer = client.chat.completions.create(model=\"gpt-4-32k\", messages=messages)\n",
			"requirements.txt": "openai==1.54.0\n",
		}},
		{Name: "a runtime file", Files: map[string]string{".python-version": "3.13.1\n", "requirements.txt": "torch==2.5.1\n"}},
	}
}
