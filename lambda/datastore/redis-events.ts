import { decode } from './codec';
import type { TaskEvent } from './task-board';
import type { TaskOutcome, TaskStatus } from './job';

/** An entry of a board's stream, as `redis-scripts.ts` adds it: the board's creation and end are entries too. */
export function parseEvent(fields: readonly Buffer[]): TaskEvent | 'created' | 'ended' {
  const values = new Map<string, Buffer>();
  for (let field = 0; field < fields.length; field += 2) {
    values.set(fields[field].toString(), fields[field + 1]);
  }
  const text = (name: string) => String(values.get(name));
  const kind = text('kind');
  if (kind === 'created' || kind === 'ended') {
    return kind;
  }
  const outcome = values.get('outcome');
  return {
    index: Number(text('index')),
    attempt: Number(text('attempt')),
    status: text('status') as TaskStatus,
    outcome: outcome === undefined || outcome.length === 0 ? null : decode<TaskOutcome>(outcome),
  };
}
