// Runs oracle.py in the Python that pyodide brings: node oracle.mjs PYODIDE. Reads the files' paths from standard input, a line each.
import { readFileSync, writeSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const home = resolve(process.argv[2]);
const { loadPyodide } = await import(pathToFileURL(join(home, "pyodide.mjs")));
const python = await loadPyodide({ indexURL: home + "/" });
const here = dirname(fileURLToPath(import.meta.url));
python.globals.set("__name__", "oracle");
python.runPython(readFileSync(join(here, "oracle.py"), "utf8"));
const read = python.runPython("lambda name, data: read(name, data.to_bytes())");
for (const name of readFileSync(0, "utf8").split("\n")) {
  if (name) {
    const line = Buffer.from(read(name, new Uint8Array(readFileSync(name))) + "\n");
    for (let at = 0; at < line.length; ) {
      try {
        at += writeSync(1, line, at);
      } catch (e) {
        if (e.code !== "EAGAIN") throw e;
      }
    }
  }
}
