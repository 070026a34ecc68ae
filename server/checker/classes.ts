/**
 * Argument classes: calls of one tool that no condition of the slice tells apart, each with a witness. Parameters
 * that no condition compares with each other vary independently, so each component of them is tried alone.
 */
import { evaluateStatic } from '../model/evaluate.js';
import type { Arguments, Condition, Param, Term, Tool, Value } from '../model/policy.js';
import type { Truth } from '../model/truth.js';
import { mayBe } from '../model/truth.js';
import type { Mentions } from './candidates.js';
import { candidatesFor } from './candidates.js';
import type { StaticCondition } from '../model/evaluate.js';
import { isStatic, patternsOf, visitConditions } from './conditions.js';
import type { Slice } from './slice.js';

/** More classes of one tool than this are not enumerated: the claim is undecided, and says so. */
export const MAX_CLASSES = 20_000;

/** Witness arguments, one for each class, the simplest first; undefined if there are more than `MAX_CLASSES`. */
export function argumentClasses(slice: Slice, tool: number): Arguments[] | undefined {
    const declared = slice.policy.tools[tool]!;
    const atoms = atomsOf(slice, tool).filter((atom) => atom.op !== 'caller is');
    let partial: Arguments[] = [{}];
    for (const component of componentsOf(declared, atoms)) {
        const choices = classesOf(component, tool);
        if (!choices || partial.length * choices.length > MAX_CLASSES) {
            return undefined;
        }
        partial = partial.flatMap((args) => choices.map((choice) => ({ ...args, ...choice })));
    }
    return partial;
}

interface Component {
    readonly params: readonly Param[];
    readonly atoms: readonly StaticCondition[];
}

/** The distinct conditions on arguments that some rule, pattern or claim asks of the tool's calls. */
function atomsOf(slice: Slice, tool: number): StaticCondition[] {
    const found = new Map<string, StaticCondition>();
    const add = (condition: Condition): void =>
        visitConditions(condition, (part) => {
            if (isStatic(part)) {
                found.set(JSON.stringify(part), part);
            }
        });
    for (const rule of slice.policy.rules) {
        if (mayBe(rule.subject.tools[tool]!)) {
            add(rule.when);
            if (rule.kind === 'require') {
                add(rule.requires);
            }
        }
    }
    const patterns = [
        ...slice.ground.monitors.flatMap(patternsOf),
        ...(slice.claim.kind === 'possible' ? slice.claim.steps : [])
    ];
    patterns.filter((pattern) => mayBe(pattern.tools[tool]!)).forEach((pattern) => add(pattern.where));
    const { claim } = slice;
    if ('subject' in claim && mayBe(claim.subject.tools[tool]!)) {
        add(claim.kind === 'decided' ? claim.when : claim.bad);
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

function componentsOf(tool: Tool, atoms: readonly StaticCondition[]): Component[] {
    const groups = tool.params.map((param) => ({ params: [param], atoms: [] as StaticCondition[] }));
    for (const atom of atoms) {
        const names = namesIn(atom);
        const [first, ...others] = groups.filter((group) => group.params.some((param) => names.includes(param.name)));
        if (!first) {
            continue;
        }
        first.atoms.push(atom);
        for (const other of others) {
            first.params.push(...other.params);
            first.atoms.push(...other.atoms);
            groups.splice(groups.indexOf(other), 1);
        }
    }
    return groups;
}

/** The simplest witness for each combination of values that the component's conditions can take together. */
function classesOf(component: Component, tool: number): Arguments[] | undefined {
    const mentions = mentionsOf(component);
    const compared = new Set(component.atoms.flatMap(namesIn));
    const candidates = component.params.map((param) => candidatesFor(param, mentions, compared.has(param.name)));
    if (candidates.reduce((product, values) => product * values.length, 1) > MAX_CLASSES) {
        return undefined;
    }
    const classes = new Map<string, Arguments>();
    for (const args of product(component.params, candidates)) {
        const signature = component.atoms.map((atom): Truth => evaluateStatic(atom, { agent: 0, tool, args })).join('');
        if (!classes.has(signature)) {
            classes.set(signature, args);
        }
    }
    return [...classes.values()];
}

function* product(
    params: readonly Param[],
    candidates: readonly (readonly (Value | undefined)[])[]
): Iterable<Arguments> {
    const indices = params.map(() => 0);
    for (;;) {
        const args: { [name: string]: Value } = {};
        params.forEach((param, position) => {
            const value = candidates[position]![indices[position]!];
            if (value !== undefined) {
                args[param.name] = value;
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

function mentionsOf(component: Component): Mentions {
    const constants: Value[] = [];
    const hosts: string[] = [];
    let readsHost = false;
    let comparesParams = false;
    const visit = (term: Term): void => {
        if (term.term === 'constant') {
            constants.push(term.value);
        } else if (term.term === 'host') {
            readsHost = true;
            visit(term.of);
        }
    };
    for (const atom of component.atoms) {
        switch (atom.op) {
            case 'compare':
                visit(atom.left);
                visit(atom.right);
                comparesParams ||= namesIn(atom).length > 1;
                break;
            case 'in':
                visit(atom.term);
                constants.push(...atom.values);
                if (atom.term.term === 'host') {
                    hosts.push(...atom.values.filter((value) => typeof value === 'string'));
                }
                break;
            case 'host in':
                visit(atom.term);
                hosts.push(...atom.hosts);
                break;
            default:
                break;
        }
    }
    return {
        constants,
        hosts: [...new Set(hosts)],
        readsHost,
        width: comparesParams ? component.params.length + 1 : 1
    };
}

/** The parameters in a condition on arguments. */
export function namesIn(atom: StaticCondition): string[] {
    const names = new Set<string>();
    const visit = (term: Term): void => {
        if (term.term === 'param') {
            names.add(term.name);
        } else if (term.term === 'host') {
            visit(term.of);
        }
    };
    switch (atom.op) {
        case 'compare':
            visit(atom.left);
            visit(atom.right);
            break;
        case 'in':
        case 'host in':
            visit(atom.term);
            break;
        case 'given':
            names.add(atom.param);
            break;
        case 'caller is':
            break;
    }
    return [...names];
}
