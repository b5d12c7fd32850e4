import fc from 'fast-check';

/**
 * An answer as text with one line per property, so that two answers are the same exactly where their texts are: tells
 * 1 from 1n and 0 from −0, keeps the order of maps and lists, ignores the order of properties.
 */
export function answerText(answer: unknown, indent = ''): string {
  const deeper = `${indent}  `;
  if (answer instanceof Map) return lines([...answer].map(([key, value]) => `${deeper}${fc.stringify(key)} => ${answerText(value, deeper)}`), 'Map');
  if (Array.isArray(answer)) return lines(answer.map((value, index) => `${deeper}[${index}] ${answerText(value, deeper)}`), 'list');
  if (typeof answer === 'object' && answer !== null) {
    const properties = Object.entries(answer).sort(([left], [right]) => (left < right ? -1 : 1));
    return lines(properties.map(([name, value]) => `${deeper}${name}: ${answerText(value, deeper)}`), '');
  }
  return fc.stringify(atTheEdge(answer));
}

/** ±2^53 is exact as a number and as a bigint, and may be either. */
function atTheEdge(value: unknown): unknown {
  return value === 2n ** 53n || value === -(2n ** 53n) ? Number(value) : value;
}

function lines(entries: readonly string[], heading: string): string {
  return [heading || (entries.length === 0 ? 'nothing' : ''), ...entries].join('\n');
}
