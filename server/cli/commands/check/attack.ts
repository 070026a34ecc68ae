/** Attacks the verdicts of one file, for `--attack`. */
import { attack } from '../../../attack/index.js';
import { textOf } from '../../../attack/scenario-text.js';
import { withStrikes } from '../../../attack/struck.js';
import { CheckCancelled } from '../../../checker/check.js';
import type { PolicyResult } from '../../../checker/results/result.js';
import type { Policy } from '../../../model/policy/policy.js';
import { EXIT } from '../../../workspace/errors.js';
import type { AttackDefect, Problem } from '../../reports/check-report.js';
import type { TextlessReport } from './checked-file.js';

export interface AttackOptions {
    readonly sessions: number;
    readonly seed: number;
    /** The time for all sessions of the file together. */
    readonly timeoutMs: number;
    /** Polled often; once it returns true, `CheckCancelled` is thrown. */
    readonly isCancelled: (() => boolean) | undefined;
}

/** The report with the claims that the sessions decided and contradicted. */
export function attackReport(
    policy: Policy,
    report: TextlessReport & { readonly result: PolicyResult },
    { sessions, seed, timeoutMs, isCancelled }: AttackOptions
): TextlessReport {
    const end = performance.now() + timeoutMs;
    const isOver = (): boolean => {
        if (isCancelled?.()) {
            throw new CheckCancelled();
        }
        return performance.now() > end;
    };
    const { sessions: played, strikes } = attack(policy, report.result.claims, { sessions, seed, isOver });
    const defects = strikes
        .filter(({ isDefect }) => isDefect)
        .map(({ claim, verdict, isMet, instead, steps }): AttackDefect => {
            const what = !isMet
                ? 'this session reaches the situation that it covers'
                : instead === 'witnessed'
                  ? 'this session does it'
                  : 'this session breaks it';
            const message = `the verdict of "${claim}" is ${verdict}, but ${what}`;
            return { claim, verdict, message, scenario: textOf(policy, `against: ${claim}`, steps) };
        });
    return {
        ...report,
        result: withStrikes(report.result, strikes),
        attack: { sessions: played, of: sessions, seed, defects },
        ...(defects.length > 0 && { problem: problemOf(defects) })
    };
}

function problemOf(defects: readonly AttackDefect[]): Problem {
    const [first] = defects;
    const others = defects.length > 1 ? `, and ${defects.length - 1} more like it` : '';
    return {
        code: 'GR918',
        message: `the checker has a defect: ${first!.message}${others}`,
        help: 'Do not rely on the verdict. Please report it with the policy and the session.',
        exit: EXIT.failed
    };
}
