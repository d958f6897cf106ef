package develop

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"

	"github.com/lodemark/lodemark"
)

// The keys of the examples are made up. They are put together so that no scanner takes this file for a leak.
const (
	plantedModelKey  = "sk-" + "ant-api03-Zq7Lw2Xc9RtVb4Nm8PkYs3Hd6Fg1JuEo5TiAaKxWvCzBn0-QrMlPdSe"
	plantedHubToken  = "hf" + "_ZqLwXcRtVbNmPkYsHdFgJuEoTiAaKxWvC7"
	plantedToolToken = "Zq7Lw2Xc9RtVb4Nm8PkYs3Hd6Fg1JuEo"
)

func secretsBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a model provider's key in an MCP entry", Files: map[string]string{
			".mcp.json": "{\n  \"mcpServers\": {\n    \"tickets\": {\n      \"command\": \"node\",\n      \"args\": [\"./tickets.js\"],\n" +
				"      \"env\": {\"ANTHROPIC_API_KEY\": \"" + plantedModelKey + "\"}\n    }\n  }\n}\n",
		}},
		{Name: "a hub token in a file of variables", Files: map[string]string{".env": "LOG_LEVEL=info\nHF_TOKEN=" + plantedHubToken + "\n"}},
		{Name: "a bearer token in a header", Files: map[string]string{
			".mcp.json": "{\"mcpServers\": {\"crm\": {\"type\": \"http\", \"url\": \"https://crm.example.org/mcp\",\n  \"headers\": {\"Authorization\": \"Bearer " + plantedToolToken + "\"}}}}\n",
		}},
		{Name: "a key in a compose file", Files: map[string]string{
			"compose.yaml": "services:\n  app:\n    image: registry.example.org/desk:1.4.2\n    environment:\n      ANTHROPIC_API_KEY: " + plantedModelKey + "\n",
		}},
		{Name: "a key that only its name gives away", Files: map[string]string{".env": "AZURE_OPENAI_API_KEY=" + plantedToolToken + "\n"}},
		{Name: "a variable of a pod", Files: map[string]string{
			"deploy.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: desk}\nspec:\n  containers:\n    - name: desk\n      image: registry.example.org/desk:1.4.2\n      env:\n" +
				"        - name: DB_PASSWORD\n          value: " + plantedToolToken + "\n",
		}},
		{Name: "settings of the application", Files: map[string]string{"config/settings.yaml": "llm:\n  key: " + plantedModelKey + "\n"}},
		{Name: "secrets of a page", Files: map[string]string{".streamlit/secrets.toml": "store_token = \"" + plantedToolToken + "\"\n"}},
	}
}

func secretsGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "variables in the place of keys", Files: map[string]string{
			".mcp.json":    "{\"mcpServers\": {\"tickets\": {\"command\": \"node\", \"args\": [\"./tickets.js\"], \"env\": {\"ANTHROPIC_API_KEY\": \"${ANTHROPIC_API_KEY}\"}}}}\n",
			"compose.yaml": "services:\n  app:\n    image: registry.example.org/desk:1.4.2\n    environment:\n      ANTHROPIC_API_KEY: ${ANTHROPIC_API_KEY}\n",
		}},
		{Name: "what everybody knows is for another check", Files: map[string]string{
			".env": "DB_PASSWORD=postgres\nADMIN_PASSWORD=changeme\nDATABASE_URL=postgres://desk:password@db:5432/desk\nTOKENIZER=cl100k_base\nSECRET_KEY=${SECRET_KEY}\n",
		}},
		{Name: "placeholders", Files: map[string]string{
			".env":         "LOG_LEVEL=info\nHF_TOKEN=hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\nOPENAI_API_KEY=sk-proj-your-key-goes-here\n",
			".env.example": "ANTHROPIC_API_KEY=sk-ant-...\n",
		}},
	}
}

const lfsPointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 134217728\n"

func oneTensor() string {
	header := `{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`
	return string(binary.LittleEndian.AppendUint64(nil, uint64(len(header)))) + header + "\x00\x00\x80\x3f"
}

func sha256Of(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

const trainingRows = "text,label\nthe printer is on fire,hardware\nI forgot my password,account\nthe screen is black,hardware\n"

func versionedBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "weights that only this disk has", Files: map[string]string{
			".gitignore":                "*.log\nmodels/\n",
			"models/ranker.safetensors": oneTensor(),
		}},
		{Name: "a pointer without a digest", Files: map[string]string{
			"data/train.csv.dvc": "outs:\n- path: train.csv\n",
		}},
	}
}

func versionedGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "pointers of Git LFS and DVC", Files: map[string]string{
			"models/ranker.safetensors": lfsPointer,
			".gitignore":                "/data/train.csv\n",
			"data/train.csv.dvc":        "outs:\n- md5: a304afb96060aad90176268345e10355\n  size: 37891850\n  path: train.csv\n",
			"data/train.csv":            trainingRows,
		}},
		{Name: "a manifest of digests", Files: map[string]string{
			"models/ranker.safetensors": oneTensor(),
			"models/SHA256SUMS":         sha256Of(oneTensor()) + "  ranker.safetensors\n",
		}},
	}
}
