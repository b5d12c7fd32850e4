import { benchCases } from './cases';
import type { Bundles } from './bundle';
import { bundle } from './bundle';
import type { MergeReport, MergeWork } from './merge-process';
import type { OurWork, Report } from './our-side';
import type { Section, SectionRow } from './section';
import type { ShopSize } from './shop-data';
import { makeShopFile, shopFolder, writeParquet } from './shop-data';
import { SideProcess } from './side-process';

/** Each twice the one before; nothing grows faster than it must where the last columns stay alike. */
const DOUBLINGS = [8, 4, 2, 1];

/** So few that they take no time. */
const FEW_VALUES = 100;

const filters = [
  ['quantity', '>=', 8], ['category', '==', 123], ['store', '==', 7], ['age', '<', 21], ['score', '>', 0.99], ['price', '>', 400], ['mobile', '==', true], ['returning_customer', '==', true],
];

type Ask = (work: OurWork) => Promise<Report>;

/** Time against rows, columns and distinct values, and memory against parts: per unit, so that what is linear stays alike. */
export const scale: Section = {
  name: 'scale',
  title: 'Time as the data grow: sorted, snappy; least of all rounds. Merging: 1,000,000 distinct values in each part (a tenth with --quick), peak memory of the process',
  async measure({ size, rounds }) {
    const bundles = await bundle(['our-process', 'merge-process']);
    const process = SideProcess.start<OurWork, Report>(bundles.file('our-process'));
    const least: Ask = async (work) => {
      const reports: Report[] = [];
      for (let round = 0; round <= rounds; round++) reports.push(await process.ask(work));
      return reports.reduce((best, report) => (report.milliseconds < best.milliseconds ? report : best));
    };
    try {
      return [...(await againstRows(size, least)), ...(await againstColumns(size, least)), ...(await againstValues(size, least)), ...(await againstParts(size, bundles))];
    } finally {
      await process.stop();
      await bundles.remove();
    }
  },
};

async function againstRows({ rows, users }: ShopSize, least: Ask): Promise<SectionRow[]> {
  const figures: SectionRow[] = [];
  const query = benchCases.find(({ name }) => name === 'funnel.sorted')?.query;
  for (const divisor of DOUBLINGS) {
    const size = { rows: rows / divisor, users: users / divisor };
    const file = await makeShopFile('sorted-snappy', size);
    for (const warm of [false, true]) {
      figures.push(perUnit(`scale.rows.${size.rows}.${warm ? 'warm' : 'cold'}`, await least({ ...file, query, warm }), size.rows, 'ns/row', 'funnel'));
    }
  }
  return figures;
}

async function againstColumns(size: ShopSize, least: Ask): Promise<SectionRow[]> {
  const figures: SectionRow[] = [];
  const file = await makeShopFile('sorted-snappy', size);
  for (const divisor of DOUBLINGS) {
    const columns = filters.length / divisor;
    const query = { query: { relation: 'or', conditions: filters.slice(0, columns).map((filter) => ({ filter })) } };
    figures.push(perUnit(`scale.columns.${columns}.cold`, await least({ ...file, query, warm: false }), size.rows * (columns + 2), 'ns/value', 'as many conditions; user and time count as columns'));
  }
  return figures;
}

/** Distinct values of a column beyond a few, whose rows take as long whatever they hold. */
async function againstValues({ rows }: ShopSize, least: Ask): Promise<SectionRow[]> {
  const figures: SectionRow[] = [];
  const ask = async (values: number, warm: boolean): Promise<Report> => {
    const file = { folder: shopFolder({ rows, users: 0 }), filename: `values-${values}.parquet` };
    const sql = `select i // 5 as user_id, 1700000000000 + i as timestamp, 'value-' || floor(random(i, 1) * ${values})::bigint as value from range(${rows}) numbers(i)`;
    await writeParquet(`${file.folder}/${file.filename}`, sql, 'snappy');
    return least({ ...file, query: { query: { aggregations: [{ column: 'value', type: 'countPerValue' }] } }, warm });
  };
  for (const warm of [false, true]) {
    const temperature = warm ? 'warm' : 'cold';
    const few = await ask(FEW_VALUES, warm);
    figures.push(perUnit(`scale.values.${FEW_VALUES}.${temperature}`, few, rows, 'ns/row', 'countPerValue'));
    for (const divisor of DOUBLINGS) {
      const values = rows / 5 / divisor;
      const { milliseconds } = await ask(values, warm);
      figures.push({ name: `scale.values.${values}.${temperature}`, value: ((milliseconds - few.milliseconds) * 1e6) / values, unit: 'ns/distinct', note: `beyond ${FEW_VALUES} values; ${milliseconds.toFixed(1)} ms` });
    }
  }
  return figures;
}

async function againstParts({ rows }: ShopSize, bundles: Bundles): Promise<SectionRow[]> {
  const figures: SectionRow[] = [];
  for (const divisor of DOUBLINGS) {
    const parts = 8 / divisor;
    const merging = SideProcess.start<MergeWork, MergeReport>(bundles.file('merge-process'));
    try {
      const { milliseconds, distinctValues } = await merging.ask({ parts, values: rows / 5 });
      const note = `peak ${((merging.peakMemory() ?? NaN) / 2 ** 20).toFixed(0)} MiB for ${distinctValues} distinct values of all`;
      figures.push({ name: `scale.parts.${parts}.merge`, value: milliseconds / parts, unit: 'ms/part', note });
    } finally {
      await merging.stop();
    }
  }
  return figures;
}

function perUnit(name: string, { milliseconds }: Report, units: number, unit: string, what: string): SectionRow {
  return { name, value: (milliseconds * 1e6) / units, unit, note: `${what}; ${milliseconds.toFixed(1)} ms` };
}
