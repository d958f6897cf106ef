package develop

import (
	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/weakness"
)

// dataFlows is the check made of the rules on what becomes of data.
func dataFlows() lodemark.Check {
	return weakness.Family{
		ID: "dev-2-data-flows", Rules: "DT", Noun: "files of source code",
		Title:    "Data for training and retrieval come from known places and reach only whom they may",
		Bears:    lodemark.Supports("SD-3.10", "DEV-2.7", "DEV-2.8", "DEV-2.11", "DEV-3.4", "DEP-1.3", "DEP-2.1", "DEP-2.6", "DEP-2.10"),
		Severity: lodemark.SeverityHigh, Exposed: true,
		Why: "What goes into training data and stores of documents comes out in answers, for everybody. One conversation that is stored unseen steers later ones, and a search " +
			"that asks for no owner answers one person out of the documents of another.",
		Fix: "Fetch data by a fixed version and compare digests, let somebody look at what users say before it is kept, filter every search by the signed-in user, and publish models and data sets privately.",
		Bad: []lodemark.Example{
			{Name: "a search that asks for no owner", Files: map[string]string{"search.py": "from langchain_community.vectorstores import Chroma\n\nstore = Chroma(collection_name=\"docs\")\n\n\ndef search(query: str, tenant_id: str):\n" +
				"    return store.similarity_search(query)\n"}},
			{Name: "facts from strangers", Files: map[string]string{"app.py": "from flask import Flask, request\n\napp = Flask(__name__)\n\n\n@app.route(\"/teach\", methods=[\"POST\"])\ndef teach():\n    with open(\"facts.txt\", \"a\") as f:\n" +
				"        f.write(request.json[\"fact\"] + \"\\n\")\n    return \"ok\"\n"}},
		},
		Good: []lodemark.Example{
			{Name: "a search for one tenant", Files: map[string]string{"search.py": "from langchain_community.vectorstores import Chroma\n\nstore = Chroma(collection_name=\"docs\")\n\n\ndef search(query: str, tenant_id: str):\n" +
				"    return store.similarity_search(query, filter={\"tenant_id\": tenant_id})\n"}},
			{Name: "a handbook for all", Files: map[string]string{"search.py": "from langchain_community.vectorstores import Chroma\n\nstore = Chroma(collection_name=\"handbook\")\n\n\ndef search(query: str):\n    return store.similarity_search(query)\n"}},
		},
	}.Check()
}
