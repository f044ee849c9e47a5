// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { matchesInterface } from '../../src/contract/interfaces.js'

for (const [pattern, name, matches] of [
  ['eth0', 'eth0', true],
  ['eth0', 'eth01', false],
  ['eth01', 'eth0', false],
  ['ppp*', 'ppp0', true],
  ['ppp*', 'ppp', true],
  ['ppp*', 'xppp0', false],
  ['*', 'lo', true],
] as const) {
  t.equal(matchesInterface(pattern, name), matches, `${pattern} and ${name}`)
}
