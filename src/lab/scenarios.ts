// SPDX-License-Identifier: GPL-2.0-or-later
// The scenarios that there are. A new one is a file in scenarios/ and a line here.

import { OperationalError } from '../errors.js'
import type { Scenario } from './scenario.js'
import { IP53B } from './scenarios/ip53b.js'

export const SCENARIOS: readonly Scenario[] = [IP53B]

/** Throws OperationalError USAGE where there is none of that name. */
export function findScenario(name: string): Scenario {
  const scenario = SCENARIOS.find((one) => one.name === name)
  if (scenario !== undefined) return scenario
  throw new OperationalError('USAGE', `no scenario is called \`${name}\`; there are: ${SCENARIOS.map((one) => one.name).join(', ')}`)
}
