import type { JobEnd } from '../faults/stage';

/** What came of the rounds of one kind of fault. Times in milliseconds. */
export interface FaultFigures {
  rounds: number;
  jobs: number;
  /** What the fault really hit. */
  hits: number;
  /** Answers by where they came from. */
  readonly sources: Record<string, number>;
  exact: number;
  wrong: number;
  late: number;
  hang: number;
  unclear: number;
  /** By kind. */
  readonly errors: Record<string, number>;
  /** From the fault's end to the end of the first exact job that began after it. */
  readonly recoveries: number[];
  /** What was found that must not be, in words. */
  readonly findings: string[];
}

export function noFigures(): FaultFigures {
  return { rounds: 0, hits: 0, sources: {}, jobs: 0, exact: 0, wrong: 0, late: 0, hang: 0, unclear: 0, errors: {}, recoveries: [], findings: [] };
}

export function countJob(figures: FaultFigures, { kind, detail, took, from }: JobEnd): void {
  figures.jobs++;
  if (kind === 'error') {
    const errorKind = detail.slice(0, detail.indexOf(':'));
    figures.errors[errorKind] = (figures.errors[errorKind] ?? 0) + 1;
    return;
  }
  figures[kind]++;
  if (from !== '') figures.sources[from] = (figures.sources[from] ?? 0) + 1;
  if (kind !== 'exact') figures.findings.push(`${kind} after ${Math.round(took)} ms: ${detail}`);
}

export function printFigures(byFault: ReadonlyMap<string, FaultFigures>): string {
  const lines = [...byFault].map(([name, { rounds, hits, jobs, exact, wrong, late, hang, unclear, errors, recoveries }]) => {
    const kinds = Object.entries(errors).map(([kind, count]) => `${kind} ${count}`);
    return [name, rounds, hits, jobs, exact, kinds.join(', ') || '-', wrong, hang, late, unclear, recoveries.length === 0 ? '-' : (Math.max(...recoveries) / 1000).toFixed(2)].join(' | ');
  });
  return ['fault | rounds | hits | jobs | exact | errors | wrong | hangs | late | unclear | slowest recovery (s)', '-|-|-|-|-|-|-|-|-|-|-', ...lines].map((line) => `| ${line} |`).join('\n');
}
