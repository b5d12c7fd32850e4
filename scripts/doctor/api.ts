import type { Settings } from '../../lib/config';
import type { DatasetSummary } from '../../lambda/invoker/service';
import { callerFor } from '../client/caller';
import { HttpService } from '../client/http-service';
import { formatNumber, formatSeconds } from '../output/numbers';
import { NoAnswerError } from './ask-aws';
import { ok, warning } from './finding';
import type { Examined, Verdict } from './finding';

/**
 * The deployment's API, asked as the settings say.
 *
 * @throws NoAnswerError where it takes keys, and there is none
 */
function apiOf(settings: Settings, url: string, region: string, apiKey: string | undefined): HttpService {
  const api = new URL(url);
  if (settings.api.authorization === 'iam') {
    return new HttpService(api, callerFor(api, { region }));
  }
  if (apiKey === undefined) {
    throw new NoAnswerError('The API takes keys: put one in FROCKET_API_KEY (`aws apigateway get-api-keys --include-values` tells them).');
  }
  return new HttpService(api, callerFor(api, { apiKey }));
}

/** Whether requests come to the invoker, and answers back. */
export async function examineApi(settings: Settings, url: string, region: string, apiKey: string | undefined): Promise<Examined<HttpService>> {
  const api = apiOf(settings, url, region, apiKey);
  const { status } = await api.health();
  return { verdict: ok(`${url} answers ${status}.`), found: api };
}

/** Whether the invoker reaches the datastore, signs in and reads the registry. */
export async function examineRegistry(api: HttpService): Promise<Examined<readonly DatasetSummary[]>> {
  const datasets = await api.list();
  const registered = `${formatNumber(datasets.length)} ${datasets.length === 1 ? 'dataset is' : 'datasets are'} registered`;
  return { verdict: ok(`The invoker reads the datastore: ${registered}.`), found: datasets };
}

/**
 * Whether tasks come to workers, workers read their parts, and results come back: counts the dataset of fewest parts, which
 * cannot be done without all of that.
 *
 * @param url the API's, for the command to try
 */
export async function examineTasks(api: HttpService, datasets: readonly DatasetSummary[], url: string): Promise<Verdict> {
  if (datasets.length === 0) {
    return warning(`No task was tried, since no dataset is registered. Register one and ask again: npx frocket register shop s3://BUCKET/PREFIX/ GROUP_COLUMN TIMESTAMP_COLUMN --api ${url}`);
  }
  const [smallest] = datasets.toSorted((a, b) => a.totalParts - b.totalParts);
  const { query, stats } = await api.query(smallest.id.name, '{}');
  const { totalTasks, retries } = stats.invoker;
  return ok(
    `Workers counted ${formatNumber(query.matchingGroupRows)} rows of '${smallest.id.name}': ` +
      `${formatNumber(totalTasks)} ${totalTasks === 1 ? 'task' : 'tasks'}, ${formatNumber(retries)} retries, ${formatSeconds(stats.totalTime)}.`,
  );
}
