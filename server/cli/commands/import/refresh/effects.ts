/** Finds changes of the effects that a server declares for a tool. The author's confirmations and denials stay. */
import type * as ast from '../../../../../language/generated/ast.js';
import type { McpTool } from '../../../mcp/tool-list.js';
import { hintsOf } from '../../../mcp/tool-text.js';
import { type Change, CHANGES, type Edit, type RefreshResult } from './change.js';
import type { WrittenTool } from './written.js';

export function effectChanges({ tool, head, hints }: WrittenTool, said: McpTool, text: string): RefreshResult {
    if (!hints) {
        // If the tool was written by hand, the author decided on all of its traits.
        return { changes: [], edits: [] };
    }
    const before = hints.values.map((value) => value.text);
    const now = hintsOf(said.annotations).traits;
    const uses = new Map(tool.traits.map((use) => [use.trait.$refText, use]));
    const isConfirmed = (trait: string): boolean => uses.get(trait)?.hint === false;
    const changes: Change[] = [];
    const edits: Edit[] = [];
    const change = (code: Change['code'], message: string, use?: ast.TraitUse): void => {
        changes.push({ code, message, node: use?.$cstNode ?? tool.$cstNode! });
    };
    for (const trait of now.filter((each) => !before.includes(each))) {
        if (trait === 'destructive' && isConfirmed('readonly')) {
            change(
                CHANGES.contradiction,
                `tool \`${tool.name}\` became destructive, and the inventory confirms that it is readonly`,
                uses.get('readonly')
            );
        } else if (!uses.has(trait)) {
            change(CHANGES.effect, `tool \`${tool.name}\` became ${trait}`);
            const end = tool.traits.at(-1)?.$cstNode?.end ?? head.end;
            edits.push({ start: end, end, text: ` hint ${trait}` });
        }
    }
    for (const trait of before.filter((each) => !now.includes(each))) {
        const use = uses.get(trait);
        if (use?.hint) {
            change(CHANGES.effect, `tool \`${tool.name}\` is no longer declared ${trait}`, use);
            const { offset, end } = use.$cstNode!;
            edits.push({ start: text.slice(0, offset).trimEnd().length, end, text: '' });
        } else if (use) {
            change(
                CHANGES.contradiction,
                `tool \`${tool.name}\` is no longer declared ${trait}, which the inventory confirms`,
                use
            );
        }
    }
    return { changes, edits };
}
