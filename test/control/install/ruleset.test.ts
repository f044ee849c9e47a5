// SPDX-License-Identifier: GPL-2.0-or-later
// Rules that somebody else damages, nft's: noticed and put back, and no look is taken for nothing. iptables-ruleset.test.ts has iptables.

import { spawnSync } from 'node:child_process'
import t from 'tap'
import { type Run, run } from '../../../src/control/install/run.js'
import { enterNamespaces } from '../../network/network.js'
import { DYNAMIC, STATIC, shell } from './listing.js'
import { DYNAMIC_RULES, names, openNft, rules } from './nft-listing.js'
import { runWithStandIn } from './stand-in.js'

const inside = enterNamespaces(import.meta.url)
const skip = inside === true ? false : inside
t.setTimeout(300_000)

/** What somebody may do, and whether our rules are still in force then. */
const DAMAGE: readonly { name: string; script: string; isLoss: boolean }[] = [
  { name: 'a table of others', script: 'nft add table inet later', isLoss: false },
  { name: 'a table of others goes', script: 'nft delete table inet later', isLoss: false },
  { name: 'the whole rule set', script: 'nft flush ruleset', isLoss: true },
  { name: 'our table', script: 'nft delete table inet ipxxb', isLoss: true },
  { name: 'the rules of our table', script: 'nft flush table inet ipxxb', isLoss: true },
  { name: 'the rules of one chain', script: 'nft flush chain inet ipxxb candidates', isLoss: true },
  { name: 'one more rule', script: 'nft insert rule inet ipxxb forward accept', isLoss: true },
  { name: 'saved and loaded again', script: 'nft list ruleset > /run/saved; nft flush ruleset; nft -f /run/saved', isLoss: true },
  { name: 'the policy of our chain', script: "nft chain inet ipxxb forward '{ policy drop; }'", isLoss: true },
]

t.test('what is damaged is noticed and put back', { skip }, async (t) => {
  const steering = await openNft()
  t.ok(await steering.isInForce(), 'nothing is to be in force')
  await steering.widen(DYNAMIC)
  t.ok(await steering.isInForce())
  for (const { name, script, isLoss } of DAMAGE) {
    shell(script)
    t.equal(await steering.isInForce(), !isLoss, name)
    if (!isLoss) continue
    await steering.reinstall()
    t.ok(await steering.isInForce(), `${name}: put back`)
    t.same(rules(), DYNAMIC_RULES(1), name)
    t.match(shell('nft list chain inet ipxxb forward'), 'policy accept;')
  }
  await steering.widen(STATIC)
  shell('nft flush ruleset')
  t.notOk(await steering.isInForce())
  await steering.reinstall()
  t.equal(rules().length, 12, 'between widen and narrow both plans are put back')
  t.ok(await steering.isInForce())

  shell('nft flush ruleset')
  await steering.narrow()
  t.same([names('set'), await steering.isInForce()], [['ipxxb-2-static-4'], true], 'a change mends it too')
  await steering.empty()
  t.ok(await steering.isInForce(), 'empty is as it should be')
  shell('nft flush ruleset')
  await steering.empty()
  await steering.remove()
})

t.test('damage before the first look is noticed', { skip }, async (t) => {
  const steering = await openNft()
  for (const script of ['nft flush ruleset', 'nft flush chain inet ipxxb forward', 'nft flush chain inet ipxxb candidates']) {
    await steering.widen(DYNAMIC)
    shell(script)
    t.notOk(await steering.isInForce(), script)
    await steering.reinstall()
    t.ok(await steering.isInForce())
    await steering.remove()
  }
})

t.test('nobody else can change a set that our rules refer to', { skip }, async (t) => {
  const steering = await openNft()
  await steering.widen(DYNAMIC)
  for (const words of ['flush set inet ipxxb ipxxb-1-dynamic-4', 'add element inet ipxxb ipxxb-1-dynamic-4 { 192.0.2.0/24 }']) {
    t.match(spawnSync('nft', words.split(' '), { encoding: 'utf8' }).stderr, 'Device or resource busy', words)
  }
  await steering.remove()
})

t.test('a look is taken only when the rules have changed', { skip }, async (t) => {
  let [calls, generation] = [0, 1]
  const nft = runWithStandIn()
  const counting: Run = (command, words, input) => {
    calls++
    return nft(command, words, input)
  }
  const steering = await openNft({ run: counting, rulesetGeneration: () => generation })
  await steering.widen(DYNAMIC)
  const looks = async () => {
    calls = 0
    t.ok(await steering.isInForce())
    return calls
  }
  t.equal(await looks(), 1)
  t.equal(await looks(), 0)
  generation++
  t.equal(await looks(), 1)
  await steering.widen(STATIC)
  t.equal(await looks(), 1, 'after a change of ours')
  shell('nft flush ruleset')
  generation++
  t.notOk(await steering.isInForce())
  t.notOk(await steering.isInForce(), 'and again, while it is not put back')
  await steering.remove()
})

t.test('under `flush ruleset` in a loop nothing wedges', { skip }, async (t) => {
  const steering = await openNft()
  await steering.widen(DYNAMIC)
  const flushing = flushInLoop()
  let [lost, reinstalled, refused] = [0, 0, 0]
  const until = Date.now() + 60_000
  while (lost < 20 && Date.now() < until) {
    if (await steering.isInForce()) continue
    lost++
    await steering.reinstall().then(
      () => reinstalled++,
      (error) => {
        t.equal(error.code, 'STEERING_FAILED', error.message)
        refused++
      },
    )
  }
  await flushing.stop()
  t.comment(`lost ${lost} times, put back ${reinstalled} times, refused ${refused} times`)
  t.ok(reinstalled > 1, 'it was flushed and put back')
  if (!(await steering.isInForce())) await steering.reinstall()
  t.ok(await steering.isInForce())
  t.same(rules(), DYNAMIC_RULES(1))
  await steering.remove()
})

function flushInLoop(): { stop(): Promise<void> } {
  let goesOn = true
  const flushing = (async () => {
    for (; goesOn; await new Promise((resolve) => setTimeout(resolve, 5))) await run('nft', ['flush', 'ruleset'])
  })()
  return {
    stop() {
      goesOn = false
      return flushing
    },
  }
}
