import { LimitError } from '../query/errors';

/** A part's rows break what every query relies on. The message names the column; the caller knows the part. */
export class GroupIdError extends Error {
  constructor(column: string, problem: string) {
    super(`group-ID column '${column}' ${problem}; it should be an integer or string column without nulls`);
    this.name = 'GroupIdError';
  }
}

/** As `GroupIdError`, for the column that orders a group's rows. */
export class TimestampError extends Error {
  constructor(column: string, problem: string) {
    super(`timestamp column '${column}' ${problem}; it should be a numeric or timestamp column without nulls`);
    this.name = 'TimestampError';
  }
}

/** A result that would have to be cut to fit: the query fails instead, since results are exact. */
export class ResultLimitError extends LimitError {
  constructor(aggregation: string, limit: number) {
    super(`aggregation ${aggregation} has more than ${limit.toLocaleString('en-US')} distinct values, the most that a result may hold`, 'result');
  }
}
