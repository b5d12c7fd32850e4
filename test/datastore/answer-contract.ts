import { answerKey } from '../../lambda/datastore/answer-key';
import type { StoredAnswer } from '../../lambda/datastore/answer-store';
import type { Datastore } from '../../lambda/datastore/datastore';

const bounds = { ttl: 60_000, totalSize: 1_000_000 };

function sampleAnswer(content = '"query":{"matchingGroups":9007199254740993}', startedAt = 1_785_000_000_000): StoredAnswer {
  return { startedAt, computedAt: startedAt + 5, content, stats: '{"cost":0}' };
}

const keyOf = (name: string, query = '{}', registeredAt = 'first') => answerKey({ name, registeredAt }, query);

/** What every store of answers must do. */
export function describeAnswerStore(open: () => Datastore): void {
  describe('stored answers', () => {
    test('have keys that differ by dataset, version and query', () => {
      const keys = [keyOf('a'), keyOf('b'), keyOf('a', '{ }'), keyOf('a', '{}', 'second'), keyOf('\ud800'), keyOf('\ud801'), keyOf('a"'), keyOf('')];
      expect(new Set(keys).size).toBe(keys.length);
      expect(keyOf('a')).toBe(keys[0]);
    });

    test('come back exactly, under their key only', async () => {
      const { answers } = open();
      const exact = sampleAnswer('"query":{"größe 😀\\ud800":1e-7}');
      expect(await answers.get(keyOf('exact'))).toBeNull();
      await answers.put(keyOf('exact'), exact, bounds);
      expect(await answers.get(keyOf('exact'))).toEqual(exact);
      expect(await answers.get(keyOf('exact', '{}', 'second'))).toBeNull();
    });

    test('are replaced by those of later runs, not of earlier ones that took longer', async () => {
      const { answers } = open();
      await answers.put(keyOf('again'), sampleAnswer('1', 2_000), bounds);
      await answers.put(keyOf('again'), sampleAnswer('2', 3_000), bounds);
      await answers.put(keyOf('again'), sampleAnswer('3', 999), bounds);
      expect((await answers.get(keyOf('again')))?.content).toBe('2');
    });

    test('are forgotten after their time', async () => {
      const { answers } = open();
      await answers.put(keyOf('brief'), sampleAnswer(), { ...bounds, ttl: 20 });
      await new Promise((resolve) => setTimeout(resolve, 40));
      expect(await answers.get(keyOf('brief'))).toBeNull();
    });

    test('are forgotten with their dataset, of all its versions, and no other', async () => {
      const { answers } = open();
      const [first, second, other] = [keyOf('gone'), keyOf('gone', '{}', 'second'), keyOf('gone too')];
      for (const key of [first, second, other]) await answers.put(key, sampleAnswer(), bounds);
      await answers.forget('gone');
      expect(await Promise.all([first, second, other].map((key) => answers.get(key)))).toEqual([null, null, sampleAnswer()]);
    });

    test('take no more room than they may: the oldest go', async () => {
      const { answers } = open();
      await answers.forget('exact');
      const keys = Array.from({ length: 30 }, (_, index) => keyOf('large', String(index)));
      for (const key of keys) {
        await answers.put(key, sampleAnswer('x'.repeat(1_000)), { ...bounds, totalSize: 10_000 });
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      const kept = await Promise.all(keys.map(async (key) => (await answers.get(key)) !== null));
      const count = kept.filter(Boolean).length;
      expect(count).toBeGreaterThanOrEqual(5);
      expect(count).toBeLessThanOrEqual(10);
      expect(kept.lastIndexOf(false)).toBe(30 - count - 1);
      await answers.put(keyOf('large', 'too large by itself'), sampleAnswer('x'.repeat(20_000)), { ...bounds, totalSize: 10_000 });
      expect(await answers.get(keyOf('large', 'too large by itself'))).toBeNull();
    });
  });
}
