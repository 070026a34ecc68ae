/**
 * The time of `possible E then F within W` starts with one of the E, and a monitor stores the second of that E
 * (`system/work.ts`).
 */
import type { Monitor } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { FALSE, TRUE } from '../../model/policy/truth.js';

/** The monitor that stores the start, if the claim needs one. */
export function monitorOfBeginning(question: Question): Monitor[] {
    return question.goal === 'work' && question.window !== undefined && question.steps.length > 1
        ? [
              {
                  kind: 'once',
                  event: {
                      tools: question.steps[0]!.tools.map(() => FALSE),
                      status: 'succeeded',
                      where: { op: 'constant', value: TRUE },
                      text: 'nothing'
                  },
                  window: question.window,
                  perAgent: false,
                  text: 'the work began'
              }
          ]
        : [];
}
