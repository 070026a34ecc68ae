/** Compares one tool of an inventory with the current list of its server. */
import type { McpTool } from '../../../mcp/tool-list.js';
import { declarationOf, INDENT, printOrigin } from '../../../mcp/tool-text.js';
import { type Change, CHANGES, type Edit, type RefreshResult } from './change.js';
import { effectChanges } from './effects.js';
import { goneParam, paramChanges } from './params.js';
import type { WrittenTool } from './written.js';

const NOTHING: RefreshResult = { changes: [], edits: [] };

export function refreshedTool(written: WrittenTool, said: McpTool, text: string): RefreshResult {
    const { tool, node, digest, gone, isUntouched } = written;
    const back: Change[] = gone
        ? [{ code: CHANGES.added, message: `tool \`${tool.name}\` is there again`, node: gone.$cstNode! }]
        : [];
    if (digest?.values[0]?.text === said.digest) {
        return gone ? { changes: back, edits: [without(gone.$cstNode!, text)] } : NOTHING;
    }
    const params = paramChanges(written, said, text);
    const effects = effectChanges(written, said, text);
    const described = descriptionChange(written, said);
    const known = [...params.changes, ...effects.changes, ...described];
    const changes: Change[] = digest ? known : [unpinned(written), ...params.changes];
    if (changes.length === 0) {
        changes.push({
            code: CHANGES.other,
            message: `what the server says about tool \`${tool.name}\` changed in a part that the inventory does not show, such as its output schema`,
            node
        });
    }
    const kept = params.gone.map(goneParam);
    const replaced = isUntouched ? rewritten(written, said, kept) : params.edits;
    const origin = isUntouched
        ? printOrigin(said, kept)
        : printOrigin(said, []).map((line) => line.replace(/", "\w+"\)/, '")'));
    const edits = [...replaced, ...effects.edits, ...originEdits(written, origin), ...noteEdits(written, said, text)];
    return { changes: [...back, ...changes], edits: gone ? [...edits, without(gone.$cstNode!, text)] : edits };
}

function unpinned({ tool, node }: WrittenTool): Change {
    const message = `tool \`${tool.name}\` has no digest, so changes to it would not be noticed`;
    return { code: CHANGES.unpinned, message, node };
}

function descriptionChange({ tool, doc, node, isUntouched }: WrittenTool, said: McpTool): Change[] {
    if (words(doc?.text ?? '') === words(declarationOf(said).doc.join('\n'))) {
        return [];
    }
    const message = isUntouched
        ? `the description of tool \`${tool.name}\` changed`
        : `the description of tool \`${tool.name}\` differs from the inventory, which was edited`;
    return [{ code: CHANGES.description, message, node: doc ?? node }];
}

function words(comment: string): string {
    return comment
        .trim()
        .replace(/^\/\*\*|\*\/$/g, '')
        .replace(/^\s*\*/gm, '')
        .replace(/\s+/g, ' ')
        .trim();
}

/** Parts that nobody has edited are written as in a new import. */
function rewritten({ doc, head, node }: WrittenTool, said: McpTool, kept: Parameters<typeof declarationOf>[1]): Edit[] {
    const declaration = declarationOf(said, kept);
    const comment = declaration.doc.join('\n').trimStart();
    const comments: Edit[] = doc
        ? [{ start: doc.offset, end: comment === '' ? node.offset : doc.end, text: comment }]
        : comment === ''
          ? []
          : [{ start: node.offset, end: node.offset, text: `${comment}\n${INDENT}` }];
    return [...comments, { ...head, text: declaration.head.trimStart() }];
}

function originEdits({ digest, hints, node }: WrittenTool, [first, second]: readonly string[]): Edit[] {
    const own = (line: string | undefined): string => (line ?? '').trimStart();
    if (!digest) {
        return [{ start: node.offset, end: node.offset, text: `${own(first)}\n${second}\n${INDENT}` }];
    }
    const { offset, end } = digest.$cstNode!;
    return [
        { start: offset, end, text: hints ? own(first) : `${own(first)}\n${second}` },
        ...(hints ? [{ start: hints.$cstNode!.offset, end: hints.$cstNode!.end, text: own(second) }] : [])
    ];
}

/** Edits the import's comment that lists the annotations missing from the server. */
function noteEdits({ node }: WrittenTool, said: McpTool, text: string): Edit[] {
    const behind = /^[^\S\n]*\/\/ [^\n]*absent: in MCP that means true/.exec(text.slice(node.end))?.[0];
    if (behind === undefined) {
        return [];
    }
    const notes = declarationOf(said).behind;
    return [{ start: node.end, end: node.end + behind.length, text: notes }];
}

/** The edit that removes an annotation and the white space after it. */
function without({ offset, end }: { offset: number; end: number }, text: string): Edit {
    return { start: offset, end: end + /^\s*/.exec(text.slice(end))![0].length, text: '' };
}
