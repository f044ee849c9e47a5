// SPDX-License-Identifier: GPL-2.0-or-later
// How a program of the lab learns its task and gives its result: one JSON argument in, one JSON line out.

export const readTask = <Task>(): Task => JSON.parse(process.argv[2] ?? '{}') as Task

export const giveResult = (result: object): void => {
  process.stdout.write(`${JSON.stringify(result)}\n`)
}
