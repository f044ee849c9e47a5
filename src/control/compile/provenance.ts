// SPDX-License-Identifier: GPL-2.0-or-later
// Where the numbers of an image come from, for whoever explains a verdict: address classes and port classes in the policy's own words.

import type { Policy } from '../policy/policy.js'
import type { Service } from '../profiles/profile.js'
import type { AddressClass } from './address-classes.js'
import { EVERY_SERVICE, type Exempted, type Exemptions } from './exemptions.js'
import type { PortClass, PortClasses } from './ports.js'

export interface ClassProvenance {
  /** null: no network. */
  readonly network: string | null
  /** Networks around the address that some block excepts. */
  readonly excepts: readonly string[]
  /** `IP53B`, or `IP53B udp/53` where only that service is left alone. */
  readonly exempted: readonly string[]
}

export interface PortProvenance {
  readonly protocol: 'udp' | 'tcp' | null
  /** Blocks that ask for the port. */
  readonly blocks: readonly string[]
  /** Services of exemptions that contain it. */
  readonly services: readonly string[]
}

export interface Provenance {
  /** By address class. */
  readonly classes: readonly ClassProvenance[]
  /** By port class. */
  readonly destinationPorts: readonly PortProvenance[]
  readonly sourcePorts: readonly PortProvenance[]
}

export function describeProvenance(
  policy: Policy,
  exemptions: Exemptions,
  classes: readonly AddressClass[],
  ports: PortClasses,
): Provenance {
  const blockName = (block: number) => policy.blocks[block]?.name as string
  const networkName = (network: number) => policy.networks[network]?.name ?? null
  const serviceName = (service: number) => serviceText(exemptions.services[service - 1] as Service)
  const exemptedText = ({ block, service }: Exempted) =>
    service === EVERY_SERVICE ? blockName(block) : `${blockName(block)} ${serviceName(service)}`
  const portsOf = (of: readonly PortClass[]) =>
    of.map(({ protocol, blocks, services }) => ({ protocol, blocks: blocks.map(blockName), services: services.map(serviceName) }))
  return {
    classes: classes.map(({ network, excepts, exempted }) => ({
      network: networkName(network),
      excepts: excepts.map((one) => networkName(one) as string),
      exempted: exempted.map(exemptedText),
    })),
    destinationPorts: portsOf(ports.destination),
    sourcePorts: portsOf(ports.source),
  }
}

/** `udp/53`, `udp/135-139`, `udp/source/53`. */
function serviceText({ protocol, side, first, last }: Service): string {
  return `${protocol}/${side === 'source' ? 'source/' : ''}${first === last ? first : `${first}-${last}`}`
}
