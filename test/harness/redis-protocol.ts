/** The first command that a client has sent, or null while it is incomplete; https://redis.io/docs/latest/develop/reference/protocol-spec/ */
export function firstCommand(bytes: Buffer): string[] | null {
  const line = lineAt(bytes, 0);
  if (line === null) {
    return null;
  }
  if (!line.text.startsWith('*')) {
    return line.text.split(' ');
  }
  const words: string[] = [];
  let position = line.end;
  for (let left = Number(line.text.slice(1)); left > 0; left--) {
    const length = lineAt(bytes, position);
    const end = length === null ? Number.POSITIVE_INFINITY : length.end + Number(length.text.slice(1));
    if (length === null || bytes.length < end + 2) {
      return null;
    }
    words.push(bytes.toString('utf8', length.end, end));
    position = end + 2;
  }
  return words;
}

function lineAt(bytes: Buffer, start: number): { readonly text: string; readonly end: number } | null {
  const at = bytes.indexOf('\r\n', start);
  return at === -1 ? null : { text: bytes.toString('utf8', start, at), end: at + 2 };
}
