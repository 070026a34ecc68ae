/**
 * Sessions with an aim: the rules that stop a call say what has to happen before it, and that is done first, in the same way.
 * So a session of ten steps is built where a search in order of length has to look at all shorter ones. The decision procedure
 * plays it, and the judge of claims judges it, as those of all sessions that are played.
 */
import type { Arguments, CallPattern, Condition, Policy, ScenarioStep } from '../../model/policy/policy.js';
import { FALSE, mayBe } from '../../model/policy/truth.js';
import { misfit } from '../../model/values/values.js';
import { simplest } from '../arguments/candidates.js';
import type { Call } from '../../model/session/session.js';
import type { JudgedQuestion } from '../reductions/all-sessions.js';
import type { Question } from '../questions/question.js';
import { Aim } from './aim.js';
import { callersOf } from './aimed-calls.js';
import type { PlayedSession } from './session.js';
import { beginningAt, vocabularyOf } from './vocabulary.js';

/** The number of ways in which a session with constants or a clock starts. */
const STARTS = 8;

interface Way {
    readonly isBuilt: (aim: Aim) => boolean;
    /** True if it is tried with every start, because it takes little time. */
    readonly isShort: boolean;
}

/** A session in which the question is met, or in which its subject happens; undefined if none was built. */
export function* aimedSessions(policy: Policy, question: Question): Generator<PlayedSession> {
    const starts = startsOf(policy);
    for (const { isBuilt, isShort } of waysTo(policy, question)) {
        for (const start of isShort ? starts : [[]]) {
            const aim = new Aim(policy, start);
            if (isBuilt(aim)) {
                yield aim.session;
            }
        }
    }
}

/** Sessions of one agent, one after the other, that are built to break the claim over all of them. */
export function* aimedOverSessions(policy: Policy, question: JudgedQuestion): Generator<PlayedSession> {
    for (const start of startsOf(policy)) {
        for (const isBuilt of waysOver(policy, question)) {
            const aim = new Aim(policy, start, true);
            if (isBuilt(aim)) {
                yield aim.session;
            }
        }
    }
}

function waysOver(policy: Policy, question: JudgedQuestion): Way['isBuilt'][] {
    switch (question.goal) {
        case 'release': {
            const { bad: wanted, subject } = question;
            return callersOf(policy, subject).map(
                (caller) => (aim) => aim.inAnotherSession({ ...caller, wanted }, true)
            );
        }
        case 'decision': {
            const { when: wanted, subject } = question;
            return callersOf(policy, subject).map(
                (caller) => (aim) => aim.inAnotherSession({ ...caller, wanted }, false)
            );
        }
        case 'state':
            return policy.agents.map((_, agent) => (aim) => aim.achieve(question.condition, false, NOTHING(agent), 0));
    }
}

/** For a condition on a state, which is about no call. */
const NOTHING = (agent: number): Call => ({ agent, tool: -1, args: {} });

function waysTo(policy: Policy, question: Question): Way[] {
    const short = (isBuilt: Way['isBuilt']): Way => ({ isBuilt, isShort: true });
    const long = (isBuilt: Way['isBuilt']): Way => ({ isBuilt, isShort: false });
    switch (question.goal) {
        case 'release': {
            const { bad: wanted, subject } = question;
            const callers = callersOf(policy, subject);
            const held = callers.filter(({ tool }) => isHeld(policy, tool));
            return [
                ...callers.map((caller) => short((aim) => aim.repeated({ ...caller, wanted }))),
                ...held.map((caller) => short((aim) => aim.covered({ ...caller, wanted }))),
                ...[false, true].flatMap((isRefused) =>
                    held.map((caller) => short((aim) => aim.heldFirst({ ...caller, wanted }, isRefused)))
                ),
                ...callers.map((caller) => long((aim) => aim.released({ ...caller, wanted }, 0))),
                ...callers.map((caller) => short((aim) => aim.released(caller, 0)))
            ];
        }
        case 'decision': {
            const { when: wanted, subject } = question;
            const callers = callersOf(policy, subject);
            const stops = question.decision === 'denied' ? [] : stopsOf(policy);
            return [
                ...callers.map((caller) => short((aim) => aim.submitted({ ...caller, wanted }, 0))),
                ...callers.flatMap((caller) =>
                    stops
                        .filter(({ tools }) => mayBe(tools[caller.tool] ?? FALSE))
                        .map(({ when }) =>
                            short((aim) => aim.submitted({ ...caller, wanted: { op: 'and', args: [wanted, when] } }, 0))
                        )
                ),
                ...callers.map((caller) => long((aim) => aim.released({ ...caller, wanted }, 0)))
            ];
        }
        case 'work':
            return [short((aim) => question.steps.every((step) => aim.happens(step, {}, undefined, 0)))];
        default:
            return [];
    }
}

/** The conditions under which rules deny calls, and of which tools. */
function stopsOf({ rules }: Policy): { readonly when: Condition; readonly tools: CallPattern['tools'] }[] {
    return rules.flatMap((rule) => {
        const { tools } = rule.subject;
        if (rule.audit !== true && rule.kind === 'deny') {
            return [{ when: rule.when, tools }];
        }
        return rule.audit !== true && rule.kind === 'require'
            ? [{ when: { op: 'and', args: [rule.when, { op: 'not', arg: rule.requires }] }, tools }]
            : [];
    });
}

function isHeld({ rules }: Policy, tool: number): boolean {
    return rules.some(
        ({ kind, audit, subject }) => kind === 'approval' && audit !== true && mayBe(subject.tools[tool] ?? FALSE)
    );
}

/** The first steps of sessions: none, or some constants and times on the clock, which a session needs if the policy reads the clock. */
function startsOf(policy: Policy): (readonly ScenarioStep[])[] {
    const { sessionConstants = [], source } = policy;
    const { clock } = vocabularyOf(policy);
    const times = clock.startsOfEachKind();
    const starts = Array.from({ length: STARTS }, (_, at): ScenarioStep[] => [
        ...(sessionConstants.length > 0
            ? [{ kind: 'session', constants: constantsAt(policy, at), source, text: '' } as const]
            : []),
        ...(times.length > 0 ? beginningAt(policy, times[at % times.length]!) : [])
    ]).filter(({ length }) => length > 0);
    return clock.isRead ? starts : [[], ...starts];
}

/** The constants of one of the starts, each with several of its values over all of them. */
function constantsAt(policy: Policy, at: number): Arguments {
    let left = at;
    return Object.fromEntries(
        (policy.sessionConstants ?? []).map(({ name, type }) => {
            const known = [simplest(type), ...vocabularyOf(policy).valuesOf(name)];
            const fitting = [...new Set(known)].filter((value) => misfit(type, value) === undefined);
            const value = fitting[left % fitting.length]!;
            left = Math.floor(left / fitting.length);
            return [name, value];
        })
    );
}
