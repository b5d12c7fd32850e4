import { FrocketError } from '../../lambda/query/errors';

/** The error that an action must fail with. */
export function failureOf(action: () => unknown): FrocketError {
  try {
    action();
  } catch (error) {
    if (error instanceof FrocketError) return error;
    throw error;
  }
  throw new Error('expected an error, but it succeeded');
}
