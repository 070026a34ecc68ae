/** GR250: `as` for something that keeps its name, or `@private` where no import brings a name. */
import type { AstNode } from 'langium';
import { obvious } from '../edits/edit.js';
import { keywordOf, removeLeading, removeParts } from '../edits/edits.js';
import * as ast from '../generated/ast.js';
import { canBeRenamed } from '../names/visible.js';
import type { ValidationRule } from './rule.js';

export const ownNames: ValidationRule = {
    codes: ['GR250'],
    checks: {
        ImportedName: (node, report) => {
            const target = node.target?.ref;
            if (node.alias !== undefined && target && !canBeRenamed(target)) {
                report.error(
                    'GR250',
                    [node, 'alias'],
                    `Only packs, definitions and groups can get another name. Gateways, recordings and reports know "${node.target.$refText}" by its own name: import it without \`as\`.`,
                    () => [obvious(`Remove \`as ${node.alias}\``, removeParts(keywordOf(node, 'as')!, node.$cstNode))]
                );
            }
        },
        Annotation: (node, report) => {
            const problem = node.name === 'private' ? problemAt(node.$container) : undefined;
            if (problem !== undefined) {
                report.error('GR250', node, `${problem} Remove \`@private\`.`, () => [
                    obvious(`Remove \`${node.$cstNode!.text}\``, removeLeading(node.$cstNode!))
                ]);
            }
        }
    }
};

function problemAt(statement: AstNode): string | undefined {
    if (!canBeRenamed(statement)) {
        return 'Only packs, definitions and groups can be private: imports bring no name of this.';
    }
    return ast.isPack(statement.$container) ? `"${statement.name}" is a name of the pack alone.` : undefined;
}
