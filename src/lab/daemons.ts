// SPDX-License-Identifier: GPL-2.0-or-later
// The real name servers of the lab: unbound, nsd and dnsmasq, run from the folder that deploy/daemons.sh unpacked them into. They keep
// every file they write in the lab's folder, and change no user: inside the lab's user namespace there is only one.

import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { OperationalError } from '../errors.js'
import type { Host } from './hosts.js'
import { type Running, startRunning } from './processes.js'

/** Where deploy/daemons.sh keeps them. */
export function daemonsFolder(): string {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  return process.env.IPXXB_DAEMONS || join(cache, 'ipxxb', 'daemons')
}

/** Throws OperationalError LAB_TOOL_MISSING where the daemons were never unpacked. */
export function needDaemons(): void {
  const folder = daemonsFolder()
  if (!existsSync(join(folder, 'complete'))) throw new OperationalError('LAB_TOOL_MISSING', `no name servers in ${folder}`)
}

const yesIfSix = (address: string): string => (isIPv6(address) ? 'yes' : 'no')

/** The folders of the unpacked libraries: usr/lib and lib, and those of the machine's architecture below them. */
function libraryPath(): string {
  const tops = ['usr/lib', 'lib'].map((path) => join(daemonsFolder(), 'root', path)).filter((path) => existsSync(path))
  const below = tops.flatMap((top) => readdirSync(top).map((name) => join(top, name)))
  return [...tops, ...below.filter((path) => statSync(path).isDirectory())].join(':')
}

/** Starts and stops daemons whose files live under one folder. */
export class Daemons {
  readonly #folder: string
  readonly #libraries = libraryPath()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** A folder of its own for each daemon. */
  #home(name: string): string {
    const home = join(this.#folder, name)
    mkdirSync(home, { recursive: true })
    return home
  }

  #start(name: string, host: Host, binary: string, args: readonly string[]): Running {
    const path = join(daemonsFolder(), 'root/usr/sbin', binary)
    return startRunning(name, host.command(path, ...args), { LD_LIBRARY_PATH: this.#libraries }, join(this.#home(name), 'log'))
  }

  /** A caching resolver. `options` are lines of its `server` clause; `zones` names what it asks where. */
  unbound(name: string, host: Host, address: string, options: readonly string[], zones: Readonly<Record<string, string>>): Running {
    const home = this.#home(name)
    const file = join(home, 'unbound.conf')
    const server = [
      `directory: "${home}"`,
      'username: ""',
      'chroot: ""',
      'pidfile: ""',
      'use-syslog: no',
      'logfile: ""',
      'do-daemonize: no',
      `interface: ${address}`,
      `do-ip6: ${yesIfSix(address)}`,
      // No signatures in the lab: neither trust anchors nor the clock matter.
      'module-config: "iterator"',
      ...options,
    ]
    const stubs = Object.entries(zones).map(([zone, address]) => `stub-zone:\n  name: "${zone}"\n  stub-addr: ${address}\n`)
    writeFileSync(file, `server:\n${server.map((line) => `  ${line}\n`).join('')}remote-control:\n  control-enable: no\n${stubs.join('')}`)
    return this.#start(name, host, 'unbound', ['-d', '-p', '-c', file])
  }

  /** An authoritative server for one zone, whose text is in master file format. */
  nsd(name: string, host: Host, address: string, zone: string, text: string): Running {
    const home = this.#home(name)
    const file = join(home, 'nsd.conf')
    writeFileSync(join(home, 'zone'), text)
    writeFileSync(
      file,
      `server:
  ip-address: ${address}
  do-ip6: ${yesIfSix(address)}
  username: ""
  chroot: ""
  pidfile: ""
  database: ""
  zonesdir: "${home}"
  zonelistfile: "${home}/zone.list"
  xfrdfile: "${home}/xfrd.state"
  xfrdir: "${home}"
  server-count: 1
  # Its own rate limiting would hide what the filter does.
  rrl-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: "${zone}"
  zonefile: "${home}/zone"
`,
    )
    return this.#start(name, host, 'nsd', ['-d', '-c', file])
  }

  /** A caching forwarder. `options` are lines of its configuration. */
  dnsmasq(name: string, host: Host, options: readonly string[]): Running {
    const file = join(this.#home(name), 'dnsmasq.conf')
    const lines = ['keep-in-foreground', 'user=root', 'group=', 'pid-file=', 'log-facility=-', 'no-resolv', 'no-hosts']
    writeFileSync(file, [...lines, ...options, ''].join('\n'))
    return this.#start(name, host, 'dnsmasq', [`--conf-file=${file}`])
  }
}
