/** What a check found, in one line: what is right, or what is wrong and what to do about it. */
export interface Verdict {
  readonly outcome: 'ok' | 'warning' | 'failed';
  readonly message: string;
}

export interface Finding extends Verdict {
  readonly check: string;
}

/** A verdict, and what was learnt that later checks need. */
export interface Examined<T> {
  readonly verdict: Verdict;
  readonly found: T;
}

export function ok(message: string): Verdict {
  return { outcome: 'ok', message };
}

export function warning(message: string): Verdict {
  return { outcome: 'warning', message };
}

export function failed(message: string): Verdict {
  return { outcome: 'failed', message };
}

/** The worst of what is to be said of one thing: what fails it, else what is doubtful, else that it is fine. */
export function verdictOn(thing: string, fine: string, { failures, doubts }: { readonly failures: readonly string[]; readonly doubts: readonly string[] }): Verdict {
  const told = failures.length > 0 ? failures : doubts;
  const outcome = failures.length > 0 ? 'failed' : doubts.length > 0 ? 'warning' : 'ok';
  return { outcome, message: `${thing} ${told.length > 0 ? told.join('; ') : fine}.` };
}

/** The sentences whose condition holds. */
export function those(...sentences: readonly (readonly [boolean, string])[]): string[] {
  return sentences.filter(([holds]) => holds).map(([, sentence]) => sentence);
}
