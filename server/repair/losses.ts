/**
 * Finds the permanent losses of a repair: an agent that could call a tool and now cannot in any session, or an `allow`
 * that granted something and now never does. Such a repair comes last, with its losses listed.
 */
import { answerTo } from '../checker/portfolio/answers.js';
import type { ExploreOptions } from '../checker/search/breadth-first.js';
import type { CallPattern, Claim, Condition, Policy, Rule } from '../model/policy/policy.js';
import { FALSE, mayBe, TRUE } from '../model/policy/truth.js';
import { repairLimit } from './limits.js';
import { nameText, toolText } from '../model/text/typed-text.js';
import { questionOf } from '../checker/questions/question.js';

export interface Losses {
    /** The losses as sentences without a full stop, such as `clerk can never call bank.pay`. */
    readonly lost: readonly string[];
    /** Possible losses in the same form, for which the search gave no answer. */
    readonly perhapsLost: readonly string[];
}

/** True if some session has a call of this kind that is not denied; undefined if this is unknown. */
type Use = boolean | undefined;

export class LossFinder {
    /** Answers about the unrepaired policy, by question. */
    private readonly before = new Map<string, Use>();

    constructor(
        private readonly original: Policy,
        private readonly options: ExploreOptions
    ) {}

    of(repaired: Policy): Losses {
        const lost: string[] = [];
        const perhapsLost: string[] = [];
        const note = (isUsed: Use, text: string): void => {
            if (isUsed !== true) {
                (isUsed === false ? lost : perhapsLost).push(text);
            }
        };
        const changed = changedRules(this.original, repaired);
        const tools = repaired.tools.flatMap((_, tool) =>
            changed.some(({ subject }) => mayBe(subject.tools[tool] ?? FALSE)) ? [tool] : []
        );
        for (const tool of tools) {
            for (const agent of this.original.agents.keys()) {
                if (this.wasUsed(callsOf(this.original, tool, agent), ALWAYS)) {
                    const name = nameText(repaired.agents[agent]!.name, 'StrictName');
                    note(
                        isUsed(repaired, callsOf(repaired, tool, agent), ALWAYS, this.options),
                        `${name} can never call ${toolText(repaired.tools[tool]!.name)}`
                    );
                }
            }
        }
        for (const rule of allowsOf(repaired)) {
            const isConcerned = rule.subject.tools.some((value, tool) => mayBe(value) && tools.includes(tool));
            const known = allowsOf(this.original).find(({ text }) => text === rule.text);
            // An `allow` that is changed or new must grant something.
            const mattered = !known || this.wasUsed(known.subject, known.when);
            if (isConcerned && rule.mode === undefined && mattered) {
                note(isUsed(repaired, rule.subject, rule.when, this.options), `\`${rule.text}\` never grants anything`);
            }
        }
        return { lost, perhapsLost };
    }

    private wasUsed(subject: CallPattern, when: Condition): boolean {
        const key = JSON.stringify([subject, when]);
        if (!this.before.has(key)) {
            this.before.set(key, isUsed(this.original, subject, when, this.options));
        }
        return this.before.get(key) === true;
    }
}

const ALWAYS: Condition = { op: 'constant', value: TRUE };

function callsOf({ tools }: Policy, tool: number, agent: number): CallPattern {
    return {
        tools: tools.map((_, index) => (index === tool ? TRUE : FALSE)),
        agents: [agent],
        text: tools[tool]!.name
    };
}

/** Denying all such calls is a claim like any other: a call that is not denied breaks it. */
function isUsed(policy: Policy, subject: CallPattern, when: Condition, options: ExploreOptions): Use {
    const claim: Claim = {
        kind: 'decided',
        decision: 'denied',
        name: '',
        text: '',
        source: policy.source,
        subject,
        when
    };
    const limits = { ...options.limits, maxStates: Math.min(options.limits.maxStates, repairLimit('rankedStates')) };
    const { verdict } = answerTo(policy, questionOf(claim), {
        ...options,
        limits,
        isFewEnough: true,
        withoutCauses: true
    });
    return verdict === 'violated' ? true : verdict === 'holds' || verdict === 'vacuous' ? false : undefined;
}

function allowsOf({ rules }: Policy): Rule[] {
    return rules.filter(({ kind }) => kind === 'allow');
}

/** The rules that only one of the two policies has. */
function changedRules(original: Policy, repaired: Policy): Rule[] {
    // Rules are compared by their text, because the numbers inside them depend on the other rules.
    const alone = (rules: readonly Rule[], others: readonly Rule[]): Rule[] => {
        const texts = new Set(others.map(({ text }) => text));
        return rules.filter(({ text }) => !texts.has(text));
    };
    return [...alone(original.rules, repaired.rules), ...alone(repaired.rules, original.rules)];
}
