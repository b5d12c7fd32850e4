import { rm } from 'node:fs/promises';
import fc from 'fast-check';
import { parseQuery } from '../../lambda/query/parse-query';
import { parseOrderedJson } from '../../lambda/query/ordered-json';
import { answerText } from '../engine/answer-text';
import { evaluate } from '../engine/reference';
import { temporaryFolder } from '../worker/parquet-parts';
import { ecomFolder, ecomIsThere, ecomSchema, readEcom } from './ecom-dataset';
import { ecomQueries } from './ecom-queries';
import { ServerProcess } from './server-process';

/** The reference takes about a second for each on this stream; raise it for a longer look. */
const QUERIES = Number(process.env.ECOM_QUERIES ?? 25);

(ecomIsThere ? describe : describe.skip)('the e-commerce stream, over HTTP', () => {
  let dataDirectory: string;
  let server: ServerProcess;
  beforeAll(async () => {
    dataDirectory = await temporaryFolder();
    server = await ServerProcess.start(dataDirectory, ecomFolder);
    const registered = await server.post('/datasets/register', { name: 'ecom', basepath: ecomFolder, groupIdColumn: 'user_id', timestampColumn: 'timestamp' });
    expect(registered).toMatchObject({ success: true, dataset: { totalParts: 4 } });
  });
  afterAll(async () => {
    await server.end('SIGKILL');
    await rm(dataDirectory, { recursive: true });
  });

  test('the facts that are known of it', async () => {
    const columns = ['channel', 'price', 'quantity', 'logged_in'];
    const query = { query: { aggregations: columns.map((column) => ({ column, type: 'count' })) } };

    expect(await server.post('/datasets/ecom/query', query)).toMatchObject({
      query: {
        matchingGroups: 600,
        matchingGroupRows: 31_106,
        aggregations: [{ value: 28_306 }, { value: 9_093 }, { value: 28_344 }, { value: 28_661 }],
      },
    });
  });

  test('random queries, as clients write them, are answered as the reference answers', async () => {
    const dataset = await readEcom();
    const schema = ecomSchema(dataset);
    const queries = ecomQueries(Number(schema.minTimestamp), Number(schema.maxTimestamp));
    await fc.assert(
      fc.asyncProperty(queries, async (query) => {
        const text = JSON.stringify(query);
        const { query: matching, funnel } = parseOrderedJson(await server.postText('/datasets/ecom/query', text)) as { query: unknown; funnel: unknown };
        const answer = { query: matching, ...(funnel !== undefined && { funnel }) };
        expect(answerText(answer)).toBe(answerText(evaluate(parseQuery(text, schema), dataset)));
      }),
      { numRuns: QUERIES, endOnFailure: true },
    );
  }, 600_000);
});
