/** GR249: the use of a pack whose author marks it as `@deprecated("NewName")`. */
import type { ValidationAcceptor } from 'langium';
import { AstUtils } from 'langium';
import type { Pack } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { isPackagePath } from '../files/imports.js';
import { isDeprecated, successorOf } from '../packs/pack.js';
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
        relatedInformation: otherPlace(pack, 'The pack is declared here.')
    });
}
