// SPDX-License-Identifier: GPL-2.0-or-later
// The lab on a terminal: the story, each row as it is measured, and at the end one table of all phases that can be read by itself.

import type { Message, PhaseMessage, RowMessage, ScenarioMessage, Summary } from './messages.js'

const COLORS = { good: '\x1b[32m', bad: '\x1b[31m', faint: '\x1b[2m', strong: '\x1b[1m' } as const
const PLAIN = '\x1b[0m'
const TITLE_WIDTH = 32

export class Table {
  readonly #color: boolean
  #scenario: ScenarioMessage | null = null
  #phases = 0
  readonly #rows: RowMessage[] = []

  constructor(color: boolean) {
    this.#color = color
  }

  #paint(kind: keyof typeof COLORS, text: string): string {
    return this.#color ? `${COLORS[kind]}${text}${PLAIN}` : text
  }

  /** The text of one message, to be printed as it comes. */
  show(message: Message): string {
    if (message.type === 'scenario') return this.#showScenario(message)
    if (message.type === 'phase') return this.#showPhase(message)
    return message.type === 'row' ? this.#showRow(message) : ''
  }

  #showScenario(message: ScenarioMessage): string {
    const closed = this.#matrix()
    this.#scenario = message
    this.#phases = 0
    this.#rows.length = 0
    return `${closed}${this.#paint('strong', `Scenario ${message.scenario}: ${message.title}`)}\n\n${message.story.trimEnd()}\n`
  }

  #showPhase({ title }: PhaseMessage): string {
    this.#phases++
    return `\n${this.#paint('strong', `${this.#phases}. ${title}`)}\n`
  }

  #showRow(row: RowMessage): string {
    this.#rows.push(row)
    const mark = row.passed ? this.#paint('good', 'ok    ') : this.#paint('bad', 'FAILED')
    const lines = [
      `  ${mark} ${row.title.padEnd(TITLE_WIDTH)} ${this.#paint('faint', `expected: ${row.expectation}`)}`,
      `         ${' '.repeat(TITLE_WIDTH)} measured: ${row.measurement}`,
      ...row.objections.map((objection) => `         ${' '.repeat(TITLE_WIDTH)} ${this.#paint('bad', `but: ${objection}`)}`),
    ]
    return `${lines.join('\n')}\n`
  }

  /** Rows against phases, in a word or two each. */
  #matrix(): string {
    const scenario = this.#scenario
    if (scenario === null) return ''
    const cell = (row: string, phase: string): RowMessage | undefined => this.#rows.find((one) => one.row === row && one.phase === phase)
    const text = (found: RowMessage | undefined): string => (found === undefined ? '-' : `${found.short}${found.passed ? '' : ' (FAILED)'}`)
    const columns = scenario.phases.map(({ name }) => ({
      name,
      width: Math.max(name.length, ...scenario.rows.map((row) => text(cell(row.name, name)).length)),
    }))
    const head = `  ${' '.repeat(TITLE_WIDTH)}${columns.map(({ name, width }) => `  ${name.padEnd(width)}`).join('')}`.trimEnd()
    const body = scenario.rows.map(({ name, title }) => {
      const cells = columns.map(({ name: phase, width }) => {
        const found = cell(name, phase)
        return `  ${this.#paint(found?.passed ? 'good' : 'bad', text(found).padEnd(width))}`
      })
      return `  ${title.padEnd(TITLE_WIDTH)}${cells.join('')}`.trimEnd()
    })
    const moral = scenario.moral !== '' && this.#rows.every((row) => row.passed) ? `${scenario.moral}\n\n` : ''
    return `\n${this.#paint('strong', 'In short')}\n${[head, ...body].join('\n')}\n\n${moral}`
  }

  /** The closing summary. */
  close({ rows, passed, failed, seconds }: Summary): string {
    const verdict =
      failed === 0
        ? this.#paint('good', `All ${rows} rows came out as expected`)
        : this.#paint('bad', `${failed} of ${rows} rows did not come out as expected (${passed} did)`)
    return `${this.#matrix()}${verdict}, in ${seconds} s.\n`
  }
}
