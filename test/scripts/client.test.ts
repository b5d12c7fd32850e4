import { linesOf } from '../../scripts/client/json-lines';
import { parseOrderedJson } from '../../lambda/query/ordered-json';

async function linesFrom(...pieces: Uint8Array[]): Promise<string[]> {
  async function* body(): AsyncGenerator<Uint8Array> {
    await Promise.resolve();
    yield* pieces;
  }
  const lines = [];
  for await (const line of linesOf(body())) {
    lines.push(line);
  }
  return lines;
}

test('lines arrive whole, however the network cuts them', async () => {
  const bytes = new TextEncoder().encode('{"a":"ü"}\n\n{"b":1}\r\n{"c":2}');
  const everyByte = [...bytes].map((byte) => Uint8Array.of(byte));
  expect((await linesFrom(...everyByte)).map((line) => line.trim())).toEqual(['{"a":"ü"}', '{"b":1}', '{"c":2}']);
});

test("an aggregation's values keep their order, and integers beyond 2^53 their value", () => {
  const parsed = parseOrderedJson('{"aggregations": [{"column": "x", "value": {"7": 9007199254740993, "b:\\"": 2, "1": 1}}]}');
  expect(parsed).toEqual({
    aggregations: [{ column: 'x', value: new Map<string, unknown>([['7', 9007199254740993n], ['b:"', 2], ['1', 1]]) }],
  });
  const [{ value }] = (parsed as { aggregations: { value: Map<string, unknown> }[] }).aggregations;
  expect([...value.keys()]).toEqual(['7', 'b:"', '1']);
});

test('other objects stay objects, and strings with colons and quotes stay as they are', () => {
  const text = '{"a": "b\\": c", "value": 3, "list": ["x:", {"y": null}], "": {}}';
  expect(parseOrderedJson(text)).toEqual(JSON.parse(text));
});
