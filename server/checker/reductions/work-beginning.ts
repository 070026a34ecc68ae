/** The time of `possible E then F within W` begins with one of the E: a monitor keeps the second of that (`system/work.ts`). */
import type { Claim, Monitor } from '../../model/policy.js';
import { FALSE, TRUE } from '../../model/truth.js';

/** The monitor of the beginning, if the claim asks for one. */
export function monitorOfBeginning(claim: Claim): Monitor[] {
    return claim.kind === 'possible' && claim.window !== undefined && claim.steps.length > 1
        ? [
              {
                  kind: 'once',
                  event: {
                      tools: claim.steps[0]!.tools.map(() => FALSE),
                      status: 'succeeded',
                      where: { op: 'constant', value: TRUE },
                      text: 'nothing'
                  },
                  window: claim.window,
                  perAgent: false,
                  text: 'the work began'
              }
          ]
        : [];
}
