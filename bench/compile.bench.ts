// SPDX-License-Identifier: GPL-2.0-or-later
// How long a policy of a million prefixes takes from its file to an image that another thread uses, and how much memory meanwhile; the same
// with a hundred thousand exempted hosts from a second file; how long one exemption takes to come or go in that image; and, apart from that,
// what the kernel's sets take. Each round is a process of its own (compile-once.ts).

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Change } from './changes.js'
import { readOptions, startRecord } from './record.js'
import { seeded } from './seeded.js'
import { quantile, spreadOf } from './spread.js'
import { drawIpv4, hostsInside, printIpv4 } from './tables.js'
import { obstacle } from './topology.js'

const SEED = 31
const FULL = { prefixes: 1_000_000, hosts: 100_000, rounds: 10, loads: 3 }
const TINY = { prefixes: 3000, hosts: 200, rounds: 1, loads: 1 }
/** Milliseconds. */
const LIMIT_OF_CHANGES = 1
const GOALS = { milliseconds: 'at most 1500', peakMegabytes: 'at most 300' }
const ONCE = fileURLToPath(new URL('compile-once.js', import.meta.url))
const EMPTY = `version: 1
timezone: UTC
networks:
  dynamic: { customers: true, prefixes: [] }
blocks: []
`
const LARGE = `version: 1
timezone: UTC
networks:
  dynamic: { customers: true, prefixes: { file: pool.txt } }
blocks:
  - { profile: IP53B, protect: [dynamic], mode: enforce }
  - { profile: IP123B, protect: [dynamic], mode: enforce }
`

const EXEMPTING = `${LARGE}exemptions:
  - { prefix: { file: hosts.txt }, blocks: [IP53B] }
`

interface Round {
  readonly milliseconds: number
  readonly readMilliseconds: number
  readonly compileMilliseconds: number
  readonly cpuMilliseconds: number
  readonly imageBytes: number
  readonly idleBytes: number
  readonly peakBytes: number
}

type Changes = { readonly changes: readonly Change[] }
type Load = { readonly milliseconds: number; readonly peakBytes: number }

const options = readOptions()
const size = options.tiny ? TINY : FULL
const hindrance = obstacle()
if (hindrance !== null) process.stderr.write(`compile: no kernel sets are loaded: ${hindrance}\n`)

function gradesOf(values: readonly number[]): { median: number; ninetyNinth: number; worst: number; above: number } {
  const sorted = [...values].sort((a, b) => a - b)
  const [median, ninetyNinth, worst] = [0.5, 0.99, 1].map((share) => quantile(sorted, share)) as [number, number, number]
  return { median, ninetyNinth, worst, above: values.filter((value) => value >= LIMIT_OF_CHANGES).length }
}

const folder = mkdtempSync(`${tmpdir()}/bench-`)
const COMMAND = [process.execPath, '--expose-gc', ONCE] as const
const TIMED: readonly [string, ...string[]] = options.realtime ? ['chrt', '--rr', '1', ...COMMAND] : [...COMMAND]
const once = <T>(command: string, ...words: readonly string[]): T => JSON.parse(execFileSync(command, words, { encoding: 'utf8' })) as T

try {
  const record = startRecord('compile', options)
  const random = seeded(SEED)
  const pool = drawIpv4(size.prefixes, 0, random)
  const hosts = hostsInside(pool, size.hosts, random)
  writeFileSync(`${folder}/empty.yaml`, EMPTY)
  writeFileSync(`${folder}/large.yaml`, LARGE)
  writeFileSync(`${folder}/exempting.yaml`, EXEMPTING)
  writeFileSync(`${folder}/pool.txt`, printIpv4(pool.columns))
  writeFileSync(`${folder}/hosts.txt`, printIpv4(Uint32Array.from([...hosts].flatMap((host) => [host, 32]))))

  const subjects = [
    { name: 'prefixes', hosts: 0, policy: 'large.yaml', rounds: [] as Round[] },
    { name: 'prefixes and hosts', hosts: size.hosts, policy: 'exempting.yaml', rounds: [] as Round[] },
  ]
  for (let round = 0; round < size.rounds; round++) {
    for (const { name, policy, rounds } of subjects) {
      const outcome = once<Round>(...TIMED, 'image', folder, policy)
      rounds.push(outcome)
      record({ kind: 'round', name, ...outcome })
    }
  }
  for (const { name, hosts, rounds } of subjects) {
    const spread = (of: (round: Round) => number) => spreadOf(rounds.map(of))
    record({
      kind: 'result',
      name,
      prefixes: size.prefixes,
      hosts,
      milliseconds: spread((round) => round.milliseconds),
      readMilliseconds: spread((round) => round.readMilliseconds),
      compileMilliseconds: spread((round) => round.compileMilliseconds),
      cpuMilliseconds: spread((round) => round.cpuMilliseconds),
      imageMegabytes: spread((round) => round.imageBytes / 2 ** 20),
      idleMegabytes: spread((round) => round.idleBytes / 2 ** 20),
      peakMegabytes: spread((round) => round.peakBytes / 2 ** 20),
      goals: GOALS,
    })
  }

  for (const { what, milliseconds, clockMilliseconds } of once<Changes>(...TIMED, 'changes', folder, 'exempting.yaml').changes) {
    const facts = { prefixes: size.prefixes, hosts: size.hosts, changes: milliseconds.length, goal: `under ${LIMIT_OF_CHANGES}` }
    record({ kind: 'change', what, ...facts, milliseconds: gradesOf(milliseconds), clock: gradesOf(clockMilliseconds) })
  }

  if (hindrance === null) {
    // Each in a namespace of its own, which goes with what was loaded.
    const loads = Array.from({ length: size.loads }, () =>
      once<Record<'nft' | 'ipset', Load>>('unshare', '-n', ...TIMED, 'sets', folder, 'large.yaml'),
    )
    for (const tool of ['nft', 'ipset'] as const) {
      const milliseconds = spreadOf(loads.map((load) => load[tool].milliseconds))
      const toolMegabytes = spreadOf(loads.map((load) => load[tool].peakBytes / 2 ** 20))
      record({ kind: 'sets', tool, prefixes: size.prefixes, milliseconds, toolMegabytes })
    }
  }
} finally {
  rmSync(folder, { recursive: true })
}
