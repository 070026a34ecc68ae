/**
 * Compares what two versions of a library of packs provide, by their texts: what existing uses notice, and what each
 * changed statement does by itself. How a policy decides then, only the comparison of two policies shows.
 */
import type { AstNode } from 'langium';
import { AstUtils, CstUtils } from 'langium';
import type { Pack, PackParam } from '../../../../language/generated/ast.js';
import * as ast from '../../../../language/generated/ast.js';
import { firstWordOf, textOf } from '../../../../language/lower/context.js';
import { kindText } from '../../../../language/packs/values.js';
import { isDeprecated, successorOf } from '../../../../language/packs/pack.js';
import { assumes, grants } from '../../../../language/packs/pack.js';
import { isWithinType, typeOf } from '../../../../language/types/types.js';
import type { NamedElement } from '../../../../language/names/visible.js';
import type { Change, Effect } from './statement-changes.js';
import { statementChanges } from './statement-changes.js';

export interface LibraryChange extends Change {
    /** The import path with the name, or one of the two. */
    readonly name: string;
}

/** What the library provides, by import path; a file alone has the empty path. */
export type Exports = ReadonlyMap<string, readonly NamedElement[]>;

/** The part of the version that has to grow: `major` if an existing use may notice a change. */
export type Advice = 'major' | 'minor' | 'patch';

export function adviceFor(changes: readonly LibraryChange[]): Advice {
    return changes.some(({ effect }) => effect !== 'adds') ? 'major' : changes.length > 0 ? 'minor' : 'patch';
}

export function libraryChanges(old: Exports, young: Exports): LibraryChange[] {
    const changes: LibraryChange[] = [];
    for (const [path, before] of old) {
        const after = young.get(path);
        if (after) {
            changes.push(...pathChanges(path, before, after));
        } else {
            changes.push({ name: path, effect: 'breaks', text: 'can no longer be imported' });
        }
    }
    for (const path of [...young.keys()].filter((each) => !old.has(each))) {
        changes.push({ name: path, effect: 'adds', text: 'is a new import path' });
    }
    return changes;
}

function pathChanges(path: string, old: readonly NamedElement[], young: readonly NamedElement[]): LibraryChange[] {
    const changes: LibraryChange[] = [];
    const add = (name: string, effect: Effect, text: string): void => {
        changes.push({ name: `${path} ${name}`.trim(), effect, text });
    };
    const counterpart = ({ name, element }: NamedElement, among: readonly NamedElement[]): AstNode | undefined =>
        among.find((other) => other.name === name && other.element.$type === element.$type)?.element;
    const added = young.filter((one) => !counterpart(one, old));
    for (const one of old) {
        const { name, element } = one;
        const other = counterpart(one, young);
        if (!other) {
            const renamed = added.find((each) => isSameExceptName(element, each.element));
            added.splice(renamed ? added.indexOf(renamed) : added.length, 1);
            add(name, 'breaks', renamed ? `is called \`${renamed.name}\` now` : `was removed${insteadOf(element)}`);
        } else if (ast.isPack(element) && ast.isPack(other)) {
            packChanges(element, other).forEach(({ effect, text }) => add(name, effect, text));
        } else if (wordsOf(element) !== wordsOf(other)) {
            add(name, 'otherwise', 'has another text');
        } else {
            dependencyChanges(element, other).forEach(({ effect, text }) => add(name, effect, text));
        }
    }
    added.forEach(({ name }) => add(name, 'adds', 'is new'));
    return changes;
}

function packChanges(old: Pack, young: Pack): Change[] {
    const changes: Change[] = [];
    if (isDeprecated(young) && !isDeprecated(old)) {
        changes.push({ effect: 'adds', text: `is deprecated${insteadOf(young)}` });
    }
    const renamed = renamedParams(old, young);
    const consents = [
        ['granting', grants(old), grants(young)],
        ['assuming', assumes(old), assumes(young)]
    ] as const;
    for (const [word, before, after] of consents) {
        if (before !== after) {
            changes.push(
                after
                    ? { effect: 'breaks', text: `its uses must say \`${word}\`` }
                    : { effect: 'adds', text: `its uses need not say \`${word}\`` }
            );
        }
    }
    return [
        ...changes,
        ...paramChanges(old, young, renamed),
        ...statementChanges(old, young, (node) => wordsOf(node, renamed)),
        ...dependencyChanges(old, young)
    ];
}

/** Parameters that were removed, with the new ones of the same kind and default at the same place. */
function renamedParams(old: Pack, young: Pack): ReadonlyMap<PackParam, string> {
    const renamed = new Map<PackParam, string>();
    old.params.forEach((param, index) => {
        const other = young.params[index];
        const isGone = other && !named(young.params, param.name) && !named(old.params, other.name);
        if (isGone && kindText(param) === kindText(other) && defaultOf(param) === defaultOf(other)) {
            renamed.set(param, other.name);
        }
    });
    return renamed;
}

function paramChanges(old: Pack, young: Pack, renamed: ReadonlyMap<PackParam, string>): Change[] {
    const changes: Change[] = [];
    const add = (effect: Effect, text: string): void => void changes.push({ effect, text });
    for (const param of old.params) {
        const called = renamed.get(param);
        const other = named(young.params, called ?? param.name);
        const word = `the parameter \`${param.name}\``;
        if (called !== undefined) {
            add('breaks', `${word} is called \`${called}\` now`);
        }
        if (!other) {
            add('breaks', `${word} was removed`);
        } else if (!accepts(other, param)) {
            add('breaks', `${word} takes ${kindText(other)} rather than ${kindText(param)}`);
        } else {
            const wanted = missingParams(param, other);
            if (wanted.length > 0) {
                add('breaks', `the tools of \`${other.name}\` must have ${wanted.map(code).join(' and ')}`);
            }
            if (param.initial && !other.initial) {
                add('breaks', `${word} no longer has a default`);
            } else if (param.initial && defaultOf(param) !== defaultOf(other)) {
                add(
                    'otherwise',
                    `the default of \`${param.name}\` is ${code(defaultOf(other))}, not ${code(defaultOf(param))}`
                );
            } else if (!param.initial && other.initial) {
                add('adds', `${word} has a default`);
            }
        }
    }
    const known = new Set([...old.params.map(({ name }) => name), ...renamed.values()]);
    for (const param of young.params.filter(({ name }) => !known.has(name))) {
        add(
            param.initial ? 'adds' : 'breaks',
            `the parameter \`${param.name}\` is new${param.initial ? '' : ', and has no default'}`
        );
    }
    return changes;
}

function accepts(young: PackParam, old: PackParam): boolean {
    return ast.isValueParam(young) && ast.isValueParam(old)
        ? isWithinType(typeOf(old.type), typeOf(young.type))
        : young.$type === old.$type;
}

/** The parameters of calls that only the new version requires of its tools, or with another type. */
function missingParams(old: PackParam, young: PackParam): string[] {
    const texts = (param: PackParam): string[] =>
        ast.isToolsParam(param) ? param.params.map((each) => wordsOf(each)) : [];
    const before = new Set(texts(old));
    return texts(young).filter((text) => !before.has(text));
}

/** Declarations outside of the element that it names, directly or through others, and whose texts differ. */
function dependencyChanges(old: AstNode, young: AstNode): Change[] {
    const [before, after] = [old, young].map(dependenciesOf) as [Dependencies, Dependencies];
    return [...before]
        .filter(([name, text]) => after.has(name) && after.get(name) !== text)
        .map(([name]) => ({ effect: 'otherwise', text: `\`${name}\`, on which it depends, has another text` }));
}

type Dependencies = ReadonlyMap<string, string>;

function dependenciesOf(element: AstNode): Dependencies {
    const found = new Map<string, string>();
    const seen = new Set<AstNode>([element]);
    for (const node of seen) {
        for (const part of AstUtils.streamAst(node)) {
            for (const { reference } of AstUtils.streamReferences(part)) {
                const target = 'ref' in reference ? reference.ref : undefined;
                const statement = target && statementOf(target);
                if (statement && !seen.has(statement)) {
                    seen.add(statement);
                    found.set((statement as { name?: string }).name ?? reference.$refText, wordsOf(statement));
                }
            }
        }
    }
    return found;
}

function statementOf(node: AstNode): AstNode | undefined {
    return AstUtils.getContainerOfType(node, (each): each is AstNode => ast.isPolicyFile(each.$container));
}

/** True for packs that differ only in their names. */
function isSameExceptName(one: AstNode, other: AstNode): boolean {
    return ast.isPack(one) && ast.isPack(other) && bodyWords(one) === bodyWords(other);
}

function bodyWords({ params, elements }: Pack): string {
    return [...params, ...elements].map((node) => wordsOf(node)).join('\n');
}

/**
 * The words of a node without comments, documentation and its own annotations.
 *
 * @param renamed the names that replace those of parameters
 */
export function wordsOf(node: AstNode, renamed: ReadonlyMap<PackParam, string> = new Map()): string {
    const cst = node.$cstNode;
    const start = firstWordOf(node)?.offset ?? 0;
    const replaced = new Map<number, string>();
    for (const part of renamed.size > 0 ? AstUtils.streamAst(node) : []) {
        for (const { reference } of AstUtils.streamReferences(part)) {
            const name = 'ref' in reference ? renamed.get(reference.ref as PackParam) : undefined;
            if (name !== undefined && reference.$refNode) {
                replaced.set(reference.$refNode.offset, name);
            }
        }
    }
    return cst
        ? CstUtils.flattenCst(cst)
              .filter((leaf) => !leaf.hidden && leaf.offset >= start)
              .map((leaf) => replaced.get(leaf.offset) ?? leaf.text)
              .toArray()
              .join(' ')
        : '';
}

function insteadOf(element: AstNode): string {
    const successor = ast.isPack(element) ? successorOf(element) : undefined;
    return successor === undefined ? '' : `; use \`${successor}\` instead`;
}

function named(params: readonly PackParam[], name: string): PackParam | undefined {
    return params.find((param) => param.name === name);
}

function defaultOf({ initial }: PackParam): string {
    return initial ? textOf(initial) : '';
}

function code(text: string): string {
    return `\`${text}\``;
}
