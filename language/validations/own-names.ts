/** GR250: `as` for something that keeps its name, or `@private` where no import brings a name. */
import type { AstNode } from 'langium';
import { obvious, withFixes } from '../edits/edit.js';
import { keywordOf, removeLeading, removeParts } from '../edits/edits.js';
import * as ast from '../generated/ast.js';
import { canBeRenamed } from '../names/visible.js';
import type { ValidationRule } from './rule.js';

export const ownNames: ValidationRule = {
    codes: ['GR250'],
    checks: () => ({
        ImportedName: (node, accept) => {
            const target = node.target?.ref;
            if (node.alias !== undefined && target && !canBeRenamed(target)) {
                accept(
                    'error',
                    `Only packs, definitions and groups can get another name. Gateways, recordings and reports know "${node.target.$refText}" by its own name: import it without \`as\`.`,
                    {
                        node,
                        property: 'alias',
                        code: 'GR250',
                        ...withFixes(() => [
                            obvious(`Remove \`as ${node.alias}\``, removeParts(keywordOf(node, 'as')!, node.$cstNode))
                        ])
                    }
                );
            }
        },
        Annotation: (node, accept) => {
            const problem = node.name === 'private' ? problemAt(node.$container) : undefined;
            if (problem !== undefined) {
                accept('error', `${problem} Remove \`@private\`.`, {
                    node,
                    code: 'GR250',
                    ...withFixes(() => [obvious(`Remove \`${node.$cstNode!.text}\``, removeLeading(node.$cstNode!))])
                });
            }
        }
    })
};

function problemAt(statement: AstNode): string | undefined {
    if (!canBeRenamed(statement)) {
        return 'Only packs, definitions and groups can be private: imports bring no name of this.';
    }
    return ast.isPack(statement.$container) ? `"${statement.name}" is a name of the pack alone.` : undefined;
}
