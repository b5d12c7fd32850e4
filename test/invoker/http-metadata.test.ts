import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { shopColumns, shopEvents, shopFolder, temporaryFolder, writePart } from '../worker/parquet-parts';
import { TestServer } from './test-server';
import { bundleThread } from './thread-bundle';
import type { ThreadBundle } from './thread-bundle';

let bundle: ThreadBundle;
let root: string;
let shop: string;
let server: TestServer;

beforeAll(async () => {
  bundle = await bundleThread('lambda/worker/thread.ts');
  root = await temporaryFolder();
  shop = path.join(root, 'shop');
  for (let part = 0; part < 3; part++) await writePart(shop, `part-${part}.parquet`, shopColumns(shopEvents(part, 16)));
  server = await TestServer.start({ threadFile: bundle.file, roots: [root] });
});
afterAll(async () => {
  await server.close();
  await bundle.remove();
  await rm(root, { recursive: true });
});

describe('Registering a dataset', () => {
  test('answers with the dataset, and makes its metadata known', async () => {
    const registered = await server.register('shop', shop);

    expect(registered.status).toBe(200);
    expect(registered.body).toMatchObject({
      success: true,
      requestId: expect.any(String) as string,
      dataset: { id: { name: 'shop', registeredAt: expect.stringMatching(/^\d{4}-.*Z$/) as string }, totalParts: 3, groupIdColumn: 'user', timestampColumn: 'time' },
      stats: { dataset: { parts: 3 }, cost: 0 },
    });
    expect(registered.headers.get('x-request-id')).toBe(registered.body.requestId);
    expect((await server.get('/datasets')).body).toContainEqual(registered.body.dataset);
    expect((await server.get('/datasets/shop/parts')).body).toEqual({
      filenames: ['part-0.parquet', 'part-1.parquet', 'part-2.parquet'],
      namingMethod: 'LIST',
      totalParts: 3,
      totalSize: expect.any(Number) as number,
    });
  });

  test('shows columns and times, and with full=true all that the sampled parts tell', async () => {
    await server.register('shop', shop);

    expect((await server.get('/datasets/shop/schema')).body).toEqual({
      columns: { user: 'INT', time: 'INT', event: 'STRING', price: 'FLOAT' },
      minTimestamp: 1,
      maxTimestamp: 47_001,
      sourceCategoricals: [],
      potentialCategoricals: ['event'],
    });
    expect((await server.get('/datasets/shop/schema?full=true')).body).toMatchObject({
      columns: {
        event: { name: 'event', coltype: 'STRING', dtypeName: 'string', colattrs: { categorical: true, catTopValues: { view: 16 / 28 } } },
        price: { coltype: 'FLOAT', colattrs: { categorical: false, numericMin: 2, numericMax: 4.5 } },
      },
      groupIdColumn: 'user',
      timestampColumn: 'time',
      unsupportedColumns: {},
    });
    expect((await server.get('/datasets/shop/schema?full=false')).body).toHaveProperty('columns.event', 'STRING');
  });

  test('gives a query schema of the dataset, and one of all datasets', async () => {
    await server.register('shop', shop);

    expect(JSON.stringify((await server.get('/datasets/shop/query-schema')).body)).toContain('"price"');
    expect((await server.get('/query-schema')).body).toHaveProperty('$schema', 'https://json-schema.org/draft/2020-12/schema');
  });

  test('again replaces what was registered', async () => {
    const other = path.join(root, 'replaced');
    await writePart(other, 'a.parquet', shopColumns(shopEvents(0)));
    await server.register('replaced', shop);

    const again = await server.register('replaced', other);

    expect(again.status).toBe(200);
    expect((await server.get('/datasets/replaced/parts')).body).toMatchObject({ filenames: ['a.parquet'] });
    expect(((await server.get('/datasets')).body as unknown as { id: { name: string } }[]).filter(({ id }) => id.name === 'replaced')).toHaveLength(1);
  });

  test('that fails leaves what was registered before', async () => {
    await server.register('kept', shop);

    expect((await server.register('kept', shop, { pattern: '*.csv' })).status).toBe(400);
    expect((await server.get('/datasets/kept/parts')).body).toMatchObject({ totalParts: 3 });
  });

  test('takes only the files that match the pattern', async () => {
    await server.register('few', shop, { pattern: 'part-[12].parquet' });

    expect((await server.get('/datasets/few/parts')).body).toMatchObject({ filenames: ['part-1.parquet', 'part-2.parquet'] });
  });

  test('lists more than 1,000 files', async () => {
    const many = path.join(root, 'many');
    await mkdir(many);
    const one = await writePart(many, 'part-00000.parquet', shopColumns(shopEvents(0)));
    const { readFile } = await import('node:fs/promises');
    const bytes = await readFile(path.join(many, one.filename));
    for (let part = 1; part < 1100; part++) await writeFile(path.join(many, `part-${String(part).padStart(5, '0')}.parquet`), bytes);

    const registered = await server.register('many', many, { validateUniques: false });

    expect(registered.body).toMatchObject({ success: true, dataset: { totalParts: 1100 } });
    expect((await server.get('/datasets/many/empty-query')).body).toMatchObject({ query: { matchingGroups: 8 * 1100 } });
  });

  test('streams its progress if asked, and the response last', async () => {
    const body = JSON.stringify({ name: 'streamed', basepath: shop, groupIdColumn: 'user', timestampColumn: 'time' });
    const { status, contentType, lines } = await server.lines('POST', '/datasets/register?stream=true', body);

    expect(status).toBe(200);
    expect(contentType).toBe('application/x-ndjson');
    expect(lines[0]).toMatchObject({ stage: 'STARTING', tasks: { QUEUED: 2 } });
    expect(lines.at(-1)).toMatchObject({ success: true, dataset: { id: { name: 'streamed' } } });
  });
});

describe('Validation at registration', () => {
  async function folderOf(name: string, ...parts: ReturnType<typeof shopColumns>[]): Promise<string> {
    const folder = path.join(root, name);
    for (const [index, columns] of parts.entries()) await writePart(folder, `part-${index}.parquet`, columns);
    return folder;
  }
  const intPrices = [...shopColumns(shopEvents(1)).slice(0, 3), { name: 'price', data: shopEvents(1).map(() => 1), type: 'INT32' as const }];

  test('compares the schemas of parts, but not with SINGLE', async () => {
    const folder = await folderOf('differing', shopColumns(shopEvents(0)), intPrices);

    expect((await server.register('differing', folder)).body).toMatchObject({
      errorKind: 'TYPE_MISMATCH',
      errorMessage: expect.stringMatching(/column 'price' is FLOAT \(double\) in 'part-0.parquet', but INT \(int32\) in 'part-1.parquet'/) as string,
    });
    expect((await server.register('differing', folder, { validationMode: 'SINGLE' })).status).toBe(200);
  });

  test('finds a part that lacks a column', async () => {
    const folder = await folderOf('lacking', shopColumns(shopEvents(0)), shopColumns(shopEvents(1)).slice(0, 3));

    expect((await server.register('lacking', folder, { validationMode: 'FIRST_LAST' })).body).toMatchObject({
      errorKind: 'DATASET_MISMATCH',
      errorMessage: expect.stringContaining("'part-0.parquet' has a column 'price' (double), 'part-1.parquet' does not") as string,
    });
  });

  test('finds a group in two parts, unless told not to', async () => {
    const folder = await folderOf('overlapping', shopColumns(shopEvents(0)), shopColumns([...shopEvents(1), { user: 5, time: 1, event: 'view' }]));

    const refused = await server.register('overlapping', folder);

    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({
      errorKind: 'DATASET_MISMATCH',
      errorMessage: expect.stringContaining("The group user = 5 has rows in two parts, 'part-0.parquet' and 'part-1.parquet'") as string,
    });
    expect((await server.register('overlapping', folder, { validateUniques: false })).status).toBe(200);
    expect((await server.register('overlapping', folder, { validationMode: 'SINGLE' })).status).toBe(200);
  });

  test.each([
    ['a missing group-ID column', { groupIdColumn: 'visitor' }, 400, 'DATASET_MISMATCH', "has no column 'visitor'"],
    ['a missing timestamp column', { timestampColumn: 'at' }, 400, 'DATASET_MISMATCH', "has no column 'at'"],
    ['a fractional group-ID column', { groupIdColumn: 'price' }, 400, 'TYPE_MISMATCH', 'should be an integer or string column without nulls'],
    ['a string timestamp column', { timestampColumn: 'event' }, 400, 'TYPE_MISMATCH', 'should be a numeric or timestamp column without nulls'],
    ['a timestamp column with nulls', { timestampColumn: 'price' }, 400, 'TYPE_MISMATCH', "timestamp column 'price' holds"],
    ['no matching file', { pattern: '*.csv' }, 400, 'DATASET_MISMATCH', "matches the pattern '*.csv'"],
  ])('refuses %s', async (_, more, status, errorKind, message) => {
    const refused = await server.register('refused', shop, more);

    expect(refused.status).toBe(status);
    expect(refused.body).toMatchObject({ success: false, errorKind, errorMessage: expect.stringContaining(message) as string, requestId: expect.any(String) as string });
  });

  test('names a file that is not Parquet', async () => {
    const folder = await folderOf('corrupt', shopColumns(shopEvents(0)));
    await writeFile(path.join(folder, 'part-1.parquet'), 'no Parquet file, though it is called one');

    const refused = await server.register('corrupt', folder);

    expect(refused.status).toBe(502);
    expect(refused.body).toMatchObject({ errorKind: 'TASK_FAILED', errorMessage: expect.stringContaining('part-1.parquet') as string });
  });

  test.each([
    ['an unknown property', { more: 1 }, '/more'],
    ['a name that is no text', { name: 7 }, '/name'],
    ['an empty name', { name: '' }, '/name'],
    ['a name that no URL can hold', { name: '..' }, '/name'],
    ['a name of broken Unicode', { name: '\ud800' }, '/name'],
    ['a missing base path', { basepath: undefined }, '/basepath'],
    ['an unknown validation mode', { validationMode: 'ALL' }, '/validationMode'],
    ['a boolean as text', { validateUniques: 'yes' }, '/validateUniques'],
  ])('refuses %s, and points to it', async (_, more, pointer) => {
    const refused = await server.register('refused', shop, more);

    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({ success: false, errorKind: 'SCHEMA', path: pointer });
  });

  test.each(['{', '[]', 'null', '', '"text"'])('refuses the body %p', async (body) => {
    expect(await server.post('/datasets/register', body)).toMatchObject({ status: 400, body: { errorKind: 'SCHEMA' } });
  });

  test('refuses more parts than the limit', async () => {
    const limited = await TestServer.start({ threadFile: bundle.file, roots: [root], settings: { maxParts: 2 } });
    try {
      expect(await limited.register('shop', shop)).toMatchObject({ status: 413, body: { errorKind: 'LIMIT', errorMessage: expect.stringContaining('more than the 2 parts') as string } });
    } finally {
      await limited.close();
    }
  });
});

describe('Only what lies under a root may be registered', () => {
  let outside: string;
  beforeAll(async () => {
    outside = await shopFolder(1);
    await symlink(outside, path.join(root, 'link-out'));
    await mkdir(path.join(root, 'file-link'));
    await symlink(path.join(outside, 'part-00000.parquet'), path.join(root, 'file-link', 'part.parquet'));
  });
  afterAll(() => rm(outside, { recursive: true }));

  test.each([
    ['another folder', () => outside],
    ['a way out by ..', () => path.join(root, 'shop') + '/../../' + path.basename(outside)],
    ['.. even within the root', () => `${root}/shop/../shop`],
    ['a link out of the root', () => path.join(root, 'link-out')],
    ['another scheme', () => 'https://example.com/shop'],
    ['S3', () => 's3://bucket/shop'],
    ['a file URL to elsewhere', () => `file://${outside}`],
    ['a folder that does not exist', () => path.join(root, 'nowhere')],
    ['the root’s parent', () => path.dirname(root)],
    ['a folder whose name only starts like the root', () => `${root}-other`],
  ])('not %s', async (_, basepath) => {
    const refused = await server.register('outside', basepath());

    expect(refused).toMatchObject({ status: 400, body: { success: false, errorKind: 'SCHEMA', path: '/basepath' } });
  });

  test('not a folder whose files are links out of the root', async () => {
    expect((await server.register('outside', path.join(root, 'file-link'))).status).toBe(400);
    expect((await server.get('/datasets/outside/schema')).status).toBe(404);
  });

  test('a path relative to the root is one', async () => {
    expect((await server.register('relative', 'shop')).status).toBe(200);
  });

  test('without any root, nothing', async () => {
    const closed = await TestServer.start({ threadFile: bundle.file, roots: [] });
    try {
      expect((await closed.register('shop', shop)).status).toBe(400);
    } finally {
      await closed.close();
    }
  });
});

describe('Dataset names are any text', () => {
  test.each(['a/b', '../x', 'a b', 'größe', '🚀', '100%', '%2F', '%zz', '?a=b&c', '#1', '"quoted"', 'a\\b', '__proto__', 'constructor', 'register', '...', 'x'.repeat(512), 'new\nline', '\u0000'])(
    '%j works on every route',
    async (name) => {
      const inUrl = `/datasets/${encodeURIComponent(name)}`;

      expect(await server.register(name, shop)).toMatchObject({ status: 200, body: { dataset: { id: { name } } } });
      expect(await server.get(`${inUrl}/schema`)).toMatchObject({ status: 200, body: { columns: { user: 'INT' } } });
      expect(await server.get(`${inUrl}/parts`)).toMatchObject({ status: 200, body: { totalParts: 3 } });
      expect(await server.post(`${inUrl}/query`, {})).toMatchObject({ status: 200, body: { query: { matchingGroups: 48 } } });
      expect(await server.post(`${inUrl}/unregister?force=true`)).toMatchObject({ status: 200, body: { datasetFound: true } });
      expect((await server.get(`${inUrl}/schema`)).status).toBe(404);
    },
  );
});

describe('Unregistering', () => {
  test('forgets a dataset that was not queried lately', async () => {
    await server.register('forgotten', shop);

    expect(await server.post('/datasets/forgotten/unregister')).toMatchObject({ status: 200, body: { success: true, datasetFound: true, datasetLastUsed: null } });
    expect(await server.post('/datasets/forgotten/unregister')).toMatchObject({ status: 404, body: { errorKind: 'NOT_FOUND' } });
    expect((await server.post('/datasets/forgotten/query', {})).status).toBe(404);
  });

  test('is refused for a dataset that was just queried, unless forced', async () => {
    await server.register('used', shop);
    await server.post('/datasets/used/query', {});

    expect(await server.post('/datasets/used/unregister')).toMatchObject({ status: 409, body: { errorKind: 'CONFLICT', errorMessage: expect.stringContaining('within the last 30 seconds') as string } });
    expect(await server.post('/datasets/used/unregister?force=false')).toMatchObject({ status: 409 });
    const forced = await server.post('/datasets/used/unregister?force=true');
    expect(forced.body).toMatchObject({ success: true, datasetLastUsed: expect.any(Number) as number });
    expect(Math.abs(Number(forced.body.datasetLastUsed) - Date.now() / 1000)).toBeLessThan(60);
  });
});
