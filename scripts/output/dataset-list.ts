import type { DatasetSummary } from '../../lambda/invoker/service';
import type { Colours } from './colours';
import { formatNumber } from './numbers';
import { renderTable } from './table';

export function renderDatasetList(datasets: readonly DatasetSummary[], colours: Colours): string {
  if (datasets.length === 0) {
    return 'No dataset is registered yet. See `frocket register --help`.\n';
  }
  const rows = datasets.map(({ id, totalParts, groupIdColumn, timestampColumn, basepath }) => [
    id.name,
    formatNumber(totalParts),
    groupIdColumn,
    timestampColumn,
    basepath,
  ]);
  const columns = [{ title: 'name' }, { title: 'parts', align: 'right' as const }, { title: 'groups by' }, { title: 'time in' }, { title: 'files in' }];
  return renderTable(columns, rows, colours) + '\n';
}
