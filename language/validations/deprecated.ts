/** GR249: the use of a pack whose author marks it as `@deprecated("NewName")`. */
import { AstUtils } from 'langium';
import { type Fix, obvious } from '../edits/edit.js';
import { replacePart } from '../edits/edits.js';
import type { Problem } from '../edits/place.js';
import * as ast from '../generated/ast.js';
import { importsOf, isPackagePath } from '../files/imports.js';
import { isDeprecated, successorOf } from '../packs/pack.js';
import { nameText } from '../../server/model/text/typed-text.js';
import { otherPlace, type Reporter, type ValidationRule } from './rule.js';

/** `DiagnosticTag.Deprecated` of the protocol. */
const DEPRECATED = 2;

export const deprecated: ValidationRule = {
    codes: ['GR249'],
    checks: {
        Use: (use, report) => {
            const pack = use.pack?.ref;
            if (pack && isDeprecated(pack)) {
                warn(use, 'pack', pack, report);
            }
        },
        ImportedName: (name, report) => {
            const target = name.target?.ref;
            if (ast.isPack(target) && isDeprecated(target) && !isPassedOn(name)) {
                warn(name, 'target', target, report);
            }
        }
    }
};

/** An index keeps a deprecated pack for policies that still use it: the warning is for them. */
function isPassedOn({ $container: node }: ast.ImportedName): boolean {
    const root = AstUtils.findRootNode(node);
    return ast.isPolicyFile(root) && root.policy === undefined && ast.isImport(node) && !isPackagePath(node.path);
}

function warn<T extends ast.Use | ast.ImportedName>(
    node: T,
    property: T extends ast.Use ? 'pack' : 'target',
    pack: ast.Pack,
    report: Reporter
): void {
    const successor = successorOf(pack);
    const next =
        successor === undefined ? 'See its documentation for what to use instead.' : `Use "${successor}" instead.`;
    report.warning(
        'GR249',
        [node as ast.Use, property as 'pack'],
        `The pack "${pack.name}" is deprecated. ${next}`,
        (problem) => [successor === undefined ? undefined : replaced(pack, successor, problem)],
        { tags: [DEPRECATED], related: otherPlace(pack, 'The pack is declared here.') }
    );
}

/** Writes the successor at the uses and in the imports of the pack, if one import brings both. */
function replaced(pack: ast.Pack, successor: string, { document, file, services }: Problem): Fix | undefined {
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
