// SPDX-License-Identifier: GPL-2.0-or-later
// Every source file says its licence on its first line (the second where the first starts an interpreter), then what it is; a test is what
// its name says.

import t from 'tap'
import { FILES, read } from './tree.js'

const SOURCES = /\.(ts|js|sh|cc|h|c|gyp)$|^\.ci\/run$/
const LICENCE = 'SPDX-License-Identifier: GPL-2.0-or-later'

const comment = (line: string | undefined): string => line?.match(/^(?:\/\/|#|\/\*|\s\*)\s*(.*?)\s*(?:\*\/)?$/)?.[1] ?? ''

for (const path of FILES.filter((path) => SOURCES.test(path))) {
  const lines = read(path).split('\n')
  const first = lines[0]?.startsWith('#!') ? 1 : 0
  t.equal(comment(lines[first]), LICENCE, `${path}: licence`)
  if (!path.endsWith('.test.ts')) t.not(comment(lines[first + 1]), '', `${path}: a head that says what it is`)
}
