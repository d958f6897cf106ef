// Holds CycloneDX 1.7 JSON on standard input to the strict schema, with the validator of the standard's makers. Argument: the folder of their library.
const { Validation, Spec } = require(process.argv[2])
const text = require('fs').readFileSync(0, 'utf8')
new Validation.JsonStrictValidator(Spec.Version.v1dot7).validate(text).then(
  wrong => { if (wrong !== null) { console.log(JSON.stringify(wrong)); process.exitCode = 1 } },
  broken => { console.log(String(broken)); process.exitCode = 2 })
