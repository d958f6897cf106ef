// Package discover turns a target's tree into the system under assessment: its files, its components and the facts that
// decide which clauses apply.
//
// Nothing is executed and no link is followed. Every file's head is read once; only files of a kind that can name
// components are read whole. A file that should have been understood and was not is a gap, and the rest goes on. Adding a
// kind of file means adding a reader (look.go); analysis of source code will be one of them.
//
// What checks may rely on, by kind of component. Path, Line, Name and Test are always set; Name is the file's name where
// nothing else is said. Test holds for what stands in tests, fixtures and vendored folders. Manifests, prompts, data and
// documents in vendored folders are left out and counted in System.Skipped; models and settings there are listed.
//
//	manifest       Format requirements, constraints, pyproject, poetry, pipfile, setup.cfg, setup.py, conda, package.json,
//	               pnpm-workspace, deno, go.mod, go.work, cargo, maven, gradle, version-catalogue, notebook (what its cells install). Detail ecosystem (pypi, conda,
//	               npm, go, maven, cargo) and locked_by, the path of the lock file that covers it
//	lock_file      Format uv, poetry, pdm, pylock, pipfile, conda-lock, requirements (compiled, or a hash on every line), npm,
//	               yarn, pnpm, bun, deno, go.sum, cargo, gradle. Detail ecosystem
//	package        a dependency on an AI package that a manifest asks for; Name as the ecosystem compares names, Format that of
//	               the manifest. Version and Pin are what the lock file or constraints fix, else what the manifest does:
//	               PinTag one version, PinDigest with hashes, PinCommit a commit or this tree itself, PinBranch, PinNone a range.
//	               Detail role (packages.txt lists the roles), of (provider, technology or family), ecosystem, range as
//	               written, group (extra:x, group:x, dev ...) and locked_by. What only other packages ask for is not listed
//	model          Format pickle, joblib, dill, cloudpickle, torch-zip, torch-legacy, torch-tar, torch-mar, torch-export, torch (of
//	               a pointer), torchscript, nemo, safetensors, gguf, ggml, onnx, numpy, numpy-pickle, npz, tflite, executorch,
//	               keras, keras_h5, hdf5, savedmodel, tensorflow-graph, tensorflow-checkpoint, tfjs, coreml, openvino, tensorrt,
//	               catboost, xgboost, lightgbm, fasttext, paddle, mxnet, caffe, darknet, ncnn, mnn, rknn, pmml, skops, flax,
//	               llamafile, and unknown for a model's ending over content that no format claims. Detail lfs_pointer "true"
//	               Describe adds Scan: what the scanner of model files says of it (its own name of the format, verdict and facts)
//	dataset        Format csv, tsv, jsonl, json, text, parquet, arrow, avro, orc, tfrecord, numpy, hdf5, compressed. Detail lfs_pointer
//	prompt         Format text, jinja, template, prompty, yaml, json, toml, xml, poml
//	notebook       Format jupyter
//	model_card     Detail base_model, the model that the card says it was made from; data_card has none
//	mcp_server     one entry of a configuration, Name its name, Line that of the name. Detail transport (stdio, http, sse,
//	               websocket), command, args (a JSON list), url, env (names of variables and headers, joined by commas; never
//	               values), auto_approve (names of tools, "*" for all), disabled
//	agent_config   Format claude, agents, cursor, copilot, codex, gemini, skill, vscode, langgraph, a2a ... Detail role: rules,
//	               settings, command, subagent, skill, script (of a skill), hook, plugin, card, ignore
//	container      Format dockerfile; compose: compose; ci_pipeline: github, gitlab
//	kubernetes     one for each file. Format manifest (Detail resources: the kinds in it), kustomization, helm (a Chart.yaml),
//	               helm-template
//	infrastructure Format terraform, terraform-variables, cloudformation, bicep, cdk, pulumi, serverless, systemd, cog, bentoml
//	model_server   Name of the service, container or resource; Line that of the image. Detail engine and technology, image,
//	               model where it is named, from: image, base image, a resource's kind, or the package it was concluded from
//	vector_store   the same, without engine
//	hosted_model_api Name "provider model". Detail provider, model, from: the variable, package or "declaration". Origin
//	               declared for entries of lodemark.yaml (Detail purpose), unresolved where an OpenAI client is all there is
//	document       Detail about for those known by name: security-policy, changelog, introduction, owners ...
//	threat_model   Format lodemark for threats.yaml at the root
//
// Facts carry the names under which clauses ask (applies_when). The tree weighs more than a declared no; a declared answer
// more than silence; silence is a no only where there is a lodemark.yaml and the fact is one that files would show.
package discover
