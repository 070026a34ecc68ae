/**
 * GR334: a tool that may call one that reads a label, but does not declare that it reads the label: `carries` would
 * miss it (M20).
 */
import { AstUtils } from 'langium';
import { obvious } from '../edits/edit.js';
import { insertAfter } from '../edits/edits.js';
import * as ast from '../generated/ast.js';
import { toolName } from '../names/inventory.js';
import { selectedTools } from '../names/selectors.js';
import { nameText } from '../../server/model/text/typed-text.js';
import { isWhole, list, type ValidationRule } from './rule.js';

export const mayDoLabels: ValidationRule = {
    codes: ['GR334'],
    checks: {
        Tool: (tool, report, services) => {
            if (tool.mayDo.length === 0 || !isWhole(AstUtils.getDocument(tool), services)) {
                return;
            }
            const done = tool.mayDo.flatMap((selector) => [...selectedTools(selector, report.inventory).keys()]);
            const own = labelsOf(tool);
            const missing = [...new Set(done.flatMap((other) => [...labelsOf(other)]))].filter(
                (label) => !own.has(label)
            );
            if (missing.length > 0) {
                const names = missing.map((label) => label.name);
                const from = done.find((other) => labelsOf(other).has(missing[0]!))!;
                report.warning(
                    'GR334',
                    [tool, 'mayDo'],
                    `${toolName(tool)} may do ${toolName(from)}, which reads ${list(names)}, but \`carries\` considers only what a tool itself reads. Write \`reads ${names.join(', ')}\` here too.`,
                    () => {
                        const text = `reads ${names.map((name) => nameText(name)).join(', ')}`;
                        return [obvious(`Add \`${text}\``, insertAfter(tool, ` ${text}`))];
                    }
                );
            }
        }
    }
};

function labelsOf(tool: ast.Tool): Set<ast.Label> {
    const read = [...tool.reads, ...tool.conditionalReads.flatMap(({ labels }) => labels)];
    return new Set(read.map(({ ref }) => ref).filter(ast.isLabel));
}
