/** A warm worker in a process of its own. */
import { PartCache } from '../../lambda/storage/part-cache/part-cache';
import { run } from './our-side';
import type { OurWork } from './our-side';
import { answerMessages } from './side-process';

/** As much as all queries of the table need. */
const cache = new PartCache({ memoryBytes: 8 * 2 ** 30, disk: null });

answerMessages((work: OurWork) => run(work, work.warm ? { cache } : {}));
