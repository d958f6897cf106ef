// Judges triples as npm's semver does: each line of input is "version<TAB>events", events are "introduced=0 fixed=1.2.3"; each line of
// output is 1 (affected), 0 (not), or ? (a version that semver refuses). The module's folder is the one argument.
const semver = require(process.argv[2])
function judge(text, events) {
  const at = semver.parse(text)
  const marks = events.map(([kind, v]) => [kind, kind === 'introduced' && v === '0' ? 'low' : semver.parse(v)])
  if (!at || marks.some((m) => !m[1])) return '?'
  const rest = marks.filter((m) => m[1] !== 'low').sort((a, b) => semver.compare(a[1], b[1]))
  let inside = marks.some((m) => m[1] === 'low')
  for (const [kind, mark] of rest) {
    const c = semver.compare(at, mark)
    if (kind === 'introduced' && c >= 0) inside = true
    else if ((kind === 'fixed' && c >= 0) || (kind === 'last_affected' && c > 0)) inside = false
  }
  return inside ? '1' : '0'
}
const out = []
for (const line of require('fs').readFileSync(0, 'utf8').split('\n')) {
  if (line === '') continue
  const [version, events] = line.split('\t')
  out.push(judge(version, events.split(' ').map((e) => [e.slice(0, e.indexOf('=')), e.slice(e.indexOf('=') + 1)])))
}
process.stdout.write(out.join('\n') + '\n')
