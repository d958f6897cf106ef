// Says what the TypeScript compiler sees in files: node oracle.cjs TYPESCRIPT RESULT. Reads the files' paths from standard input, a
// line each, and writes "F path", then "E" if the compiler could not read it, then a line for each fact. Offsets are bytes.
const fs = require("fs");
const ts = require(process.argv[2]);
const K = ts.SyntaxKind;
const out = [];
fs.writeFileSync(process.argv[3], "");

function scriptKind(name) {
  if (/\.tsx$/i.test(name)) return ts.ScriptKind.TSX;
  if (/\.[mc]?ts$/i.test(name)) return ts.ScriptKind.TS;
  return ts.ScriptKind.JSX;
}

// Half characters and the sign for them are told alike: Go has no halves.
function quoted(s) {
  return JSON.stringify(s.toWellFormed()).replace(/\ufffd/g, "\\ufffd");
}

function offsets(text) {
  let ascii = true;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) { ascii = false; break; }
  if (ascii) return (i) => i;
  const at = new Uint32Array(text.length + 1);
  let n = 0;
  for (let i = 0; i < text.length; i++) {
    at[i] = n;
    const c = text.charCodeAt(i);
    if (c < 0x80) n += 1;
    else if (c < 0x800) n += 2;
    else if (c >= 0xd800 && c < 0xdc00 && i + 1 < text.length) { at[++i] = n; n += 4; }
    else n += 3;
  }
  at[text.length] = n;
  return (i) => at[i];
}

function read(path) {
  const text = fs.readFileSync(path, "utf8");
  const source = ts.createSourceFile(path, text, { languageVersion: ts.ScriptTarget.Latest, jsDocParsingMode: ts.JSDocParsingMode.ParseNone }, false, scriptKind(path));
  out.push("F " + path);
  if (source.parseDiagnostics.length > 0) {
    const d = source.parseDiagnostics[0];
    out.push("E " + d.start + " " + quoted(ts.flattenDiagnosticMessageText(d.messageText, " ")));
    return;
  }
  const at = offsets(text);
  const lines = [0];
  for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) lines.push(i + 1);
  const line = (pos) => {
    let low = 0, high = lines.length;
    while (high - low > 1) { const mid = (low + high) >> 1; if (lines[mid] <= pos) low = mid; else high = mid; }
    return low + 1;
  };
  const start = (n) => ts.skipTrivia(text, n.pos);
  const fact = (...parts) => out.push(parts.join(" "));
  const raw = (n) => text.slice(start(n), n.end);
  const inner = (n) => n.kind === K.StringLiteral ? raw(n).slice(1, -1) : raw(n);
  const has = (n, kind) => n.modifiers && n.modifiers.some((m) => m.kind === kind);

  // Where a declaration begins: behind export and default.
  const begin = (n) => {
    const m = n.modifiers ? n.modifiers.filter((m) => m.kind !== K.ExportKeyword && m.kind !== K.DefaultKeyword) : [];
    if (m.length > 0) return start(m[0]);
    return n.modifiers && n.modifiers.length > 0 ? ts.skipTrivia(text, n.modifiers.end) : start(n);
  };

  function key(name) {
    if (name.kind === K.ComputedPropertyName) { walk(name.expression); return; }
    fact("key", at(start(name)), name.kind === K.StringLiteral || name.kind === K.NoSubstitutionTemplateLiteral ? quoted(name.text) : raw(name));
  }
  function all(list) { if (list) for (const n of list) walk(n); }
  function modifiers(n) { if (n.modifiers) for (const m of n.modifiers) if (m.kind === K.Decorator) walk(m.expression); }
  function params(n) {
    for (const p of n.parameters) {
      if (p.name.kind === K.Identifier && p.name.escapedText === "this") continue;
      modifiers(p);
      fact("param", p.name.kind === K.Identifier ? raw(p.name) : "", p.dotDotDotToken ? "*" : "");
      if (p.name.kind !== K.Identifier) walk(p.name);
      if (p.initializer) walk(p.initializer);
    }
  }
  function func(n, name) {
    fact("func", at(n.body.end), name);
    params(n);
    walk(n.body);
  }
  function klass(n) {
    fact("class", at(begin(n)), n.name ? raw(n.name) : "", at(n.end));
    modifiers(n);
    if (n.heritageClauses) for (const h of n.heritageClauses) if (h.token === K.ExtendsKeyword) for (const t of h.types) walk(t.expression);
    for (const m of n.members) {
      switch (m.kind) {
        case K.MethodDeclaration: case K.Constructor: case K.GetAccessor: case K.SetAccessor:
          if (!m.body) break;
          modifiers(m);
          if (m.kind !== K.Constructor && m.name.kind === K.ComputedPropertyName) key(m.name);
          func(m, m.kind === K.Constructor ? "constructor" : m.name.kind === K.ComputedPropertyName ? "" : inner(m.name));
          break;
        case K.PropertyDeclaration:
          if (has(m, K.AbstractKeyword) || has(m, K.DeclareKeyword)) break;
          modifiers(m);
          if (m.name.kind === K.ComputedPropertyName) key(m.name);
          else fact("field", at(start(m.name)), inner(m.name));
          if (m.initializer) walk(m.initializer);
          break;
        case K.ClassStaticBlockDeclaration:
          walk(m.body);
          break;
      }
    }
  }
  function module(n) {
    return n.moduleSpecifier ? inner(n.moduleSpecifier) : "";
  }
  function alias(module, local, outside, kind) { fact("import", quoted(module), local, outside, kind); }

  // Long chains are deep on the left: they are walked with a stack of their own.
  function walk(first) {
    const stack = [first];
    while (stack.length > 0) visit(stack.pop(), stack);
  }
  function visit(n, stack) {
    if (n.modifiers && has(n, K.DeclareKeyword)) return;
    switch (n.kind) {
      case K.InterfaceDeclaration: case K.TypeAliasDeclaration: case K.NamespaceExportDeclaration: return;
      case K.CallExpression:
        fact("call", at(start(n.expression)), at(n.end), line(start(n.expression)), n.arguments.length);
        all(n.arguments);
        stack.push(n.expression);
        return;
      case K.NewExpression:
        fact("new", at(start(n)), at(n.end), line(start(n)), n.arguments ? n.arguments.length : 0);
        if (n.arguments) all(n.arguments);
        stack.push(n.expression);
        return;
      case K.TaggedTemplateExpression:
        fact("tag", at(start(n.tag)), at(n.end), line(start(n.tag)));
        walk(n.template);
        stack.push(n.tag);
        return;
      case K.PropertyAccessExpression:
        fact("attribute", at(start(n)), at(n.end), raw(n.name));
        stack.push(n.expression);
        return;
      case K.ExpressionWithTypeArguments:
        stack.push(n.expression);
        return;
      case K.AsExpression: case K.SatisfiesExpression: case K.TypeAssertionExpression: case K.NonNullExpression:
        stack.push(n.expression);
        return;
      case K.BinaryExpression:
        if (n.operatorToken.kind !== K.CommaToken && n.operatorToken.kind !== K.EqualsToken) fact("operator", at(start(n)), at(n.end), raw(n.operatorToken));
        walk(n.right);
        stack.push(n.left);
        return;
      case K.PrefixUnaryExpression: case K.PostfixUnaryExpression: case K.ConditionalExpression: case K.AwaitExpression: case K.YieldExpression:
      case K.ElementAccessExpression: case K.DeleteExpression: case K.TypeOfExpression: case K.VoidExpression:
        fact("expression", at(start(n)), at(n.end));
        break;
      case K.IfStatement: case K.WhileStatement: case K.ForStatement: case K.ForInStatement: case K.ForOfStatement: case K.SwitchStatement: case K.TryStatement:
        fact("statement", at(start(n)), at(n.end));
        break;
      case K.ImportDeclaration: {
        const m = module(n), c = n.importClause;
        fact("module", quoted(m));
        if (!c) return;
        if (c.name) alias(m, raw(c.name), "default", "");
        if (c.namedBindings && c.namedBindings.kind === K.NamespaceImport) alias(m, raw(c.namedBindings.name), raw(c.namedBindings.name), "*");
        else if (c.namedBindings) for (const e of c.namedBindings.elements) alias(m, raw(e.name), inner(e.propertyName || e.name), "");
        return;
      }
      case K.ImportEqualsDeclaration:
        if (n.moduleReference.kind === K.ExternalModuleReference) {
          fact("module", quoted(inner(n.moduleReference.expression)));
          alias(inner(n.moduleReference.expression), raw(n.name), raw(n.name), "*");
        }
        return;
      case K.ExportDeclaration: {
        const m = module(n), c = n.exportClause;
        if (!n.moduleSpecifier) {
          for (const e of c.elements) fact("export", raw(e.propertyName || e.name), inner(e.name));
          return;
        }
        fact("module", quoted(m));
        if (!c) alias(m, "", "", "*");
        else if (c.kind === K.NamespaceExport) alias(m, inner(c.name), inner(c.name), "*");
        else for (const e of c.elements) alias(m, inner(e.name), inner(e.propertyName || e.name), "");
        return;
      }
      case K.FunctionDeclaration: case K.FunctionExpression: case K.ArrowFunction:
        if (!n.body) return;
        if (n.kind === K.FunctionDeclaration) fact("declare", at(begin(n)), n.name ? raw(n.name) : "");
        func(n, n.name ? raw(n.name) : "");
        return;
      case K.MethodDeclaration: case K.GetAccessor: case K.SetAccessor: // of an object
        key(n.name);
        if (n.body) func(n, "");
        return;
      case K.ClassDeclaration: case K.ClassExpression:
        klass(n);
        return;
      case K.EnumDeclaration:
        for (const m of n.members) { key(m.name); if (m.initializer) walk(m.initializer); }
        return;
      case K.ModuleDeclaration:
        if (n.flags & ts.NodeFlags.GlobalAugmentation || !n.body) return;
        walk(n.body);
        return;
      case K.PropertyAssignment:
        key(n.name);
        stack.push(n.initializer);
        return;
      case K.ShorthandPropertyAssignment:
        key(n.name);
        if (n.objectAssignmentInitializer) stack.push(n.objectAssignmentInitializer);
        return;
      case K.CatchClause:
        if (n.variableDeclaration) walk(n.variableDeclaration.name);
        walk(n.block);
        return;
      case K.VariableDeclaration:
        fact("variable", at(start(n.name)), n.initializer ? "=" : "");
        walk(n.name);
        if (n.initializer) stack.push(n.initializer);
        return;
      case K.BindingElement:
        if (n.propertyName) key(n.propertyName);
        else if (bindsObject.has(n) && !n.dotDotDotToken) key(n.name);
        walk(n.name);
        if (n.initializer) stack.push(n.initializer);
        return;
      case K.ObjectBindingPattern:
        for (const e of n.elements) bindsObject.add(e);
        break;
      case K.StringLiteral:
        fact("string", at(start(n)), at(n.end), quoted(n.text));
        return;
      case K.NoSubstitutionTemplateLiteral: case K.TemplateHead: case K.TemplateMiddle: case K.TemplateTail: {
        const from = start(n) + 1, to = n.end - (n.kind === K.TemplateHead || n.kind === K.TemplateMiddle ? 2 : 1);
        if (to > from) fact("part", at(from), at(to), n.templateFlags ? "invalid" : quoted(n.text));
        return;
      }
      case K.RegularExpressionLiteral:
        fact("regex", at(start(n)), at(n.end));
        return;
      case K.NumericLiteral: case K.BigIntLiteral:
        fact("number", at(start(n)), at(n.end));
        return;
      case K.JsxElement: case K.JsxFragment:
        fact("element", at(start(n)), at(n.end), n.kind === K.JsxFragment ? "" : raw(n.openingElement.tagName).replace(/\s/g, ""));
        if (n.openingElement) attributes(n.openingElement);
        for (const c of n.children) walk(c);
        return;
      case K.JsxSelfClosingElement:
        fact("element", at(start(n)), at(n.end), raw(n.tagName).replace(/\s/g, ""));
        attributes(n);
        return;
      case K.JsxText:
        if (n.text.trim() !== "") fact("text", at(n.pos), at(n.end));
        return;
      case K.JsxExpression:
        if (n.expression) stack.push(n.expression);
        return;
    }
    if (n.kind >= K.FirstTypeNode && n.kind <= K.LastTypeNode || n.kind === K.TypeParameter) return;
    ts.forEachChild(n, (c) => { if (!ts.isTypeNode(c) || c.kind === K.ExpressionWithTypeArguments) walk(c); });
  }
  function attributes(n) {
    for (const a of n.attributes.properties) {
      if (a.kind === K.JsxSpreadAttribute) { walk(a.expression); continue; }
      fact("attr", at(start(a)), raw(a.name));
      if (!a.initializer) continue;
      if (a.initializer.kind === K.StringLiteral) fact("quoted", at(start(a.initializer)), at(a.initializer.end));
      else walk(a.initializer);
    }
  }
  const bindsObject = new Set();
  for (const s of source.statements) walk(s);
}

for (const path of fs.readFileSync(0, "utf8").split("\n")) {
  if (path === "") continue;
  read(path);
  if (out.length > 10000) { fs.appendFileSync(process.argv[3], out.join("\n") + "\n"); out.length = 0; }
}
fs.appendFileSync(process.argv[3], out.join("\n") + "\n");
