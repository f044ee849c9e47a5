// SPDX-License-Identifier: GPL-2.0-or-later
// Names and sizes: kebab-case paths, no names that say nothing, files short enough to be read.

import t from 'tap'
import { FILES, read } from './tree.js'

const EMPTY_NAMES = /^(utils?|helpers?|common|managers?|misc)$/i
const CODE = FILES.filter((path) => /^(src|test|bench|native|deploy)\/.*\.(ts|js|cc|h|c|sh)$/.test(path))
const LONG = 400

t.test('paths are kebab-case, and none of their words is empty', (t) => {
  for (const path of CODE) {
    for (const part of path.split('/')) {
      const name = part.replace(/\.(test|bench)\.ts$|\.\w+$/, '')
      t.match(name, /^[a-z0-9]+(-[a-z0-9]+)*$/, `${path}: ${part}`)
      t.notOk(
        name.split('-').some((word) => EMPTY_NAMES.test(word)),
        `${path}: ${part} says what it is`,
      )
    }
  }
  t.end()
})

t.test(`a file of more than ${LONG} lines says why in its head: "Long because ..."`, (t) => {
  for (const path of CODE) {
    const lines = read(path).split('\n')
    const head = lines.slice(0, 20).join(' ')
    t.ok(lines.length <= LONG || /Long because \S/.test(head), `${path}: ${lines.length} lines`)
  }
  t.end()
})

t.test('half of the sources have at most 100 lines', (t) => {
  const sizes = CODE.filter((path) => path.startsWith('src/')).map((path) => read(path).split('\n').length - 1)
  const median = sizes.sort((a, b) => a - b)[Math.floor(sizes.length / 2)] as number
  t.ok(median <= 100, `median ${median}`)
  t.end()
})
