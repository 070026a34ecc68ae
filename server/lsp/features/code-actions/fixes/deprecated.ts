/** Replaces a deprecated pack by its successor, at the uses and in the import. */
import type { CstNode } from 'langium';
import { AstUtils } from 'langium';
import * as ast from '../../../../../language/generated/ast.js';
import { importsOf } from '../../../../../language/files/imports.js';
import { successorOf } from '../../../../../language/packs/pack.js';
import { nameText } from '../../../../model/text/typed-text.js';
import { replaceRange } from '../../../../../language/edits/edits.js';
import type { Problem } from '../place.js';
import { obvious } from '../../../../../language/edits/edit.js';
import type { Fix } from './fix.js';

const successor: Fix = {
    codes: ['GR249'],
    summary: 'Use the pack that replaces a deprecated one',
    propose: (problem) => {
        const pack = (problem.at(ast.isUse)?.pack ?? problem.at(ast.isImportedName)?.target)?.ref;
        const name = ast.isPack(pack) ? successorOf(pack) : undefined;
        if (!ast.isPack(pack) || name === undefined || !isDeclared(name, pack, problem)) {
            return [];
        }
        return [
            obvious(
                `Use \`${name}\``,
                ...namesOf(pack, problem).map(({ offset, end }) =>
                    replaceRange(problem, offset, end, nameText(name, 'Name'))
                )
            )
        ];
    }
};

/** True if the file that declares the deprecated pack knows its successor, so that one import brings both. */
function isDeclared(name: string, pack: ast.Pack, { services }: Problem): boolean {
    const { elements } = services.inventory.of(AstUtils.getDocument(pack));
    return elements.some((element) => ast.isPack(element) && element.name === name);
}

/** The names of the pack in the file: at its uses and in imports. */
function namesOf(pack: ast.Pack, { document }: Problem): CstNode[] {
    const uses = AstUtils.streamAllContents(document.parseResult.value)
        .filter(ast.isUse)
        .map((use) => use.pack)
        .toArray();
    const imported = importsOf(document).flatMap(({ names }) => names.map(({ target }) => target));
    return [...uses, ...imported].filter((name) => name?.ref === pack).flatMap(({ $refNode }) => $refNode ?? []);
}

export const deprecatedPacks: readonly Fix[] = [successor];
