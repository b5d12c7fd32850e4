import { defineEnvironment } from '../lib/config';

/** To try the product out: a bucket of its own for datasets, and nothing left behind by `npm run destroy`. */
export default defineEnvironment({
  keepData: false,
  datasets: { ownBucket: true },
});
