/**
 * Moves the selected rules and claims into a pack. The tools, labels, agents and people that they name become its
 * parameters, and a `use` in their place passes them as arguments. Elements that cannot be parameters of a pack keep
 * their names: a pack sees the elements of its file.
 */
import { type AstNode, AstUtils, type CstNode, type Reference } from 'langium';
import * as ast from '../../../../../language/generated/ast.js';
import { isEmptyRange, replaceRange, startWithComments } from '../../../../../language/edits/edits.js';
import type { Place, Refactoring } from '../place.js';
import type { Edit } from '../../../../../language/edits/edit.js';
import { isNamedInScenario } from './conditions.js';
import { freeName } from './names.js';
import { type Replacement, substituted } from './substitute.js';
import { toolsNeeds } from './tool-needs.js';
import { nameText } from '../../../../model/text/typed-text.js';
export const extractPack: Refactoring = {
    kind: 'refactor.extract.pack',
    propose(place) {
        const statements = isEmptyRange(place.range) ? [] : selected(place);
        const changes = statements.length > 0 ? extracted(statements, place) : undefined;
        return changes ? [{ title: 'Extract to a pack', changes }] : [];
    }
};

/** The statements of the file that are selected as a whole; empty if anything else is selected too. */
function selected({ file, from, to, text }: Place): ast.Element[] {
    const touched = file.elements.filter((element) => {
        const node = element.$cstNode;
        return node && node.offset < to && node.end > from;
    });
    const [first, last] = [touched[0], touched.at(-1)];
    const isWhole = first && last && from <= first.$cstNode!.offset && to >= last.$cstNode!.end;
    const isMovable = touched.every(
        (element) => (ast.isRule(element) || ast.isClaim(element)) && !isNamedInScenario(element, file)
    );
    return isWhole && isMovable && text.slice(from, to).trim() !== '' ? touched : [];
}

interface Parameter {
    readonly name: string;
    /** The kind in the syntax of a declaration, such as `tools(amount: int)`. */
    readonly kind: string;
    /** The argument in the syntax of a use. */
    readonly argument: string;
}

function extracted(statements: readonly ast.Element[], place: Place): Edit[] | undefined {
    const parameters = new Map<AstNode, Parameter>();
    const replacements: Replacement[] = [];
    const needs = toolsNeeds(statements, place.inventory);
    const taken = namesKept(statements, (node, target) => kindOf(node, target, needs) !== undefined);
    for (const node of statements.flatMap((statement) => AstUtils.streamAst(statement).toArray())) {
        for (const { reference } of AstUtils.streamReferences(node)) {
            const target = 'ref' in reference ? reference.ref : undefined;
            if (!('ref' in reference) || !target) {
                return undefined;
            }
            const kind = kindOf(node, target, needs);
            if (kind === undefined || !reference.$refNode) {
                continue;
            }
            let parameter = parameters.get(target);
            if (!parameter) {
                parameter = { name: nameFor(reference, taken), kind, argument: reference.$refNode.text };
                parameters.set(target, parameter);
            }
            replacements.push({ at: reference.$refNode, text: nameText(parameter.name, 'Name') });
        }
    }
    return edits(statements, [...parameters.values()], replacements, place);
}

/** The kind of parameter that a name becomes; undefined if it stays. */
function kindOf(node: AstNode, target: AstNode, needs: ReturnType<typeof toolsNeeds>): string | undefined {
    if (ast.isToolSelector(node)) {
        return ast.isTool(target) || ast.isGroup(target) ? needs.get(target) : undefined;
    }
    if (ast.isCarries(node) || ast.isReadsSelector(node) || ast.isNoFlowClaim(node)) {
        return 'label';
    }
    if (ast.isRequireApproval(node) || ast.isApprovedBy(node) || ast.isEvent(node)) {
        return ast.isHuman(target) || ast.isRole(target) ? 'human' : undefined;
    }
    return (ast.isCaller(node) || ast.isCallerIs(node)) && ast.isAgent(target) ? 'agent' : undefined;
}

/** The names that the statements use for something else, and that parameters must avoid. */
function namesKept(
    statements: readonly ast.Element[],
    isReplaced: (node: AstNode, target: AstNode) => boolean
): Set<string> {
    const kept = new Set<string>();
    for (const node of statements.flatMap((statement) => AstUtils.streamAst(statement).toArray())) {
        for (const { reference } of AstUtils.streamReferences(node)) {
            const target = 'ref' in reference ? reference.ref : undefined;
            if (!target || !isReplaced(node, target)) {
                kept.add(reference.$refText);
            }
        }
    }
    return kept;
}

/** A name for the parameter: the last part of the name, with a number if that is taken. */
function nameFor({ $refText }: Reference, taken: Set<string>): string {
    const last = $refText.split('.').at(-1)!.replaceAll('`', '');
    // A name that is replaced everywhere is free; `mail.read` frees `read` only if nothing else uses it.
    let name = last;
    for (let number = 2; taken.has(name); number++) {
        name = `${last}${number}`;
    }
    taken.add(name);
    return name;
}

function edits(
    statements: readonly ast.Element[],
    parameters: readonly Parameter[],
    replacements: readonly Replacement[],
    place: Place
): Edit[] {
    const [first, last] = [statements[0]!, statements.at(-1)!];
    const start = startWithComments(first, place.text);
    const end = endWithComment(last.$cstNode!, place.text);
    const body = substituted(place.text, start, end, replacements).replace(/\r?\n(?=[^\r\n])/g, '\n  ');
    const names = parameters.map(({ name }) => nameText(name, 'Name'));
    const placeholder = `\${1:${freeName(place, 'NewPack')}}`;
    const declared = parameters.map(({ kind }, index) => `${names[index]}: ${kind}`).join(', ');
    const given = parameters.map(({ argument }, index) => `${names[index]}: ${argument}`).join(', ');
    const granting = statements.some(ast.isAllow) ? ' granting' : '';
    const escaped = (text: string): string => text.replace(/[\\$}]/g, '\\$&');
    const pack = `pack ${placeholder}${escaped(`(${declared}) {\n  ${body}\n}`)}`;
    const use = `use ${placeholder}${escaped(`(${given})${granting}`)}`;
    return [{ ...replaceRange(place, start, end, `${pack}\n\n${use}`), hasPlaces: true }];
}

/** The end of the node, including a trailing comment on its line. */
function endWithComment({ end }: CstNode, text: string): number {
    return end + (/^[ \t]*\/\/[^\r\n]*/.exec(text.slice(end))?.[0].length ?? 0);
}
