/** Describes a name that refers to nothing: the kind of element that it should refer to, and the written form of names there. */
import type { LinkingError, ReferenceInfo } from 'langium';
import { nameText, toolText } from '../../../server/model/text/typed-text.js';
import * as ast from '../../generated/ast.js';

export interface UnknownName {
    readonly info: ReferenceInfo;
    /** The type in the tree of the element that the name should refer to. */
    readonly type: string;
    /** The name without backquotes. */
    readonly name: string;
    /** Writes a name in the form that is valid there. */
    readonly write: (name: string) => string;
}

export function unknownName({ info }: LinkingError, type: string): UnknownName {
    return { info, type, name: info.reference.$refText, write: (name) => written(info, type, name) };
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
