import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generateSampleDataset } from '../../scripts/sample-data/sample-dataset';
import { frocket, serve } from '../scripts/run-frocket';
import type { Serving } from '../scripts/run-frocket';

const guide = readFileSync(path.resolve(__dirname, '../../docs/query-guide.md'), 'utf8');

/** A query of the guide and the block after it, which says what it gives. */
interface Example {
  readonly query: string;
  readonly gives: 'answer' | 'error';
  readonly said: string;
}

const examples = [...guide.matchAll(/```json query\n(.*?)```\n```json (answer|error)\n(.*?)```/gs)].map(
  ([, query, gives, said]): Example => ({ query, gives: gives === 'error' ? 'error' : 'answer', said }),
);

describe('the query guide', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'frocket-guide-'));
  let server: Serving;

  beforeAll(async () => {
    // The very files that `npm run demo` makes.
    const dataset = path.join(folder, 'sample');
    await generateSampleDataset(dataset);
    server = await serve(['--data-dir', folder, '--root', dataset]);
    const { code, stderr } = await frocket(['register', 'shop', dataset, 'user_id', 'timestamp', '--api', server.url]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  }, 120_000);

  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  async function ask(query: string): Promise<unknown> {
    const response = await fetch(`${server.url}/datasets/shop/query`, { method: 'POST', body: query });
    return response.json();
  }

  test('says of every query what it gives', () => {
    expect(examples.length).toBeGreaterThan(20);
    expect(guide.match(/```json query$/gm)).toHaveLength(examples.length);
  });

  test.each(examples.filter(({ gives }) => gives === 'answer'))('has the true answer of $query', async ({ query, said }) => {
    const { success, query: match, funnel } = (await ask(query)) as Record<string, unknown>;
    expect(success).toBe(true);
    expect({ query: match, ...(funnel === undefined ? {} : { funnel }) }).toEqual(JSON.parse(said));
  });

  test.each(examples.filter(({ gives }) => gives === 'error'))('has the true error of $query', async ({ query, said }) => {
    const { success, errorKind, path: pointer, errorMessage } = (await ask(query)) as Record<string, unknown>;
    expect(success).toBe(false);
    expect({ errorKind, path: pointer, errorMessage }).toEqual(JSON.parse(said));
  });
});
