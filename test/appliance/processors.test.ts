// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { allowedProcessors, parseProcessors, processorsOf } from '../../src/appliance/processors.js'
import type { OperationalError } from '../../src/errors.js'

t.test('lists, in the order that they are written in', async (t) => {
  for (const [text, numbers] of [
    ['0', [0]],
    ['3,1', [3, 1]],
    ['0,2-5', [0, 2, 3, 4, 5]],
    ['8191', [8191]],
    ['8192', null],
    ['5-2', null],
    ['', null],
    ['1,', null],
    ['-1', null],
    ['0x1', null],
    ['1 2', null],
    ['99999', null],
  ] as const) {
    t.strictSame(parseProcessors(text), numbers, text)
  }
})

t.test('what this process may use', async (t) => {
  t.strictSame(allowedProcessors('Name:\tnode\nCpus_allowed:\tf\nCpus_allowed_list:\t0-1,3\n'), [0, 1, 3])
  t.ok(allowedProcessors().length > 0)
})

t.test('what --pin says', async (t) => {
  t.strictSame(processorsOf('auto', [2, 3]), [2, 3])
  t.strictSame(processorsOf('3,2,3', [2, 3]), [3, 2, 3])
  const code = (text: string) => {
    try {
      return processorsOf(text, [2, 3]).join()
    } catch (error) {
      return `${(error as OperationalError).code} ${(error as OperationalError).exit}: ${(error as OperationalError).message}`
    }
  }
  t.equal(code('1-4'), 'NO_PROCESSOR 2: --pin names 1, 4; this process may use 2, 3')
  t.match(code('all'), /^USAGE 2: --pin takes processors such as 0,2-5, or auto, not `all`$/)
})
