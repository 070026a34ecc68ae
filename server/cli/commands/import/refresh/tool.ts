/** Compares one tool of an inventory with the current list of its server. */
import type * as ast from '../../../../../language/generated/ast.js';
import type { McpTool } from '../../../tool-lists/tool-list.js';
import { declarationOf, hintsOf, INDENT, printOrigin } from '../../../tool-lists/tool-text.js';
import { type Change, CHANGES, type Edit, type RefreshResult } from './change.js';
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

/** Changes of the effects that a server declares for a tool. The author's confirmations and denials stay. */
function effectChanges({ tool, head, hints }: WrittenTool, said: McpTool, text: string): RefreshResult {
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
