/** GR249: the use of a pack whose author marks it as `@deprecated("NewName")`. */
import type { ValidationAcceptor } from 'langium';
import { AstUtils } from 'langium';
import { type Fix, obvious, withFixes } from '../edits/edit.js';
import { replacePart } from '../edits/edits.js';
import type { Problem } from '../edits/place.js';
import type { Pack } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { importsOf, isPackagePath } from '../files/imports.js';
import { isDeprecated, successorOf } from '../packs/pack.js';
import { nameText } from '../../server/model/text/typed-text.js';
import type { ValidationRule } from './rule.js';
import { otherPlace } from './rule.js';

/** `DiagnosticTag.Deprecated` of the protocol. */
const DEPRECATED = 2;

export const deprecated: ValidationRule = {
    codes: ['GR249'],
    checks: () => ({
        Use: (use, accept) => {
            const pack = use.pack?.ref;
            if (pack && isDeprecated(pack)) {
                report(use, 'pack', pack, accept);
            }
        },
        ImportedName: (name, accept) => {
            const target = name.target?.ref;
            if (ast.isPack(target) && isDeprecated(target) && !isPassedOn(name)) {
                report(name, 'target', target, accept);
            }
        }
    })
};

/** An index keeps a deprecated pack for policies that still use it: the warning is for them. */
function isPassedOn({ $container: node }: ast.ImportedName): boolean {
    const root = AstUtils.findRootNode(node);
    return ast.isPolicyFile(root) && root.policy === undefined && ast.isImport(node) && !isPackagePath(node.path);
}

function report<T extends ast.Use | ast.ImportedName>(
    node: T,
    property: T extends ast.Use ? 'pack' : 'target',
    pack: Pack,
    accept: ValidationAcceptor
): void {
    const successor = successorOf(pack);
    const next =
        successor === undefined ? 'See its documentation for what to use instead.' : `Use "${successor}" instead.`;
    accept('warning', `The pack "${pack.name}" is deprecated. ${next}`, {
        node: node as ast.Use,
        property: property as 'pack',
        code: 'GR249',
        tags: [DEPRECATED],
        ...withFixes((problem) => [successor === undefined ? undefined : replaced(pack, successor, problem)]),
        relatedInformation: otherPlace(pack, 'The pack is declared here.')
    });
}

/** Writes the successor at the uses and in the imports of the pack, if one import brings both. */
function replaced(pack: Pack, successor: string, { document, file, services }: Problem): Fix | undefined {
    const { elements } = services.inventory.of(AstUtils.getDocument(pack));
    const names = [
        ...AstUtils.streamAllContents(file)
            .filter(ast.isUse)
            .map((use) => use.pack),
        ...importsOf(document).flatMap((node) => node.names.map(({ target }) => target))
    ];
    const edits = names
        .filter((name) => name?.ref === pack)
        .flatMap(({ $refNode: node }) => (node ? [replacePart(node, nameText(successor))] : []));
    return elements.some((element) => ast.isPack(element) && element.name === successor)
        ? obvious(`Use \`${successor}\``, ...edits)
        : undefined;
}
