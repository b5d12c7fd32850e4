import picomatch from 'picomatch';
import { SchemaError } from '../query/errors';

/** More would let a pattern from outside take its matcher a long time: what is tried grows with names' length to the power of this. */
const MAXIMUM_STARS = 5;

const MAXIMUM_LENGTH = 255;

/** Characters that picomatch gives a meaning which our patterns do not have. */
const plainCharacters = /[(){}|+@$]/g;

const options = { dot: true, nonegate: true, noextglob: true, nobrace: true, noglobstar: true, literalBrackets: false, posix: true };

/**
 * Compiles a glob of file names: `*` (any characters), `?` (one), `[abc]`, `[a-z]`, `[!a]` (one of, none of); a backslash
 * takes the next character as it is. Names that begin with `.` or `_` match only where the pattern begins with the same.
 *
 * @throws SchemaError
 */
export function namePattern(pattern: string): (name: string) => boolean {
  const stars = pattern.match(/\*+/g)?.length ?? 0;
  if (pattern === '' || pattern.length > MAXIMUM_LENGTH || stars > MAXIMUM_STARS || /[/\0]/.test(pattern)) {
    throw new SchemaError(
      `Pattern '${pattern.slice(0, MAXIMUM_LENGTH)}' is no pattern of file names: 1 to ${MAXIMUM_LENGTH} characters, ` +
        `at most ${MAXIMUM_STARS} times '*', and no '/' (files lie directly under the base path).`,
      '/pattern',
    );
  }
  const matches = picomatch(escapePlain(pattern), options);
  return (name) => (!/^[._]/.test(name) || name[0] === pattern[0]) && matches(name);
}

function escapePlain(pattern: string): string {
  return pattern.replace(/\\.|[^\\]/gs, (token) => (token.length === 1 ? token.replace(plainCharacters, String.raw`\$&`) : token));
}
