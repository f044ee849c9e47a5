// SPDX-License-Identifier: GPL-2.0-or-later
// A test network: the test itself, moved into user, network and mount namespaces of its own, is the router between an outside host and a
// customer. Documentation prefixes only; everything ends with the process.

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Command, Outcome } from './agent.js'
import { program } from './programs.js'

export const OUTSIDE = '203.0.113.2'
/** A second address of the outside host. */
export const RESOLVER = '203.0.113.53'
export const CUSTOMER = '198.51.100.2'
export const NEIGHBOUR = '192.0.2.2'
export const OUTSIDE6 = '2001:db8:ff::2'
export const CUSTOMER6 = '2001:db8:100::2'
export const NEIGHBOUR6 = '2001:db8:200::2'

/**
 * Runs the calling test file again inside namespaces, where it is root, and ends this process with its exit status. Returns true in the
 * inner process. Where namespaces are not allowed, returns a reason to skip.
 */
export function enterNamespaces(file: string): true | string {
  if (process.env.IPXXB_INSIDE === file) {
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', '/run'])
    return true
  }
  // The last link of the chain: a test that is stopped for being late must not live on in there, and hold the runner's pipe.
  const words = [
    '--pdeathsig',
    'KILL',
    'unshare',
    '--user',
    '--map-root-user',
    '--net',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
  ]
  // Debian's ordinary users have no sbin on their path, and inside they are root.
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin`, IPXXB_INSIDE: file }
  const probe = spawnSync('setpriv', [...words, 'true'], { encoding: 'utf8' })
  if (probe.status !== 0) return `no user namespaces here: ${probe.stderr ?? probe.error?.message}`
  const inner = spawnSync('setpriv', [...words, process.execPath, ...process.execArgv, fileURLToPath(file)], { stdio: 'inherit', env })
  process.exit(inner.status ?? 1)
}

const ip = (...words: string[]) => execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'inherit'] })

/** One host: its namespace and the agent process in it. */
export class Host {
  readonly #namespace: string
  readonly #process: ChildProcess
  readonly #answers: AsyncIterator<string>

  constructor(namespace: string) {
    this.#namespace = namespace
    const agent = fileURLToPath(new URL('./agent.js', import.meta.url))
    this.#process = spawn('ip', ['netns', 'exec', namespace, process.execPath, agent], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#answers = createInterface({ input: this.#process.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]()
  }

  async perform(command: Command): Promise<{ count?: number; sent?: number; outcome?: Outcome }> {
    this.#process.stdin?.write(`${JSON.stringify(command)}\n`)
    const answer = JSON.parse((await this.#answers.next()).value as string)
    if (answer.error !== undefined) throw new Error(answer.error)
    return answer
  }

  listen(address: string, port: number) {
    return this.perform({ do: 'listen', address, port })
  }

  /** Sends `count` copies of a hex payload, `gap` milliseconds apart. */
  send(from: string, fromPort: number, to: string, toPort: number, payload: string, count = 1, gap = 0) {
    return this.perform({ do: 'send', from, fromPort, to, toPort, payload, count, gap })
  }

  /** Datagrams received on a port so far. */
  async count(port: number): Promise<number> {
    return (await this.perform({ do: 'count', port })).count as number
  }

  /** Listens on a TCP port. */
  serve(address: string, port: number) {
    return this.perform({ do: 'serve', address, port })
  }

  /** Tries to connect; `silence` where nothing came back within `patience` milliseconds. */
  async connect(from: string, to: string, port: number, patience = 400): Promise<Outcome> {
    return (await this.perform({ do: 'connect', from, to, port, patience })).outcome as Outcome
  }

  /** Sends whole IP packets, once each, in order. */
  sendRaw(...packets: readonly Uint8Array[]): void {
    this.#raw([], packets)
  }

  /** One send of `payloads`, all as long as the first, that leaves as one super-packet for the network to cut. */
  sendSegments(from: string, fromPort: number, to: string, toPort: number, payloads: readonly Uint8Array[]): void {
    this.#raw(['segments', from, `${fromPort}`, to, `${toPort}`, `${payloads[0]?.length}`], [Buffer.concat(payloads)])
  }

  #raw(words: readonly string[], lines: readonly Uint8Array[]): void {
    const input = lines.map((bytes) => `${Buffer.from(bytes).toString('hex')}\n`).join('')
    const command = ['netns', 'exec', this.#namespace, program('raw'), ...words]
    execFileSync('ip', command, { input, stdio: ['pipe', 'ignore', 'inherit'] })
  }

  close(): void {
    this.#process.stdin?.end()
  }
}

export interface Network {
  readonly outside: Host
  readonly customer: Host
  /** A second customer, behind an interface of his own. */
  readonly neighbour: Host
  close(): void
}

/**
 * Builds outside -- router (here) -- customer and neighbour, with IPv4 and IPv6, forwarding on. The router's interfaces are `to-outside`,
 * `to-customer` and `to-neighbour`. Call it inside the namespaces.
 */
export function createNetwork(): Network {
  ip('link', 'set', 'lo', 'up')
  // A link-local address that waits for duplicates cannot ask for neighbours yet: packets of the first two seconds would come late or never.
  const trustAddresses = 'echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad'
  execFileSync('sh', ['-c', trustAddresses])
  const side = (name: string, router: string, host: string, router6: string, host6: string) => {
    ip('netns', 'add', name)
    ip('netns', 'exec', name, 'sh', '-c', trustAddresses)
    ip('link', 'add', `to-${name}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name)
    ip('addr', 'add', `${router}/24`, 'dev', `to-${name}`)
    ip('addr', 'add', `${router6}/64`, 'dev', `to-${name}`, 'nodad')
    ip('link', 'set', `to-${name}`, 'up')
    ip('-n', name, 'addr', 'add', `${host}/24`, 'dev', 'eth0')
    ip('-n', name, 'addr', 'add', `${host6}/64`, 'dev', 'eth0', 'nodad')
    ip('-n', name, 'link', 'set', 'eth0', 'up')
    ip('-n', name, 'link', 'set', 'lo', 'up')
    ip('-n', name, 'route', 'add', 'default', 'via', router)
    ip('-n', name, '-6', 'route', 'add', 'default', 'via', router6)
  }
  side('outside', '203.0.113.1', OUTSIDE, '2001:db8:ff::1', OUTSIDE6)
  ip('-n', 'outside', 'addr', 'add', `${RESOLVER}/24`, 'dev', 'eth0')
  side('customer', '198.51.100.1', CUSTOMER, '2001:db8:100::1', CUSTOMER6)
  side('neighbour', '192.0.2.1', NEIGHBOUR, '2001:db8:200::1', NEIGHBOUR6)
  execFileSync('sh', ['-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding'])
  const [outside, customer, neighbour] = [new Host('outside'), new Host('customer'), new Host('neighbour')]
  return {
    outside,
    customer,
    neighbour,
    close() {
      for (const host of [outside, customer, neighbour]) host.close()
    },
  }
}

/**
 * Our tables in nftables, but for those that hold an empty base chain alone: it stays where other programs' queues hold packets, or, as in an
 * ordinary user's namespace, nobody may know whether they do.
 */
export function ourTables(): string[] {
  const nft = (...words: string[]): string => execFileSync('nft', words, { encoding: 'utf8' })
  const tables = [...nft('list', 'tables').matchAll(/^table (inet ipxxb\S*)$/gm)].map(([, name = '']) => name)
  return tables.filter((name) => /\b(set|counter|goto|jump)\b/.test(nft('--stateless', 'list', 'table', ...name.split(' '))))
}

/** Waits until `condition` holds, looking every 20 ms; false when `milliseconds` passed without. */
export async function eventually(condition: () => boolean | Promise<boolean>, milliseconds = 3000): Promise<boolean> {
  for (const deadline = Date.now() + milliseconds; Date.now() < deadline; ) {
    if (await condition()) return true
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return false
}
