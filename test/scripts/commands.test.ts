import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { frocket, serve } from './run-frocket';
import type { Finished, Serving } from './run-frocket';
import { makeSampleFolder } from './sample-folder';
import type { SampleFolder } from './sample-folder';

const funnel = JSON.stringify({
  query: { aggregations: [{ column: 'platform', type: 'groupsPerValue' }, { column: 'user_id', type: 'countPerValue', top: 3 }] },
  funnel: {
    sequence: [{ filter: ['event', '==', 'view'] }, { filter: { column: 'event', op: '==', value: 'add_to_cart' } }],
    endAggregations: [{ column: 'event', type: 'sumPerValue', otherColumn: 'price', top: 2 }],
  },
});

let sample: SampleFolder;
let serving: Serving;

beforeAll(async () => {
  sample = await makeSampleFolder();
  serving = await serve(['--data-dir', path.join(sample.folder, 'served'), '--root', sample.dataset]);
}, 120_000);

afterAll(async () => {
  await serving.stop();
  await sample.remove();
});

describe.each(['the data folder', 'a running server'])('against %s', (place) => {
  function command(...args: string[]): Promise<Finished> {
    const connection = place === 'the data folder' ? ['--data-dir', path.join(sample.folder, 'data'), '--workers', '2'] : ['--api', serving.url];
    return frocket([...args, ...connection], { cwd: sample.folder });
  }

  async function answerOf(...args: string[]): Promise<Record<string, unknown>> {
    const { code, stdout, stderr } = await command(...args, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  beforeAll(async () => {
    // The path is relative to where the user stands, also for a server that stands elsewhere.
    const { code, stdout, stderr } = await command('register', 'my shop', './shop', 'user_id', 'timestamp', '--validation-mode', 'FIRST_LAST');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Registered my shop: 3 parts');
    expect(stdout).toContain(sample.dataset);
  });

  test('an empty list says so before anything is registered', async () => {
    const { code, stdout } = await frocket(['list', '--data-dir', path.join(sample.folder, 'empty')]);
    expect(code).toBe(0);
    expect(stdout).toContain('No dataset is registered yet');
  });

  test('list names the dataset, its parts and columns', async () => {
    const { code, stdout } = await command('list');
    expect(code).toBe(0);
    expect(stdout).toMatch(/my shop +3 +user_id +timestamp/);
    const datasets: unknown = await answerOf('list');
    expect(datasets).toEqual([
      expect.objectContaining({ basepath: sample.dataset, totalParts: 3, groupIdColumn: 'user_id', timestampColumn: 'timestamp' }),
    ]);
  });

  test('schema shows columns and types; --full also ranges', async () => {
    const short = await command('schema', 'my shop');
    expect(short.code).toBe(0);
    expect(short.stdout).toMatch(/price +FLOAT/);
    expect(short.stdout).toContain('2026-');
    const full = await command('schema', 'my shop', '--full');
    expect(full.code).toBe(0);
    expect(full.stdout).toMatch(/quantity +INT .* 1 to [2-9]/);
    expect(full.stdout).toMatch(/platform: .*web/);
    expect(await answerOf('schema', 'my shop')).toMatchObject({ columns: { event: 'STRING', logged_in: 'BOOL' } });
    expect(await answerOf('schema', 'my shop', '--full')).toMatchObject({ groupIdColumn: 'user_id', columns: { price: { coltype: 'FLOAT' } } });
  });

  test('parts lists the files and their size', async () => {
    const bytes = sample.summary.files.reduce((sum, file) => sum + file.bytes, 0);
    const { code, stdout } = await command('parts', 'my shop');
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual(expect.arrayContaining([expect.stringContaining('part-00002.parquet'), expect.stringContaining('3 parts, ')]));
    expect(await answerOf('parts', 'my shop')).toMatchObject({ totalParts: 3, totalSize: bytes });
  });

  test('run --empty counts all users and events', async () => {
    const { users, events } = sample.summary;
    const { code, stdout } = await command('run', 'my shop', '--empty');
    expect(code).toBe(0);
    expect(stdout).toContain(`${users.toLocaleString('en-US')} matching groups with ${events.toLocaleString('en-US')} rows`);
    expect(stdout).toContain(`3 parts · ${events.toLocaleString('en-US')} rows scanned`);
    expect(await answerOf('run', 'my shop', '--empty')).toMatchObject({ query: { matchingGroups: users, matchingGroupRows: events } });
  });

  test('run --string, --file and --file - give the same answer', async () => {
    const file = path.join(sample.folder, 'funnel.json');
    await writeFile(file, funnel);
    const fromString = await answerOf('run', 'my shop', '--string', funnel);
    expect(fromString).toMatchObject({ success: true, funnel: { sequence: [{ matchingGroups: await sample.usersWith('view') }, {}] } });
    for (const finished of [
      await command('run', 'my shop', '--file', file, '--json'),
      await frocket(
        ['run', 'my shop', '--file', '-', '--json', ...(place === 'the data folder' ? ['--data-dir', path.join(sample.folder, 'data')] : ['--api', serving.url])],
        { stdin: funnel },
      ),
    ]) {
      const { query, funnel: answered } = JSON.parse(finished.stdout) as Record<string, unknown>;
      expect({ query, funnel: answered }).toEqual({ query: fromString.query, funnel: fromString.funnel });
    }
  });

  test('aggregated values keep their order in JSON, although their keys look like integers', async () => {
    const { stdout } = await command('run', 'my shop', '--string', funnel, '--json');
    const values = /"countPerValue","top":3,"value":\{([^}]*)\}/.exec(stdout)?.[1] ?? '';
    const counts = [...values.matchAll(/"\d+":(\d+)/g)].map(([, count]) => Number(count));
    expect(counts).toHaveLength(3);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
    expect(counts[0]).toBeGreaterThan(counts[2]);
  });

  test('run shows the funnel step by step, with conversion, aggregations and timing, in 80 columns', async () => {
    const { code, stdout, stderr } = await command('run', 'my shop', '--string', funnel, '--fresh');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/1\. event == "view"\n +█+ +\d+\n/);
    expect(stdout).toMatch(/2\. event == "add_to_cart"\n +█[^\n]* +\d+ +[\d.]+% of previous +[\d.]+% overall/);
    expect(stdout).toMatch(/platform +groups +of groups\n +\w+ +[\d,]+ +[\d.]+%/);
    expect(stdout).toContain('Of those who came through:');
    expect(stdout).toMatch(/sumPerValue of event, top 2/);
    expect(stdout).toMatch(/[\d.]+ s · 3 parts · /);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stdout).not.toContain('\u001b');
  });

  test('run gives a stored answer where there is one, and says so; --fresh runs the query anew', async () => {
    const first = await answerOf('run', 'my shop', '--empty', '--fresh');
    const again = await command('run', 'my shop', '--empty');
    expect(again.stdout).toMatch(/ s · stored answer of \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ; run with --fresh for a new one\n$/);
    const stored = await answerOf('run', 'my shop', '--empty');
    expect(stored).toMatchObject({ query: first.query, stats: { answer: { from: 'stored' } } });
    expect(await answerOf('run', 'my shop', '--empty', '--fresh')).toMatchObject({ query: first.query, stats: { answer: { from: 'job' } } });
  });

  test('a query that does not fit is refused with code 2, the place, and what stands there', async () => {
    const query = '{"query": {"conditions": [{"filter": ["price", "contains", "x"]}]}}';
    const { code, stdout, stderr } = await command('run', 'my shop', '--string', query);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^Error: .*contains/);
    expect(stderr).toContain('at /query/conditions/0/filter');
    expect(stderr).toContain('"contains"');
    const json = await command('run', 'my shop', '--string', query, '--json');
    expect(json.code).toBe(2);
    expect(JSON.parse(json.stdout)).toMatchObject({ success: false, errorKind: 'TYPE_MISMATCH', path: expect.stringMatching(/^\/query\/conditions\/0\/filter/) as unknown });
  });

  test('text that is no JSON is refused with code 2', async () => {
    const { code, stderr } = await command('run', 'my shop', '--string', '{"query": ');
    expect(code).toBe(2);
    expect(stderr).toContain('JSON');
  });

  test('an unknown dataset gives code 3 and its name', async () => {
    for (const args of [['schema', 'nowhere'], ['parts', 'nowhere'], ['run', 'nowhere', '--empty'], ['unregister', 'nowhere']]) {
      const { code, stderr } = await command(...args);
      expect(code).toBe(3);
      expect(stderr).toContain('nowhere');
    }
  });

  test('a dataset just queried is unregistered only by force; then it is gone, its files are not', async () => {
    expect((await command('register', 'short-lived', './shop', 'user_id', 'timestamp', '--no-validate-uniques', '--pattern', 'part-00000*')).code).toBe(0);
    expect((await command('run', 'short-lived', '--empty')).code).toBe(0);
    const refused = await command('unregister', 'short-lived');
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain('short-lived');
    const forced = await command('unregister', 'short-lived', '--force');
    expect(forced.code).toBe(0);
    expect(forced.stdout).toMatch(/Unregistered short-lived \(last queried at 20/);
    expect((await command('schema', 'short-lived')).code).toBe(3);
    expect((await command('run', 'my shop', '--empty')).code).toBe(0);
  });
});

test('over HTTP only what lies under a root can be registered', async () => {
  const { code, stderr } = await frocket(['register', 'outside', sample.folder, 'user_id', 'timestamp', '--api', serving.url]);
  expect(code).toBe(2);
  expect(stderr).toContain(sample.folder);
});

test('a server told to stop ends well', async () => {
  const short = await serve(['--data-dir', path.join(sample.folder, 'short')]);
  expect(await short.stop()).toBe(0);
});
