// SPDX-License-Identifier: GPL-2.0-or-later
// How long a policy of a million prefixes takes from its file to an image that another thread uses, and how much memory meanwhile; the same
// with a hundred thousand exempted hosts; and, apart from that, what the kernel's sets take. Each round is a process of its own
// (compile-once.ts).

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { readOptions, startRecord } from './record.js'
import { seeded } from './seeded.js'
import { spreadOf } from './spread.js'
import { drawIpv4, hostsInside, printIpv4 } from './tables.js'
import { obstacle } from './topology.js'

const SEED = 31
const FULL = { prefixes: 1_000_000, hosts: 100_000, rounds: 10, loads: 3 }
const TINY = { prefixes: 3000, hosts: 200, rounds: 1, loads: 1 }
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

interface Round {
  readonly milliseconds: number
  readonly readMilliseconds: number
  readonly compileMilliseconds: number
  readonly cpuMilliseconds: number
  readonly imageBytes: number
  readonly idleBytes: number
  readonly peakBytes: number
}

type Load = { readonly milliseconds: number; readonly peakBytes: number }

const options = readOptions()
const size = options.tiny ? TINY : FULL
const hindrance = obstacle()
if (hindrance !== null) process.stderr.write(`compile: no kernel sets are loaded: ${hindrance}\n`)

const folder = mkdtempSync(`${tmpdir()}/bench-`)
const once = <T>(command: string, ...words: readonly string[]): T => JSON.parse(execFileSync(command, words, { encoding: 'utf8' })) as T

try {
  const record = startRecord('compile', options)
  const random = seeded(SEED)
  const pool = drawIpv4(size.prefixes, 0, random)
  const hosts = hostsInside(pool, size.hosts, random)
  writeFileSync(`${folder}/empty.yaml`, EMPTY)
  writeFileSync(`${folder}/large.yaml`, LARGE)
  writeFileSync(`${folder}/pool.txt`, printIpv4(pool.columns))
  writeFileSync(`${folder}/hosts`, Uint32Array.from([...hosts].flatMap((host) => [host, 32])))

  const subjects = [
    { name: 'prefixes', hosts: 0, words: [], rounds: [] as Round[] },
    { name: 'prefixes and hosts', hosts: size.hosts, words: ['hosts'], rounds: [] as Round[] },
  ]
  for (let round = 0; round < size.rounds; round++) {
    for (const { name, words, rounds } of subjects) {
      const outcome = once<Round>(process.execPath, ONCE, 'image', folder, 'large.yaml', ...words)
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

  if (hindrance === null) {
    // Each in a namespace of its own, which goes with what was loaded.
    const loads = Array.from({ length: size.loads }, () =>
      once<Record<'nft' | 'ipset', Load>>('unshare', '-n', process.execPath, ONCE, 'sets', folder, 'large.yaml'),
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
