// SPDX-License-Identifier: GPL-2.0-or-later
// A router without nft, or whose kernel has no nf_tables: by default blocks are the kernel's where it can decide them, and here it cannot. The
// engine decides, one line of the log says so, and nobody who has nothing for the kernel to drop hears of it.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { RENEW_MILLISECONDS } from '../../src/appliance/kernel-ledger.js'
import { MAIN, policyFile } from '../cli/command.js'
import { createNetwork, CUSTOMER, enterNamespaces, eventually, OUTSIDE } from './network.js'
import { DNS_QUERY, toHex } from './packets.js'
import { PATIENCE } from './served.js'

const PORT = 53
/** Longer than from one renewal to the next. */
const RENEWAL = 1.2 * RENEW_MILLISECONDS

const policy = (mode: string): string => `
version: 1
timezone: UTC
interfaces: { outside: [to-outside] }
networks: { dynamic: { customers: true, prefixes: [198.51.100.0/24] } }
defaults: { mode: ${mode} }
blocks:
  - { profile: IP53B, protect: [dynamic] }
  - { profile: IP19B, protect: [dynamic] }
`

const inside = enterNamespaces(import.meta.url)

/** Shell scripts that leave the rest of a command a machine of another kind; `others` are the tools that it keeps. */
const others = 'd=$(mktemp -d); cp -dR /usr/sbin/*tables* /usr/sbin/ipset "$d"'
const onto = 'mount --bind "$d" /usr/sbin; exec "$@"'
const BROKEN = `printf '#!/bin/sh\\necho "netlink: Error: cache initialization failed: Operation not supported" >&2\\nexit 1\\n' >"$d/nft"; chmod +x "$d/nft"`
const MACHINES = [
  { name: 'no program nft', script: `${others}; ${onto}`, backend: 'iptables-nft', why: /no program nft/ },
  { name: 'no nf_tables', script: `${others}; ${BROKEN}; ${onto}`, backend: 'iptables-legacy', why: /Operation not supported/ },
] as const

interface Line {
  readonly event: string
  readonly level: string
  readonly [key: string]: unknown
}

if (inside !== true) t.pass('a router without nft', { skip: inside })
else {
  const network = createNetwork()
  t.teardown(() => network.close())
  await network.customer.listen(CUSTOMER, PORT)

  for (const { name, script, backend, why } of MACHINES) {
    for (const mode of ['enforce', 'observe']) {
      await t.test(`${name}, ${mode}`, async (t) => {
        const command = [process.execPath, MAIN, 'run', '--policy', policyFile(policy(mode)), '--metrics', 'off', '--backend', backend]
        const child = spawn('unshare', ['--mount', 'sh', '-ec', script, 'sh', ...command], { stdio: ['ignore', 'inherit', 'pipe'] })
        const ended = once(child, 'exit')
        t.teardown(() => child.kill('SIGKILL'))
        const lines: Line[] = []
        createInterface({ input: child.stderr }).on('line', (line) => lines.push(JSON.parse(line)))
        const has = (event: string, count = 1) => lines.filter((line) => line.event === event).length === count
        t.ok(await eventually(() => has('started'), PATIENCE))
        const before = await network.customer.count(PORT)
        await network.outside.send(OUTSIDE, PORT, CUSTOMER, PORT, toHex(DNS_QUERY), 5)
        const arrives = mode === 'observe' ? 5 : 0
        await eventually(async () => (await network.customer.count(PORT)) - before >= 5, 400)
        t.equal((await network.customer.count(PORT)) - before, arrives, 'the engine decides')
        child.kill('SIGHUP')
        t.ok(await eventually(() => has('reloaded'), PATIENCE))
        await sleep(RENEWAL)
        child.kill('SIGTERM')
        t.equal((await ended)[0], 0)
        t.ok(has('stopped'))
        const warnings = lines.filter(({ level, event }) => level !== 'info' && event !== 'receive-buffer-small')
        if (mode === 'observe') t.same(warnings, [])
        else t.match(warnings, [{ event: 'placement-refused', block: 'IP53B, IP19B', detail: why }])
        t.equal(warnings.length, mode === 'observe' ? 0 : 1, 'said once')
      })
    }
  }
}
