// SPDX-License-Identifier: GPL-2.0-or-later
// The real servers of the lab (names: unbound, nsd, dnsmasq; time: chrony, ntpsec), run from the folder that deploy/daemons.sh unpacked
// them into. They keep every file they write in the lab's folder, and change no user: inside the lab's user namespace there is only one.
// Nor could they set a clock there, and each is told not to try.

import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { OperationalError } from '../errors.js'
import type { Host } from './hosts.js'
import { type Running, runToStatus, startRunning } from './processes.js'
import { patiently } from './waiting.js'

/** Where deploy/daemons.sh keeps them. */
export function daemonsFolder(): string {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  return process.env.IPXXB_DAEMONS || join(cache, 'ipxxb', 'daemons')
}

/** Throws OperationalError LAB_TOOL_MISSING where the daemons were never unpacked. */
export function needDaemons(): void {
  const folder = daemonsFolder()
  const complete = ['unbound', 'nsd', 'dnsmasq', 'chronyd', 'ntpd'].every((binary) => existsSync(join(folder, 'root/usr/sbin', binary)))
  if (!complete) throw new OperationalError('LAB_TOOL_MISSING', `no daemons in ${folder}`)
}

const yesIfSix = (address: string): string => (isIPv6(address) ? 'yes' : 'no')

/** The folders of the unpacked libraries: usr/lib and lib, and those of the machine's architecture below them. */
function libraryPath(): string {
  const tops = ['usr/lib', 'lib'].map((path) => join(daemonsFolder(), 'root', path)).filter((path) => existsSync(path))
  const below = tops.flatMap((top) => readdirSync(top).map((name) => join(top, name)))
  return [...tops, ...below.filter((path) => statSync(path).isDirectory())].join(':')
}

/** No change of user, no question who we are. */
const CHRONY = ['-u', 'root', '-U']
const TIME_SAMPLES = 4
const TIME_WITHIN_SECONDS = 2

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
    return startRunning(name, this.#command(host, binary, args), {}, join(this.#home(name), 'log'))
  }

  #command(host: Host, binary: string, args: readonly string[]): string[] {
    return host.command('env', `LD_LIBRARY_PATH=${this.#libraries}`, join(daemonsFolder(), 'root/usr/sbin', binary), ...args)
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

  /** A time server (chrony) that believes its own clock and answers everybody. */
  chrony(name: string, host: Host, address: string): Running {
    const directives = [`bindaddress ${address}`, 'local stratum 2', 'allow all', ...this.#chronyFiles(name)]
    return this.#start(name, host, 'chronyd', [...CHRONY, '-d', '-x', ...directives])
  }

  /**
   * A time client (chrony): asks some times within a second or two, compares, says so and ends. Whether it found the time. `port` is the one that
   * it sends from; null: another one each time.
   */
  async askTime(name: string, host: Host, server: string, port: number | null): Promise<boolean> {
    const samples = `minsamples ${TIME_SAMPLES} maxsamples ${TIME_SAMPLES} minpoll -4 maxpoll -4 iburst`
    const directives = [`server ${server} ${samples}`, ...(port === null ? [] : [`acquisitionport ${port}`]), ...this.#chronyFiles(name)]
    const seconds = Math.ceil(patiently(TIME_WITHIN_SECONDS))
    return (await runToStatus(this.#command(host, 'chronyd', [...CHRONY, '-Q', '-t', String(seconds), ...directives]))) === 0
  }

  /** Nothing outside its home, and no door for chronyc. */
  #chronyFiles(name: string): string[] {
    return [`pidfile ${join(this.#home(name), 'pid')}`, 'cmdport 0', 'bindcmdaddress /']
  }

  /** A time server (ntpsec) that answers questions of mode 6 from everywhere and as often as asked, as all did once. */
  ntpsec(name: string, host: Host): Running {
    const file = join(this.#home(name), 'ntp.conf')
    const lines = [
      'disable ntp',
      'unrestrict default noquery limited kod',
      'server 127.127.1.0',
      `driftfile ${join(this.#home(name), 'drift')}`,
      '',
    ]
    writeFileSync(file, lines.join('\n'))
    return this.#start(name, host, 'ntpd', ['-n', '-c', file])
  }
}
