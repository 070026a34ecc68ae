/** A thread that checks files for `guardrail check` (dist/check-worker.js), one at a time. */
import type { CallContext } from '../../../threads/answer-calls.js';
import { answerInNode } from '../../../threads/node/answer.js';
import { FileChecker } from './file-checker.js';
import type { Order, Report } from './messages.js';

/** The time between two reports of progress, short enough for a person who is watching. */
const PROGRESS_MS = 100;

let checker: FileChecker | undefined;
let report: CallContext<Report>['report'];
let reported = 0;

answerInNode(({ path, options }: Order, context: CallContext<Report>) => {
    report = context.report;
    checker ??= new FileChecker(options, {
        onText: (uri, text) => report({ kind: 'text', uri, text }),
        onProgress: (progress) => {
            const now = performance.now();
            if (now - reported > PROGRESS_MS) {
                reported = now;
                report({ kind: 'progress', progress });
            }
        }
    });
    return checker.check(path);
});
