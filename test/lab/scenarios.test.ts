// SPDX-License-Identifier: GPL-2.0-or-later
// What a command line asks of the lab: scenarios and phases by name, and a clear refusal of a name that there is not.

import t from 'tap'
import { choosePhases, chooseScenarios, findScenario, SCENARIOS } from '../../src/lab/scenarios.js'

const names = (things: readonly { readonly name: string }[]): string[] => things.map(({ name }) => name)

t.test('scenarios', (t) => {
  t.strictSame(names(chooseScenarios([])), ['ip53b'], 'the first, where none is named')
  t.strictSame(chooseScenarios(['all']), SCENARIOS)
  t.strictSame(names(chooseScenarios(['ip53b', 'ip53b'])), ['ip53b'], 'each once')
  t.throws(() => chooseScenarios(['ip53b', 'ip54b']), {
    code: 'USAGE',
    message: /no scenario is called `ip54b`; there are: ip53b, .*or all/,
  })
  t.end()
})

t.test('phases', (t) => {
  const scenario = findScenario('ip53b')
  t.strictSame(choosePhases(scenario, []), scenario.phases)
  t.strictSame(names(choosePhases(scenario, ['shape', 'observe'])), ['observe', 'shape'], 'in the order of the scenario')
  t.throws(() => choosePhases(scenario, ['shapes']), { code: 'USAGE', message: /no phase `shapes`; it has: no-filter, observe/ })
  t.end()
})

t.test('names are unique', (t) => {
  const all = names(SCENARIOS)
  t.strictSame([...new Set(all)], all)
  for (const { name, phases, rows } of SCENARIOS) {
    for (const own of [names(phases), names(rows)]) t.strictSame([...new Set(own)], own, name)
  }
  t.end()
})
