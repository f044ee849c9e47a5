// SPDX-License-Identifier: GPL-2.0-or-later
// Whatever is not clearly a pass is a failure.

import t from 'tap'
import { judge, type Left, type Outcome } from './outcome.js'

const ROW = (passed: boolean): string =>
  JSON.stringify({ type: 'row', phase: 'shape', title: 'Attack', passed, objections: passed ? [] : ['10 arrived', 'not counted'] })
const SUMMARY = (passed: number, failed: number): string => JSON.stringify({ type: 'summary', passed, failed })

const ENDED = 'the machine hung: ended after its limit of 900 s; it last said:\nKernel panic'

type Case = readonly [name: string, prints: 'tap' | 'rows', left: Partial<Left>, wanted: Partial<Outcome>]

const CASES: readonly Case[] = [
  ['all pass', 'tap', { output: 'ok 1 - a\n1..1\n# { total: 2, pass: 2 }\n# time=1ms', status: '0' }, { passed: 2, failed: 0 }],
  [
    'one fails',
    'tap',
    { output: '    not ok 1 - b\nnot ok 1 - a\n# { total: 2, pass: 1, fail: 1 }', status: '1' },
    { passed: 1, failed: 1, complaints: ['b', 'a'] },
  ],
  ['todo is no pass', 'tap', { output: '# { total: 2, pass: 1, todo: 1 }', status: '0' }, { passed: 1, failed: 1 }],
  [
    'one skips',
    'tap',
    { output: 'ok 1 - a # SKIP no nft\n# { total: 2, pass: 1, skip: 1 }', status: '0' },
    { passed: 1, failed: 0, skipped: 1, skips: ['a: no nft'] },
  ],
  [
    'a whole file skips',
    'tap',
    { output: '1..0 # SKIP no kernel', status: '0' },
    { passed: 0, failed: 0, skipped: 1, skips: ['no kernel'] },
  ],
  [
    'the process broke off',
    'tap',
    { output: 'ok 1 - a\n', status: '139' },
    { passed: 0, failed: 1, complaints: ['ended with status 139 in the middle of its output'] },
  ],
  [
    'the status says otherwise',
    'tap',
    { output: '# { total: 2, pass: 2 }', status: '1' },
    { passed: 2, failed: 1, complaints: ['nothing failed, yet it ended with status 1'] },
  ],
  [
    'an empty file of tests',
    'tap',
    { output: '1..0\n# { total: 0, pass: 0 }', status: '0' },
    { failed: 1, complaints: ['tested nothing'] },
  ],
  ['a hang', 'tap', { output: 'ok 1 - a\n', status: null }, { passed: 0, failed: 1, complaints: [`not done: ${ENDED}`] }],
  ['done, but the file is older', 'tap', { output: '# { total: 2, pass: 2 }', status: null }, { failed: 1 }],
  ['the machine never came up', 'tap', { output: null, status: null }, { passed: 0, failed: 1, complaints: [`never began: ${ENDED}`] }],
  ['rows pass', 'rows', { output: `${ROW(true)}\n${ROW(true)}\n${SUMMARY(2, 0)}\n`, status: '0' }, { passed: 2, failed: 0 }],
  [
    'a row fails',
    'rows',
    { output: `${ROW(true)}\n${ROW(false)}\n${SUMMARY(1, 1)}\n`, status: '1' },
    { passed: 1, failed: 1, complaints: ['shape: Attack: 10 arrived; not counted'] },
  ],
  ['the lab broke off', 'rows', { output: `${ROW(true)}\n{"type":"ro`, status: '1' }, { passed: 0, failed: 1 }],
  ['the lab said nothing', 'rows', { output: '', status: '0' }, { passed: 0, failed: 1 }],
]

for (const [name, prints, { output = '', status = null }, wanted] of CASES) {
  t.match(judge({ name, prints, words: [] }, { output, errors: '', status }, ENDED), wanted, name)
}
