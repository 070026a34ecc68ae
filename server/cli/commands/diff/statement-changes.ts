/** Compares the statements of two versions of a pack, and says what each changed one does by itself. */
import type { AstNode } from 'langium';
import type { Annotation, Pack, PackElement } from '../../../../language/generated/ast.js';
import * as ast from '../../../../language/generated/ast.js';
import { textOf } from '../../../../language/lower/context.js';

/**
 * `breaks`: an import or a use that was valid may no longer be. `looser`, `stricter`: the statement by itself forbids or
 * claims less, or more. `otherwise`: the text alone does not show which. `adds`: existing uses do not notice.
 */
export type Effect = 'breaks' | 'looser' | 'stricter' | 'otherwise' | 'adds';

export interface Change {
    readonly effect: Effect;
    readonly text: string;
}

type Words = (node: AstNode) => string;

/** @param words the words of a node, with the names of the new version for renamed parameters */
export function statementChanges(old: Pack, young: Pack, words: Words): Change[] {
    const changes = annotationChanges(old.annotations, young.annotations, words, '');
    const gone: PackElement[] = [];
    const added = [...young.elements];
    for (const element of old.elements) {
        const same = added.findIndex((other) => words(other) === words(element));
        if (same < 0) {
            gone.push(element);
        } else {
            const [other] = added.splice(same, 1);
            changes.push(...annotationChanges(annotationsOf(element), annotationsOf(other!), words, textOf(element)));
        }
    }
    for (const element of gone) {
        const at = added.findIndex((other) => isNextVersion(element, other, words));
        if (at < 0) {
            changes.push(...alone(element, false));
        } else {
            const [other] = added.splice(at, 1);
            changes.push({
                effect: effectOf(element, other!, words),
                text: `\`${textOf(other!)}\` instead of \`${textOf(element)}\``
            });
        }
    }
    return [...changes, ...added.flatMap((element) => alone(element, true))];
}

/** What a statement does that only one version has. */
function alone(element: PackElement, isNew: boolean): Change[] {
    // A group or a definition does nothing unless a statement names it, which then differs too.
    if (ast.isGroup(element) || ast.isDefinition(element)) {
        return [];
    }
    const sign = signOf(element);
    return [
        {
            effect: sign === undefined ? 'otherwise' : sign === 0 ? 'adds' : sign > 0 === isNew ? 'stricter' : 'looser',
            text: `${isNew ? 'new' : 'no longer'}: \`${textOf(element)}\``
        }
    ];
}

/**
 * 1 if a statement forbids or claims something, -1 if it allows or assumes something, 0 if it decides nothing;
 * undefined if its text alone does not show that.
 */
function signOf(element: PackElement): 1 | -1 | 0 | undefined {
    if (ast.isClaim(element)) {
        return 1;
    }
    if (ast.isRule(element)) {
        return element.audit ? 0 : ast.isAllow(element) ? -1 : 1;
    }
    return ast.isAssumption(element) ? -1 : undefined;
}

/** True for statements that differ in one part, which says what the change does, and for two of one name. */
function isNextVersion(old: PackElement, young: PackElement, words: Words): boolean {
    if (old.$type !== young.$type) {
        return false;
    }
    const isNamed = ast.isGroup(old) || ast.isDefinition(old) || ast.isModes(old);
    return isNamed
        ? old.name === (young as typeof old).name
        : ast.isClaim(old) && ast.isClaim(young) && old.name !== undefined && old.name === young.name
          ? true
          : partEffect(old, young, words) !== undefined;
}

function effectOf(old: PackElement, young: PackElement, words: Words): Effect {
    return partEffect(old, young, words) ?? 'otherwise';
}

function partEffect(old: PackElement, young: PackElement, words: Words): Effect | undefined {
    const sign = signOf(old);
    if (ast.isClaim(old) && ast.isClaim(young)) {
        const isSame = words(old.body) === words(young.body) && old.across === young.across;
        return isSame ? 'adds' : old.across === young.across ? direction(old.body, young.body, 1, words) : undefined;
    }
    return sign === undefined || sign !== signOf(young) ? undefined : direction(old, young, sign, words);
}

/** Undefined unless exactly one part differs, in a way that narrows or widens the statement. */
function direction(old: AstNode, young: AstNode, sign: 1 | -1 | 0, words: Words): Effect | undefined {
    const [before, after] = [old, young].map((node) => partsOf(node, words)) as [Parts, Parts];
    const names = [...new Set([...before.keys(), ...after.keys()])].filter(
        (name) => before.get(name)?.join() !== after.get(name)?.join()
    );
    if (old.$type !== young.$type || names.length > 1) {
        return undefined;
    }
    const [name] = names;
    // Only the reason differs, which is no part of the meaning.
    const widens = name === undefined ? 0 : widening(name, before.get(name), after.get(name), old);
    if (widens === undefined) {
        return undefined;
    }
    return widens * sign === 0 ? 'adds' : widens * sign > 0 ? 'stricter' : 'looser';
}

/** 1 if the statement is about more calls or demands more of them, -1 if less; undefined if unknown. */
function widening(
    name: string,
    before: readonly string[] | undefined,
    after: readonly string[] | undefined,
    node: AstNode
): 1 | -1 | undefined {
    switch (name) {
        case 'when':
        case 'unless':
            return !before ? -1 : !after ? 1 : undefined;
        case 'subjects':
            return includesAll(after, before) ? 1 : includesAll(before, after) ? -1 : undefined;
        case 'bound':
            return (ast.isLimit(node) || ast.isAtMostClaim(node)) && before && after
                ? Number(after[0]) < Number(before[0])
                    ? 1
                    : -1
                : undefined;
        case 'quorum':
            return ast.isRequireApproval(node)
                ? Number(after?.[0] ?? 1) > Number(before?.[0] ?? 1)
                    ? 1
                    : -1
                : undefined;
        default:
            return undefined;
    }
}

function includesAll(all: readonly string[] | undefined, some: readonly string[] | undefined): boolean {
    return all !== undefined && some !== undefined && some.every((text) => all.includes(text));
}

type Parts = ReadonlyMap<string, readonly string[]>;

/** The parts of a statement by property, as words. */
function partsOf(node: AstNode, words: Words): Parts {
    const parts = new Map<string, readonly string[]>();
    for (const [name, value] of Object.entries(node)) {
        if (name.startsWith('$') || name === 'annotations' || name === 'because') {
            continue;
        }
        const texts = (Array.isArray(value) ? (value as unknown[]) : [value]).flatMap((one) => wordsIn(one, words));
        if (texts.length > 0) {
            parts.set(name, texts);
        }
    }
    return parts;
}

function wordsIn(value: unknown, words: Words): string[] {
    if (typeof value === 'object' && value !== null) {
        return '$type' in value ? [words(value as AstNode)] : [(value as { $refText: string }).$refText];
    }
    const isSaid = typeof value === 'string' || typeof value === 'number' || value === true;
    return isSaid ? [`${value}`] : [];
}

/** `@accept` and `@expected` excuse a verdict; other annotations are only reported. */
function annotationChanges(
    old: readonly Annotation[],
    young: readonly Annotation[],
    words: Words,
    at: string
): Change[] {
    const texts = (annotations: readonly Annotation[]): string[] =>
        annotations.filter(({ name }) => name !== 'deprecated' && name !== 'private').map(words);
    const [before, after] = [texts(old), texts(young)];
    const place = at === '' ? '' : ` before \`${at}\``;
    const change = (text: string, isNew: boolean): Change => ({
        effect: /^@ (?:accept|expected)\b/.test(text) ? (isNew ? 'looser' : 'stricter') : 'adds',
        text: `${isNew ? 'new' : 'no longer'}: \`${text.replace(/ /g, '')}\`${place}`
    });
    return [
        ...before.filter((text) => !after.includes(text)).map((text) => change(text, false)),
        ...after.filter((text) => !before.includes(text)).map((text) => change(text, true))
    ];
}

function annotationsOf(element: PackElement): readonly Annotation[] {
    return ast.isAnnotated(element) ? element.annotations : [];
}
