/**
 * Argument classes: calls of one tool that no condition of the slice distinguishes, each with a witness. Parameters
 * that no condition compares with each other vary independently, so each component of related parameters is handled
 * separately.
 */
import { callConditionOf, stepsOf } from '../questions/parts.js';
import type { Arguments, Condition, Param, Value } from '../../model/policy/policy.js';
import type { Call } from '../../model/session/session.js';
import { evaluateStatic } from '../../model/conditions/evaluate.js';
import { type StaticCondition, isStatic } from '../../model/conditions/reads.js';
import type { Truth } from '../../model/policy/truth.js';
import { mayBe } from '../../model/policy/truth.js';
import { candidatesFor } from '../arguments/candidates.js';
import { patternsOf, visitConditions } from '../conditions/walk.js';
import { askedOf, isChosen, isPossible, pairsOf, tiesOf } from '../reductions/environment/chosen.js';
import { mentionsOf, paramsOf } from '../arguments/mentions.js';
import type { Slice } from '../reductions/slice.js';
import { transitionsOf } from '../reductions/slice.js';
import type { AmountRange } from '../totals/ranges.js';
import { rangesOf, runsOf } from '../totals/ranges.js';
import { amountParams, isSum } from '../conditions/sum-monitor.js';
import { withTypes } from '../arguments/related-types.js';
import { Undecidable } from '../limits/undecidable.js';
import { limitOf } from '../limits/limits.js';
import { poll } from '../limits/budget.js';
import { setField } from '../../model/values/values.js';

/**
 * Witness arguments, one for each class, simplest first. Throws `Undecidable` if there are too many, or if conditions
 * relate values in a way that no procedure here supports.
 */
export function argumentClasses(slice: Slice, tool: number): Arguments[] {
    const amounts = amountParams(slice.policy.monitors, tool);
    return divided(slice.policy.tools[tool]!.params, atomsOf(slice, tool), tool, amounts);
}

/** The number of a tool for the parameters of events that are not calls. */
export const NO_TOOL = -1;

/**
 * The same for any parameters and the conditions on them; the environment's choices are left out if no condition reads
 * them.
 *
 * @param amounts the parameters that are summed; a class is a range of their values
 */
export function divided(
    declared: readonly Param[],
    asked: readonly StaticCondition[],
    tool: number,
    amounts: ReadonlySet<string> = new Set()
): Arguments[] {
    const asking = asked.flatMap(paramsOf);
    // A signal has a value only if its arguments are present.
    const read = new Set([...asking, ...asking.flatMap(askedOf)]);
    const params = declared.filter(({ name }) => !isChosen(name) || read.has(name));
    const names = params.map(({ name }) => name).filter(isChosen);
    const pairs = pairsOf(names).map(([left, right]): StaticCondition => ({ op: 'compare', cmp: '==', left, right }));
    const atoms = [...asked.filter(({ op }) => op !== 'caller is'), ...pairs];
    let partial: Arguments[] = [{}];
    const same: { [name: string]: Value } = {};
    const order: string[] = [];
    for (const component of componentsOf(params, atoms, tiesOf(names))) {
        const choices = component.params.some(({ name }) => amounts.has(name))
            ? amountsOf(component, tool).map(({ witness }) => ({ [component.params[0]!.name]: witness }))
            : classesOf(component, tool, names);
        if (partial.length * choices.length > limitOf('classes')) {
            throw new Undecidable(TOO_MANY);
        }
        order.push(...component.params.map(({ name }) => name));
        // Arguments with a single choice are added last, since tools may have many parameters.
        if (choices.length === 1) {
            Object.entries(choices[0]!).forEach(([name, value]) => setField(same, name, value));
        } else {
            partial = partial.flatMap((args) => choices.map((choice) => ({ ...args, ...choice })));
        }
    }
    return partial.map((args) => {
        const all = { ...same, ...args };
        return Object.fromEntries(order.flatMap((name) => (Object.hasOwn(all, name) ? [[name, all[name]!]] : [])));
    });
}

const TOO_MANY = 'fall into too many classes';

/** For each amount of a call that is summed, the range for the calls of its class. */
export function amountRanges(slice: Slice, tool: number): (args: Arguments) => AmountRange[] {
    const sums = slice.policy.monitors.filter(isSum);
    const amounts = amountParams(sums, tool);
    if (amounts.size === 0) {
        return () => [];
    }
    const atoms = atomsOf(slice, tool).filter(({ op }) => op !== 'caller is');
    const components = componentsOf(slice.policy.tools[tool]!.params, atoms, []);
    const runs = new Map(
        [...amounts].map((name) => [
            name,
            amountsOf(
                components.find(({ params }) => params.some((param) => param.name === name))!,
                tool
            )
        ])
    );
    return (args) => rangesOf(sums, tool, args, (param) => runs.get(param)!);
}

function amountsOf({ params, atoms }: Component, tool: number): ReturnType<typeof runsOf> {
    const [param] = params;
    if (!param || params.length > 1) {
        throw new Undecidable('are added up, and compared with each other');
    }
    const candidates = candidatesFor(param, mentionsOf(atoms), true);
    return runsOf(param, atoms, candidates, (value) =>
        signatureOf(atoms, { agent: 0, tool, args: { [param.name]: value } })
    );
}

function signatureOf(atoms: readonly StaticCondition[], call: Call): string {
    poll();
    return atoms.map((atom): Truth => evaluateStatic(atom, call)).join('');
}

interface Component {
    readonly params: readonly Param[];
    readonly atoms: readonly StaticCondition[];
}

/**
 * The distinct conditions on arguments that some rule, pattern or claim evaluates for the tool's calls. If a claim is
 * about every value of a parameter, it covers all calls of its subject. Each of them is tested by the conditions for
 * one of them, so that they have the same witnesses.
 */
function atomsOf(slice: Slice, tool: number): StaticCondition[] {
    const { question } = slice;
    const own = atomsOfTool(slice, tool);
    if (question.goal !== 'recovery' || !mayBe(question.subject.tools[tool]!)) {
        return own;
    }
    const isOfKey = (atom: StaticCondition): boolean => paramsOf(atom).some((name) => question.keys.includes(name));
    const ofKeys = slice.tools
        .filter((other) => mayBe(question.subject.tools[other]!))
        .flatMap((other) => atomsOfTool(slice, other).filter(isOfKey))
        .map((atom) => [JSON.stringify(atom), atom] as const);
    const sorted = [...new Map(ofKeys)].sort(([a], [b]) => (a < b ? -1 : 1));
    return [...own.filter((atom) => !isOfKey(atom)), ...sorted.map(([, atom]) => atom)];
}

function atomsOfTool(slice: Slice, tool: number): StaticCondition[] {
    const found = new Map<string, StaticCondition>();
    const { params, conditionalReads = [], succeeds } = slice.policy.tools[tool]!;
    const add = (condition: Condition): void => addAtoms(found, condition, params);
    [...conditionalReads.map(({ when }) => when), ...(succeeds ? [succeeds] : [])].forEach(add);
    for (const rule of slice.policy.rules) {
        if (mayBe(rule.subject.tools[tool]!)) {
            add(rule.when);
            if (rule.kind === 'require') {
                add(rule.requires);
            }
        }
    }
    for (const { subject, when } of slice.policy.assumptions ?? []) {
        if (!subject || mayBe(subject.tools[tool]!)) {
            add(when);
        }
    }
    const patterns = [...slice.ground.monitors.flatMap(patternsOf), ...stepsOf(slice.question)];
    patterns.filter((pattern) => mayBe(pattern.tools[tool]!)).forEach((pattern) => add(pattern.where));
    for (const { event, when } of transitionsOf(slice.policy)) {
        if (mayBe(event.tools[tool]!)) {
            add(event.where);
            add(when);
        }
    }
    const { question } = slice;
    const asked = callConditionOf(question);
    if (asked && 'subject' in question && mayBe(question.subject.tools[tool]!)) {
        add(asked);
    }
    for (const param of slice.policy.tools[tool]!.params) {
        for (const value of slice.grounding.tracked(tool, param.name) ?? []) {
            add({
                op: 'compare',
                cmp: '==',
                left: { term: 'param', name: param.name },
                right: { term: 'constant', value }
            });
        }
    }
    return [...found.values()];
}

/** Adds the distinct conditions on values in a condition. */
export function addAtoms(found: Map<string, StaticCondition>, condition: Condition, params: readonly Param[]): void {
    visitConditions(condition, (part) => {
        if (isStatic(part)) {
            // Conditions on arguments that are evaluated one by one do not depend on each other.
            const parts =
                part.op === 'any text' && !part.term
                    ? params.map(({ name }): StaticCondition => ({ ...part, term: { term: 'param', name } }))
                    : [part];
            parts.forEach((one) => found.set(JSON.stringify(one), one));
        }
    });
}

/** @param ties the parameters that depend on each other regardless of the conditions */
function componentsOf(
    params: readonly Param[],
    atoms: readonly StaticCondition[],
    ties: readonly (readonly string[])[]
): Component[] {
    const groups = params.map((param) => ({ params: [param], atoms: [] as StaticCondition[] }));
    const links = [
        ...atoms.map((atom) => ({ names: paramsOf(atom), atoms: [atom] })),
        ...ties.map((names) => ({ names, atoms: [] }))
    ];
    for (const { names, atoms: own } of links) {
        const [first, ...others] = groups.filter((group) => group.params.some((param) => names.includes(param.name)));
        if (!first) {
            continue;
        }
        first.atoms.push(...own);
        for (const other of others) {
            first.params.push(...other.params);
            first.atoms.push(...other.atoms);
            groups.splice(groups.indexOf(other), 1);
        }
    }
    return groups;
}

/** The simplest witness for each combination of values that the component's conditions can take together. */
function classesOf(component: Component, tool: number, names: readonly string[]): Arguments[] {
    const chosen = names.filter((name) => component.params.some((param) => param.name === name));
    const mentions = withTypes(
        mentionsOf(component.atoms),
        component.params.map(({ type }) => type)
    );
    const compared = new Set(component.atoms.flatMap(paramsOf));
    const candidates = component.params.map((param) => {
        const values = candidatesFor(param, mentions, compared.has(param.name));
        // For a value from outside, being absent is less interesting than its contents.
        return isChosen(param.name) || tool === NO_TOOL ? inOrder(values) : values;
    });
    if (candidates.reduce((product, values) => product * values.length, 1) > limitOf('classes')) {
        throw new Undecidable(TOO_MANY);
    }
    const classes = new Map<string, Arguments>();
    for (const args of product(component.params, candidates)) {
        if (!isPossible(args, chosen)) {
            continue;
        }
        const signature = signatureOf(component.atoms, { agent: 0, tool, args });
        if (!classes.has(signature)) {
            classes.set(signature, args);
        }
    }
    return [...classes.values()];
}

function inOrder(values: readonly (Value | undefined)[]): (Value | undefined)[] {
    return [...values.filter((value) => value !== undefined), ...values.filter((value) => value === undefined)];
}

function* product(
    params: readonly Param[],
    candidates: readonly (readonly (Value | undefined)[])[]
): Iterable<Arguments> {
    const indices = params.map(() => 0);
    for (;;) {
        poll();
        const args: { [name: string]: Value } = {};
        params.forEach((param, position) => {
            const value = candidates[position]![indices[position]!];
            if (value !== undefined) {
                setField(args, param.name, value);
            }
        });
        yield args;
        let position = params.length - 1;
        while (position >= 0 && indices[position] === candidates[position]!.length - 1) {
            indices[position--] = 0;
        }
        if (position < 0) {
            return;
        }
        indices[position]!++;
    }
}
