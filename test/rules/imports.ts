// SPDX-License-Identifier: GPL-2.0-or-later
// Reads the imports of a source text, as the compiler sees them.

import { posix } from 'node:path'
import ts from 'typescript'

export interface Import {
  /** A path below src/ (`contract/batch.ts`), `../...` for what leaves src/, `node:...`, or a package name. */
  readonly target: string
  readonly typeOnly: boolean
  readonly line: number
}

const typeOnlyClause = (clause: ts.ImportClause | undefined): boolean => {
  if (clause === undefined) return false
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  const named = clause.namedBindings
  return (
    clause.name === undefined && named !== undefined && ts.isNamedImports(named) && named.elements.every((element) => element.isTypeOnly)
  )
}

/** All imports of a source text: static, re-exported, dynamic, in types, and a thread's `new Worker(new URL('./x.js', ...))`. */
export function importsOf(file: string, text: string): Import[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const found: Import[] = []
  const add = (node: ts.Node, specifier: ts.Node | undefined, typeOnly: boolean): void => {
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) {
      found.push({ target: '(computed)', typeOnly, line })
      return
    }
    const path = specifier.text
    const target = path.startsWith('.') ? posix.normalize(posix.join(posix.dirname(file), path)).replace(/\.js$/, '.ts') : path
    found.push({ target, typeOnly, line })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier, typeOnlyClause(node.importClause))
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) add(node, node.moduleSpecifier, node.isTypeOnly)
    else if (ts.isImportTypeNode(node)) add(node, ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true)
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node, node.arguments[0], false)
    else if (ts.isNewExpression(node) && node.expression.getText() === 'Worker') {
      const url = node.arguments?.[0]
      if (url !== undefined && ts.isNewExpression(url)) add(node, url.arguments?.[0], false)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}
