// SPDX-License-Identifier: GPL-2.0-or-later
// The engine in C beside the one in TypeScript: it gets the same image and the same packets as files, must decide each packet alike, and is
// then measured turn and turn about.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { REASONS } from '../src/contract/reasons.js'
import { blockOf, DIRECTIONS, directionOf, reasonOf, SHAPES, shapeOf, VERDICTS, verdictOf } from '../src/contract/verdicts.js'
import { decisionsOf, NOW_SECONDS, type Subject, subjectFile } from './memory.js'
import { Program } from './program.js'
import { PROJECT } from './record.js'

const PROGRAM = `${PROJECT}build/bench/engine`

export class Reference {
  readonly #program: Program

  private constructor(program: Program) {
    this.#program = program
  }

  /** Starts it on the image and packets of `subject`. Throws where it decides a packet otherwise. */
  static async open(subject: Subject): Promise<Reference> {
    const folder = mkdtempSync(`${tmpdir()}/bench-`)
    try {
      const [image, packets, decisions] = ['image', 'packets', 'decisions'].map((name) => `${folder}/${name}`) as [string, string, string]
      writeFileSync(image, new Uint8Array(subject.image.memory))
      writeFileSync(packets, subjectFile(subject))
      const program = await Program.start(PROGRAM, [image, packets, decisions, String(NOW_SECONDS)])
      const found = readFileSync(decisions)
      demandEqual(subject, new Uint32Array(found.buffer, found.byteOffset, found.length / 4))
      return new Reference(program)
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  /** Nanoseconds of CPU that so many passes over all packets took. */
  async measure(passes: number): Promise<number> {
    return Number(await this.#program.ask(String(passes)))
  }

  async close(): Promise<void> {
    await this.#program.close()
  }
}

/** A fast wrong answer is no result; and two programs that were written apart and agree are seldom both wrong. */
function demandEqual(subject: Subject, found: Uint32Array): void {
  const expected = decisionsOf(subject)
  for (const [index, word] of expected.entries()) {
    if (found[index] === word) continue
    throw new Error(`${subject.name}, packet ${index}: TypeScript says ${describe(word)}, C ${describe(found[index] ?? 0)}`)
  }
}

function describe(word: number): string {
  const names = [VERDICTS[verdictOf(word) as 0], REASONS[reasonOf(word)], SHAPES[shapeOf(word)], DIRECTIONS[directionOf(word)]]
  return `${names.join(' ')} block ${blockOf(word)} (${word.toString(16)})`
}
