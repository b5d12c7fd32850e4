import { InvalidArgumentError } from 'commander';

/** Parser of an option's value: a region, as AWS writes them. */
export function parseRegion(text: string): string {
  if (!/^[a-z]{2}(-[a-z]+)+-\d+$/.test(text)) {
    throw new InvalidArgumentError('Give an AWS region such as eu-west-1.');
  }
  return text;
}
