// SPDX-License-Identifier: GPL-2.0-or-later
// DPDK's rte_lpm beside the image: it gets the same prefixes, each with the address class that its network has in the image for a next hop,
// and the same addresses, so that both must find the same numbers.

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { Program } from './program.js'
import { PROJECT } from './record.js'
import type { Drawn } from './tables.js'

const PROGRAM = `${PROJECT}build/bench/lpm`

/** Not built where libdpdk-dev is missing. */
export const hasReference = (): boolean => existsSync(PROGRAM)

export interface Passes {
  readonly nanoseconds: number
  readonly checksum: number
}

export class RoutingTable {
  readonly #program: Program

  private constructor(program: Program) {
    this.#program = program
  }

  /** Builds the table of `drawn` (IPv4); `classOfNetwork` has the next hop for each network, `addresses` the lists that can be looked up. */
  static async open(drawn: Drawn, classOfNetwork: readonly number[], addresses: readonly Uint32Array[]): Promise<RoutingTable> {
    const folder = mkdtempSync(`${tmpdir()}/bench-`)
    const rows = new Uint32Array(drawn.networks.length * 3)
    for (const [index, network] of drawn.networks.entries()) {
      rows.set(drawn.columns.subarray(index * 2, index * 2 + 2), index * 3)
      rows[index * 3 + 2] = classOfNetwork[network] as number
    }
    try {
      const paths = [rows, ...addresses].map((words, index) => {
        writeFileSync(`${folder}/${index}`, words)
        return `${folder}/${index}`
      })
      return new RoutingTable(await Program.start(PROGRAM, paths))
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  /** Looks up all addresses of list `list` so many times. */
  async lookUp(list: number, times: number): Promise<Passes> {
    const [nanoseconds, checksum] = (await this.#program.ask(`${list} ${times}`)).split(' ').map(Number) as [number, number]
    return { nanoseconds, checksum }
  }

  async close(): Promise<void> {
    await this.#program.close()
  }
}
