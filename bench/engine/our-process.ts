import { answerMessages } from './side-process';
import { run } from './our-side';

answerMessages(run);
