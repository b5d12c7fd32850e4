import fc from 'fast-check';
import { parseQuery } from '../../lambda/query/parse-query';
import { evaluatePart } from '../../lambda/engine/evaluate';
import { mergePartials } from '../../lambda/engine/merge';
import { buildPart } from '../../lambda/engine/part';
import { answerText } from '../engine/answer-text';
import { columnsOf } from '../engine/columns-of';
import { evaluate } from '../engine/reference';
import { ecomSchema, readEcom } from './ecom-dataset';
import { ecomQueries } from './ecom-queries';
it('x', async () => {
  const dataset = await readEcom();
  const schema = ecomSchema(dataset);
  console.log(dataset.parts.flat().length, schema.minTimestamp, schema.maxTimestamp, [...new Set(dataset.parts.flat().map(r=>r.event))], [...new Set(dataset.parts.flat().map(r=>r.platform))], [...new Set(dataset.parts.flat().map(r=>r.channel))], [...new Set(dataset.parts.flat().map(r=>r.cohort))]);
  const parts = dataset.parts.map((rows) => buildPart(columnsOf(rows, dataset), 'user_id', 'timestamp'));
  const hist: any = {};
  const t=Date.now(); let n=0;
  for (const q of fc.sample(ecomQueries(Number(schema.minTimestamp), Number(schema.maxTimestamp)), { numRuns: 300, seed: 7 })) {
    const query = parseQuery(JSON.stringify(q), schema);
    const ours = mergePartials(query, parts.map((p) => evaluatePart(query, p)));
    const theirs = evaluate(query, dataset);
    n++; const g = ours.query.matchingGroups; const f = ours.funnel?.sequence.at(-1)?.matchingGroups; hist[g===0?'none':g===600?'all':'some']=(hist[g===0?'none':g===600?'all':'some']??0)+1; const k='funnel '+(f===undefined?'no':f===0?'none':f===g?'all':'some'); hist[k]=(hist[k]??0)+1;
    if (answerText(ours) !== answerText(theirs)) { console.log(JSON.stringify(q)); expect(answerText(ours)).toBe(answerText(theirs)); }
  }
  console.log(n, Date.now()-t, hist);
}, 600000);
