/**
 * Describes the name that a linking error concerns: the kind of element that it should refer to, and the written form
 * of names there.
 */
import type { LinkingError, Reference, ReferenceInfo } from 'langium';
import { isReference } from 'langium';
import * as ast from '../../../../../language/generated/ast.js';
import type { Problem } from '../place.js';
import { nameText, toolText } from '../../../../model/text/typed-text.js';
/** The codes of unknown names; `LINK_CODES` of the language maps kinds of elements to them. */
export const UNRESOLVED = [
    ...['GR201', 'GR202', 'GR203', 'GR204', 'GR205', 'GR206', 'GR207', 'GR208', 'GR209', 'GR222'],
    ...['GR230', 'GR231', 'GR232', 'GR235']
];

export interface UnresolvedName {
    readonly info: ReferenceInfo;
    /** The type in the tree of the element that the name should refer to. */
    readonly type: string;
    /** The name without backquotes. */
    readonly name: string;
    /** Writes a name in the form that is valid there. */
    readonly write: (name: string) => string;
}

/** Undefined if the diagnostic has its code for another reason. */
export function unresolvedAt(problem: Problem): UnresolvedName | undefined {
    if (!FOUND.has(problem)) {
        FOUND.set(problem, find(problem));
    }
    return FOUND.get(problem);
}

/** The names that were found. Several fixes query the same problem, and a file may have thousands of names. */
const FOUND = new WeakMap<Problem, UnresolvedName | undefined>();

function find(problem: Problem): UnresolvedName | undefined {
    const { document, from, to } = problem;
    const reference = document.references.find(
        (each): each is Reference & { readonly error: LinkingError } =>
            isReference(each) && each.error !== undefined && each.$refNode?.offset === from && each.$refNode.end === to
    );
    if (!reference) {
        return undefined;
    }
    const { info } = reference.error;
    const type = problem.services.shared.AstReflection.getReferenceType(info);
    return { info, type, name: reference.$refText, write: (name) => written(info, type, name) };
}

const STRICT: readonly string[] = [
    ast.Agent.$type,
    ast.Human.$type,
    ast.Approver.$type,
    ast.Trait.$type,
    ast.Entity.$type
];

function written({ container }: ReferenceInfo, type: string, name: string): string {
    if (type === ast.OutsideEvent.$type || (type === ast.Tool.$type && ast.isEndStep(container))) {
        return nameText(name, 'EventName');
    }
    if (STRICT.includes(type) || (type === ast.Mode.$type && (ast.isTransition(container) || ast.isMode(container)))) {
        return nameText(name, 'StrictName');
    }
    return toolText(name);
}
