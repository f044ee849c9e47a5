// SPDX-License-Identifier: GPL-2.0-or-later
// The policies of the benches, as text: what is measured went through the whole pipeline, as an operator's policy does.

import { openImage, type Image } from '../src/contract/image.js'
import { type Prepared, prepare } from '../src/control/reload.js'
import { type CustomerPrefix, customerPrefixes, printAddress } from './mixes.js'

const FOLDER = '/bench'
const PATH = `${FOLDER}/policy.yaml`
const CUSTOMERS = 'customers.txt'
/** The same customers, every other prefix in one file and the others in the other. */
export const HALVES = ['dynamic.txt', 'leased.txt'] as const
const NOW_SECONDS = 1_800_000_000

/** The customers' prefixes, one a line: IPv4 of mixes.ts and one IPv6 prefix. */
export function customersFile(): string {
  const print = ({ address, length }: CustomerPrefix) => `${printAddress(address)}/${length}\n`
  return `${customerPrefixes().map(print).join('')}2001:db8:100::/40\n`
}

function halfFile(half: 0 | 1): string {
  const ipv4 = customersFile()
    .split('\n')
    .filter((line) => line.includes('.'))
  const lines = ipv4.filter((_, index) => index % 2 === half)
  return `${lines.join('\n')}\n${half === 0 ? '2001:db8:100::/41' : '2001:db8:180::/41'}\n`
}

const files: Readonly<Record<string, string>> = {
  [`${FOLDER}/${HALVES[0]}`]: halfFile(0),
  [`${FOLDER}/${HALVES[1]}`]: halfFile(1),
}

/**
 * IP53B by shape, enforced, for all customers; with `more` custom rules before it, each for a port of its own.
 * fail-closed, so that in the end-to-end bench a packet that finds the queue full dies, and every packet at the sink is one that the
 * consumer let live. The kernel drops nothing by itself: the queues are what is measured.
 */
export function policyText(more: number, outside: string | null): string {
  const rules = Array.from({ length: more }, (_, index) => customRule(index))
  return `version: 1
${outside === null ? '' : `interfaces: { outside: [${outside}] }\n`}networks:
  dynamic: { customers: true, prefixes: { file: ${CUSTOMERS} } }
  resolvers: { prefixes: [192.0.2.53/32] }
defaults: { overload: fail-closed, placement: userspace }
blocks:
${rules.join('')}  - profile: IP53B
    protect: [dynamic]
    mode: enforce
    precision: shape
`
}

/** Ports of UDP_PROFILES, in ascending order. */
export const UDP_PORTS: readonly number[] = [19, 53, 123, 161, 1900]
const UDP_PROFILES = ['IP19B', 'IP53B', 'IP123B', 'IP161B', 'IP1900B']

/** What an Internet provider would begin with: five inbound blocks for all customers, which steering takes for one rule. */
export function inboundPolicyText(outside: string, hook: 'forward' | 'prerouting'): string {
  return `version: 1
interfaces: { outside: [${outside}] }
networks:
  dynamic: { customers: true, prefixes: { file: ${CUSTOMERS} } }
defaults: { mode: enforce, hook: ${hook} }
blocks:
${UDP_PROFILES.map((profile) => `  - { profile: ${profile}, protect: [dynamic] }\n`).join('')}`
}

/** IP53B by shape, enforced, for all customers: decided by the engine, or by the kernel as far as it can. */
export function floodPolicyText(outside: string, placement: 'userspace' | 'auto', overload: 'fail-open' | 'fail-closed'): string {
  return `version: 1
interfaces: { outside: [${outside}] }
networks:
  dynamic: { customers: true, prefixes: { file: ${CUSTOMERS} } }
defaults: { mode: enforce, placement: ${placement}, overload: ${overload} }
blocks:
  - { profile: IP53B, protect: [dynamic], precision: shape }
`
}

function customRule(index: number): string {
  return `  - name: rule-${index}
    direction: inbound
    service: ${index % 2 === 0 ? 'udp' : 'tcp'}/${7000 + index}
    protect: [dynamic]
    except: [resolvers]
    precision: port
    mode: enforce
`
}

/** The image of a policy text, with what the file of the customers' prefixes holds. */
export const imageOf = (text: string, customers?: string): Image => openImage(preparedOf(text, customers).compiled.image)

/** A policy text, read, checked and compiled. */
export function preparedOf(text: string, customers = customersFile()): Prepared {
  const readFile = (path: string) => (path === `${FOLDER}/${CUSTOMERS}` ? customers : (files[path] ?? text))
  return prepare({ path: PATH, readFile, nowSeconds: NOW_SECONDS, timezone: 'UTC' }, 1)
}
