// SPDX-License-Identifier: GPL-2.0-or-later
// Which blocks a kernel refuses, found without installing anything: by stand-ins that refuse one kind of rule, and by the real one.

import t from 'tap'
import { PORT } from '../../../src/contract/reasons.js'
import { equal } from '../../../src/contract/shape.js'
import { blocksRefused, EXAMPLE_PLAN, trialOf } from '../../../src/control/install/drops-trial.js'
import { run } from '../../../src/control/install/run.js'
import { enterNamespaces } from '../../network/network.js'
import { block, DNS_RULES, HEADER_RULES, kernelPlan, rule } from './kernel-plans.js'

const inside = enterNamespaces(import.meta.url)
const PLAN = kernelPlan([block(0, 'udp/53', DNS_RULES), block(2, 'udp/111 tcp/25', HEADER_RULES), block(5, 'udp/7', DNS_RULES)])

/** Refuses, and counts, input that has `part`. */
const refusing = (part: string | RegExp, message = 'Not supported') => {
  const inputs: string[] = []
  const attempt = async (input: string) => {
    inputs.push(input)
    return input.match(part) === null ? null : message
  }
  return { inputs, attempt }
}

t.test('what is taken is tried once', async (t) => {
  const { inputs, attempt } = refusing('no such words')
  t.same(await blocksRefused(PLAN, 'fail-open', attempt), [])
  t.equal(inputs.length, 1)
  t.match(inputs[0], /@alive accept/)
  t.notMatch(inputs[0], /table inet ipxxb-drops /, 'the table that is in force is not the one that is tried')
  t.notMatch(trialOf(PLAN, 'fail-closed'), /@alive accept/, 'under the overload that is asked for')
})

t.test('of several blocks the right ones are named', async (t) => {
  t.same(await blocksRefused(PLAN, 'fail-open', refusing('dport vmap { 111').attempt), [], 'words that no rule of these has')
  const dns = refusing('@th,80,8')
  t.same(await blocksRefused(PLAN, 'fail-open', dns.attempt), [
    { block: 0, message: 'Not supported' },
    { block: 5, message: 'Not supported' },
  ])
  t.same(await blocksRefused(PLAN, 'fail-open', refusing('tcp').attempt), [{ block: 2, message: 'Not supported' }])
})

t.test('what nft has no words for is known without asking', async (t) => {
  const far = kernelPlan([block(4, 'udp/9', [rule(PORT, { tests: [equal(300, 1, 0xff, 1)] })])])
  const { inputs, attempt } = refusing('@th')
  t.match(await blocksRefused(far, 'fail-open', attempt), [{ block: 4, message: /payload byte 300/ }])
  t.same(inputs, [])
})

t.test('what is too large for one transaction is not refused for that', async (t) => {
  const whole = refusing(/dport 53[\s\S]*dport 7 |111/, 'Error: Could not process rule: Message too long')
  t.same(await blocksRefused(PLAN, 'fail-open', whole.attempt), [])
  t.ok(whole.inputs.length > 1, 'its parts are tried')
})

t.test('the kernel of this machine', { skip: inside === true ? false : inside }, async (t) => {
  const attempt = async (input: string) => {
    const { status, stderr } = await run('nft', ['--check', '-f', '-'], input)
    return status === 0 ? null : stderr
  }
  t.equal(await attempt(trialOf(EXAMPLE_PLAN, 'fail-open')), null, 'the example is taken')
  t.same(await blocksRefused(PLAN, 'fail-open', attempt), [])
  t.match(await blocksRefused(kernelPlan(PLAN.blocks, { outside: ['a'.repeat(40)] }), 'fail-open', attempt), [{}, {}, {}])
  t.equal((await run('nft', ['list', 'ruleset'])).stdout, '', 'and nothing is left')
})
