// SPDX-License-Identifier: GPL-2.0-or-later
// Documents point at what exists: every relative link of every Markdown file resolves, its section included, and every path that a
// document names in backticks with a folder of ours in front is there.

import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import t from 'tap'
import { FILES, ROOT, read } from './tree.js'

const DOCUMENTS = FILES.filter((path) => path.endsWith('.md'))

/** A heading's anchor as code hosts derive it. */
const anchor = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-')

const prose = (path: string): string => read(path).replace(/^```[\s\S]*?^```/gm, '')
const anchors = (path: string): string[] => [...prose(path).matchAll(/^#+ (.*)$/gm)].map((match) => anchor(match[1] as string))

for (const path of DOCUMENTS) {
  t.test(path, (t) => {
    for (const [, link] of prose(path).matchAll(/\]\(([^)\s]+)\)/g)) {
      const [target, section] = (link as string).split('#') as [string, string | undefined]
      if (/^[a-z]+:/.test(target)) continue
      const file = target === '' ? path : posix.normalize(posix.join(posix.dirname(path), target))
      t.ok(existsSync(ROOT + file), `${link} is there`)
      if (section !== undefined && file.endsWith('.md')) t.ok(anchors(file).includes(section), `${link} has that section`)
    }
    for (const [, named] of prose(path).matchAll(/`((?:src|test|bench|native|deploy|docs)\/[\w./-]+)`/g)) {
      if (/\/[a-z]\//.test(named as string)) continue // src/a/b.ts stands for any
      t.ok(existsSync(ROOT + named), `${named} is there`)
    }
    t.end()
  })
}

t.test('sources name documents that are there', (t) => {
  const sources = FILES.filter((path) => /\.(ts|js|cc|h|c|sh|gyp)$/.test(path))
  for (const path of sources) {
    for (const [name] of read(path).matchAll(/(?<![\w/.`$])(?:[\w-]+\/)*[A-Z][\w-]*\.md\b|\bdocs\/[\w-]+\.md\b/g)) {
      const near = posix.join(posix.dirname(path), name)
      t.ok(existsSync(ROOT + name) || existsSync(ROOT + near), `${path}: ${name}`)
    }
  }
  t.end()
})
