/** The times for which an answer serves other calls, where the person who answers chooses among several (M5). */
import type { Lasting, Policy, Rule } from './policy.js';

type ApprovalRule = Rule & { readonly kind: 'approval' };

/** The number of seconds; infinity for the rest of the session, and 0 for an answer that serves only the held call. */
export function secondsOf(lasting: Lasting): number {
    return lasting === 'session' ? Infinity : lasting;
}

/**
 * The choice that an answer makes among those of a rule: never a longer one than the person named, unless the rule
 * offers none as short. An answer without a choice takes the shortest.
 *
 * @param choices shortest first
 */
export function chosenAmong(choices: readonly Lasting[], lasts: Lasting | undefined): Lasting {
    const most = lasts === undefined ? 0 : secondsOf(lasts);
    return choices.filter((choice) => secondsOf(choice) <= most).at(-1) ?? choices[0]!;
}

/**
 * The choices that a human has when answering a call that waits for these requirements, shortest first; empty if the
 * rules leave no choice.
 */
export function choicesOf({ rules }: Policy, requirements: readonly number[], human?: number): Lasting[] {
    const all = requirements.flatMap((index) => {
        const rule = rules[index]!;
        return rule.kind === 'approval' && (human === undefined || rule.humans.includes(human))
            ? (rule.choices ?? [])
            : [];
    });
    return [...new Set(all)].sort((a, b) => (secondsOf(a) < secondsOf(b) ? -1 : 1));
}

/** The approvals that a human can give: one for each choice, or a single one without a choice. */
export function waysToApprove(
    policy: Policy,
    requirements: readonly number[],
    human: number
): readonly (Lasting | undefined)[] {
    const choices = choicesOf(policy, requirements, human);
    return choices.length > 0 ? choices : NO_CHOICE;
}

const NO_CHOICE: readonly undefined[] = [undefined];

/** The finite numbers of seconds after which something about an approval ends. */
export function approvalTimes({ valid, timeout, choices = [] }: ApprovalRule): number[] {
    return [valid, timeout, ...choices.filter((choice) => choice !== 'session' && choice > 0).map(secondsOf)];
}

const UNITS = [
    ['w', 604_800],
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
    ['s', 1]
] as const;

/** The choice as it is written in a rule: `once`, `8h` or `this session`. */
export function lastingText(lasting: Lasting): string {
    if (lasting === 'session') {
        return 'this session';
    }
    const [unit, length] = UNITS.find(([, seconds]) => lasting % seconds === 0)!;
    return lasting === 0 ? 'once' : `${lasting / length}${unit}`;
}

/** The choice with this text; undefined if it is none. */
export function readLasting(text: string): Lasting | undefined {
    const [, count, unit] = /^(\d{1,9})([smhdw])$/.exec(text) ?? [];
    const length = UNITS.find(([name]) => name === unit)?.[1];
    return text === 'once' ? 0 : text === 'this session' ? 'session' : length && Number(count) * length;
}
