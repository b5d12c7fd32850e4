import Ajv2020 from 'ajv/dist/2020';
import { publishedQuerySchema, datasetQuerySchema } from '../../lambda/query/query-schema';
import { shop, shopWith } from './datasets';
import { invalidQueries } from './invalid-queries';
import { validQueries } from './valid-queries';

/** Compiles the schema as it is after being sent: strictly, so that a keyword that does nothing is an error. */
function accepts(schema: unknown): (query: unknown) => boolean {
  const sent = JSON.parse(JSON.stringify(schema)) as object;
  const validate = new Ajv2020({ strict: true, strictTypes: false, strictTuples: false, allowUnionTypes: true }).compile(sent);
  return (query) => validate(query);
}

/** What a client sends: JSON.stringify changes a query that holds a key __proto__, for example. */
const sent = (query: unknown): unknown => JSON.parse(JSON.stringify(query));

describe('the schema of the language', () => {
  const accepted = accepts(publishedQuerySchema());

  test.each(validQueries)('accepts: %s', (_, query) => {
    expect(accepted(sent(query))).toBe(true);
  });

  const ofShape = invalidQueries.filter(({ kind, beyondJsonSchema }) => (kind === 'SCHEMA' || kind === 'LIMIT') && beyondJsonSchema === undefined);
  test.each(ofShape)('refuses: $says', ({ query }) => {
    expect(accepted(sent(query))).toBe(false);
  });

  const ofDatasets = invalidQueries.filter(({ kind }) => kind === 'DATASET_MISMATCH' || kind === 'TYPE_MISMATCH');
  test.each(ofDatasets)('leaves to the dataset: $says', ({ query }) => {
    expect(accepted(sent(query))).toBe(true);
  });
});

describe('the schema narrowed to a dataset', () => {
  const accepted = accepts(datasetQuerySchema(shop));

  test.each(validQueries)('accepts: %s', (_, query) => {
    expect(accepted(sent(query))).toBe(true);
  });

  test.each(invalidQueries.filter(({ beyondJsonSchema }) => beyondJsonSchema === undefined))('refuses: $says', ({ query }) => {
    expect(accepted(sent(query))).toBe(false);
  });

  test.each(invalidQueries.filter(({ beyondJsonSchema }) => beyondJsonSchema === true))('cannot refuse: $says', ({ query }) => {
    expect(accepted(sent(query))).toBe(true);
  });

  test('takes fractions of time just where the timestamp column holds floats', () => {
    const fraction = { timeframe: { from: 1_709_251_200_000.5 } };
    expect(accepted(fraction)).toBe(false);
    expect(accepts(datasetQuerySchema(shopWith({ type: 'FLOAT', logical: null }, null, null)))(fraction)).toBe(true);
  });

  test('can be sent as JSON also for times beyond 2^53', () => {
    const nanoseconds = shopWith({ type: 'INT', logical: null }, 1_709_251_200_000_000_000n, 1_717_200_000_000_000_000n);
    const judge = accepts(datasetQuerySchema(nanoseconds));
    expect(judge({ timeframe: { from: 1_710_000_000_000_000_000 } })).toBe(true);
    expect(judge({ timeframe: { from: 1_710_000_000_000 } })).toBe(false);
  });

  test('a dataset without numeric columns has no sums', () => {
    const columns = new Map([['user_id', { type: 'STRING', logical: null } as const]]);
    const judge = accepts(datasetQuerySchema({ ...shop, columns }));
    const filter = ['user_id', '==', 'u'];
    expect(judge({ query: { conditions: [{ filter }] } })).toBe(true);
    expect(judge({ query: { conditions: [{ filter, target: ['sum', 'user_id', '>', 1] }] } })).toBe(false);
  });

  test('offers frequent values and tells columns apart, for editors and forms', () => {
    const text = JSON.stringify(datasetQuerySchema(shop));
    expect(text).toContain('"examples":["home","search","purchase"]');
    expect(text).toContain('"title":"paid_at (TIMESTAMP)"');
  });

  test('does not suggest properties that are refused where they stand', () => {
    expect(JSON.stringify(publishedQuerySchema())).not.toContain('"not":{}');
  });
});
