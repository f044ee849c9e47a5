// SPDX-License-Identifier: GPL-2.0-or-later
// SIGKILL at any moment of a start or a run, and a restart, again and again: what a killed run left is replaced, and never adds up.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { GOOD, MAIN, policyFile } from '../cli/command.js'
import { enterNamespaces, eventually, ourTables } from '../network/network.js'
import { rounds } from './rounds.js'

const ROUNDS = rounds(12)
/** In lengths of a start: kills fall into every step of it, and into the run behind it. */
const LONGEST_LIFE = 1.5
/** Steps through the spans of life evenly, whatever their number. */
const GOLDEN = 0.618

const inside = enterNamespaces(import.meta.url)
const sh = (script: string): string => execFileSync('sh', ['-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

/** What there is of ours: tables or chains, jumps, and sets. */
function ours(): { chains: string[]; jumps: string[]; sets: string[] } {
  // Each restart has sets of another generation.
  const lines = (script: string) =>
    sh(`${script}; true`)
      .replace(/ipxxb-\d+-/g, 'ipxxb-')
      .split('\n')
      .filter(Boolean)
  return {
    chains: [
      ...lines(
        'for save in iptables-nft-save ip6tables-nft-save iptables-legacy-save ip6tables-legacy-save; do $save -t mangle; $save -t raw; done | grep -E "^:IPXXB|ipxxb"',
      ),
      ...ourTables(),
    ],
    jumps: lines(
      'for save in iptables-nft-save ip6tables-nft-save iptables-legacy-save ip6tables-legacy-save; do $save -t mangle; done | grep -- "-j IPXXB"',
    ),
    sets: lines('ipset list -n'),
  }
}

function start(path: string): { process: ChildProcess; started: () => boolean; failed: () => string | undefined } {
  const process_ = spawn(process.execPath, [MAIN, 'run', '--policy', path, '--metrics', 'off'], { stdio: ['ignore', 'inherit', 'pipe'] })
  const events: { event: string; code?: string; detail?: string }[] = []
  createInterface({ input: process_.stderr as NodeJS.ReadableStream }).on('line', (line) => events.push(JSON.parse(line)))
  return {
    process: process_,
    started: () => events.some(({ event }) => event === 'started'),
    failed: () => {
      const failure = events.find(({ event }) => event === 'failed')
      return failure && `${failure.code}: ${failure.detail}`
    },
  }
}

if (inside !== true) t.pass('kills and restarts', { skip: inside })
else {
  t.setTimeout(60_000 + ROUNDS * 5000)
  sh('ip link set lo up')
  const path = policyFile(GOOD)
  const begun = Date.now()
  const first = start(path)
  t.ok(await eventually(first.started, 10_000))
  const startMilliseconds = Date.now() - begun
  const wanted = ours()
  first.process.kill('SIGKILL')
  await once(first.process, 'exit')

  let lived = 0
  for (let round = 0; round < ROUNDS; round++) {
    const one = start(path)
    await sleep(((round * GOLDEN) % 1) * LONGEST_LIFE * startMilliseconds)
    if (one.started()) lived++
    const failure = one.failed()
    if (failure !== undefined) t.fail(`round ${round} could not start: ${failure}`)
    one.process.kill('SIGKILL')
    await once(one.process, 'exit')
    const { sets, jumps } = ours()
    // A start that is killed on its way has at most its own sets beside those of the run before.
    if (sets.length > 2 * wanted.sets.length || jumps.length > wanted.jumps.length) {
      t.same({ sets, jumps }, wanted, `round ${round}: what was left adds up`)
    }
  }
  t.comment(`${ROUNDS} kills, ${lived} of them after the start was done`)

  const last = start(path)
  t.ok(await eventually(last.started, 10_000), 'it starts once more')
  const found = ours()
  t.same(found.chains, wanted.chains, 'one table or chain')
  t.same(found.jumps, wanted.jumps, 'one jump a family')
  t.equal(found.sets.length, wanted.sets.length, `no orphan sets among ${found.sets}`)
  last.process.kill('SIGTERM')
  const [status] = await once(last.process, 'exit')
  t.equal(status, 0)
  t.same(ours(), { chains: [], jumps: [], sets: [] }, 'and a stop leaves nothing')
}
