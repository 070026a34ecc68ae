/** Explains verdicts and sessions in one sentence each. */
import type { Policy } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import type { Causes } from './cause.js';
import { durationText } from '../conditions/durations.js';
import type { ReplayedStep } from './replay.js';
import { latestSession } from './replay.js';
import type { VerdictWord } from '../results/result.js';
import { joined } from '../conditions/joined.js';
import { unknownText } from './unknown.js';
import { throughText } from './why-allowed.js';
import { clockOf } from './trace-start.js';
import { callText, decisionText } from './trace.js';
import type { ScopeName } from '../limits/scopes.js';
import { agentName, eventName, humanName, toolName } from '../conditions/names.js';

/**
 * The reason why the session breaks the claim.
 *
 * @param end the time of the violation, in seconds since the start, which may be some time after the last step
 */
export function violationSummary(
    policy: Policy,
    question: Question,
    steps: readonly ReplayedStep[],
    causes: Causes,
    end: number
): string {
    const summary = certainSummary(policy, question, steps, causes, end);
    const unknown = unknownText(policy, question, steps, end);
    return unknown === undefined ? summary : `${summary} ${unknown}`;
}

function certainSummary(
    policy: Policy,
    question: Question,
    steps: readonly ReplayedStep[],
    causes: Causes,
    end: number
): string {
    const last = steps[steps.length - 1];
    if (question.goal === 'state' || last === undefined || last.kind === 'event' || last.kind === 'new session') {
        return stateSummary(policy, question, steps, causes, end);
    }
    const agent = agentName(policy, last.call.agent);
    const call = callText(policy, last);
    const began = latestSession(steps);
    const earlier = steps.flatMap((step, index) =>
        causes.breaks.has(index) && isEvent(step)
            ? [`${nameOf(policy, step)}${index < began ? ' in an earlier session' : ''}`]
            : []
    );
    const after = earlier.length > 0 ? ` after ${joined(earlier)}` : '';
    if (question.goal === 'decision') {
        return `When ${agent} calls ${call}${after} it is ${decisionText(policy, last.decision!)}, but the claim says ${question.decision}.`;
    }
    const through = throughText(policy, steps, last, causes);
    return `${agent} can call ${call}${after}${question.words.although}: ${through}.`;
}

/** Explains a state that must not occur: a step leads to it, or time alone does. */
function stateSummary(
    policy: Policy,
    { words: { broken } }: Question,
    steps: readonly ReplayedStep[],
    causes: Causes,
    end: number
): string {
    const last = steps.at(-1);
    const passed = end - (last?.before.time ?? 0);
    const { clock } = passed > 0 && last ? clockOf(policy, { ...last.after, time: end }) : {};
    const shown = clock ? `, on ${clock.text}` : '';
    const later = passed > 0 ? ` ${durationText(passed)}` : '';
    if (last === undefined) {
        return passed > 0
            ? `It is no longer true${later} after the start of a session in which nothing happens.`
            : 'It is not true at the start of a session, before anything happens.';
    }
    const names = steps.filter((_, index) => causes.breaks.has(index)).map((step) => nameOf(policy, step));
    if (broken !== undefined) {
        const earlier = names.slice(0, -1);
        return `${broken}${earlier.length > 0 ? `, after ${joined(earlier)}` : ''}.`;
    }
    return `It is no longer true${later} after ${names.length > 0 ? joined(names) : nameOf(policy, last)}${shown}.`;
}

export function witnessSummary(policy: Policy, steps: readonly ReplayedStep[]): string {
    return `${joined(steps.map((step) => ('human' in step && step.human !== undefined ? `an approval by ${humanName(policy, step.human)}` : nameOf(policy, step))))}: ${steps.length === 1 ? 'one step does' : `these ${steps.length} steps do`} it.`;
}

export interface Findings {
    readonly verdict: VerdictWord;
    readonly limit?: string;
    /** The parts that were not searched completely. */
    readonly within: readonly ScopeName[];
    readonly saysNothing: boolean;
    readonly summary?: string;
    readonly furthest: number;
}

/** A sentence about the verdict for the author. */
export function explain(question: Question, found: Findings): string {
    switch (found.verdict) {
        case 'violated':
            return `${found.summary ?? ''}${found.limit === undefined ? '' : ` There may be a shorter session: ${found.limit}.`}`;
        case 'witnessed':
            return found.summary ?? '';
        case 'holds':
            return found.saysNothing
                ? 'No session breaks it, whatever the rules are: it would hold if every call were allowed.'
                : 'No session of any length that the rules let through breaks it.';
        case 'holds in scope':
            return `No session that was tried breaks it. ${scopeText(found.within)}`;
        case 'vacuous':
            return question.words.vacuous;
        case 'impossible':
            return `No session does it: ${stepName(question, found.furthest)} is never let through.`;
        case 'not witnessed in scope':
            return `No session that was tried does it. ${scopeText(found.within)}`;
        case 'undecided':
            return `It was not decided: ${found.limit ?? 'the search was stopped'}.`;
    }
}

/** Writes `Not all values and counts were tried.` */
function scopeText(within: readonly ScopeName[]): string {
    return `Not all ${joined(within.map((name) => SCOPE_WORDS[name]))} were tried.`;
}

const SCOPE_WORDS: { readonly [name in ScopeName]: string } = {
    values: 'values',
    counts: 'counts',
    times: 'moments',
    holds: 'combinations of held calls',
    overlaps: 'overlapping calls',
    sessions: 'later sessions'
};

function stepName(question: Question, step: number): string {
    if (question.goal !== 'work') {
        return 'it';
    }
    const name = question.steps[step]?.text ?? 'the last step';
    const isLast = step === question.steps.length - 1;
    const within =
        isLast && question.window !== undefined ? ` and within ${durationText(question.window)} of the first step` : '';
    return step === 0 ? name : `${name}, after ${question.steps[step - 1]!.text}${within},`;
}

/** True for an element of the history: an outside event, or a call that was released. */
function isEvent(step: ReplayedStep): boolean {
    return step.kind === 'event' || (step.kind !== 'new session' && (step.event?.released ?? false));
}

function nameOf(policy: Policy, step: ReplayedStep): string {
    if (step.kind === 'new session') {
        return 'a new session';
    }
    return step.kind === 'event' ? eventName(policy, step.event.outside) : toolName(policy, step.call.tool);
}
