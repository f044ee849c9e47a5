// SPDX-License-Identifier: GPL-2.0-or-later
// Names and sizes: kebab-case paths, no names that say nothing, files short enough to be read.

import t from 'tap'
import { FILES, read } from './tree.js'

const EMPTY_NAMES = /^(utils?|helpers?|common|managers?|misc)$/i
const CODE = FILES.filter((path) => /^(src|test|bench|native|deploy)\/.*\.(ts|js|cc|h|c|sh)$/.test(path))
const LONG = 400

const lines = (path: string): string[] => read(path).trimEnd().split('\n')

/** The names in a path, without what only says what kind of file it is. */
const names = (path: string): string[] => path.split('/').map((part) => part.replace(/(\.(test|bench|d))?\.\w+$/, ''))

t.test('paths are kebab-case, and none of their words is empty', (t) => {
  t.ok(CODE.length > 0)
  for (const path of CODE) {
    const bad = names(path).filter(
      (name) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || name.split('-').some((word) => EMPTY_NAMES.test(word)),
    )
    t.strictSame(bad, [], path)
  }
  t.end()
})

t.test(`a file of more than ${LONG} lines says why in its head: "Long because ..."`, (t) => {
  const unexplained = CODE.filter((path) => lines(path).length > LONG && !/Long because \S/.test(lines(path).slice(0, 20).join(' ')))
  t.strictSame(unexplained, [])
  t.end()
})

t.test('half of the sources have at most 100 lines', (t) => {
  const sizes = CODE.filter((path) => path.startsWith('src/')).map((path) => lines(path).length)
  const median = sizes.sort((a, b) => a - b)[Math.floor(sizes.length / 2)] as number
  t.ok(median <= 100, `median ${median}`)
  t.end()
})
